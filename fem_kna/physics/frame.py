"""Calculus on a mesh that moves: every integral stands on the reference mesh.

With the displacement d of the mesh, F = I + grad d and J = det F, a point X of the reference mesh
is at X + d. Gradients become F^-T grad, volumes dv = J dV, areas n da = J F^-T N dA (Nanson), and
what the mesh sweeps over is kept as an amount of its own, so that a scheme for amounts keeps
volumes as exactly as it keeps ions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import ufl
from ufl import Identity, det, dot, inner, inv, outer, sqrt, tr

# The relative stretch of circles about the axis, d_r / r; zero where there is no axis.
Hoop = Callable[[Any], Any]


class Frame(Protocol):
    """A configuration of the mesh, as the equations see it."""

    J: Any

    def grad(self, f: Any) -> Any:
        """Return the gradient in space of a scalar field on the reference mesh."""

    def mapped(self, gradient: Any) -> Any:
        """Return the gradient in space from the one on the reference mesh."""

    def pulled(self, flux: Any) -> Any:
        """Return J F^-1 times a flux in space: the same through the reference mesh."""

    def area(self, N: Any) -> Any:
        """Return the present over the reference area of a facet with reference normal `N`."""

    def swept(self) -> Any:
        """Return G with Div G = J - 1: the volume swept since the reference, as a flux."""

    def stretch(self) -> Any:
        """Return grad G."""


@dataclass(frozen=True)
class Still:
    """A mesh that stays where it is."""

    dimension: int
    J: Any = 1.0

    def grad(self, f: Any) -> Any:
        """Return the gradient."""
        return ufl.grad(f)

    def mapped(self, gradient: Any) -> Any:
        """Return it as it is."""
        return gradient

    def pulled(self, flux: Any) -> Any:
        """Return it as it is."""
        return flux

    def area(self, N: Any) -> Any:
        """Return 1."""
        return 1.0

    def swept(self) -> Any:
        """Return zero."""
        return ufl.zero(self.dimension)

    def stretch(self) -> Any:
        """Return zero."""
        return ufl.zero(self.dimension, self.dimension)


@dataclass(frozen=True)
class Moved:
    """A mesh displaced by the vector field `d`, linear in each simplex.

    The swept volume is taken along straight paths, G = int_0^1 (1 + s h) cof(I + s grad d)^T d ds
    with the hoop stretch h, a polynomial; by Piola's identity Div G = J - 1 exactly. Then

        d(J)/dt = Div(dG/dt)   and   int G . N dA = the volume between both configurations,

    for any scheme that is linear in amounts. dG/dt . N is w . n da, with w the mesh's velocity, to
    second order in the displacement since the reference.
    """

    d: Any
    hoop: Hoop

    @property
    def F(self) -> Any:
        """Deformation gradient in the plane."""
        return Identity(len(self.d)) + ufl.grad(self.d)

    @property
    def J(self) -> Any:
        """Present over reference volume."""
        return det(self.F) * (1 + self.hoop(self.d))

    def grad(self, f: Any) -> Any:
        """Return F^-T grad f."""
        return self.mapped(ufl.grad(f))

    def mapped(self, gradient: Any) -> Any:
        """Return F^-T times a gradient on the reference mesh."""
        return dot(inv(self.F).T, gradient)

    def pulled(self, flux: Any) -> Any:
        """Return J F^-1 times a flux."""
        return self.J * dot(inv(self.F), flux)

    def cofactor(self, N: Any) -> Any:
        """Return det(F) F^-T N: the present normal times the ratio of areas in the plane."""
        return det(self.F) * dot(inv(self.F).T, N)

    def along(self, N: Any, axis: int) -> Any:
        """Return the part of the present normal along an axis, times the ratio of areas."""
        cof = self.cofactor(N)
        return cof[axis % len(cof)] * (1 + self.hoop(self.d))

    def area(self, N: Any) -> Any:
        """Return the present over the reference area."""
        cof = self.cofactor(N)
        return sqrt(dot(cof, cof)) * (1 + self.hoop(self.d))

    def swept(self) -> Any:
        """Return G, exact for displacements linear in each simplex."""
        return dot(self._swept_by(), self.d) if len(self.d) > 1 else self.d

    def stretch(self) -> Any:
        """Return grad G, where there is no axis: G is linear in each simplex then."""
        return dot(self._swept_by(), ufl.grad(self.d)) if len(self.d) > 1 else ufl.grad(self.d)

    def _swept_by(self) -> Any:
        """Return what a displacement is multiplied by for G, even in each simplex."""
        A, d, h = ufl.grad(self.d), self.d, self.hoop(self.d)
        one = Identity(len(d))
        G = (1 + h / 2) * one + (1 / 2 + h / 3) * (tr(A) * one - A)
        if len(d) == 3:  # there is no axis in three dimensions
            G += (dot(A, A) - tr(A) * A + (tr(A) ** 2 - tr(dot(A, A))) / 2 * one) / 3
        return G


@dataclass(frozen=True)
class Surface:
    """The facets of a front in a given configuration: normal, area, gradients along it.

    `N` is the reference normal out of the liquid.
    """

    frame: Moved
    N: Any

    @property
    def n(self) -> Any:
        """The normal out of the metal."""
        cof = self.frame.cofactor(self.N)
        return -cof / sqrt(dot(cof, cof))

    @property
    def area(self) -> Any:
        """Present over reference area."""
        return self.frame.area(self.N)

    def grad(self, f: Any) -> Any:
        """Return the gradient along the surface of a scalar or, row by row, of a vector."""
        n = self.n
        along = Identity(len(n)) - outer(n, n)
        return dot(dot(ufl.grad(f), inv(self.frame.F)), along)

    def contract(self, u: Any, v: Any) -> Any:
        """Return grad_s u : grad_s v of two vector fields; about an axis the circles count too."""
        h = self.frame.hoop
        return inner(self.grad(u), self.grad(v)) + h(u) * h(v) / (1 + h(self.frame.d)) ** 2
