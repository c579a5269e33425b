"""Checks of the electrodes: charge transfer, film, two metals, and the current's distribution.

Everything about flat electrodes has a formula for the voltage, written here from the textbook's
law and not taken from `physics`.
"""

from collections.abc import Callable, Iterator
from math import asinh, exp, log, sqrt

from scipy.optimize import brentq

from ..inputs.case import Case
from ..inputs.numerics import Numerics
from ..physics.closures import DiluteSolution
from ..physics.drive import Galvanostatic, Rest
from ..results.observe import Observer, Row
from ..run import simulate
from . import distribution, electrode_condition
from .cells import (
    at_start,
    butler_volmer,
    cell,
    electrode,
    electrolyte,
    first_instant,
    line,
    potassium,
    slab,
    sodium,
    voltage,
)
from .check import Check

SIDES = ("working", "counter")


def butler_volmer_and_film() -> Iterator[Check]:
    """Voltage of a flat cell at time zero: two overpotentials, two films, the liquid.

    The concentration is uniform, so V = eta_working(-J) - eta_counter(J) - J L/kappa, with eta(i)
    the root of i = i0 {a exp(alpha_a eta/V_T) - (c/c_ref) exp(-alpha_c eta/V_T)} plus the film's
    R i. For alpha_a = alpha_c = 1/2 and a = 1 the root is
    eta = V_T ln(c/c_ref) + 2 V_T asinh(i / (2 i0 sqrt(c/c_ref))).
    """
    yield _flat("1d")
    skew = butler_volmer(alpha_a=0.3, alpha_c=0.7)
    case = cell(numerics=first_instant(), reactions=(potassium(skew), sodium(skew)))
    J = case.drive.current
    eta = _root(case, "working", -J) - _root(case, "counter", J)
    expected = eta - J * (_films(case) + _liquid_resistance(case))
    name = "Butler-Volmer, alphas 0.3 and 0.7: voltage [V]"
    yield Check(name, expected, voltage(at_start(case)), 1e-8)


def every_dimension() -> Iterator[Check]:
    """The same voltage where the flat cell is drawn in two or three dimensions."""
    for dimension in ("2d", "axisymmetric", "3d"):
        yield _flat(dimension)


def _flat(dimension: str) -> Check:
    case = cell(slab(dimension), numerics=first_instant())
    ohmic = case.drive.current * (_films(case) + _liquid_resistance(case))
    c = case.electrolyte.salt_concentration
    expected = -(ohmic + _surface_overpotentials(case, c, c))
    name = f"Butler-Volmer and film, {dimension}: voltage [V]"
    return Check(name, expected, voltage(at_start(case)), 1e-8)


def mixed_potential() -> Iterator[Check]:
    """Open circuit of the alloy against potassium with Na+ in the liquid: cementation.

    Each electrode finds the potential where the partial currents of the metals cancel; film and
    liquid carry no current. The scalar root knows nothing of the finite elements.
    """
    case = cell(
        electrolyte=electrolyte(sodium="30 mol/m^3"),
        working=electrode("KNA-3.5"),
        drive=Rest(duration="1 s"),
        numerics=first_instant(),
    )
    row = _first_row(case)
    mixed = _root(case, "working", 0.0)
    expected = mixed - _root(case, "counter", 0.0)
    yield Check("mixed potential at rest: voltage [V]", expected, row["voltage [V]"], 1e-6)
    plated = -_partial_currents(case, "working", mixed)["Na"]
    yield Check("cementation current of Na [A/m2]", plated, row["current_Na [A/m2]"], 1e-7)
    yield Check(
        "net current at rest [A/m2]", 0.0, row["current [A/m2]"], 1e-10 * plated, "absolute"
    )


def exchange_equilibrium() -> Iterator[Check]:
    """No partial current where a_Na c_K / (a_K c_Na) = K_ex = exp(F (E_Na - E_K) / RT).

    The concentrations count in units of their reference values. The first metal's activities are
    the alloy's; the amount of Na+ is chosen for the equilibrium, and the two metals then share one
    potential, V_T ln(c_K / (c_ref a_K)).
    """
    case = cell(
        working=electrode("KNA-3.5"), counter=electrode("KNA-3.5"),
        drive=Rest(duration="1 s"), numerics=first_instant(),
    ).resolved()  # fmt: skip
    host, guest = case.reactions
    metal, V_T = case.working.metal, case.nature.thermal_voltage
    constant = exp((guest.standard_potential - host.standard_potential) / V_T)
    share = metal.activity("Na") / metal.activity("K") / constant  # (c_Na/c_ref) / (c_K/c_ref)
    share *= guest.kinetics.reference_concentration / host.kinetics.reference_concentration
    salt = case.electrolyte.salt_concentration
    sodium_ions = salt * share / (1 + share)
    case = case.model_copy(update={"electrolyte": electrolyte(sodium=f"{sodium_ions} mol/m^3")})
    row = _first_row(case)
    for reaction in case.reactions:
        i, i0 = row[f"current_{reaction.name} [A/m2]"], reaction.kinetics.exchange_current_density
        name = f"exchange equilibrium: current of {reaction.name} [A/m2]"
        yield Check(name, 0.0, i, 1e-10 * i0, "absolute")


def alloy_potential() -> Iterator[Check]:
    """Open circuit of alloys against potassium, where only K reacts: E = -(RT/F) ln a_K."""
    for name in ("KNA-3.5", "KNA-33.7"):
        case = cell(
            working=electrode(name),
            reactions=(potassium(butler_volmer()),),
            drive=Rest(duration="1 s"),
            numerics=first_instant(),
        ).resolved()
        expected = -case.nature.thermal_voltage * log(case.working.metal.activity("K"))
        yield Check(f"potential of {name} against K [V]", expected, voltage(at_start(case)), 1e-8)


def tertiary_voltage() -> Iterator[Check]:
    """Steady voltage of a symmetric cell with concentrations between the electrodes.

    Nothing moves the anion, so N_- = 0 gives c = c0 [1 + (J/J_lim)(2y/L - 1)] with
    J_lim = 2 F D_eff c0 / ((1 - t) L). The liquid's potential drops by J L/kappa
    + V_T [2 (1 - t) X - 1] ln(c_a/c_c) from anode to cathode; Nernst's part of the overpotentials
    adds V_T ln(c_a/c_c), and i0 sqrt(c/c_ref) is the exchange current of each electrode, so

        -V = J L/kappa + J (R_w + R_c) + 2 V_T (1 - t) X ln(c_a/c_c)
             + 2 V_T sum over both of asinh(J / (2 i0 sqrt(c/c_ref))).

    This is the formula of Newman and Thomas-Alyea for potentials against a reference electrode.
    """
    case = cell(drive=_for_ever("60 A/m^2"), numerics=_long_steps())
    t, X = case.electrolyte.transference_number, case.electrolyte.thermodynamic_factor
    J, V_T = case.drive.current, case.nature.thermal_voltage
    c_a, c_c = _steady_concentrations(case, case.electrolyte.salt_diffusivity, t)
    expected = -(
        J * (_liquid_resistance(case) + _films(case))
        + 2 * V_T * (1 - t) * X * log(c_a / c_c)
        + _surface_overpotentials(case, c_a, c_c)
    )
    row = simulate(case).history[-1]
    lowest = row["min_surface_concentration [mol/m3]"]
    yield Check("tertiary cell: voltage [V]", expected, row["voltage [V]"], 1e-8)
    yield Check("tertiary cell: salt at the cathode [mol/m3]", c_c, lowest, 1e-9)


def tertiary_voltage_dilute() -> Iterator[Check]:
    """The same cell with Nernst-Planck's ions, whose conductivity follows the concentration.

    N_- = 0 reads grad c = c grad(phi)/V_T: the liquid's potential drops by V_T ln(c_a/c_c), and
    Nernst's part adds as much. J_lim = 2 F D_eff c0 / ((1 - t) L) = 4 F D_K,eff c0 / L.
    Linear elements carry the logarithm with an error of O(h^2).
    """
    case = cell(
        line(1000), closure=DiluteSolution(), drive=_for_ever("60 A/m^2"), numerics=_long_steps()
    )
    J, V_T, ions = case.drive.current, case.nature.thermal_voltage, case.electrolyte.ions
    c_a, c_c = _steady_concentrations(case, 2 * ions[0].diffusivity, 0.0)
    expected = -(
        J * _films(case) + 2 * V_T * log(c_a / c_c) + _surface_overpotentials(case, c_a, c_c)
    )
    got = simulate(case).history[-1]["voltage [V]"]
    yield Check("tertiary cell, dilute solution: voltage [V]", expected, got, 1e-7)


def _for_ever(current: str) -> Galvanostatic:
    """Return a drive over thousands of times the half minute that diffusion needs across."""
    return Galvanostatic(current=current, duration="144 h")


def _long_steps() -> Numerics:
    """Six implicit steps: they conserve the anion and let all else come to rest."""
    return Numerics(first_step="24 h", time_tolerance=1e3, frames=6)


def _films(case: Case) -> float:
    """Return the area resistance of both films [ohm m2]."""
    return sum(float(getattr(case, side).film.resistance) for side in SIDES)


def _effective(case: Case, property: float) -> float:
    """Bruggeman: a property per total cross-section is porosity**exponent times the liquid's."""
    return float(case.separator.porosity**case.separator.bruggeman_exponent * property)


def _liquid_resistance(case: Case) -> float:
    """Return L / kappa_eff [ohm m2]."""
    return float(case.mesh.gap / _effective(case, case.electrolyte.conductivity))


def _steady_concentrations(case: Case, D: float, t: float) -> tuple[float, float]:
    """Return the salt at anode and cathode, c0 (1 +- J/J_lim), J_lim = 2 F D_eff c0/((1 - t) L)."""
    c0, L = case.electrolyte.salt_concentration, case.mesh.gap
    limit = 2 * case.nature.faraday * _effective(case, D) * c0 / ((1 - t) * L)
    share = case.drive.current / limit
    return c0 * (1 + share), c0 * (1 - share)


def _surface_overpotentials(case: Case, *concentrations: float) -> float:
    """Return the sum over the electrodes of 2 V_T asinh(J / (2 i0 sqrt(c/c_ref)))."""
    law, V_T = case.reactions[0].kinetics, case.nature.thermal_voltage
    half = case.drive.current / (2 * law.exchange_current_density)
    return sum(
        2 * V_T * asinh(half / sqrt(c / law.reference_concentration)) for c in concentrations
    )


def _partial_currents(case: Case, side: str, potential: float) -> dict[str, float]:
    """Return each metal's current density where metal minus liquid is at `potential`, by hand."""
    V_T, metal = case.nature.thermal_voltage, getattr(case.resolved(), side).metal
    found = {}
    for reaction in case.reactions:
        law, eta = reaction.kinetics, potential - reaction.standard_potential
        c = case.electrolyte.ion(reaction.ion).concentration / law.reference_concentration
        anodic = metal.activity(reaction.name) * exp(law.anodic_transfer_coefficient * eta / V_T)
        cathodic = c * exp(-law.cathodic_transfer_coefficient * eta / V_T)
        found[reaction.name] = law.exchange_current_density * (anodic - cathodic)
    return found


def _root(case: Case, side: str, current: float) -> float:
    """Return the potential, metal minus liquid, at which the metals together carry `current`."""

    def excess(potential: float) -> float:
        return sum(_partial_currents(case, side, potential).values()) - current

    return float(brentq(excess, -1.0, 1.0, xtol=1e-15, rtol=1e-14))


def _first_row(case: Case) -> Row:
    return Observer(at_start(case)).measure(0.0)


CHECKS: tuple[Callable[[], Iterator[Check]], ...] = (
    butler_volmer_and_film,
    every_dimension,
    mixed_potential,
    exchange_equilibrium,
    alloy_potential,
    tertiary_voltage,
    tertiary_voltage_dilute,
    *electrode_condition.CHECKS,
    *distribution.CHECKS,
)
