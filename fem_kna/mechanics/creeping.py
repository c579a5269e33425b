"""Creeping flow of a piece of metal, solved: Taylor-Hood elements, Newton's method from rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import ufl
from basix.ufl import element
from dolfinx import fem
from mpi4py import MPI

from ..geometry.domain import Domain
from ..inputs.errors import RunError
from ..inputs.units import mapped
from ..physics import flow
from ..physics.frame import Moved, Surface
from ..physics.rheology import Eased, Rheology
from ..solve.newton import Newton
from ..solve.options import solver_options

# From a Newtonian liquid to the law itself: 1/n goes down by these shares of its way. Towards the
# end the steps are shorter, as it is n that matters there.
SHARES = (0.0, 0.4, 0.7, 0.9, 1.0)
DEGREE = 5  # of the quadrature, for a power of the rate

# A face and the component of the velocity along it that is given there, or None for all of them.
Place = tuple[str, int | None]


@dataclass(frozen=True)
class Body:
    """A piece of metal at one moment: its mesh, and what loads need to act on it.

    `displacement` takes the mesh to another configuration, a vector field linear in each cell;
    None: the mesh is where the metal is.
    """

    domain: Domain
    displacement: Any = None

    @cached_property
    def frame(self) -> Moved:
        """The configuration the metal flows in."""
        mesh = self.domain.mesh
        d = self.displacement
        if d is None:
            d = fem.Constant(mesh, np.zeros(mesh.geometry.dim))
        return Moved(d, self._hoop)

    @property
    def surface(self) -> Surface:
        """The surface of the metal."""
        return Surface(self.frame, -ufl.FacetNormal(self.domain.mesh))

    def dx(self) -> Any:
        """Return the measure of the metal."""
        return self.domain.dx()(DEGREE)

    def ds(self, *names: str) -> Any:
        """Return the measure of the named faces."""
        return self.domain.ds(*names)(DEGREE)

    def _hoop(self, u: Any) -> Any:
        if self.domain.dimension != "axisymmetric":
            return 0.0
        return u[0] / ufl.SpatialCoordinate(self.domain.mesh)[0]


# Terms of the residual from velocity, its test function and the body, see `physics.flow`.
Load = Callable[[Any, Any, Body], Any]


class CreepingFlow:
    """Velocity and pressure of a body of metal under given motions and loads.

    The mesh's nodes may be moved between two solves; nothing is compiled again.
    """

    def __init__(
        self,
        body: Body,
        law: Rheology,
        held: Mapping[Place, Any],
        load: Load | None = None,
        typical_rate: float = 1.0,
    ) -> None:
        """Set up the flow of `body`.

        Args:
            body: the piece of metal.
            law: its rheology; its numbers become form constants.
            held: the velocity where it is given: by place a number or, for all components, a
                vector field as ``fem.Function.interpolate`` takes it. It may be changed by `hold`.
            load: terms of loads, and of forces, in the residual.
            typical_rate: [1/s], at which the liquid that Newton's method starts from is as
                viscous as the metal.

        Everything comes in units in which sizes, rates and stresses are of the order of one.
        """
        self.body, mesh = body, body.domain.mesh
        self.law = mapped(law, lambda value, unit: fem.Constant(mesh, float(value)))
        self._share = fem.Constant(mesh, 0.0)
        self._eased = Eased(self.law, fem.Constant(mesh, typical_rate), self._share)
        cell, dim = mesh.basix_cell(), mesh.geometry.dim
        V = fem.functionspace(mesh, element("Lagrange", cell, 2, shape=(dim,)))
        Q = fem.functionspace(mesh, element("Lagrange", cell, 1))
        self.velocity, self.pressure = fem.Function(V, name="v"), fem.Function(Q, name="p")
        self._values = {place: self._holder(place) for place in held}
        self._conditions = {place: self._condition(place) for place in held}
        for place, value in held.items():
            self.hold(place, value)
        self._load = load
        self._newton = self._solver()
        self._forces: dict[tuple[str, int], Any] = {}
        self.counts: list[int] = []

    def hold(self, place: Place, value: Any) -> None:
        """Give the velocity at a place where it is held."""
        holder = self._values[place]
        if isinstance(holder, fem.Function):
            holder.interpolate(value)
        else:
            holder.value = value

    def solve(self) -> int:
        """Solve from the last solution, or from rest; return the number of Newton iterations.

        `counts` then holds the iterations of every share of the way from a liquid to the law.

        Raises:
            RunError: Newton's method failed, also from rest.
        """
        for shares in ((1.0,), SHARES) if self._share.value == 1 else (SHARES,):
            before = self.velocity.x.array.copy()
            if self._follow(shares):
                return sum(self.counts)
            self.velocity.x.array[:] = before
        self._share.value = 0.0
        raise RunError(f"flow of the metal: {self._newton.reason}")

    def force(self, name: str, direction: int) -> float:
        """Return the force [N] with which a face pushes the metal along one direction.

        In 2-D per unit depth, axisymmetric on the full body. It is the weak balance of forces with
        a unit motion of that face in the place of the test function: of the solution's own order.
        """
        here = fem.assemble_scalar(self._force(name, direction))
        return float(self.body.domain.comm.allreduce(here, op=MPI.SUM))

    def close(self) -> None:
        """Free the solver. Collective."""
        self._newton.close()

    def _follow(self, shares: tuple[float, ...]) -> bool:
        self.counts = []
        for share in shares:
            self._share.value = share
            for condition in self._conditions.values():
                condition.set(self.velocity.x.array)
            before = self._newton.iterations
            if not self._newton.solve():
                return False
            self.counts.append(self._newton.iterations - before)
        return True

    def _residual(self, w: Any, law: Rheology) -> Any:
        """Return the weak balance of forces on the test function `w`."""
        body = self.body
        form = flow.momentum(self.velocity, self.pressure, w, law, body.frame, body.dx())
        return form if self._load is None else form + self._load(self.velocity, w, body)

    def _force(self, name: str, direction: int) -> Any:
        """Return the compiled force on a face."""
        if (name, direction) not in self._forces:
            motion = fem.Function(self.velocity.function_space)
            bs = motion.function_space.dofmap.index_map_bs
            motion.x.array[self._dofs(motion.function_space, name) * bs + direction] = 1.0
            self._forces[name, direction] = fem.form(self._residual(motion, self.law))
        return self._forces[name, direction]

    def _solver(self) -> Newton:
        spaces = [u.function_space for u in (self.velocity, self.pressure)]
        w, q = ufl.TestFunctions(ufl.MixedFunctionSpace(*spaces))
        trials = ufl.TrialFunctions(ufl.MixedFunctionSpace(*spaces))
        form = self._residual(w, self._eased)
        form += flow.continuity(self.velocity, q, self.body.frame, self.body.dx())
        return Newton(
            form,
            (self.velocity, self.pressure),
            trials,
            (),
            solver_options("direct"),
            "flow_",
            tuple(self._conditions.values()),
        )

    def _holder(self, place: Place) -> Any:
        _, component = place
        if component is None:
            return fem.Function(self.velocity.function_space)
        return fem.Constant(self.body.domain.mesh, 0.0)

    def _condition(self, place: Place) -> fem.DirichletBC:
        name, component = place
        V = self.velocity.function_space
        if component is None:
            return fem.dirichletbc(self._values[place], self._dofs(V, name))
        V = V.sub(component)
        return fem.dirichletbc(self._values[place], self._dofs(V, name), V)

    def _dofs(self, V: fem.FunctionSpace, name: str) -> np.ndarray:
        domain = self.body.domain
        dim = domain.mesh.topology.dim - 1
        return fem.locate_dofs_topological(V, dim, domain.facets_of(name))
