"""How much sodium: by mass, by mole, by volume, and in a name such as KNA-3.5."""

import re

from ..inputs.errors import InputError
from .elements import POTASSIUM, SODIUM


def checked_fraction(what: str, fraction: float) -> float:
    """Return `fraction` if it lies in 0 to 1.

    Raises:
        InputError: it does not; `what` names it.
    """
    if not 0 <= fraction <= 1:
        raise InputError(f"{what} {fraction:g}: accepted: 0 to 1")
    return float(fraction)


def mole_fraction(sodium_mass_fraction: float) -> float:
    """Mole fraction of Na in K-Na from its mass fraction, (w/M_Na) / (w/M_Na + (1-w)/M_K)."""
    w = checked_fraction("sodium mass fraction", sodium_mass_fraction)
    return _share(w, 1 / SODIUM.molar_mass, 1 / POTASSIUM.molar_mass)


def mass_fraction(sodium_mole_fraction: float) -> float:
    """Mass fraction of Na in K-Na from its mole fraction, x M_Na / (x M_Na + (1-x) M_K)."""
    x = checked_fraction("sodium mole fraction", sodium_mole_fraction)
    return _share(x, SODIUM.molar_mass, POTASSIUM.molar_mass)


def volume_fraction(sodium_mole_fraction: float) -> float:
    """Volume fraction of Na before alloying, from its mole fraction and the pure solids."""
    x = checked_fraction("sodium mole fraction", sodium_mole_fraction)
    return _share(x, SODIUM.molar_volume, POTASSIUM.molar_volume)


def _share(fraction: float, sodium_weight: float, potassium_weight: float) -> float:
    sodium = fraction * sodium_weight
    return float(sodium / (sodium + (1 - fraction) * potassium_weight))


def mass_fraction_of_name(name: str) -> float:
    """Sodium mass fraction of an alloy called KNA-w, w in weight percent: 'KNA-3.5' is 0.035.

    Raises:
        InputError: not such a name, or w is not above 0 and below 100.
    """
    match = re.fullmatch(r"kna-(\d+(?:\.\d+)?)", name.strip().casefold())
    percent = float(match[1]) if match else 0.0
    if not 0 < percent < 100:
        raise InputError(
            f"alloy '{name}': accepted: KNA-w with the weight percent of sodium, 0 < w < 100"
        )
    return percent / 100
