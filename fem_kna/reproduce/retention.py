"""Capacity retention of the full cells: how far the anode's losses alone would go.

The model's cathodes do not age. Its anodes lose metal (the Coulombic efficiency on Cu) and gain
film resistance; what either must come to before a cell at 0.2 C delivers less is told here, from
one discharge of each cell.
"""

from typing import Any

import numpy as np
from mpi4py import MPI

from ..cathode.paper import CATHODES
from ..cathode.rates import MAH_PER_G, Cathode, Curve
from ..materials import film, metal
from .discharging import discharging
from .item import OUT_OF_REACH, PREDICTED, Experiment, Found, Item, Panel
from .keeping import Store

COLOURS = {"PBA": "#0b5394", "SR": "#b45f06"}
CYCLES = 65  # of KNA-3.5//PBA
RATE = 0.2  # [C]
EFFICIENCY = 0.89  # of plating on Cu, the paper's plateau
DISC = 300e-6  # [m], as the case's
LESS = 0.9  # of the capacity


def retention(store: Store) -> Found:
    """Return what becomes of the capacity by the anode's losses of metal and by its film."""
    lines, items = {}, []
    discharge = discharging(store, MPI.COMM_WORLD)
    for cathode in CATHODES:
        case = cathode.case()
        curve = discharge(case, RATE, cathode.label, cathode.cut_off)
        lasts, growth = cycles_of_metal(case, curve), growth_of_film(case, cathode, curve)
        lines[cathode.name] = lasts
        items += _items(cathode, lasts, growth)
    return Found(
        items, [Panel("retention by the anode's losses alone", lambda axis: _draw(axis, lines))]
    )


def cycles_of_metal(case: Any, curve: Curve) -> float:
    """Return after how many cycles the disc's metal is used up at the efficiency on Cu."""
    mass = float(case.working.loading(f"{float(case.mesh.cathode)!r} m").magnitude)
    per_cycle = (1 - EFFICIENCY) * curve.delivered * MAH_PER_G * mass  # [C m-2]
    there = DISC / metal("K").molar_volume("K") * float(case.nature.faraday)
    return float(there / per_cycle)


def growth_of_film(case: Any, cathode: Cathode, curve: Curve) -> float:
    """Return how many times the film's resistance takes a tenth of the capacity away.

    Its voltage must reach from the curve at nine tenths down to the cut-off.
    """
    mass = float(case.working.loading(f"{float(case.mesh.cathode)!r} m").magnitude)
    at = float(np.interp(LESS * curve.delivered, curve.capacity, curve.voltage))
    spare, current = at - cathode.cut_off, RATE * cathode.label * mass
    return spare / current / float(film("SEI on K").resistance)


FADING = {
    "PBA": ("figure 4e", "fading of K//PBA at 0.2 C", "rapid decay"),
    "SR": ("figure 4f", "fading of both cells with SR at 0.2 C", "slight on KNA-3.5, more on K"),
}


def _items(cathode: Cathode, lasts: float, growth: float) -> list[Item]:
    numbers = {"cycles of metal [-]": lasts, "growth of the film [-]": growth}
    why = (
        f"at {EFFICIENCY:.0%} efficiency a disc of 0.3 mm lasts {lasts:.0f} cycles; its film must "
        f"grow {growth:.0f} times to take a tenth of the capacity"
    )
    blame = f"not by the anode's metal or film alone: {why}"
    found = [Item(*FADING[cathode.name], "-", OUT_OF_REACH, on=blame, numbers=numbers)]
    if cathode.name == "PBA":
        what = f"KNA-3.5//PBA keeps its capacity over {CYCLES} cycles: metal for"
        alike = f"the disc is an estimate, the efficiency the paper's; of K the same; {why}"
        shown, kept = f"{lasts:.0f} cycles", lasts > CYCLES
        item = Item("figure 4e", what, f"{CYCLES} cycles", shown, PREDICTED, kept, alike, numbers)
        found.insert(0, item)
    return found


def _draw(axis: Any, lines: dict[str, float]) -> None:
    for name, lasts in lines.items():
        label = f"K or KNA-3.5//{name}, model"
        axis.plot([0, lasts, lasts], [100, 100, 0], color=COLOURS[name], label=label)
    axis.plot([0, CYCLES], [100, 100], "k--", label="KNA-3.5//PBA, paper")
    axis.set(xlabel="cycle", ylabel="retention (%)", ylim=(0, 115), xlim=(0, None))
    axis.legend(frameon=False)


RETENTION = Experiment(
    "retention", "capacity retention of the full cells by the anode's losses", retention
)
