"""Potassium, sodium and their alloys: composed from the phase diagram at a temperature.

Ranges are the spread over the limiting solidus slope of potassium (0.08 to 0.12 at%/K), the
least certain number of the phase diagram.
"""

from functools import cache
from operator import attrgetter
from typing import Any

from ..alloy import (
    VARIANTS,
    liquidus_temperature,
    mass_fraction_of_name,
    mole_fraction,
    solidus_temperature,
    state,
    tie_line,
)
from ..alloy.elements import POTASSIUM, SODIUM
from ..alloy.ranges import MODEL, spread
from ..inputs.errors import InputError
from ..inputs.messages import unknown
from ..inputs.units import Parameters, SurfaceEnergy, Value, Viscosity, at_temperature
from .models import Creep, Metal, Mush
from .tables import build, is_known, proper_name, tables

_PURE = {"K": 0.0, "Na": 1.0}
ANY_ALLOY = "KNA-w (w: weight percent of Na)"
_OF_STATE = (
    "liquid_mole_fraction",
    "liquid_mass_fraction",
    "liquid_volume_fraction",
    "activity_of_potassium",
    "activity_of_sodium",
)
_DENSITY_KNOWN_TO = 0.006  # handbook densities of K and Na differ by this
_PURE_METAL = "pure metal: bcc below its melting point, activity 1 by definition"
_PURE_VOLUME = "pure metals: lattice parameter or density at 25 degC; range: density"
_VOLUME = (
    "volumes of solid (lattice, density at 25 degC) and liquid (Foust 1972) K and Na, shared "
    "between the phases by the lever rule of the phase diagram; range: solidus slope and density"
)


class Family(Parameters):
    """What K-rich metals, or Na-rich ones, have in common."""

    surface_energy: SurfaceEnergy
    liquid_viscosity: Viscosity
    creep: Creep
    mush: Mush


@cache
def metal(name: str, temperature: float = 298.15) -> Metal:
    """Return 'K', 'Na' or an alloy 'KNA-w' (w weight percent of sodium) in equilibrium.

    Args:
        name: in any case.
        temperature: [K], from -12.6 to 63.7 degC.

    Raises:
        InputError: unknown name, or a temperature outside the phase diagram.
    """
    proper = _proper(name)
    w = _PURE[proper] if proper in _PURE else mass_fraction_of_name(proper)
    x = mole_fraction(w)
    family = "sodium" if x > 2 / 3 else "potassium-rich"
    shared = build(Family, family, tables("metal_family")[family])
    return Metal(
        name=proper,
        note=tables("metal").get(proper, {}).get("note", ""),
        temperature=Value(temperature, "K", "asked for"),
        **_composition(w, x),
        **_equilibrium(x, temperature),
        **_melting(x),
        **_volumes(x, temperature),
        **dict(at_temperature(shared, temperature)),
    )


def is_metal(name: str) -> bool:
    """Whether `name` means a metal: one of the table, or of the form KNA-w."""
    return name.strip().casefold().startswith("kna-") or is_known("metal", name)


def _proper(name: str) -> str:
    """The kept name of a metal; of another alloy 'KNA-w' with w in its shortest form."""
    if is_known("metal", name):
        return proper_name("metal", name)
    if not is_metal(name):
        raise InputError(unknown("metal", name, [*tables("metal"), ANY_ALLOY]))
    return f"KNA-{100 * mass_fraction_of_name(name):g}"


def _composition(w: float, x: float) -> dict[str, Value]:
    return {
        "sodium_mass_fraction": Value(w, "", "nominal composition, from the name", "derived", w, w),
        "sodium_mole_fraction": Value(x, "", "mass fraction and molar masses", "derived", x, x),
    }


def _equilibrium(x: float, temperature: float) -> dict[str, Any]:
    """Phases, liquid fractions, activities, and the two-phase field on the K side."""
    states = [state(x, temperature, solutions) for solutions in VARIANTS]
    lines = [tie_line(temperature, "potassium", solutions) for solutions in VARIANTS]
    source = _PURE_METAL if x in (0, 1) else MODEL
    return {
        "phases": tuple(phase.name for phase in states[0].phases),
        **{key: spread(map(attrgetter(key), states), source=source) for key in _OF_STATE},
        "sodium_mole_fraction_at_solidus": spread(line.bcc for line in lines),
        "sodium_mole_fraction_at_liquidus": spread(line.liquid for line in lines),
    }


def _melting(x: float) -> dict[str, float]:
    if x in (0, 1):
        melting_point = (POTASSIUM if x == 0 else SODIUM).melting_point
        return {"solidus_temperature": melting_point, "liquidus_temperature": melting_point}
    return {
        "solidus_temperature": spread((solidus_temperature(x, s) for s in VARIANTS), "K"),
        "liquidus_temperature": spread((liquidus_temperature(x, s) for s in VARIANTS), "K"),
    }


def _volumes(x: float, temperature: float) -> dict[str, Value]:
    states = [state(x, temperature, solutions) for solutions in VARIANTS]
    source = _PURE_VOLUME if x in (0, 1) else _VOLUME
    volumes = [s.molar_volumes for s in states]
    found = {
        "molar_volume_of_potassium": spread((v.potassium for v in volumes), "m^3/mol", source),
        "molar_volume_of_sodium": spread((v.sodium for v in volumes), "m^3/mol", source),
        "density": spread((s.density for s in states), "kg/m^3", source),
    }
    return {key: _widened(value, _DENSITY_KNOWN_TO) for key, value in found.items()}


def _widened(value: Value, relative: float) -> Value:
    """`value` with its range widened by a relative uncertainty."""
    low, high = (value.low or 0) * (1 - relative), (value.high or 0) * (1 + relative)
    return Value(value, value.unit, value.source, value.trust, low, high)
