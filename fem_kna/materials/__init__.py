"""Materials with a source, a range and a trust beside every number."""

from .coexistence import coexistence, compound_energy, diffusivities
from .hosts import ActiveMaterial, ConstantDiffusivity, FallingDiffusivity, Plate, Sphere
from .library import active_material, electrolyte, film, kinetics, names, separator
from .metals import metal
from .models import (
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
    "ConstantDiffusivity",
    "Creep",
    "ElectrodeKinetics",
    "Electrolyte",
    "FallingDiffusivity",
    "Film",
    "Ion",
    "Metal",
    "Mush",
    "Plate",
    "Separator",
    "Sphere",
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
