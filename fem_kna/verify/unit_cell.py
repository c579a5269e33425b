"""The cell of the manufactured solutions: a unit cube, and numbers of the size of one.

Lengths, concentrations and potentials are in SI units of that size: nothing is scaled.
"""

from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from ..geometry.shape import Dimension
from ..geometry.slab import Slab, Solids
from ..inputs.case import Case, Electrode
from ..inputs.nature import Nature
from ..inputs.numerics import Numerics
from ..materials.models import Electrolyte, Ion, Separator
from ..physics.closures import Closure
from ..physics.drive import Potentiostatic
from ..physics.film import UniformFilm
from ..system.state import Fields

NATURE = Nature(temperature="2 K", faraday="1.6 C/mol", gas_constant="0.5 J/mol/K")
VOLTAGE, FILM, STANDARD = 0.4, 0.3, 0.1  # [V], [ohm m2], [V]
IONS = (("K+", 1, 2.0, 1.3), ("Na+", 1, 0.8, 0.7), ("FSI-", -1, 1.5, 0.9), ("PF6-", -1, 1.3, 1.6))


class Lattice(Slab):
    """A planar cell meshed as a lattice of simplices, so that halving the size halves them all."""

    def solids(self, gmsh: Any) -> Solids:
        """Draw the layers and divide their edges evenly, by the size asked for at the front."""
        found = super().solids(gmsh)
        gmsh.model.occ.synchronize()
        mesh = gmsh.model.mesh
        divisions = round(self.top / float(self.front_size))
        for _, curve in gmsh.model.getEntities(1):
            mesh.setTransfiniteCurve(curve, divisions + 1)
        for _, surface in gmsh.model.getEntities(2):
            mesh.setTransfiniteSurface(surface)
        for _, volume in gmsh.model.getEntities(3):
            mesh.setTransfiniteVolume(volume)
        return found


def unit_case(closure: Closure, dimension: Dimension, divisions: int, degree: int) -> Case:
    """Return a unit cell: the shape, the media and the electrodes' films of the problem."""
    size = f"{1 / divisions} m"
    electrode = Electrode(metal="K", film=UniformFilm(resistance=f"{FILM} ohm*m^2"))
    return Case(
        name="manufactured",
        mesh=Lattice(dimension=dimension, gap="1 m", width="1 m", front_size=size),
        electrolyte=_electrolyte(),
        separator=mat(),
        working=electrode,
        counter=electrode,
        drive=Potentiostatic(voltage=f"{VOLTAGE} V", duration="1 s"),
        reactions=(),
        closure=closure,
        numerics=Numerics(degree=degree),
    )


def _electrolyte() -> Electrolyte:
    """Return four ions that differ in everything, the last one to be eliminated."""
    return Electrolyte(
        name="manufactured",
        solvent="none",
        ions=tuple(
            Ion(name=name, charge=z, concentration=f"{c} mol/m^3", diffusivity=f"{D} m^2/s")
            for name, z, c, D in IONS
        ),
        conductivity="1.7 S/m",
        salt_diffusivity="0.6 m^2/s",
        transference_number=0.35,
        thermodynamic_factor=1.4,
    )


def mat() -> Separator:
    """Return a separator whose porosity and exponent matter; the other properties do not."""
    return Separator(
        name="mat",
        thickness="1 m",
        porosity=0.7,
        bruggeman_exponent=1.8,
        particle_retention="1 m",
        areal_mass="1 kg/m^2",
        fibre_diameter="1 m",
        compressive_modulus="1 Pa",
        poisson_number=0.1,
        stiffening_exponent=2.0,
    )


class ErrorNorm:
    """The L2 norm of one component of the error over that of the exact field.

    One form for all: `pick` chooses the component, `computed` (1 or 0) the error or the exact.
    """

    def __init__(self, fields: Fields, exact: Any) -> None:
        """Compile the norm of the bulk's unknowns against the vector `exact`."""
        mesh = fields.domain.mesh
        self._fields = fields
        self._pick = fem.Constant(mesh, np.zeros(len(fields.ions) + 1))
        self._computed = fem.Constant(mesh, 1.0)
        miss = self._computed * fields.now[0] - exact
        squares = ufl.as_vector([m * m for m in miss])
        self._form = fem.form(
            ufl.dot(self._pick, squares) * fields.domain.dx()(2 * fields.degree + 3)
        )

    def of(self, name: str) -> float:
        """Return the relative error of the field `name`. Collective."""
        self._pick.value[:] = 0.0
        self._pick.value[self._fields.component(name)] = 1.0
        return float(np.sqrt(self._integral(1.0) / self._integral(0.0)))

    def _integral(self, computed: float) -> float:
        self._computed.value = computed
        here = fem.assemble_scalar(self._form)
        return float(self._fields.domain.comm.allreduce(here, op=MPI.SUM))
