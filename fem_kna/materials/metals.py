"""Potassium, sodium and their alloys: composed from the phase diagram at a temperature.

Ranges are the spread over the limiting solidus slope of potassium (0.08 to 0.12 at%/K), the
least certain number of the phase diagram.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from ..alloy import (
    VARIANTS,
    AlloyState,
    Solutions,
    liquidus_temperature,
    mass_fraction_of_name,
    mole_fraction,
    solidus_temperature,
    state,
    tie_line,
)
from ..alloy.elements import POTASSIUM, SODIUM
from ..inputs.errors import InputError
from ..inputs.messages import unknown
from ..inputs.units import Parameters, SurfaceEnergy, Value, Viscosity
from .models import Creep, Metal
from .tables import build, proper_name, tables

_MODEL = (
    "K-Na phase diagram, Redlich-Kister liquid and bcc fitted to Xue et al., J. Am. Chem. Soc. 140 "
    "(2018) 3292, and Bale, Bull. Alloy Phase Diagrams 3(3) (1982); range: limiting solidus slope of "
    "K 0.08 to 0.12 at%/K"
)
_VOLUME = (
    "volumes of solid (lattice, density at 25 degC) and liquid (Foust 1972) K and Na, shared between "
    "the phases by the lever rule of the phase diagram; range: solidus slope and density"
)
_ANY_ALLOY = "KNA-w (w: weight percent of Na)"


class Family(Parameters):
    """What K-rich metals, or Na-rich ones, have in common."""

    surface_energy: SurfaceEnergy
    liquid_viscosity: Viscosity
    creep: Creep


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
    w = {"K": 0.0, "Na": 1.0}.get(proper)
    w = mass_fraction_of_name(proper) if w is None else w
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
        **dict(shared),
    )


def _proper(name: str) -> str:
    """The kept name of a metal; of another alloy 'KNA-w' with w in shortest form."""
    folded = name.strip().casefold()
    if not folded.startswith("kna-"):
        try:
            return proper_name("metal", name)
        except InputError:
            raise InputError(unknown("metal", name, [*tables("metal"), _ANY_ALLOY])) from None
    w = mass_fraction_of_name(name)
    kept = (key for key in tables("metal") if key.startswith("KNA-"))
    same = (key for key in kept if mass_fraction_of_name(key) == w)
    return next(same, f"KNA-{100 * w:g}")


def _composition(w: float, x: float) -> dict[str, Value]:
    return {
        "sodium_mass_fraction": Value(w, "", "nominal composition, from the name", "derived", w, w),
        "sodium_mole_fraction": Value(x, "", "mass fraction and molar masses", "derived", x, x),
    }


def _equilibrium(x: float, temperature: float) -> dict[str, Any]:
    def of_state(quantity: Callable[[AlloyState], float]) -> Value:
        return _spread(lambda solutions: quantity(state(x, temperature, solutions)))

    return {
        "phases": tuple(phase.name for phase in state(x, temperature).phases),
        "liquid_mole_fraction": of_state(lambda s: s.liquid_mole_fraction),
        "liquid_mass_fraction": of_state(lambda s: s.liquid_mass_fraction),
        "liquid_volume_fraction": of_state(lambda s: s.liquid_volume_fraction),
        "activity_of_potassium": of_state(lambda s: s.activity_of_potassium),
        "activity_of_sodium": of_state(lambda s: s.activity_of_sodium),
        "sodium_mole_fraction_at_solidus": _spread(
            lambda solutions: tie_line(temperature, "potassium", solutions).bcc
        ),
        "sodium_mole_fraction_at_liquidus": _spread(
            lambda solutions: tie_line(temperature, "potassium", solutions).liquid
        ),
    }


def _melting(x: float) -> dict[str, Value]:
    pure = {0.0: POTASSIUM, 1.0: SODIUM}.get(x)
    if pure is not None:
        return dict.fromkeys(("solidus_temperature", "liquidus_temperature"), pure.melting_point)
    return {
        "solidus_temperature": _spread(lambda s: solidus_temperature(x, s), "K"),
        "liquidus_temperature": _spread(lambda s: liquidus_temperature(x, s), "K"),
    }


def _volumes(x: float, temperature: float) -> dict[str, Value]:
    def of_state(quantity: Callable[[AlloyState], float], unit: str) -> Value:
        value = _spread(lambda s: quantity(state(x, temperature, s)), unit, _VOLUME)
        return _widened(value, POTASSIUM.molar_volume)

    return {
        "molar_volume_of_potassium": of_state(lambda s: s.molar_volumes.potassium, "m^3/mol"),
        "molar_volume_of_sodium": of_state(lambda s: s.molar_volumes.sodium, "m^3/mol"),
        "density": of_state(lambda s: s.density, "kg/m^3"),
    }


def _spread(
    quantity: Callable[[Solutions], float], unit: str = "", source: str = _MODEL
) -> Value:
    """The central value, with the extremes over the variants of the phase diagram as its range."""
    values = [quantity(solutions) for solutions in VARIANTS]
    return Value(values[0], unit, source, "derived", min(values), max(values))


def _widened(value: Value, volume: Any) -> Value:
    """`value` with its range widened by the relative uncertainty of a molar volume."""
    relative = (volume.high - volume.low) / (2 * volume)
    low, high = (value.low or 0) * (1 - relative), (value.high or 0) * (1 + relative)
    return Value(value, value.unit, value.source, value.trust, low, high)
