"""Flows of a power law that the elements must reproduce exactly, and one they must converge to.

The manufactured solution's sources are written from the strong form, by hand, with a viscosity of
their own: they share no code with what they test.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI
from ufl import as_vector, cos, dot, grad, inner, sin

from ..geometry.shape import Dimension
from ..mechanics.block import block
from ..mechanics.body import Body
from ..mechanics.creeping import CreepingFlow
from ..physics.flow import capillarity, friction, pressing
from ..physics.rheology import PowerLawCreep
from .check import Check
from .on_block import OnBlock

N, REST = 4.0, 0.3  # exponent, and the rate [1/s] below which the liquid is Newtonian
EXACT = 1e-8
ORDERS = {"velocity": 3.0, "pressure": 2.0}
SHORTFALL = 0.15
CEILING = {"velocity": 1e-4, "pressure": 3e-3}  # of the relative errors on the finer mesh

# Uniform velocity gradients without divergence, by dimension; about an axis the last row is z.
GRADIENTS: dict[Dimension, list[list[float]]] = {
    "2d": [[0.7, 0.4], [-1.1, -0.7]],
    "axisymmetric": [[0.6, 0.0], [0.0, -1.2]],
    "3d": [[0.7, 0.2, -0.3], [0.5, -0.3, 0.1], [0.4, -0.6, -0.4]],
}


def law() -> PowerLawCreep:
    """Return the power law of these flows, in units of 1/s and Pa."""
    return PowerLawCreep(
        reference_strain_rate="1 1/s",
        reference_stress="1 Pa",
        stress_exponent=N,
        rest_strain_rate=f"{REST} 1/s",
        activation_temperature="5000 K",
        temperature="298.15 K",
    )


def viscosity(rate_squared: Any) -> Any:
    """Return the same law's viscosity [Pa s], written again."""
    return (rate_squared + REST**2) ** ((1 - N) / (2 * N)) / 3


def uniform_flows() -> Iterator[Check]:
    """Uniform gradients and pressures come out exactly, on bent meshes too."""
    for dimension in GRADIENTS:
        velocity, pressure = uniform_flow(dimension)
        for what, error in (("velocity", velocity), ("pressure", pressure)):
            yield Check(f"uniform flow, {dimension}: {what} [-]", 0, error, EXACT, "absolute")


def uniform_flow(dimension: Dimension) -> tuple[float, float]:
    """Return the largest errors of velocity and pressure in a uniform flow."""
    A, p0 = np.array(GRADIENTS[dimension]), 0.4
    D = (A + A.T) / 2
    hoop = A[0, 0] if dimension == "axisymmetric" else 0.0
    eta = viscosity(2 / 3 * (np.sum(D * D) + hoop**2))
    sigma = ufl.as_matrix((2 * eta * D - p0 * np.eye(len(A))).tolist())
    dim = len(A)
    domain = block(dimension, (1.0,) * dim, (3,) * dim, bent)

    def exact(x: np.ndarray) -> np.ndarray:
        return A @ x[:dim]

    def load(v: Any, w: Any, body: Body) -> Any:
        return -dot(dot(sigma, ufl.FacetNormal(body.domain.mesh)), w) * body.ds("top")

    walls = [name for name in domain.boundaries if name != "top"]
    flow = CreepingFlow(Body(domain), law(), {(name, None): exact for name in walls}, load)
    flow.solve()
    wanted = fem.Function(flow.velocity.function_space)
    wanted.interpolate(exact)
    errors = flow.velocity.x.array - wanted.x.array, flow.pressure.x.array - p0
    flow.close()
    velocity, pressure = (
        float(domain.comm.allreduce(np.abs(error).max(), op=MPI.MAX)) for error in errors
    )
    return velocity, pressure


def bent(x: np.ndarray) -> np.ndarray:
    """Return the nodes of a unit block with its inside and its top bent; r = 0 stays."""
    y = x.copy()
    last = 2 if x[:, 2].any() else 1
    y[:, 0] += 0.1 * x[:, 0] * np.sin(2 * x[:, last])
    y[:, last] += 0.15 * x[:, last] * np.cos(3 * x[:, 0])
    return y


def slip_on_a_wall() -> Iterator[Check]:
    """Shear between a wall that moves at 1 and one with friction: eta gamma = beta v_slip."""
    shear, slip = 0.55, 0.45
    beta = viscosity(shear**2 / 3) * shear / slip

    def exact(x: np.ndarray) -> np.ndarray:
        return np.array([slip + shear * x[1], 0 * x[0]])

    def load(v: Any, w: Any, body: Body) -> Any:
        return friction(beta, v, w, body.surface, body.ds("bottom"))

    domain = block("2d", (1.0, 1.0), (3, 3))
    held: dict[Any, Any] = {(name, None): exact for name in ("left", "top")}
    held |= {("right", 1): 0.0, ("bottom", 1): 0.0}
    flow = CreepingFlow(Body(domain), law(), held, load)
    flow.solve()
    here = flow.velocity.x.array.reshape(-1, 2)[:, 0].min()
    got = float(domain.comm.allreduce(here, op=MPI.MIN))
    flow.close()
    yield Check("friction on a wall: slip [m/s]", slip, got, EXACT)


def moved_meshes() -> Iterator[Check]:
    """A displaced mesh gives the flow that its new shape gives, loads on its surface included."""
    straight = block("axisymmetric", (1.0, 1.0), (4, 4))
    d = fem.Function(fem.functionspace(straight.mesh, ("Lagrange", 1, (2,))))
    d.interpolate(lambda x: (bent(x.T) - x.T)[:, :2].T)
    moved = stressed(Body(straight, d))
    present = stressed(Body(block("axisymmetric", (1.0, 1.0), (4, 4), bent)))
    miss, size = (
        float(straight.comm.allreduce(np.abs(v).max(), op=MPI.MAX))
        for v in (moved - present, present)
    )
    yield Check("displaced mesh: velocity [-]", 0, miss / size, EXACT, "absolute")


def stressed(body: Body) -> np.ndarray:
    """Return the velocity of a body that sticks to its bottom, under loads on its surface."""

    def load(v: Any, w: Any, body: Body) -> Any:
        surface = body.surface
        return (
            capillarity(0.3, w, surface, body.ds("top"))
            + pressing(0.8, w, surface, body.ds("right"))
            + friction(0.2, v, w, surface, body.ds("top"))
        )

    held = {("bottom", 0): 0.0, ("bottom", 1): 0.0, ("left", 0): 0.0}
    flow = CreepingFlow(body, law(), held, load)
    flow.solve()
    found = flow.velocity.x.array.copy()
    flow.close()
    return found


@dataclass(frozen=True)
class Manufactured(OnBlock):
    """A chosen flow on a unit block with traction on its right, and the sources it needs."""

    @property
    def velocity(self) -> Any:
        """A velocity without divergence, from a stream function; no special place in the block.

        About an axis v_r = -r g_z and v_z = 2 g + r g_r.
        """
        x, y = self.x
        if self.round:
            slope = 1.5 * cos(1.5 * y + 0.2)
            g, g_r = sin(1.5 * y + 0.2) * (1 + 0.4 * x**2), sin(1.5 * y + 0.2) * 0.8 * x
            return as_vector([-x * slope * (1 + 0.4 * x**2), 2 * g + x * g_r])
        a, b = 1.7 * x + 0.2, 1.2 * y + 0.4
        return as_vector(
            [-1.2 * sin(a) * sin(b) + 0.6 * x * y, -1.7 * cos(a) * cos(b) - 0.3 * y**2]
        )

    @property
    def pressure(self) -> Any:
        """A pressure [Pa]."""
        x, y = self.x
        return sin(2 * x + 0.3) * cos(1.6 * y)

    @property
    def stress(self) -> tuple[Any, Any]:
        """Stress in the plane and around the axis [Pa]."""
        v, x = self.velocity, self.x
        D = ufl.sym(grad(v))
        hoop = v[0] / x[0] if self.round else 0.0
        eta = viscosity(2 / 3 * (inner(D, D) + hoop**2))
        return 2 * eta * D - self.pressure * ufl.Identity(2), 2 * eta * hoop - self.pressure

    @property
    def force(self) -> Any:
        """Force per volume that keeps the balance: -div sigma [N/m3]."""
        sigma, hoop = self.stress
        if not self.round:
            return -ufl.div(sigma)
        r = self.x[0]
        return -ufl.div(sigma) - as_vector([sigma[0, 0] - hoop, sigma[0, 1]]) / r

    def load(self, v: Any, w: Any, body: Body) -> Any:
        """Return the work of the force, and of the traction on the right."""
        traction = dot(self.stress[0], ufl.FacetNormal(self.domain.mesh))
        return -dot(self.force, w) * body.dx() - dot(traction, w) * body.ds("right")

    def errors(self) -> dict[str, float]:
        """Solve; return the relative errors in L2."""
        walls = (("bottom", None), ("top", None), ("left", 0 if self.round else None))

        def rest(x: np.ndarray) -> np.ndarray:
            return 0 * x[:2]

        held = {place: 0.0 if place[1] == 0 else rest for place in walls}
        flow = CreepingFlow(Body(self.domain), law(), held, self.load)
        points = flow.velocity.function_space.element.interpolation_points
        for name, component in walls:
            if component is None:
                flow.hold((name, None), fem.Expression(self.velocity, points))
        flow.solve()
        found = {
            "velocity": self._error(flow.velocity, self.velocity),
            "pressure": self._error(flow.pressure, self.pressure),
        }
        flow.close()
        return found

    def _error(self, found: fem.Function, exact: Any) -> float:
        miss, size = (
            self.domain.comm.allreduce(
                fem.assemble_scalar(fem.form(inner(f, f) * self.domain.dx()(7))), op=MPI.SUM
            )
            for f in (found - exact, exact)
        )
        return sqrt(miss / size)


def orders() -> Iterator[Check]:
    """Errors in L2 of P2 velocity and P1 pressure go like h^3 and h^2, for a power law."""
    for dimension in ("2d", "axisymmetric"):
        yield from order_of(dimension, (6, 12))


def order_of(dimension: Dimension, divisions: tuple[int, int]) -> Iterator[Check]:
    """Compare the errors on two lattices."""
    coarse, fine = (Manufactured(block(dimension, (1.0, 1.0), (n, n))).errors() for n in divisions)
    for what, wanted in ORDERS.items():
        order = log(coarse[what] / fine[what]) / log(divisions[1] / divisions[0])
        name = f"flow, {dimension}: order of the {what} [-]"
        yield Check(name, wanted, order, SHORTFALL, "at least")
        yield Check(f"flow, {dimension}: {what} [-]", CEILING[what], fine[what], 0, "at most")


CHECKS: tuple[Callable[[], Iterator[Check]], ...] = (
    uniform_flows,
    slip_on_a_wall,
    moved_meshes,
    orders,
)
