"""Thermodynamics of potassium-sodium alloys: phases, liquid fraction, activities, volumes."""

from .composition import mass_fraction, mass_fraction_of_name, mole_fraction, volume_fraction
from .equilibria import TieLine, liquidus_temperature, solidus_temperature, tie_line
from .phases import AlloyState, state
from .redlich_kister import CENTRAL, GENTLE, STEEP, VARIANTS, Solutions

__all__ = [
    "CENTRAL",
    "GENTLE",
    "STEEP",
    "VARIANTS",
    "AlloyState",
    "Solutions",
    "TieLine",
    "liquidus_temperature",
    "mass_fraction",
    "mass_fraction_of_name",
    "mole_fraction",
    "solidus_temperature",
    "state",
    "tie_line",
    "volume_fraction",
]
