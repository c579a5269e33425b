"""A body of material at one moment, and what is given on its faces."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from ..geometry.domain import Domain
from ..physics.frame import Moved, Surface

DEGREE = 5  # of the quadrature, for powers of strains and rates

# A face and the component of a vector field that is given there, or None for all of them.
Place = tuple[str, int | None]


@dataclass(frozen=True)
class Body:
    """A piece of material at one moment: its mesh, and what loads need to act on it.

    `displacement` takes the mesh to another configuration, a vector field linear in each cell;
    None: the mesh is where the material is.
    """

    domain: Domain
    displacement: Any = None

    @cached_property
    def frame(self) -> Moved:
        """The configuration the equations hold in."""
        mesh = self.domain.mesh
        d = self.displacement
        if d is None:
            d = fem.Constant(mesh, np.zeros(mesh.geometry.dim))
        return Moved(d, self._hoop)

    @property
    def surface(self) -> Surface:
        """The surface of the body."""
        return Surface(self.frame, -ufl.FacetNormal(self.domain.mesh))

    def dx(self) -> Any:
        """Return the measure of the body."""
        return self.domain.dx()(DEGREE)

    def ds(self, *names: str) -> Any:
        """Return the measure of the named faces."""
        return self.domain.ds(*names)(DEGREE)

    def _hoop(self, u: Any) -> Any:
        if self.domain.dimension != "axisymmetric":
            return 0.0
        return u[0] / ufl.SpatialCoordinate(self.domain.mesh)[0]


class Held:
    """What is given of a vector field at places: numbers of components, or all of the vector."""

    def __init__(self, space: fem.FunctionSpace, domain: Domain, values: Mapping[Place, Any]):
        """Give `values` at places, see `give`."""
        self._space, self._domain = space, domain
        self._values = {place: self._holder(place) for place in values}
        self._conditions = {place: self._condition(place) for place in values}
        for place, value in values.items():
            self.give(place, value)

    @property
    def conditions(self) -> tuple[fem.DirichletBC, ...]:
        """The Dirichlet conditions."""
        return tuple(self._conditions.values())

    def give(self, place: Place, value: Any) -> None:
        """Give a component a number, or the vector what ``fem.Function.interpolate`` takes."""
        holder = self._values[place]
        if isinstance(holder, fem.Function):
            holder.interpolate(value)
        else:
            holder.value = value

    def put(self, field: fem.Function) -> None:
        """Put what is given into a field."""
        for condition in self.conditions:
            condition.set(field.x.array)

    def motion(self, name: str, direction: int) -> fem.Function:
        """Return the motion of a face by one along a direction, of nothing else."""
        motion = fem.Function(self._space)
        bs = self._space.dofmap.index_map_bs
        motion.x.array[self._dofs(self._space, name) * bs + direction] = 1.0
        return motion

    def _holder(self, place: Place) -> Any:
        _, component = place
        if component is None:
            return fem.Function(self._space)
        return fem.Constant(self._domain.mesh, 0.0)

    def _condition(self, place: Place) -> fem.DirichletBC:
        name, component = place
        if component is None:
            return fem.dirichletbc(self._values[place], self._dofs(self._space, name))
        part = self._space.sub(component)
        return fem.dirichletbc(self._values[place], self._dofs(part, name), part)

    def _dofs(self, space: fem.FunctionSpace, name: str) -> np.ndarray:
        dim = self._domain.mesh.topology.dim - 1
        return fem.locate_dofs_topological(space, dim, self._domain.facets_of(name))


# The weak balance of forces with a motion in the place of the test function.
Balance = Callable[[fem.Function], Any]


class Forces:
    """Forces [N] with which faces push a body; in 2-D per depth, about an axis on the full body.

    They come from the weak balance of forces, and so are of the solution's own order.
    """

    def __init__(self, held: Held, comm: MPI.Comm) -> None:
        """Take the forces that keep `held`."""
        self._held, self._comm = held, comm
        self._compiled: dict[tuple[str, int], Any] = {}

    def on(self, name: str, direction: int, balance: Balance) -> float:
        """Return the force of a face along one direction; always of the same `balance`."""
        place = name, direction
        if place not in self._compiled:
            self._compiled[place] = fem.form(balance(self._held.motion(*place)))
        return self._sum(self._compiled[place])

    def along(self, motion: fem.Function, balance: Balance) -> float:
        """Return the forces' work along a motion of the faces."""
        return self._sum(fem.form(balance(motion)))

    def _sum(self, form: Any) -> float:
        return float(self._comm.allreduce(fem.assemble_scalar(form), op=MPI.SUM))
