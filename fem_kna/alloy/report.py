"""Everything the phase diagram says about one alloy, every number with its range."""

from collections.abc import Callable, Iterable, Iterator
from math import isfinite
from typing import NamedTuple

from ..inputs.units import Value
from .composition import mass_fraction
from .equilibria import liquidus_temperature, solidus_temperature
from .phases import AlloyState, state
from .potentials import (
    ELECTRONS,
    FARADAY,
    ion_ratio,
    potential_shift,
    ranged_driving_force,
)
from .ranges import ranged, spread
from .redlich_kister import VARIANTS
from .volumes import BCC_K, BCC_NA, KNA2, LIQUID, Phase, molar_mass, molar_volume

Facts = dict[str, Value]


class Report(NamedTuple):
    """An alloy in equilibrium: its own numbers, and those of each phase by the phase's name."""

    facts: Facts
    phases: dict[str, Facts]


def report(sodium_mole_fraction: float, temperature: float, gap: Value) -> Report:
    """Return what is known about an alloy, by names that carry the unit, as in files.

    A number that is not defined (the potential of a metal that is absent) is left out.

    Args:
        sodium_mole_fraction: 0 to 1.
        temperature: [K], -12.6 to 63.7 degC.
        gap: standard potential of Na+/Na minus that of K+/K [V], with its range; it may follow
            temperature.

    Raises:
        InputError: composition or temperature out of range.
    """
    alloys = tuple(state(sodium_mole_fraction, temperature, s) for s in VARIANTS)
    facts = {
        **_nominal(sodium_mole_fraction, temperature),
        **_liquid(alloys),
        **_melting(sodium_mole_fraction),
        **_potentials(alloys, gap.at(temperature)),
        **_compound(alloys),
    }
    return Report({key: value for key, value in facts.items() if isfinite(value)}, _phases(alloys))


def _nominal(x: float, temperature: float) -> Facts:
    numbers = {
        "temperature [K]": (temperature, "K"),
        "sodium_mole_fraction [-]": (x, ""),
        "sodium_mass_fraction [-]": (mass_fraction(x), ""),
    }
    return {key: Value(n, unit, "asked for", low=n, high=n) for key, (n, unit) in numbers.items()}


def _liquid(alloys: tuple[AlloyState, ...]) -> Facts:
    return {
        "liquid_mole_fraction [-]": spread(alloy.liquid_mole_fraction for alloy in alloys),
        "liquid_mass_fraction [-]": spread(alloy.liquid_mass_fraction for alloy in alloys),
        "liquid_volume_fraction [-]": spread(alloy.liquid_volume_fraction for alloy in alloys),
    }


def _melting(x: float) -> Facts:
    return {
        "solidus_temperature [K]": ranged(lambda s: solidus_temperature(x, s), "K"),
        "liquidus_temperature [K]": ranged(lambda s: liquidus_temperature(x, s), "K"),
    }


def _potentials(alloys: tuple[AlloyState, ...], gap: Value) -> Facts:
    T = alloys[0].temperature
    potassium = [potential_shift(alloy.activity_of_potassium, T) for alloy in alloys]
    sodium = [potential_shift(alloy.activity_of_sodium, T) for alloy in alloys]
    gaps = (gap, gap if gap.low is None else gap.low, gap if gap.high is None else gap.high)
    return {
        "activity_of_potassium [-]": spread(alloy.activity_of_potassium for alloy in alloys),
        "activity_of_sodium [-]": spread(alloy.activity_of_sodium for alloy in alloys),
        "potassium_potential_vs_K [V]": spread(potassium, "V"),
        "sodium_potential_vs_Na [V]": spread(sodium, "V"),
        "sodium_potential_vs_K [V]": spread((g + shift for g in gaps for shift in sodium), "V"),
        "equilibrium_Na_ions_per_K_ion [-]": spread(ion_ratio(a, g) for g in gaps for a in alloys),
    }


def _compound(alloys: tuple[AlloyState, ...]) -> Facts:
    force = ranged_driving_force(alloys)
    charge = ELECTRONS * FARADAY
    low, high = (-(end or 0.0) / charge for end in (force.high, force.low))
    overpotential = Value(-force / charge, "V", force.source, "derived", low, high)
    return {"KNa2_driving_force [J/mol]": force, "KNa2_overpotential [V]": overpotential}


def _phases(alloys: tuple[AlloyState, ...]) -> dict[str, Facts]:
    """The phases that any variant has, from potassium to sodium."""
    present = {phase.name for alloy in alloys for phase in alloy.phases}
    return {name: _phase(name, alloys) for name in (BCC_K, LIQUID, KNA2, BCC_NA) if name in present}


def _phase(name: str, alloys: tuple[AlloyState, ...]) -> Facts:
    found = list(_found(name, alloys))
    return {
        "mole_fraction [-]": spread(_shares(name, alloys, lambda phase, T: 1.0)),
        "mass_fraction [-]": spread(
            _shares(name, alloys, lambda phase, T: molar_mass(phase.sodium_mole_fraction))
        ),
        "volume_fraction [-]": spread(_shares(name, alloys, molar_volume)),
        "sodium_mole_fraction [-]": spread(found),
        "sodium_mass_fraction [-]": spread(map(mass_fraction, found)),
    }


def _found(name: str, alloys: Iterable[AlloyState]) -> Iterator[float]:
    """Composition of the phase in each variant that has it."""
    for alloy in alloys:
        yield from (p.sodium_mole_fraction for p in alloy.phases if p.name == name)


def _shares(
    name: str, alloys: Iterable[AlloyState], amount: Callable[[Phase, float], float]
) -> Iterator[float]:
    """Share of the phase in each variant, weighed by `amount` per mole of atoms."""
    for alloy in alloys:
        weights = {p.name: p.share * amount(p, alloy.temperature) for p in alloy.phases}
        yield weights.get(name, 0.0) / sum(weights.values())
