"""Materials with a source, a range and a trust beside every number."""

from .coexistence import coexistence, compound_energy, diffusivities
from .library import active_material, electrolyte, film, kinetics, names, separator
from .metals import metal
from .models import (
    ActiveMaterial,
    Creep,
    ElectrodeKinetics,
    Electrolyte,
    Film,
    Ion,
    Metal,
    Mush,
    Separator,
)

__all__ = [
    "ActiveMaterial",
    "Creep",
    "ElectrodeKinetics",
    "Electrolyte",
    "Film",
    "Ion",
    "Metal",
    "Mush",
    "Separator",
    "active_material",
    "coexistence",
    "compound_energy",
    "diffusivities",
    "electrolyte",
    "film",
    "kinetics",
    "metal",
    "names",
    "separator",
]
