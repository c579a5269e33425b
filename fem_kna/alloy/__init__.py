"""Thermodynamics of potassium-sodium alloys: phases, liquid fraction, activities, volumes."""

from .anchors import ANCHORS, Anchor
from .composition import mass_fraction, mass_fraction_of_name, mole_fraction, volume_fraction
from .equilibria import TieLine, liquidus_temperature, solidus_temperature, tie_line
from .naming import Composition, composition_of, temperature_of
from .phases import AlloyState, state
from .potentials import compound_overpotential, driving_force, ion_ratio, potential_shift
from .redlich_kister import CENTRAL, GENTLE, STEEP, VARIANTS, Solutions
from .report import Report, report
from .smooth import SmoothAlloy, SmoothState

__all__ = [
    "ANCHORS",
    "CENTRAL",
    "GENTLE",
    "STEEP",
    "VARIANTS",
    "AlloyState",
    "Anchor",
    "Composition",
    "Report",
    "SmoothAlloy",
    "SmoothState",
    "Solutions",
    "TieLine",
    "composition_of",
    "compound_overpotential",
    "driving_force",
    "ion_ratio",
    "liquidus_temperature",
    "mass_fraction",
    "mass_fraction_of_name",
    "mole_fraction",
    "potential_shift",
    "report",
    "solidus_temperature",
    "state",
    "temperature_of",
    "tie_line",
    "volume_fraction",
]
