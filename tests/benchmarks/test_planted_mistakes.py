"""Mistakes planted in the physics on purpose: each is seen by a check that is named here.

A check nobody has seen fail proves nothing. Which kind of check sees which mistake differs, and
most mistakes are seen by few; so no check is dropped because another one seems to cover it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest

from fem_kna.commands.verify import survived
from fem_kna.geometry.domain import Domain
from fem_kna.physics import closures, kinetics
from fem_kna.physics.closures import ConcentratedSolution
from fem_kna.physics.composition import Diffusing
from fem_kna.physics.drive import Galvanostatic
from fem_kna.physics.flow import pressing
from fem_kna.physics.frame import Moved, Surface
from fem_kna.physics.kinetics import ButlerVolmer
from fem_kna.physics.phases import RoundedPhases
from fem_kna.physics.shift import MonroeNewman
from fem_kna.solve.bdf2 import Bdf2
from fem_kna.system import alloys, cell, integrals, laws
from fem_kna.system import fronts as moving
from fem_kna.system.cell import Cell
from fem_kna.system.pieces import Front, Side
from fem_kna.system.scales import Scales
from fem_kna.verify import (
    alloying,
    conservation,
    diffusing,
    distribution,
    flowing,
    front_volumes,
    fronts,
    transport_orders,
    transport_profiles,
)
from fem_kna.verify import kinetics as electrodes
from fem_kna.verify.check import CheckFunction
from fem_kna.verify.groups import GROUPS

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Mistake:
    """A mistake, the check function that sees it, and how the check that must fail begins."""

    plant: Plant
    function: CheckFunction
    check: str


def ion_flux(flux: Callable[..., Any]) -> Plant:
    """Replace the Nernst-Planck flux by ``flux(true, D, z, c, phi, V_T, grad)``."""
    true = closures.ion_flux
    return lambda patch: patch.setattr(closures, "ion_flux", lambda *given: flux(true, *given))


def law(change: Callable[..., tuple[Any, ...]]) -> Plant:
    """Let Butler-Volmer see other arguments than it is given."""
    true = ButlerVolmer.current

    def current(self: Any, *given: Any) -> Any:
        return true(self, *change(*given))

    return lambda patch: patch.setattr(ButlerVolmer, "current", current)


def salt(**factors: float) -> Plant:
    """Let the concentrated solution read other properties of the salt."""
    true = ConcentratedSolution.fluxes

    def fluxes(self: Any, electrolyte: Any, *given: Any) -> Any:
        update = {name: f * getattr(electrolyte, name) for name, f in factors.items()}
        return true(self, electrolyte.model_copy(update=update), *given)

    return lambda patch: patch.setattr(ConcentratedSolution, "fluxes", fluxes)


def term(name: str, factor: float, where: Any = cell) -> Plant:
    """Multiply a term of the conservation equations, of those in a module."""
    true = getattr(where, name)
    return lambda patch: patch.setattr(where, name, lambda *given: factor * true(*given))


def signed_smoothing(front: Front, speed: Any) -> Any:
    return front.law.mullins_coefficient + front.smoothing * speed


def replaced(owner: Any, name: str, value: Any) -> Plant:
    """Put something else in the place of a function or property."""
    return lambda patch: patch.setattr(owner, name, value)


def cathodic_exponent_doubled(patch: pytest.MonkeyPatch) -> None:
    def current(self: Any, overpotential: Any, concentration: Any, activity: Any, V_T: Any) -> Any:
        i0, eta = self.exchange_current_density, overpotential / V_T
        c = concentration / self.reference_concentration
        alpha_a, alpha_c = self.anodic_transfer_coefficient, 2 * self.cathodic_transfer_coefficient
        return i0 * (activity * kinetics.exp(alpha_a * eta) - c * kinetics.exp(-alpha_c * eta))

    patch.setattr(ButlerVolmer, "current", current)


def film_forgotten(patch: pytest.MonkeyPatch) -> None:
    def partial_currents(self: Any, state: Any, side: Any) -> Any:
        c, V_T = self.concentrations(state), self.nature.thermal_voltage
        step = side.phi - state.phi
        return kinetics.partial_currents(self.reactions, side.metal, step, c, V_T)

    patch.setattr(Cell, "partial_currents", partial_currents)


def standard_potential_sign(patch: pytest.MonkeyPatch) -> None:
    def partial_currents(
        reactions: Any, metal: Any, step: Any, c: Any, V_T: Any, shift: Any
    ) -> Any:
        return {
            r.ion: r.kinetics.current(
                step + r.standard_potential, c[r.ion], metal.activity(r.name), V_T
            )
            for r in reactions
        }

    patch.setattr(cell, "partial_currents", partial_currents)


def current_scale(patch: pytest.MonkeyPatch) -> None:
    true = Scales.of
    patch.setattr(Scales, "of", lambda self, unit: (2 if unit == "A/m^2" else 1) * true(self, unit))


def drive_sign(patch: pytest.MonkeyPatch) -> None:
    def balance(self: Any, voltage: Any, i: Any, test: Any, front: Any, counter: Any) -> Any:
        return i * test * front - self.current * test * counter

    patch.setattr(Galvanostatic, "balance", balance)


def charge_by_another_rule(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        Bdf2, "integral", lambda self, rate, earlier: earlier[0] + rate / float(self._a[0])
    )


def second_order_lost(patch: pytest.MonkeyPatch) -> None:
    true = Bdf2.set_step
    patch.setattr(Bdf2, "set_step", lambda self, h, h1: true(self, h, None))


def porosity_forgotten(patch: pytest.MonkeyPatch) -> None:
    """The mat conducts as it should, but holds as much as the free liquid."""
    true = laws._medium

    def medium(region: str, separator: Any) -> Any:
        return SimpleNamespace(porosity=1.0, effective=true(region, separator).effective)

    patch.setattr(laws, "_medium", medium)


def capillarity_sign(patch: pytest.MonkeyPatch) -> None:
    """A bulge of the metal dissolves less readily, and not more."""
    true = cell.partial_currents

    def partial_currents(*given: Any) -> Any:
        *others, shift = given
        return true(*others, lambda metal: -shift(metal))

    patch.setattr(cell, "partial_currents", partial_currents)


def metal_feels(change: Callable[[Any, Any], Any]) -> Plant:
    """Press on the metal's surface with ``change(pressure, contact pressure)``."""
    true = cell.metal_residual

    def residual(state: Any, test: Any, pressure: Any, metal: Any) -> Any:
        return true(state, test, change(pressure, state.mu), metal)

    return lambda patch: patch.setattr(cell, "metal_residual", residual)


def skeleton_pressed_by_half(patch: pytest.MonkeyPatch) -> None:
    true = cell.contact_residual

    def residual(state: Any, rate: Any, test: Any, *given: Any) -> Any:
        side = given[0].sides(state)[given[1]]
        surface = Surface(side.frame, side.N)
        excess = pressing(state.mu / 2, test.d, surface, side.ds)
        return true(state, rate, test, *given) + excess

    patch.setattr(cell, "contact_residual", residual)


def ions_sit_in_tension(patch: pytest.MonkeyPatch) -> None:
    """The electrolyte's pressure drives ions in, and not out."""

    def work(self: Any, molar_volume: Any, load: Any) -> Any:
        return molar_volume * load.metal + self.partial_molar_volume * load.electrolyte

    patch.setattr(MonroeNewman, "work", work)


def volume_of_potassium_for_all(patch: pytest.MonkeyPatch) -> None:
    def dissolved(self: Any, state: Any, side: Any) -> Any:
        i = sum(self.partial_currents(state, side).values())
        return side.metal.molar_volume("K") * i / self.nature.faraday

    patch.setattr(Cell, "dissolved", dissolved)


def plated_as(change: Callable[..., Any]) -> Plant:
    """Let electrodes hold ``change(true, cell, place, metal)`` of what is plated on them."""
    true = cell.plated
    return lambda patch: patch.setattr(cell, "plated", lambda *given: change(true, *given))


def area_forgotten(true: Any, cell_: Any, place: int, metal: str) -> Any:
    return lambda state: state.amounts[metal]


def metal_stands_for_sodium(patch: pytest.MonkeyPatch) -> None:
    """The metal flows, but does not take its sodium along."""
    true = laws._alloy

    def alloy(*given: Any) -> Any:
        found = true(*given)
        return found and replace(found, velocity=lambda state: 0 * state.v)

    patch.setattr(laws, "_alloy", alloy)


def sodium_flux(factor: float) -> Plant:
    true = Diffusing.potential
    return lambda patch: patch.setattr(
        Diffusing, "potential", lambda self, *given: factor * true(self, *given)
    )


OTHER = {"K": "Na", "Na": "K"}


def activities_exchanged(patch: pytest.MonkeyPatch) -> None:
    true = RoundedPhases.activity
    patch.setattr(RoundedPhases, "activity", lambda self, name, x: true(self, OTHER[name], x))


HAND = "Butler-Volmer and film, 1d: voltage [V]"
DILUTE = "tertiary cell, dilute solution: voltage [V]"
TAKEN = ", working and counter: volume that the metal took [m3/m2]"

MISTAKES = {
    "migration sign flipped": Mistake(
        ion_flux(lambda true, D, z, *given: true(D, -z, *given)),
        electrodes.tertiary_voltage_dilute,
        DILUTE,
    ),
    "charge without its sign": Mistake(
        ion_flux(lambda true, D, z, *given: true(D, abs(z), *given)),
        electrodes.tertiary_voltage_dilute,
        "tertiary voltage dilute: no potentials fit the drive",  # the conductivity is negative
    ),
    "diffusivity doubled": Mistake(
        ion_flux(lambda true, D, *given: true(2 * D, *given)),
        electrodes.tertiary_voltage_dilute,
        DILUTE,
    ),
    "salt diffusivity doubled": Mistake(
        salt(salt_diffusivity=2.0),
        electrodes.tertiary_voltage,
        "tertiary cell: salt at the cathode [mol/m3]",
    ),
    "thermodynamic factor forgotten": Mistake(
        salt(thermodynamic_factor=1 / 1.3),
        electrodes.tertiary_voltage,
        "tertiary cell: voltage [V]",
    ),
    "cathodic exponent doubled": Mistake(
        cathodic_exponent_doubled, electrodes.butler_volmer_and_film, HAND
    ),
    "film forgotten": Mistake(film_forgotten, electrodes.butler_volmer_and_film, HAND),
    "electrode current sign": Mistake(term("outflow", -1), electrodes.butler_volmer_and_film, HAND),
    "current scale doubled": Mistake(current_scale, electrodes.butler_volmer_and_film, HAND),
    "drive sign flipped": Mistake(
        drive_sign, conservation.plating_on_a_line, "1-D, K: total current [A/m2]"
    ),
    "concentration forgotten in the kinetics": Mistake(
        law(lambda eta, c, a, V_T: (eta, 1 + 0 * c, a, V_T)),  # scaled: that of the start
        electrodes.tertiary_voltage,
        "tertiary cell: voltage [V]",
    ),
    "activity forgotten": Mistake(
        law(lambda eta, c, a, V_T: (eta, c, 1.0, V_T)),
        electrodes.alloy_potential,
        "potential of KNA-3.5 against K [V]",
    ),
    "standard potential's sign": Mistake(
        standard_potential_sign, electrodes.mixed_potential, "cementation current of Na [A/m2]"
    ),
    "time derivative halved": Mistake(
        term("storage", 0.5, integrals),
        transport_profiles.concentrated_transient_profile,
        "concentrated: error of the profile after 0.1 diffusion times [-]",
    ),
    "time derivative halved, and sodium lost": Mistake(
        term("storage", 0.5, integrals), conservation.given_voltage, "1-D, potentiostatic: ions [-]"
    ),
    "porosity forgotten in the storage": Mistake(
        porosity_forgotten,
        transport_profiles.concentrated_transient_profile,
        "concentrated: error of the profile after 0.1 diffusion times [-]",
    ),
    "second order in time lost": Mistake(
        second_order_lost, transport_orders.order_in_time, "time, equal steps: order of K+ [-]"
    ),
    "charge not by the scheme's rule": Mistake(
        charge_by_another_rule, conservation.plating_on_a_line, "1-D, K: charge J t [C/m2]"
    ),
    "round cell taken for a flat one": Mistake(
        replaced(Domain, "weight", property(lambda self: 1.0)),
        distribution.hemisphere,
        "hemisphere, Wa = 0: focus [-]",
    ),
    "capillarity's sign": Mistake(
        capillarity_sign, fronts.levelling_at_rest, "levelling by kinetics [1/s]"
    ),
    "surface diffusion's sign": Mistake(
        term("surface_diffusion", -1),
        fronts.levelling_by_surface_diffusion,
        "levelling by surface diffusion [1/s]",
    ),
    "numerical smoothing left out": Mistake(
        replaced(Front, "diffusion", lambda self, speed: self.law.mullins_coefficient),
        fronts.levelling_by_smoothing,
        "smoothing, concentrated, 10 um",
    ),
    "numerical smoothing that sharpens a front as it grows": Mistake(
        replaced(Front, "diffusion", signed_smoothing),
        fronts.levelling_by_smoothing,
        "smoothing, concentrated, 10 um",
    ),
    "salt left behind by the mesh": Mistake(
        term("convection", 0, integrals), fronts.steady_travel, "steady travel, concentrated, 30 um"
    ),
    "salt left behind by the mesh, and ripples": Mistake(
        term("convection", 0, integrals), fronts.some_growth_rates, "growth, dilute, 10 um"
    ),
    "metal's flow leaves its front behind": Mistake(
        term("carried", 0), flowing.levelling, "levelling, deep: rate"
    ),
    "metal's flow takes its front the other way": Mistake(
        term("carried", -1), flowing.power, "power, at rest: energies"
    ),
    "capillarity's sign in the metal": Mistake(
        metal_feels(lambda pressure, contact: -pressure), flowing.levelling, "levelling, deep: rate"
    ),
    "capillarity doubled in the metal": Mistake(
        metal_feels(lambda pressure, contact: 2 * pressure),
        flowing.growth_against_flow,
        "concentrated, 10 um",
    ),
    "metal does not feel the separator": Mistake(
        metal_feels(lambda pressure, contact: pressure - contact),
        flowing.levelling_under_a_separator,
        "levelling, under a neo-Hookean: rate",
    ),
    "separator feels half of what the metal feels": Mistake(
        skeleton_pressed_by_half,
        flowing.dissolution_under_pressure,
        "levelling, by kinetics under a hard separator: rate",
    ),
    "film pulls half as much": Mistake(
        term("film_residual", 0.5),
        flowing.levelling_under_a_taut_film,
        "levelling, under a taut film: rate",
    ),
    "metal slips freely under its film": Mistake(
        term("film_residual", 0),
        flowing.levelling_under_a_stiff_film,
        "levelling, depth 1/k, under a stiff film: rate",
    ),
    "ions sit in tension": Mistake(
        ions_sit_in_tension, flowing.shift_of_the_kinetics, "MonroeNewman under a separator: shift"
    ),
    "molar volume of the other metal": Mistake(
        volume_of_potassium_for_all, front_volumes.curved_fronts, "bump, 2d" + TAKEN
    ),
    "swept volume to first order": Mistake(
        replaced(Moved, "swept", lambda self: self.d),
        front_volumes.curved_fronts,
        "bump, 2d" + TAKEN,
    ),
    "front's area as it was": Mistake(
        replaced(Side, "area", property(lambda self: 1.0)),
        front_volumes.curved_fronts,
        "bump, 2d" + TAKEN,
    ),
    "plated metal taken off": Mistake(
        plated_as(lambda true, *given: lambda state: -true(*given)(state)),
        alloying.plating_rest_stripping,
        "plating, rest, stripping: sodium [-]",
    ),
    "plated metal not spread as the front grows": Mistake(
        plated_as(area_forgotten), alloying.new_meshes, "new meshes: potassium [-]"
    ),
    "sodium not taken along by the metal": Mistake(
        metal_stands_for_sodium, diffusing.alloy_stays_uniform, "uniform alloy: spread"
    ),
    "sodium left behind by the mesh in the metal": Mistake(
        term("convection", 0, alloys), diffusing.alloy_stays_uniform, "uniform alloy: spread"
    ),
    "sodium diffuses twice as fast": Mistake(
        sodium_flux(2.0), diffusing.similarity, "similarity: error of the profile"
    ),
    "activities exchanged": Mistake(
        activities_exchanged, alloying.exchange_equilibrium, "exchange equilibrium: step"
    ),
    "circles about the axis not stretched": Mistake(
        replaced(moving, "hoop", lambda domain: lambda d: 0.0),
        front_volumes.curved_fronts,
        "bump, axisymmetric" + TAKEN,
    ),
}


def missed(function: CheckFunction) -> list[str]:
    """Names of the checks of `function` that fail; a run that breaks down is one of them."""
    return [check.name for check in survived(function) if not check.passed]


# Fronts with metal behind them, or meshed anew: half a minute each, most of it compiling.
LONG = {*GROUPS["flow"], *GROUPS["alloy"], front_volumes.curved_fronts, fronts.some_growth_rates}
LONG -= {alloying.exchange_equilibrium}
NAMES = [
    pytest.param(name, marks=[pytest.mark.slow] * (mistake.function in LONG))
    for name, mistake in MISTAKES.items()
]


@pytest.mark.parametrize("name", NAMES)
def test_planted_mistake_is_seen(name, monkeypatch):
    mistake = MISTAKES[name]
    mistake.plant(monkeypatch)
    names = missed(mistake.function)
    assert any(found.startswith(mistake.check) for found in names), names


@pytest.mark.parametrize("name", MISTAKES)
def test_without_it_the_check_is_one_that_other_tests_hold(name):
    """What `fem-kna verify` runs, and a test beside this one group by group."""
    assert any(MISTAKES[name].function in functions for functions in GROUPS.values())
