"""Half cells on copper (figure 3a and b): Coulombic efficiency against cycles, atoms counted.

Efficiencies are calibrated, one constant per electrolyte; what the cells add is where the charge
went, and that a given loss is the same loss in every cell: efficiency tells no life (C6).
"""

from collections.abc import Sequence
from functools import partial
from math import exp
from typing import Any

from ..protocols.protocol import Jumps
from .cells import CONSTANTS, FINAL, FIRST, KFSI, METALS, MIXED, half_cell
from .cycled import Cell, Row, cycled, look
from .item import CALIBRATED, PREDICTED, Experiment, Found, Item, Panel
from .keeping import Store

CE = "coulombic_efficiency [-]"
LIVES = {("K", KFSI): 60, ("K", MIXED): 120, ("KNA-3.5", KFSI): 150, ("KNA-3.5", MIXED): 220}
NEAR = 0.01  # of an efficiency
KEPT = 1e-9  # atoms, over all salt
PAPER = {"color": "black", "markerfacecolor": "none", "markersize": 5}
JUMPS = Jumps(tolerance=0.5)  # of a tenth of the salt: some 6 % of what one cycle plates


def copper(store: Store) -> Found:
    """Cycle the four half cells for as long as they lived, and say what came out."""
    cells = [
        Cell(metal, electrolyte, partial(half_cell, metal, electrolyte, cycles, JUMPS))
        for (metal, electrolyte), cycles in LIVES.items()
    ]
    runs = cycled(cells, store)
    items = [_efficiency(cell, rows) for cell, rows in zip(cells, runs, strict=True)]
    items.append(_atoms(runs))
    return Found(items, [_panel(metal, cells, runs) for metal in reversed(METALS)])


def _efficiency(cell: Cell, rows: Sequence[Row]) -> Item:
    constant = float(CONSTANTS[cell.electrolyte].value)  # type: ignore[arg-type]
    worst = max(abs(row[CE] - calibrated(row["cycle [-]"], constant)) for row in rows)
    first, last = rows[0][CE], rows[-1][CE]
    return Item(
        "figure 3a" if cell.metal != "K" else "figure 3b",
        f"efficiency on Cu, {cell.label}",
        "51 -> 89 %" if cell.metal != "K" else "similar",
        f"{100 * first:.1f} -> {100 * last:.1f} % in {rows[-1]['cycle [-]']:.0f} cycles, "
        f"{len(rows)} simulated",
        CALIBRATED,
        abs(first - FIRST) < NEAR and abs(last - FINAL) < NEAR and worst < NEAR,
        f"both ends of 3a, and one constant for the electrolyte, {constant:g} cycles",
        {"first [-]": first, "last [-]": last, "constant [cycles]": constant, "worst [-]": worst}
        | {"jump_error [-]": sum(row["jump_error [-]"] for row in rows)},
    )


def calibrated(cycle: float, constant: float) -> float:
    """Return the efficiency of a cycle that was calibrated."""
    return FINAL - (FINAL - FIRST) * exp(-(cycle - 1) / constant)


def _atoms(runs: Sequence[Sequence[Row]]) -> Item:
    drifts = ("potassium_drift [-]", "sodium_drift [-]")
    worst = max(row[key] for rows in runs for row in rows for key in drifts)
    return Item(
        "figure 3",
        "atoms of K and Na kept, over all salt",
        "-",
        f"{worst:.0e}",
        PREDICTED,
        worst < KEPT,
        numbers={"drift [-]": worst},
    )


def _panel(metal: str, cells: Sequence[Cell], runs: Sequence[Sequence[Row]]) -> Panel:
    def draw(axis: Any) -> None:
        for cell, rows in zip(cells, runs, strict=True):
            if cell.metal == metal:
                cycles = [row["cycle [-]"] for row in rows]
                axis.plot(cycles, [100 * row[CE] for row in rows], **look(cell))
                life = LIVES[cell.metal, cell.electrolyte]
                axis.plot([1, life], [100 * FIRST, 100 * FINAL], "o", **PAPER)
        axis.plot([], [], "o", label="paper: first, last", **PAPER)
        axis.set(xlabel="cycle", ylabel="Coulombic efficiency (%)", ylim=(45, 95))
        axis.legend(frameon=False, loc="lower right")

    return Panel(f"{metal}//Cu, 0.5 mA/cm² (calibrated)", draw)


COPPER = Experiment("copper", "half cells on copper, efficiency against cycles", copper)
