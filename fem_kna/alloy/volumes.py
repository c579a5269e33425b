"""How large K and Na are in each phase: molar volumes and molar mass."""

from typing import Annotated, NamedTuple

from ..inputs.units import Parameters, Unit, given
from .elements import POTASSIUM, SODIUM

LIQUID, BCC_K, BCC_NA, KNA2 = "liquid", "bcc (K)", "bcc (Na)", "KNa2"


class Phase(NamedTuple):
    """One phase of an alloy: its share of the alloy's atoms and its sodium mole fraction."""

    name: str
    share: float
    sodium_mole_fraction: float


class MolarVolumes(NamedTuple):
    """Partial molar volumes [m3 mol-1] of the two metals."""

    potassium: float
    sodium: float


class Mixing(Parameters):
    """Volume of mixing of the liquid, V_ex = excess_volume x (1-x)."""

    excess_volume: Annotated[float, Unit("m^3/mol")] = given(
        "-1.7 cm^3/mol",
        "density of NaK-78, 866 kg/m3 at 20 degC (handbook value), against 858 kg/m3 from the pure "
        "liquids; upper end: 868 kg/m3 (correlation of the SNAP reactor programme)",
        trust="derived",
        range=("-2.1 cm^3/mol", "-1.3 cm^3/mol"),
    )


MIXING = Mixing()


def molar_volumes(phase: Phase, temperature: float) -> MolarVolumes:
    """Partial molar volumes in a phase [m3 mol-1]: V_j = V_j(pure) + V_ex (1 - x_j)^2 / (x (1-x)).

    Solids mix without excess and keep their 25 degC volumes; KNa2 counts as its solids (its
    lattice is about 3 % smaller).
    """
    if phase.name != LIQUID:
        return MolarVolumes(POTASSIUM.molar_volume, SODIUM.molar_volume)
    x, v = phase.sodium_mole_fraction, MIXING.excess_volume
    return MolarVolumes(
        POTASSIUM.liquid_molar_volume(temperature) + v * x**2,
        SODIUM.liquid_molar_volume(temperature) + v * (1 - x) ** 2,
    )


def molar_volume(phase: Phase, temperature: float) -> float:
    """Molar volume of a phase [m3 mol-1]."""
    x = phase.sodium_mole_fraction
    volumes = molar_volumes(phase, temperature)
    return x * volumes.sodium + (1 - x) * volumes.potassium


def molar_mass(sodium_mole_fraction: float) -> float:
    """Mean molar mass of K-Na [kg mol-1]."""
    x = sodium_mole_fraction
    return float(x * SODIUM.molar_mass + (1 - x) * POTASSIUM.molar_mass)
