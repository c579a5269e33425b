"""Checks of what must not be lost: ions, charge, and the metal that the charge pays for.

The amounts are kept by the form of the equations and not by a fine mesh, so that the tolerance is
that of the solver on the coarsest of meshes. What a run reports of itself is checked against sums
made here from its fields.
"""

from collections.abc import Iterator
from typing import Any

from dolfinx import fem
from mpi4py import MPI

from ..geometry.find import shape_named
from ..inputs.case import Case, Electrode
from ..inputs.numerics import Numerics
from ..physics.closures import DiluteSolution
from ..physics.drive import Potentiostatic
from ..physics.film import CrackedFilm
from ..run import Result, simulate
from .cells import cell, electrolyte
from .check import Check

EXACT = 1e-10


def plating_on_a_line() -> Iterator[Check]:
    """One dimension, potassium alone: the deposit's volume is V_K J t / F."""
    result = simulate(cell())
    case, history = result.model.case, result.history
    passed = case.drive.current * case.drive.duration
    volume = case.working.metal.molar_volume("K") * passed / case.nature.faraday
    yield from _balances("1-D, K", result)
    found = history[-1]["deposited_volume [m3/m2]"]
    yield Check("1-D, K: volume by Faraday [m3/m2]", volume, found, EXACT)


def codeposition_over_a_crack() -> Iterator[Check]:
    """Two metals over a crack, in 2-D and axisymmetric: currents vary along the front."""
    for dimension in ("2d", "axisymmetric"):
        yield from _balances(f"crack {dimension}, K and Na", simulate(crack(dimension)))


def other_discretisations() -> Iterator[Check]:
    """Quadratic elements, and Nernst-Planck's flux law with its own solved ions."""
    quadratic = crack("2d", numerics=Numerics(degree=2, time_tolerance=1e-2, frames=1))
    yield from _balances("crack 2d, P2", simulate(quadratic))
    dilute = cell(electrolyte=_mixed(), closure=DiluteSolution())
    yield from _balances("1-D, dilute solution", simulate(dilute))


def given_voltage() -> Iterator[Check]:
    """A potentiostatic drive: nobody prescribes the current, and it balances all the same."""
    drive = Potentiostatic(voltage="-0.4 V", duration="1 min")
    result = simulate(cell(electrolyte=_mixed(), drive=drive))
    yield from _kept("1-D, potentiostatic", result)
    got = result.history[-1]["voltage [V]"]
    yield Check("1-D, potentiostatic: voltage [V]", drive.voltage, got, EXACT)


def crack(dimension: str, **fields: Any) -> Case:
    """Return a coarse cell with a wide crack in its film, K+ and Na+ in the liquid."""
    patch = shape_named("crack_patch")(
        dimension=dimension, half_width="10 um", edge_width="8 um", width="40 um", gap="0.1 mm",
        edge_size="2 um", front_size="6 um", growth=0.4, far_size="20 um",
    )  # fmt: skip
    film = CrackedFilm(resistance="30 ohm*cm^2", cracked_resistance="3 ohm*cm^2")
    defaults = {"electrolyte": _mixed(), "working": Electrode(metal="K", film=film)}
    return cell(patch, **(defaults | fields))


def _mixed() -> Any:
    return electrolyte(sodium="30 mol/m^3")


def _balances(name: str, result: Result) -> Iterator[Check]:
    """Yield what holds at a given current: its value, its charge, and all that is `_kept`."""
    case, history = result.model.case, result.history
    J = case.drive.current
    worst = max((row["current [A/m2]"] for row in history), key=lambda got: abs(got - J))
    yield Check(f"{name}: total current [A/m2]", J, worst, EXACT)
    last = history[-1]
    yield Check(f"{name}: charge J t [C/m2]", J * case.drive.duration, last["charge [C/m2]"], EXACT)
    yield from _kept(name, result)


def _kept(name: str, result: Result) -> Iterator[Check]:
    """Yield what holds in any run: ions and charge, and the volume that the charge deposits."""
    summary, case, last = result.summary, result.model.case, result.history[-1]
    yield Check(f"{name}: ions [-]", 0.0, summary["salt_drift [-]"], EXACT, "absolute")
    yield Check(f"{name}: both electrodes [-]", 0.0, summary["charge_drift [-]"], EXACT, "absolute")
    mat, salt = case.separator, case.electrolyte.salt_concentration
    filled = mat.porosity * salt * case.mesh.gap
    yield Check(f"{name}: salt in the liquid [mol/m2]", filled, _salt(result), EXACT)
    metal = case.working.metal
    passed, of_sodium = last["charge [C/m2]"], last["plated_charge_Na [C/m2]"]
    volume = metal.molar_volume("K") * (passed - of_sodium) + metal.molar_volume("Na") * of_sodium
    got = last["deposited_volume [m3/m2]"]
    yield Check(f"{name}: deposited volume [m3/m2]", volume / case.nature.faraday, got, EXACT)


def _salt(result: Result) -> float:
    """Return the amount of the anion per area of the counter electrode [mol/m2]."""
    model = result.model
    state = model.fields.view(model.fields.now)
    anion = model.cell.concentrations(state)["X-"]
    amount = fem.assemble_scalar(
        fem.form(model.case.separator.porosity * anion * model.domain.dx())
    )
    total = model.domain.comm.allreduce(amount, op=MPI.SUM) / model.domain.measure_of("counter")
    return float(total * model.scales.of("mol/m^2"))


CHECKS = (
    plating_on_a_line,
    codeposition_over_a_crack,
    other_discretisations,
    given_voltage,
)
