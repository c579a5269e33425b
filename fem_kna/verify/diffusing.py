"""Checks of sodium in metal that grows: a similarity solution, uniform alloys, atoms that are kept.

A front at s = 2 lambda sqrt(D t) on a half-space of metal at rest (X < s), on which potassium and
sodium are plated in a constant ratio, keeps a constant concentration c_s at its surface:

    c = c_s [1 + erf(X / 2 sqrt(D t))] / [1 + erf(lambda)],
    j_Na = sqrt(D / t) c_s {lambda + exp(-lambda^2) / (sqrt(pi) [1 + erf(lambda)])},
    V_K j_K + V_Na j_Na = ds/dt,

Cottrell's diffusion from a plane that moves (Carslaw and Jaeger, Conduction of Heat in Solids,
section 11.2).
"""

from collections.abc import Iterator
from itertools import pairwise
from math import exp, pi, sqrt
from typing import Any

import numpy as np
from scipy.special import erf

from ..geometry.find import shape_named
from ..inputs.case import Case, Electrode
from ..inputs.units import CurrentDensity, Parameters
from ..materials import metal
from ..physics.composition import Diffusing, WellMixed, concentration
from ..physics.compound import Metastable
from ..physics.drive import Galvanostatic, Rest
from ..physics.film import UniformFilm
from ..physics.front import MovingFront
from ..physics.shift import FullTraction, NoShift
from ..results.observe import Row
from ..run import simulate
from ..system.build import Model
from .alloying import SODIUM, electrode, kept, rows
from .cells import OhmicKinetics, both_metals, butler_volmer, cell, discrete, electrolyte, potassium
from .cells import sodium as sodium_by
from .check import Check
from .growing import bump, growing

D = 1e-12  # [m2 s-1], of sodium in the metal
GROWTH = 0.4  # lambda
SURFACE = 150.0  # [mol m-3], c_s
BEGIN, END, STEPS = 20.0, 80.0, 100  # [s]
FILM = UniformFilm(resistance="3 ohm*cm^2")
KNA2, SHARE = "kna2_in_working [mol/m2]", "kna2_fraction [-]"
VOLUME = "deposited_volume [m3/m2]"
DECAY = 600.0  # [s]
PLATED = 2400 / 96485.33  # [mol m-2], of metals in a minute at 40 A/m2


class GivenCurrent(Parameters):
    """A current that a check prescribes."""

    given: CurrentDensity

    def current(self, overpotential: Any, concentration: Any, activity: Any, V_T: Any) -> Any:
        """Return the partial current density [A m-2], anodic positive."""
        return self.given + 0 * overpotential


def similarity() -> Iterator[Check]:
    """The profile of sodium behind a front that grows as the root of time."""
    law = Diffusing(in_potassium=f"{D} m^2/s")
    case = cell(
        line_of_metal("60 um"),
        electrolyte=electrolyte(sodium=f"{SODIUM} mol/m^3"),
        working=Electrode(metal="K", film=FILM, front=MovingFront(), composition=law),
        reactions=(potassium(butler_volmer()), sodium_by(GivenCurrent(given="-1 A/m^2"))),
    )
    with discrete(case) as model:
        c = model.fields.dissolved[0]
        unit = model.scales.of("mol/m^3")
        c.interpolate(lambda x: _exact(x[0] * model.scales.length, BEGIN) / unit)
        model.march.start()
        times = np.linspace(BEGIN, END, STEPS + 1)
        for t, h in zip(times[1:], np.diff(times), strict=True):
            _prescribe(model, float(t))
            assert model.march.try_step(float(h) / model.scales.of("s"))
        place = c.function_space.tabulate_dof_coordinates()[:, 0] * model.scales.length
        found = c.x.array * unit
    miss = float(np.abs(found - _exact(place, END)).max()) / SURFACE
    yield Check("similarity: error of the profile over c_s [-]", 0.0, miss, 2e-3, "absolute")
    at_front = float(found[np.argmax(place)])
    yield Check("similarity: sodium at the front [mol/m3]", SURFACE, at_front, 2e-3)
    yield Check("similarity: growth [m]", _front(END) - _front(BEGIN), float(place.max()), 1e-3)


def line_of_metal(depth: str) -> Any:
    """Return a 1-D cell with metal behind its front."""
    return shape_named("planar_cell")(
        dimension="1d", gap="0.4 mm", metal_depth=depth, front_size="0.25 um", growth=0.1
    )


def _front(t: float) -> float:
    return 2 * GROWTH * sqrt(D * t)


def _exact(x: np.ndarray, t: float) -> np.ndarray:
    """Return the concentration at heights above the front's at the start [m]."""
    found: np.ndarray = 1 + erf((x + _front(BEGIN)) / (2 * sqrt(D * t)))
    return SURFACE * found / (1 + erf(GROWTH))


def _prescribe(model: Model, t: float) -> None:
    """Set the currents of sodium and of the cell at a time [s]."""
    slope = exp(-(GROWTH**2)) / (sqrt(pi) * (1 + erf(GROWTH)))
    of_sodium = sqrt(D / t) * SURFACE * (GROWTH + slope)
    K: Any = model.case.working.metal
    speed = GROWTH * sqrt(D / t)
    of_potassium = (speed - K.molar_volume("Na") * of_sodium) / K.molar_volume("K")
    unit = model.scales.of("A/m^2") / model.case.nature.faraday
    model.cell.reactions[1].kinetics.given.value = -of_sodium / unit
    model.cell.drive.current.value = (of_sodium + of_potassium) / unit


def alloy_stays_uniform() -> Iterator[Check]:
    """A deposit of the metal's own composition leaves it uniform, however it grows and flows.

    On a bump, where currents differ along the front, through a new mesh. Both metals' currents are
    in the ratio of their atoms, for they have one potential and resistances in that ratio, and no
    load shifts them by their volumes.
    """
    alloy = metal("KNA-1.8")
    x = float(alloy.sodium_mole_fraction)
    laws = [OhmicKinetics(resistance=f"{1e-3 / share!r} ohm*m^2") for share in (1 - x, x)]
    one = [
        reaction.model_copy(update={"standard_potential": 0 * reaction.standard_potential})
        for reaction in (potassium(laws[0]), sodium_by(laws[1]))
    ]
    case = growing_metal(bump(metal_depth="4 um"), alloy.name, NoShift(), reactions=tuple(one))
    result = simulate(case)
    c = result.model.fields.dissolved[0].x.array * result.model.scales.of("mol/m^3")
    exact = concentration(x, alloy)
    miss = float(np.abs(c - exact).max() / exact)
    yield Check("uniform alloy: new meshes [-]", 1, result.summary["remeshes [-]"], 0.0, "at least")
    yield Check("uniform alloy: spread of sodium [-]", 0.0, miss, 1e-12, "absolute")


def atoms_in_metal() -> Iterator[Check]:
    """No atom is lost from metal in which sodium diffuses: plating, rest, stripping, new meshes.

    Nor from the KNa2 that forms in it, and on the counter electrode when that is plated.
    """
    compound = Metastable(decay_time=f"{DECAY} s")
    counter = electrode("K", front=MovingFront()).model_copy(
        update={"composition": WellMixed(depth="5 um", compound=compound)}
    )
    working = electrode("KNA-3.5", front=MovingFront()).model_copy(
        update={"composition": Diffusing(compound=compound)}
    )
    case = cell(
        line_of_metal("20 um"),
        electrolyte=electrolyte(sodium=f"{SODIUM} mol/m^3"),
        working=working,
        counter=counter,
    )
    strip = Galvanostatic(current="-60 A/m^2", duration="1 min")
    history = list(rows(case, Rest(duration="2 min"), strip))
    yield from kept("in metal, 1d", history)
    yield from _fades(history)
    result = simulate(growing_metal(bump(metal_depth="4 um"), "K", reactions=both_metals()))
    count = result.summary["remeshes [-]"]
    yield Check("in metal, bump: new meshes [-]", 1, count, 0.0, "at least")
    yield from kept("in metal, bump", result.history)


def _fades(history: list[Row]) -> Iterator[Check]:
    """Yield that KNa2 is buried as metal is plated for a minute, and fades at rest.

    In the last minute of the rest by its decay, and by what dissolves with the surface, as more
    volume of potassium does where sodium cements.
    """
    times = [row["time [s]"] for row in history]
    plated, early, late = (int(np.searchsorted(times, t)) for t in (60, 120, 180))
    rest = history[early : late + 1]
    least = 0.02 * PLATED
    yield Check("KNa2 buried [mol/m2]", least, history[plated][KNA2], 0.0, "at least")
    kept_by = exp(-(times[late] - times[early]) / DECAY) - _dissolved(rest) / rest[0][KNA2]
    yield Check("KNa2 left by rest [-]", kept_by, rest[-1][KNA2] / rest[0][KNA2], 1e-4)
    left = history[-1][KNA2] / rest[-1][KNA2]
    yield Check("KNa2 left by stripping [-]", 0.5, left, 0.0, "at most")


def _dissolved(rest: list[Row]) -> float:
    """Return what the end of `rest` misses of KNa2 for what dissolved with the surface [mol m-2].

    A third of the surface's atoms in KNa2 in each dissolved volume, the later part of which would
    have decayed less.
    """
    alloy, lost = metal("KNA-3.5"), 0.0
    for before, row in pairwise(rest):
        volume = before[VOLUME] - row[VOLUME]
        x, bound = (
            (before[key] + row[key]) / 2 for key in ("mean_surface_sodium_fraction [-]", SHARE)
        )
        atom = (1 - x) * alloy.molar_volume("K") + x * alloy.molar_volume("Na")
        middle = (before["time [s]"] + row["time [s]"]) / 2
        lost += exp(-(rest[-1]["time [s]"] - middle) / DECAY) * bound / 3 / atom * volume
    return float(lost)


def growing_metal(
    mesh: Any, name: str, shift: Any = None, compound: Metastable | None = None, **fields: Any
) -> Case:
    """Return a bump of metal in which sodium diffuses, that grows through a new mesh."""
    composed = Electrode(
        metal=name,
        film=FILM,
        front=MovingFront(surface_energy="0.3 J/m^2", shift=shift or FullTraction()),
        composition=Diffusing(compound=compound),
    )
    salt = electrolyte(sodium=f"{SODIUM} mol/m^3")
    remeshing = {"quality": 0.5, "longest": 1.2}
    return growing(mesh, 600, 8, remeshing=remeshing, electrolyte=salt, working=composed, **fields)


CHECKS = (similarity, alloy_stays_uniform, atoms_in_metal)
