"""Checks of two metals that exchange: equilibria, mixed potentials, what is kept, what is retained.

Closed forms by hand: with symmetric Butler-Volmer kinetics of both metals no net current flows at

    exp(F E / RT) = [sum_j i0_j c_j/c_ref,j exp(F E_j / 2RT)] / [sum_j i0_j a_j exp(-F E_j / 2RT)],

and no metal exchanges when a_Na c_K / (a_K c_Na) = K_ex.
"""

from collections.abc import Iterator
from math import exp, log
from typing import Any

from mpi4py import MPI
from scipy.optimize import brentq

from ..inputs.case import Case, Electrode, potassium_and_sodium
from ..physics.composition import WellMixed
from ..physics.drive import Drive, Galvanostatic, Rest
from ..physics.film import UniformFilm
from ..physics.front import MovingFront
from ..results.observe import Observer, Row
from ..run import simulate
from ..system.build import Model, model_of
from ..system.renew import under_new_drive
from .cells import both_metals, cell, electrolyte
from .check import Check
from .growing import flat, growing, ripple

EXACT = 1e-10
EQUILIBRIUM = 1e-3
SALT, SODIUM = 500.0, 30.0  # [mol m-3] of anions, and of Na+


def exchange_equilibrium() -> Iterator[Check]:
    """At rest K cements Na+ until a_Na c_K/(a_K c_Na) = K_ex, at the state that atoms allow."""
    case = alloyed(drive=Rest(duration="2 h")).resolved()
    history = list(rows(case))
    first, last = history[0], history[-1]
    yield Check("mixed potential over pure K [V]", *_mixed(case, SODIUM, first), 1e-9)
    metal: Any = case.working.metal
    depth = 2 * case.working.composition.depth / metal.molar_volume("K")  # on both electrodes
    liquid = case.separator.porosity * case.mesh.gap

    def miss(c: float) -> float:
        return log(quotient(case, (SODIUM - c) * liquid / depth, c) / exchange_constant(case))

    c = brentq(miss, 1e-6 * SODIUM, (1 - 1e-9) * SODIUM, xtol=1e-12)
    found = last["sodium_in_electrolyte [mol/m2]"] / liquid
    yield Check("Na+ left in the liquid [mol/m3]", c, found, EQUILIBRIUM)
    x = last["mean_surface_sodium_fraction [-]"]
    got = quotient(case, x, found)
    yield Check("a_Na c_K / (a_K c_Na) [-]", exchange_constant(case), got, EQUILIBRIUM)
    yield from kept("rest", history)


def plating_rest_stripping() -> Iterator[Check]:
    """No atom of either metal is lost as fronts that move plate, rest and strip."""
    case = alloyed("KNA-3.5", moving=True)
    current = [Galvanostatic(current=f"{J} A/m^2", duration="1 min") for J in (40, -60)]
    history = list(rows(case, Rest(duration="2 min"), current[1], current[0]))
    yield from kept("plating, rest, stripping", history)


def new_meshes() -> Iterator[Check]:
    """Atoms and their places are carried over to new meshes of a ripple that grows."""
    film = UniformFilm(resistance="3 ohm*cm^2")
    working = Electrode(
        metal="K", film=film, front=MovingFront(), composition=WellMixed(depth="2 um")
    )
    salt = electrolyte(sodium=f"{SODIUM} mol/m^3")
    case = growing(
        ripple(), 600, 20, remeshing={"quality": 0.5, "longest": 1.2}, electrolyte=salt,
        working=working, counter=electrode("KNA-3.5", "10 um"), reactions=both_metals(),
    )  # fmt: skip
    result = simulate(case)
    yield Check("new meshes [-]", 2, result.summary["remeshes [-]"], 0.0, "at least")
    yield from kept("new meshes", result.history)


def sodium_is_retained() -> Iterator[Check]:
    """Potassium is stripped first: of a thin alloy the sodium stays until potassium is gone."""
    electrodes = {
        side: electrode("KNA-3.5", depth)
        for side, depth in (("working", "2 um"), ("counter", "20 um"))
    }
    drive, metals = Galvanostatic(current="-40 A/m^2", duration="85 s"), potassium_and_sodium()
    (first, *_, last) = rows(alloyed(drive=drive, reactions=metals, **electrodes))
    had, has = (row["sodium_in_working [mol/m2]"] for row in (first, last))
    yield Check("Na kept as K is stripped [-]", 1.0, has / had, 0.02, "at least")
    left = last["potassium_in_working [mol/m2]"] / first["potassium_in_working [mol/m2]"]
    yield Check("K left [-]", 0.2, left, 0.0, "at most")
    rose = [row["mean_surface_sodium_fraction [-]"] for row in (first, last)]
    yield Check("Na in the metal left [-]", 3 * rose[0], rose[1], 0.0, "at least")


def alloyed(metal: str = "K", moving: bool = False, **fields: Any) -> Case:
    """Return a cell with K+ and Na+ whose electrodes are 5 um of `metal`, well mixed."""
    front = {"front": MovingFront()} if moving else {}
    both = {side: electrode(metal, **front) for side in ("working", "counter")}
    mesh = flat("1d", gap="0.1 mm") if moving else None
    defaults = {"electrolyte": electrolyte(sodium=f"{SODIUM} mol/m^3"), **both}
    return cell(mesh, **(defaults | fields))


def electrode(metal: str, depth: str = "5 um", **fields: Any) -> Electrode:
    """Return a well-mixed electrode under a uniform film."""
    film = UniformFilm(resistance="30 ohm*cm^2")
    return Electrode(metal=metal, film=film, composition=WellMixed(depth=depth), **fields)


def rows(case: Case, *then: Drive) -> Iterator[Row]:
    """Yield the rows of a case's history, under its drive and then those of `then`."""
    model = model_of(case.resolved(), MPI.COMM_WORLD)
    try:
        observer = Observer(model)
        model.march.start()
        yield observer.measure(0.0)
        yield from _marched(model, observer)
        for drive in then:
            model = under_new_drive(model, model.case.model_copy(update={"drive": drive}))
            observer = Observer(model, observer.ledger)
            yield from _marched(model, observer)
    finally:
        model.close()


def _marched(model: Model, observer: Observer) -> Iterator[Row]:
    duration = model.case.drive.duration / model.scales.of("s")
    for dt in model.march.until(model.march.time + duration):
        yield observer.measure(dt)


def kept(name: str, history: list[Row]) -> Iterator[Check]:
    """Yield that the atoms of both metals are there all the time, and that some have moved."""
    for metal in ("potassium", "sodium"):
        drift = max(row[f"{metal}_drift [-]"] for row in history)
        yield Check(f"{name}: {metal} [-]", 0.0, drift, EXACT, "absolute")
    liquid = [row["sodium_in_electrolyte [mol/m2]"] for row in history]
    yield Check(f"{name}: Na+ left [-]", 0.9, min(liquid) / liquid[0], 0.0, "at most")


def exchange_constant(case: Case) -> float:
    """Return a_Na c_K / (a_K c_Na) in equilibrium, by both metals' Nernst equations."""
    K, Na = case.reactions
    shift = (Na.standard_potential - K.standard_potential) / case.nature.thermal_voltage
    reference = K.kinetics.reference_concentration / Na.kinetics.reference_concentration
    return float(reference * exp(shift))


def quotient(case: Case, x: float, c: float) -> float:
    """Return a_Na c_K / (a_K c_Na) at the metal's composition `x` and Na+ at `c` [mol m-3]."""
    phases: Any = case.working.composition.phases
    return float(phases.activity("Na", x) / phases.activity("K", x) * (SALT - c) / c)


def _mixed(case: Case, c: float, row: Row) -> tuple[float, float]:
    """Return the mixed potential by hand and as reported [V]."""
    V_T, law = case.nature.thermal_voltage, case.working.composition
    metal = law.surface(case.working.metal, law.initial(case.working.metal))
    concentrations = {"K": SALT - c, "Na": c}
    plating = stripping = 0.0
    for r in case.reactions:
        kinetics, half = r.kinetics, r.standard_potential / (2 * V_T)
        share = concentrations[r.name] / kinetics.reference_concentration
        plating += kinetics.exchange_current_density * share * exp(half)
        stripping += kinetics.exchange_current_density * metal.activity(r.name) * exp(-half)
    return V_T * log(plating / stripping), row["mixed_potential [V]"]


CHECKS = (exchange_equilibrium, plating_rest_stripping, new_meshes, sodium_is_retained)
