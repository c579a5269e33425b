"""Creeping flow of a piece of metal, solved: Taylor-Hood elements, Newton's method from rest."""

from collections.abc import Callable, Mapping
from typing import Any

import ufl
from basix.ufl import element
from dolfinx import fem

from ..inputs.errors import RunError
from ..inputs.units import mapped
from ..physics import flow
from ..physics.rheology import Eased, Rheology
from ..solve.newton import Newton
from ..solve.options import direct_options
from .body import Body, Forces, Held, Place

# From a Newtonian liquid to the law itself: 1/n goes down by these shares of its way. Towards the
# end the steps are shorter, as it is n that matters there.
SHARES = (0.0, 0.4, 0.7, 0.9, 1.0)
# The same in shorter steps, where metal flows in channels beside metal that hardly moves.
SHORTER = (0.0, 0.3, 0.5, 0.65, 0.75, 0.82, 0.88, 0.92, 0.95, 0.975, 1.0)


def scaled(law: Rheology, rate: float, stress: float) -> Rheology:
    """Return `law` with rates in units of `rate` [1/s] and stresses in units of `stress` [Pa]."""
    units = {"1/s": rate, "Pa": stress, "Pa*s": stress / rate, "K": 1.0, "": 1.0}
    return mapped(law, lambda value, unit: float(value) / units[unit.symbol])


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
        self._held = Held(V, body.domain, held)
        self._load = load
        self._newton = self._solver()
        self._forces = Forces(self._held, body.domain.comm)
        self.counts: list[int] = []

    def hold(self, place: Place, value: Any) -> None:
        """Give the velocity at a place where it is held."""
        self._held.give(place, value)

    def follow(self, law: Rheology) -> None:
        """Let the metal flow by `law`: of the same kind as before, with other numbers."""
        numbers: list[float] = []
        mapped(law, lambda value, unit: numbers.append(float(value)))
        constants = iter(numbers)

        def change(constant: Any, unit: Any) -> None:
            constant.value = next(constants)

        mapped(self.law, change)

    def start_from(self, other: "CreepingFlow") -> None:
        """Take the flow of `other`, of the same body, as the last solution."""
        for own, theirs in zip(self._unknowns, other._unknowns, strict=True):
            own.x.array[:] = theirs.x.array
        self._share.value = other._share.value

    def solve(self) -> int:
        """Solve from the last solution, or from rest; return the number of Newton iterations.

        `counts` then holds the iterations of every share of the way from a liquid to the law.

        Raises:
            RunError: Newton's method failed, also from rest.
        """
        if self.proceed() or self._attempt(SHARES) or self._attempt(SHORTER):
            return sum(self.counts)
        self._share.value = 0.0
        raise RunError(f"flow of the metal: {self._newton.reason}")

    def proceed(self) -> bool:
        """Solve from the last solution alone; return whether there is one and it was near enough.

        If not, it is still there.
        """
        return self._share.value == 1 and self._attempt((1.0,))

    def force(self, name: str, direction: int) -> float:
        """Return the force [N] with which a face pushes the metal along one direction."""
        return self._forces.on(name, direction, lambda w: self._residual(w, self.law))

    def close(self) -> None:
        """Free the solver. Collective."""
        self._newton.close()

    def _attempt(self, shares: tuple[float, ...]) -> bool:
        """Follow `shares`, or leave all as it was."""
        before = [u.x.array.copy() for u in self._unknowns]
        share = float(self._share.value)
        if self._follow(shares):
            return True
        for u, values in zip(self._unknowns, before, strict=True):
            u.x.array[:] = values
        self._share.value = share
        return False

    @property
    def _unknowns(self) -> tuple[fem.Function, fem.Function]:
        return self.velocity, self.pressure

    def _follow(self, shares: tuple[float, ...]) -> bool:
        self.counts = []
        for share in shares:
            self._share.value = share
            self._held.put(self.velocity)
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
            direct_options(),
            "flow_",
            self._held.conditions,
        )
