"""Materials with a source, a range and a trust beside every number."""

from .coexistence import coexistence, compound_energy, diffusivities
from .library import electrolyte, film, kinetics, names, separator
from .metals import metal
from .models import Creep, ElectrodeKinetics, Electrolyte, Film, Ion, Metal, Mush, Separator

__all__ = [
    "Creep",
    "ElectrodeKinetics",
    "Electrolyte",
    "Film",
    "Ion",
    "Metal",
    "Mush",
    "Separator",
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
