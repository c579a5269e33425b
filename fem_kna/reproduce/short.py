"""Which cell shorts first (figure 3, C6): growth rate of a front times cycles, and no efficiency.

The front is that of the stability analysis: flat, under a film like everywhere, metal that creeps.
A real flaw grows faster; absolute lives are not claimed, only their order.
"""

from collections.abc import Sequence
from functools import partial
from math import inf
from typing import Any

import numpy as np
from mpi4py import MPI

from .. import materials
from ..geometry.find import shape_named
from ..inputs.case import Case, Electrode
from ..inputs.units import given
from ..physics.ageing import Short
from ..physics.drive import Galvanostatic
from ..physics.film import UniformFilm
from ..physics.front import MovingFront
from ..stability.sweep import Sweep
from ..teams import shared_out
from .cells import ELECTROLYTES, KFSI, METALS, MIXED
from .cycled import SHORT, Cell, look
from .item import OUT_OF_REACH, RANKING, Experiment, Found, Item, Panel
from .keeping import Store

WAVELENGTHS = tuple(
    map(float, np.geomspace(4e-6, 40e-6, 10))
)  # [m]: flaws of a few microns to pores apart
TIME = 900.0  # [s] of plating per cycle
LAW = Short(distance=given("675 um", "GF/D; the grade is not in the paper"))


def front(metal: str, electrolyte: str) -> Case:
    """Return a flat front at 4 mA/cm2 before metal that flows."""
    electrode = Electrode(
        metal=metal,
        film=UniformFilm(resistance=materials.film("SEI on K").resistance),
        front=MovingFront(),
    )
    return Case(
        name="front",
        mesh=shape_named("planar_cell")(
            dimension="2d",
            width=given("50 um", "of the cell's own mesh, which is not used"),
            metal_depth=given("20 um", "beyond the reach of a ripple"),
        ),
        electrolyte=electrolyte,
        separator="GF/D",
        working=electrode,
        counter=electrode,
        drive=Galvanostatic(current="4 mA/cm^2", duration="15 min"),
    )


def growth(store: Store, place: tuple[str, str], team: MPI.Comm) -> list[float]:
    """Return the growth rate [1/s] of each wavelength of a metal in an electrolyte. Collective."""
    case, flaw = front(*place).resolved(), float(LAW.flaw)

    def found() -> list[float]:
        sweep = Sweep(case, flaw)
        return [sweep.rate(wavelength, team) for wavelength in WAVELENGTHS]

    what = {"case": case, "flaw": flaw, "wavelengths": WAVELENGTHS}
    return list(store.kept(f"{place[0]}_front", what, team, found))


def short(store: Store) -> Found:
    """Return the order of lives, and what decides nothing."""
    places = [(metal, electrolyte) for metal in METALS for electrolyte in ELECTROLYTES]
    found = MPI.COMM_WORLD.bcast(shared_out(places, MPI.COMM_WORLD, partial(growth, store)))
    curves = dict(zip(places, found, strict=True))
    rates = {place: max(curve) for place, curve in curves.items()}
    lives = {place: LAW.cycles(rate, TIME) for place, rate in rates.items()}
    items = [_ranking(electrolyte, rates, lives) for electrolyte in ELECTROLYTES]
    more = lives["K", MIXED] / lives["K", KFSI]
    return Found(
        [
            *items,
            _morphology(rates, curves),
            Item(
                "figure 3b",
                "K//Cu lives twice as long with Na+",
                "60 and 120 cycles",
                f"{more:.2f} times",
                OUT_OF_REACH,
                on="one film and one exchange current in both electrolytes: no data",
                numbers={"times [-]": more},
            ),
        ],
        [Panel("growth of a flat front, 4 mA/cm²", lambda axis: _draw(axis, curves))],
    )


def _ranking(electrolyte: str, rates: Any, lives: Any) -> Item:
    k, kna = ("K", electrolyte), ("KNA-3.5", electrolyte)
    told = [f"{rates[place]:.1e} 1/s: {_told(lives[place])}" for place in (k, kna)]
    return Item(
        "figures 3, 4",
        f"K shorts before KNA-3.5, {SHORT[electrolyte]}",
        "60 against 150 cycles" if electrolyte == KFSI else "120 against 220 cycles",
        f"K {told[0]}; KNA-3.5 {told[1]}",
        RANKING,
        lives[k] < lives[kna],
        "1 um flaws, 4 mA/cm2, no stack; with one (main job) KNA-3.5 heals and K does not at "
        "17 of 20 ends of ranges",
        {"rate_K [1/s]": rates[k], "rate_KNA [1/s]": rates[kna]},
    )


def shortest(curve: Sequence[float]) -> float:
    """Return the shortest wavelength that grows [m], by a line between those on either side."""
    for k, rate in enumerate(curve):
        if rate > 0:
            lengths, sides = WAVELENGTHS[max(k - 1, 0) : k + 1], curve[max(k - 1, 0) : k + 1]
            return float(np.interp(0.0, sides, lengths))
    return inf


def _morphology(rates: Any, curves: Any) -> Item:
    """Return whether both fronts of K grow faster than both of KNA-3.5."""
    shown = "; ".join(
        f"{metal}, {SHORT[el]} {rate:.2e} 1/s, from {1e6 * shortest(curves[metal, el]):.0f} um on"
        for (metal, el), rate in rates.items()
    )
    slowest, fastest = (
        pick(rates[metal, electrolyte] for electrolyte in ELECTROLYTES)
        for pick, metal in ((min, "K"), (max, "KNA-3.5"))
    )
    return Item(
        "figure 3c-f",
        "deposits after cycling: KNA-3.5 conformal, K not",
        "dendrites (KFSI), moss (KFSI-NaPF6) on K",
        shown,
        RANKING,
        slowest > fastest,
        "fastest growth of 4 to 40 um, no stack; by creep alone: film and kinetics are alike "
        "(estimates); moss and dendrites are not told apart",
        {f"rate_{m}_{SHORT[el]} [1/s]": rate for (m, el), rate in rates.items()},
    )


def _draw(axis: Any, curves: Any) -> None:
    for (metal, electrolyte), curve in curves.items():
        style = look(Cell(metal, electrolyte, partial(front, metal, electrolyte)))
        axis.plot([1e6 * length for length in WAVELENGTHS], curve, marker=".", **style)
    axis.axhline(0, color="0.8", linewidth=0.6, zorder=0)
    fastest = max(max(curve) for curve in curves.values())
    axis.set(xscale="log", xlabel="wavelength (µm)", ylabel="growth rate (1/s)")
    axis.set_ylim(-2 * fastest, 1.3 * fastest)  # how fast the short ones decay is beside the point
    axis.set_xticks([5, 10, 20, 40], ["5", "10", "20", "40"])
    axis.minorticks_off()
    axis.legend(frameon=False)


def _told(cycles: float) -> str:
    return "never" if cycles == inf else f"{cycles:.3g} cycles"


SHORTED = Experiment("short", "order of lives by the growth of fronts, not by efficiency", short)
