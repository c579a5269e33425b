"""A piece of the separator's skeleton, pressed: linear elements, Newton's method."""

from collections.abc import Callable, Mapping
from typing import Any

import ufl
from basix.ufl import element
from dolfinx import fem

from ..geometry.domain import Domain
from ..inputs.errors import RunError
from ..inputs.units import mapped
from ..physics.skeleton import Deformed, Skeleton, balance
from ..solve.newton import Newton
from ..solve.options import direct_options
from .body import Body, Forces, Held, Place

# Terms of the residual from the test function and the body, whose frame is the displaced one.
Load = Callable[[Any, Body], Any]


class ElasticMat:
    """Displacement of a skeleton under given displacements and loads.

    `reference_map` tells where the nodes were when the skeleton was free of stress: at first where
    they are now. Its values may be changed between two solves, and the mesh's nodes moved; nothing
    is compiled again.
    """

    def __init__(
        self,
        domain: Domain,
        law: Skeleton,
        held: Mapping[Place, Any],
        load: Load | None = None,
    ) -> None:
        """Set up a skeleton that fills `domain`.

        Args:
            domain: the mesh.
            law: its elasticity; its numbers become form constants.
            held: the displacement where it is given: by place a number or, for all components, a
                vector field as ``fem.Function.interpolate`` takes it. It may be changed by `hold`.
            load: terms of loads, and of forces, in the residual.

        Everything comes in units in which sizes and stresses are of the order of one.
        """
        mesh = domain.mesh
        self.law = mapped(law, lambda value, unit: fem.Constant(mesh, float(value)))
        P1 = element("Lagrange", mesh.basix_cell(), 1, shape=(mesh.geometry.dim,))
        V = fem.functionspace(mesh, P1)
        self.displacement = fem.Function(V, name="d")
        self.reference_map = fem.Function(V, name="X")
        self.reference_map.interpolate(lambda x: x[: mesh.geometry.dim])
        self.body = Body(domain, self.displacement)
        self._held, self._load = Held(V, domain, held), load
        self._forces = Forces(self._held, domain.comm)
        self._newton = self._solver()

    @property
    def skeleton(self) -> Deformed:
        """The skeleton in its present place."""
        x = ufl.SpatialCoordinate(self.body.domain.mesh)
        return Deformed(self.reference_map, x, self.body.frame)

    def hold(self, place: Place, value: Any) -> None:
        """Give the displacement at a place where it is held."""
        self._held.give(place, value)

    def solve(self) -> int:
        """Solve from the last displacement; return the number of Newton iterations.

        Raises:
            RunError: Newton's method failed; the displacement is then the last one.
        """
        before, start = self._newton.iterations, self.displacement.x.array.copy()
        if not self._newton.solve():
            self.displacement.x.array[:] = start
            raise RunError(f"elasticity of the separator: {self._newton.reason}")
        return self._newton.iterations - before

    def force(self, name: str, direction: int) -> float:
        """Return the force [N] with which a face pushes the skeleton along one direction."""
        return self._forces.on(name, direction, self.residual)

    def work(self, motion: fem.Function) -> float:
        """Return the work [J] of the faces' forces along a `motion` of theirs."""
        return self._forces.along(motion, self.residual)

    def residual(self, w: Any) -> Any:
        """Return the weak balance of forces on the test function `w`."""
        form = balance(self.law, self.skeleton, w, self.body.dx())
        return form if self._load is None else form + self._load(w, self.body)

    def close(self) -> None:
        """Free the solver. Collective."""
        self._newton.close()

    def _solver(self) -> Newton:
        spaces = ufl.MixedFunctionSpace(self.displacement.function_space)
        (w,), trials = ufl.TestFunctions(spaces), ufl.TrialFunctions(spaces)
        return Newton(
            self.residual(w),
            (self.displacement,),
            trials,
            (),
            direct_options(),
            "mat_",
            self._held.conditions,
            lifted=True,
        )
