"""A manufactured deformation of a prestressed skeleton, and the order at which it is found.

The sources come from the strong form of the principle of virtual work: with the energy W(F_s) per
stress-free volume, F_s = F A^-1 and A = grad X, the stress per reference area is

    P = det(A) W'(F_s) A^-T,        force = -Div P,

about an axis with the stress around it, -(P_rr - P_tt)/r, in the force. W is differentiated here by
UFL; nothing is shared with the stresses under test.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI
from ufl import as_vector, cos, det, div, dot, grad, inner, inv, ln, sin

from ..geometry.shape import Dimension
from ..mechanics.block import block
from ..mechanics.body import Body
from ..mechanics.elastic import ElasticMat
from ..physics.skeleton import FibreMat, NeoHookean, Skeleton
from .check import Check, CheckFunction
from .on_block import OnBlock

E, NU, POWER = 1.3, 0.2, 2.4
MU, M = E / (2 * (1 + NU)), E * (1 - NU) / ((1 + NU) * (1 - 2 * NU))
ORDERS = {"displacement": 2.0, "its gradient": 1.0}
SHORTFALL = 0.1
CEILING = {"displacement": 1e-3, "its gradient": 0.05}  # of the relative errors, finer mesh


def neo_hookean(G: Any) -> Any:
    """Return the energy of a neo-Hookean solid [J/m3]."""
    log_J = ln(det(G))
    return MU / 2 * (inner(G, G) - 3) - MU * log_J + (M - 2 * MU) / 2 * log_J**2


def fibre_mat(G: Any) -> Any:
    """Return the energy of a fibre mat that is pressed [J/m3]."""
    J = det(G)
    areas, held = J**2 * inner(inv(G), inv(G)), 1 + 2 * J**2
    shear = (areas ** (POWER / 2) - held ** (POWER / 2)) / J ** (POWER - 1)
    a = MU / (POWER * 3 ** (POWER / 2 - 1))
    return a * shear + M / POWER * (J + J ** (1 - POWER) / (POWER - 1))


NUMBERS: dict[str, Any] = {"modulus": f"{E} Pa", "poisson_number": NU}
LAWS: dict[str, tuple[Skeleton, Callable[[Any], Any]]] = {
    "neo-Hookean": (NeoHookean(**NUMBERS), neo_hookean),
    "fibre mat": (FibreMat(**NUMBERS, stiffening_exponent=POWER), fibre_mat),
}


@dataclass(frozen=True)
class Manufactured(OnBlock):
    """A chosen deformation of a unit block, prestressed unevenly, with traction on its right."""

    energy: Callable[[Any], Any]

    @property
    def displacement(self) -> Any:
        """A displacement by about a fifth of the block; no special place in it."""
        x, y = self.x
        across = 0.15 * sin(1.4 * x) * cos(1.1 * y + 0.3)
        return as_vector([across, -0.2 * y * cos(1.2 * x + 0.1) - 0.05 * x**2])

    @property
    def reference_map(self) -> Any:
        """Where the points were without stress: larger by about a tenth."""
        x, y = self.x
        return as_vector([1.1 * x + 0.08 * sin(x) * y, 1.15 * y + 0.05 * sin(1.5 * x + 0.5 * y)])

    @property
    def stress(self) -> tuple[Any, Any]:
        """Stress per reference area in the plane, and around the axis [Pa]."""
        d, X = self.displacement, self.reference_map
        A = grad(X)
        G = dot(ufl.Identity(2) + grad(d), inv(A))
        r = self.x[0]
        around, stretch = ((r + d[0]) / X[0], X[0] / r) if self.round else (1.0, 1.0)
        space = ufl.variable(
            ufl.as_matrix([[G[0, 0], G[0, 1], 0], [G[1, 0], G[1, 1], 0], [0, 0, around]])
        )
        slope = ufl.diff(self.energy(space), space)
        plane = ufl.as_matrix([[slope[i, j] for j in range(2)] for i in range(2)])
        return det(A) * stretch * dot(plane, inv(A).T), det(A) * slope[2, 2]

    @property
    def force(self) -> Any:
        """Force per reference volume that keeps the balance [N/m3]."""
        P, around = self.stress
        if not self.round:
            return -div(P)
        return -div(P) - as_vector([P[0, 0] - around, P[1, 0]]) / self.x[0]

    def load(self, w: Any, body: Body) -> Any:
        """Return the work of the force, and of the traction on the right."""
        traction = dot(self.stress[0], ufl.FacetNormal(self.domain.mesh))
        return -dot(self.force, w) * body.dx() - dot(traction, w) * body.ds("right")

    def errors(self, law: Skeleton) -> dict[str, float]:
        """Solve; return the relative errors in L2."""
        walls = [("bottom", None), ("top", None), ("left", 0 if self.round else None)]
        held = {place: 0.0 if place[1] == 0 else lambda x: 0 * x[:2] for place in walls}
        mat = ElasticMat(self.domain, law, held, self.load)
        points = mat.displacement.function_space.element.interpolation_points
        exact = fem.Expression(self.displacement, points)
        mat.reference_map.interpolate(fem.Expression(self.reference_map, points))
        mat.displacement.interpolate(exact)
        for place in walls:
            if place[1] is None:
                mat.hold(place, exact)
        mat.solve()
        miss = mat.displacement - self.displacement
        found = {
            "displacement": self._size(miss) / self._size(self.displacement),
            "its gradient": self._size(grad(miss)) / self._size(grad(self.displacement)),
        }
        mat.close()
        return found

    def _size(self, f: Any) -> float:
        form = fem.form(inner(f, f) * self.domain.dx()(5))
        return sqrt(self.domain.comm.allreduce(fem.assemble_scalar(form), op=MPI.SUM))


def orders() -> Iterator[Check]:
    """Errors in L2 of displacement and gradient go like h^2 and h, the reference map linear too."""
    for law in LAWS:
        for dimension in ("2d", "axisymmetric"):
            yield from order_of(law, dimension, (6, 12))


def order_of(name: str, dimension: Dimension, divisions: tuple[int, int]) -> Iterator[Check]:
    """Compare the errors of a law on two lattices."""
    law, energy = LAWS[name]
    coarse, fine = (
        Manufactured(block(dimension, (1.0, 1.0), (n, n), bent), energy).errors(law)
        for n in divisions
    )
    for what, wanted in ORDERS.items():
        order = log(coarse[what] / fine[what]) / log(divisions[1] / divisions[0])
        where = f"{name}, {dimension}"
        yield Check(f"{where}: order of {what} [-]", wanted, order, SHORTFALL, "at least")
        yield Check(f"{where}: error of {what} [-]", CEILING[what], fine[what], 0, "at most")


def bent(x: np.ndarray) -> np.ndarray:
    """Return the nodes of a unit block with its inside bent."""
    bump = 0.08 * np.sin(np.pi * x[:, 0]) * np.sin(np.pi * x[:, 1])
    x[:, 0] += bump
    x[:, 1] -= bump
    return x


CHECKS: tuple[CheckFunction, ...] = (orders,)
