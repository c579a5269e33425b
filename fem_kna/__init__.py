"""Continuum model of potassium and potassium-sodium electrodes on DOLFINx and PETSc.

The names below are what a case script needs; everything else is imported from its own room.
"""

import contextlib

from .motion.unheard import unheard

# Threads that these libraries start must not hear what asks for an end: the main one answers.
with unheard():
    # The wheels' MPI is found only after the first one; a conda or Spack DOLFINx does not need it.
    with contextlib.suppress(ModuleNotFoundError):
        import dolfinx_solver  # noqa: F401
    import mpi4py.MPI  # noqa: F401
    import numpy  # noqa: F401
    import scipy.linalg  # noqa: F401

from .compare import Axis, Comparison
from .geometry.find import shape_named as shape
from .inputs.case import Case, Electrode
from .inputs.errors import InputError, RunError
from .inputs.numerics import Numerics, Remeshing
from .inputs.porous import PorousElectrode
from .inputs.units import Parameters, given
from .materials import (
    ConstantDiffusivity,
    FallingDiffusivity,
    Plate,
    Sphere,
    active_material,
    electrolyte,
    film,
    metal,
    separator,
)
from .physics.ageing import Ageing, ConditionedLoss, ConstantLoss, Reserve, Short
from .physics.closures import ConcentratedSolution, DiluteSolution
from .physics.composition import Diffusing, WellMixed
from .physics.compound import Metastable
from .physics.drive import Galvanostatic, Potentiostatic, Rest
from .physics.events import Healing, Penetration, Touching, touchings
from .physics.film import BrittleFilm, CrackedFilm, ElasticFilm, SpreadFilm, UniformFilm
from .physics.front import MovingFront
from .physics.kinetics import ButlerVolmer, Reaction
from .physics.rheology import Newtonian, PartlyMolten, PowerLawCreep
from .physics.shift import FullTraction, MonroeNewman, NoShift
from .physics.skeleton import FibreMat, NeoHookean
from .physics.stack import DeadLoad, FixedGap, Spring
from .protocols.protocol import Jumps, Protocol
from .protocols.steps import Repeat, Step
from .run import Result, simulate
from .solve.compiled import share_forms
from .sweep.design import Grid, LatinHypercube, Listed, Morris, Over, Sobol, Sweep
from .together import end_together

share_forms()
end_together()

__all__ = [
    "Ageing",
    "Axis",
    "BrittleFilm",
    "ButlerVolmer",
    "Case",
    "Comparison",
    "ConcentratedSolution",
    "ConditionedLoss",
    "ConstantDiffusivity",
    "ConstantLoss",
    "CrackedFilm",
    "DeadLoad",
    "Diffusing",
    "DiluteSolution",
    "ElasticFilm",
    "Electrode",
    "FallingDiffusivity",
    "FibreMat",
    "FixedGap",
    "FullTraction",
    "Galvanostatic",
    "Grid",
    "Healing",
    "InputError",
    "Jumps",
    "LatinHypercube",
    "Listed",
    "Metastable",
    "MonroeNewman",
    "Morris",
    "MovingFront",
    "NeoHookean",
    "Newtonian",
    "NoShift",
    "Numerics",
    "Over",
    "Parameters",
    "PartlyMolten",
    "Penetration",
    "Plate",
    "PorousElectrode",
    "Potentiostatic",
    "PowerLawCreep",
    "Protocol",
    "Reaction",
    "Remeshing",
    "Repeat",
    "Reserve",
    "Rest",
    "Result",
    "RunError",
    "Short",
    "Sobol",
    "Sphere",
    "SpreadFilm",
    "Spring",
    "Step",
    "Sweep",
    "Touching",
    "UniformFilm",
    "WellMixed",
    "active_material",
    "electrolyte",
    "film",
    "given",
    "metal",
    "separator",
    "shape",
    "simulate",
    "touchings",
]
