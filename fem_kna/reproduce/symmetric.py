"""Symmetric cells (figure 4a to d): polarisation of the four, at first and over 4000 cycles.

No absolute polarisation is claimed: the paper's text has none, and film and exchange currents are
estimates. Where an order does not come out, the item says by how much a film would have to differ
that it does.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ..protocols.protocol import Jumps
from .cells import ELECTROLYTES, KFSI, METALS, MIXED, symmetric_cell
from .cycled import HOUR, Cell, Row, at_cycle, cycled, look
from .item import CALIBRATED, OUT_OF_REACH, PREDICTED, RANKING, Experiment, Found, Item, Panel
from .keeping import Store

CYCLES = 4000
CURRENT = 40.0  # [A/m2]
SETTLED = 3  # the cycle in which transients of the first are over
POLARISATION = "mean_plating_polarisation [V]"
STRIPPING = "mean_stripping_polarisation [V]"
SAID = {
    ("K", KFSI): "paper: larger, unstable, soon shorted\n(a flat cell knows no shorts)",
    ("K", MIXED): "paper: lower at first, then a strong rise",
    ("KNA-3.5", KFSI): "paper: long lived",
    ("KNA-3.5", MIXED): "paper: 2000 h, little increase",
}
JUMPS = Jumps(tolerance=1e-2)
LITTLE = 0.2  # of the polarisation: an increase up to it is little
PER_CM2 = 1e4  # ohm cm2 in an ohm m2

Four = Mapping[tuple[str, str], Sequence[Row]]


def symmetric(store: Store) -> Found:
    """Cycle the four cells for 2000 h, with jumps, and say in which order they come."""
    places = [(metal, electrolyte) for metal in METALS for electrolyte in ELECTROLYTES]
    cells = [Cell(*place, partial(symmetric_cell, *place, CYCLES, JUMPS)) for place in places]
    runs: Four = dict(zip(places, cycled(cells, store), strict=True))
    items = [*_orders(runs), *_rises(runs), _jumps(runs)]
    highest = max(row[POLARISATION] for rows in runs.values() for row in rows)
    as_there = sorted(cells, key=lambda cell: METALS.index(cell.metal), reverse=True)
    panels = [_panel(cell, runs[cell.metal, cell.electrolyte], highest) for cell in as_there]
    return Found(items, panels)


def _at(rows: Sequence[Row], cycle: float) -> float:
    return at_cycle(rows, cycle)[POLARISATION]


def _orders(runs: Four) -> list[Item]:
    first = {place: _at(rows, SETTLED) for place, rows in runs.items()}
    worst = first["K", KFSI]
    others = {place: V for place, V in first.items() if place != ("K", KFSI)}
    return [
        _order("K//K in KFSI has the largest", worst, max(others.values()), first),
        _order("Na+ lowers that of K//K", worst, first["K", MIXED], first),
    ]


def _order(name: str, more: float, less: float, all_four: Mapping[Any, float]) -> Item:
    """Return whether `more` is more; else how much film resistance the other would have to lack."""
    lacking = (less - more) / (2 * CURRENT) * PER_CM2
    on = "with one film and one exchange current for all"
    if lacking >= 0:
        on += f"; comes out where its films have {lacking:.2g} ohm cm2 more, of 30 (10 to 100)"
    shown = ", ".join(f"{1e3 * V:.1f}" for V in all_four.values())
    return Item(
        "figure 4a-d",
        f"initial polarisation: {name}",
        "yes",
        f"{1e3 * more:.1f} against {1e3 * less:.1f} mV (all: {shown})",
        RANKING,
        more > less,
        on,
        {"one [V]": more, "other [V]": less, "lacking [ohm m2]": lacking / PER_CM2},
    )


def _rises(runs: Four) -> list[Item]:
    rises = {place: _at(rows, CYCLES) - _at(rows, SETTLED) for place, rows in runs.items()}
    share = {place: rise / _at(runs[place], SETTLED) for place, rise in rises.items()}
    kna, k = ("KNA-3.5", MIXED), ("K", MIXED)
    return [
        Item(
            "figure 4b",
            "KNA-3.5, KFSI-NaPF6: increase in 2000 h",
            "little",
            f"{100 * share[kna]:.0f} %",
            CALIBRATED,
            0 <= share[kna] < LITTLE,
            "itself: resistance per charge in the SEI",
            {"rise [V]": rises[kna]},
        ),
        Item(
            "figure 4d",
            "K, KFSI-NaPF6: rises more than KNA-3.5",
            "strong rise",
            f"{1e3 * rises[k]:.0f} against {1e3 * rises[kna]:.0f} mV",
            RANKING,
            rises[k] > rises[kna],
            "SEI in proportion to the tips that the main job's fronts grow",
            {"rise_K [V]": rises[k], "rise_KNA [V]": rises[kna]},
        ),
        Item(
            "figure 4c",
            "K in KFSI: cycles until it is shorted",
            "rapidly",
            "-",
            OUT_OF_REACH,
            on="of a flat cell; order of lives: experiment 'short'",
        ),
    ]


def _jumps(runs: Four) -> Item:
    simulated = max(len(rows) for rows in runs.values())
    error = max(sum(row["jump_error [-]"] for row in rows) for rows in runs.values())
    drift = max(row["potassium_drift [-]"] for rows in runs.values() for row in rows)
    left = min(rows[-1]["electrolyte_left [-]"] for rows in runs.values())
    return Item(
        "figure 4b",
        "4000 cycles with the inventory they have",
        "2000 h",
        f"{simulated} simulated, jumps' errors {error:.1e} in all, {100 * left:.0f} % electrolyte",
        PREDICTED,
        all(rows[-1]["cycle [-]"] == CYCLES for rows in runs.values()) and drift < 1e-9,
        "losses per cycle are estimates",
        {"simulated [-]": simulated, "jump_error [-]": error, "left [-]": left},
    )


def _panel(cell: Cell, rows: Sequence[Row], highest: float) -> Panel:
    """Return the envelope that a trace of so many cycles shows, a mark for each simulated one."""

    def draw(axis: Any) -> None:
        hours = [row["cycle [-]"] * row["duration [s]"] / HOUR for row in rows]
        above = [1e3 * row[STRIPPING] for row in rows]
        below = [-1e3 * row[POLARISATION] for row in rows]
        style = look(cell) | {"linestyle": "-"}
        axis.fill_between(hours, below, above, color=style["color"], alpha=0.12, linewidth=0)
        for volts in (above, below):
            axis.plot(hours, volts, marker=".", markersize=3, **style)
        axis.text(0.5, 0.5, SAID[cell.metal, cell.electrolyte], transform=axis.transAxes,
                  ha="center", va="center", fontsize=8)  # fmt: skip
        axis.set(xlabel="time (h)", ylabel="mean voltage of half-cycles (mV)", xlim=(0, None))
        axis.set_ylim(-1.2e3 * highest, 1.2e3 * highest)

    return Panel(f"{cell.metal}//{cell.metal}, {cell.label.partition(', ')[2]}, 4 mA/cm²", draw)


SYMMETRIC = Experiment("symmetric", "symmetric cells, 4000 cycles at 4 mA/cm2", symmetric)
