"""The solid of a porous separator: a compressible elastic skeleton, Cauchy stress sigma [Pa].

Nothing remembers the way here: the stress is that of the deformation gradient F_s from the
stress-free state, which is kept as a *reference map* X, a vector field that tells where each point
of the skeleton was when it was free of stress. On a mesh displaced by d

    F_s = (I + grad d) (grad X)^-1,       about an axis circles by (r + d_r) / X_r,

so that X = x is a skeleton without stress, X = x stretched is one that is compressed beforehand,
and a mesh moved by d, with the nodal values of X kept and d set to zero, is the same body. F_s is
a tensor in space in every dimension: in the plane nothing is strained across it. Tension is
positive. The weak balance of forces, int sigma : grad w dv - (work of the loads on w) = 0, leaves
a surface that nothing is said about free of traction.
"""

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from ufl import Identity, as_matrix, conditional, det, dot, grad, gt, inner, inv, ln, tr

from ..inputs.units import Parameters, PoissonNumber, PositiveNumber, Pressure
from .flow import circling, gradient
from .frame import Moved


@runtime_checkable
class Skeleton(Protocol):
    """A law of elasticity. Any object with this one method can stand in a model."""

    def stress(self, F: Any) -> Any:
        """Return the Cauchy stress [Pa] at the deformation gradient `F`, both 3 by 3."""


class NeoHookean(Parameters):
    """A compressible neo-Hookean solid. Per stress-free volume, with B = F F^T and J = det F,

        W = mu/2 (tr B - 3 - 2 ln J) + lambda/2 ln(J)^2,
        sigma = [mu (B - I) + lambda ln(J) I] / J.

    mu and lambda are Lame's numbers of Young's modulus and Poisson's number at small strain.
    Source: Bonet and Wood, Nonlinear Continuum Mechanics for Finite Element Analysis, ch. 6.
    """

    modulus: Pressure
    poisson_number: PoissonNumber

    def energy(self, F: Any) -> Any:
        """Return W [J/m3]."""
        mu, log = shear_modulus(self), ln(det(F))
        return mu / 2 * (inner(F, F) - 3 - 2 * log) + self._lambda / 2 * log**2

    def stress(self, F: Any) -> Any:
        """Return the Cauchy stress [Pa]."""
        B, J, one = dot(F, F.T), det(F), Identity(3)
        return (shear_modulus(self) * (B - one) + self._lambda * ln(J) * one) / J

    @property
    def _lambda(self) -> Any:
        return confined_modulus(self) - 2 * shear_modulus(self)


class FibreMat(Parameters):
    """A mat of fibres, which stiffens as it is compressed and its fibres touch more often.

    Pressed between plates with its sides held, it follows van Wyk (J. Text. Inst. 37 (1946) T285):

        pressure = M/m [(phi/phi_0)^m - 1],    m = 3,

    with the solid volume fraction phi = phi_0 / J and the confined modulus M of small strains. With
    B = F F^T, the squares of areas |cof F|^2 = (tr(B)^2 - tr(B^2)) / 2, which are 1 + 2 J^2 in that
    state, and a = mu / (m 3^(m/2-1)), per stress-free volume

        W = a J^(1-m) [|cof F|^m - (1 + 2 J^2)^(m/2)] + M/m [J - 1 + (J^(1-m) - 1) / (m-1)].

    mu and M belong to Young's modulus and Poisson's number nu at small strain. Of J > 1 van Wyk
    says nothing; there his part goes on as M/2 (J-1)^2.

    The law is polyconvex, so elliptic at every strain, for m from 2 to 4 and nu >= 0: the first
    term is J (|cof F|/J)^m, convex in cof F and J (Hartmann and Neff, Int. J. Solids Struct. 40
    (2003) 2767), and what is left is a convex function of J. It spreads little: the pressure on the
    held sides is nu/(1-nu) of that on the plates at small strain, a third at half the height.
    """

    modulus: Pressure
    poisson_number: PoissonNumber
    stiffening_exponent: PositiveNumber

    def energy(self, F: Any) -> Any:
        """Return W [J/m3]; m is not 1."""
        m, n, J = self.stiffening_exponent, self._exponent(F), det(F)
        areas, held = _squared_areas(dot(F, F.T)), 1 + 2 * J**2
        shearing = J ** (1 - m) * (areas ** (m / 2) - held ** (m / 2))
        pressing = (J - 1 + (J ** (1 - n) - 1) / (n - 1)) / n
        return self._a * shearing + confined_modulus(self) * pressing

    def stress(self, F: Any) -> Any:
        """Return the Cauchy stress [Pa]."""
        m, n, J, B = self.stiffening_exponent, self._exponent(F), det(F), dot(F, F.T)
        areas, held, one = _squared_areas(B), 1 + 2 * J**2, Identity(3)
        shear = areas ** (m / 2 - 1) * (m * (tr(B) * B - dot(B, B)) - (m - 1) * areas * one)
        of_held = held ** (m / 2 - 1) * (2 * m * J**2 - (m - 1) * held)
        pressure = confined_modulus(self) / n * (J**-n - 1)
        return self._a * J**-m * (shear - of_held * one) - pressure * one

    @property
    def _a(self) -> Any:
        m = self.stiffening_exponent
        return shear_modulus(self) / (m * 3 ** (m / 2 - 1))

    def _exponent(self, F: Any) -> Any:
        """Return m, or -1 in tension, where the same formula is linear."""
        return conditional(gt(det(F), 1), -1.0, self.stiffening_exponent)


def _squared_areas(B: Any) -> Any:
    """Return |cof F|^2, of B = F F^T."""
    return (tr(B) ** 2 - inner(B, B)) / 2


def shear_modulus(law: Any) -> Any:
    """Return mu = E / [2 (1 + nu)] [Pa] of a law."""
    return law.modulus / (2 * (1 + law.poisson_number))


def confined_modulus(law: Any) -> Any:
    """Return M = lambda + 2 mu [Pa] of a law: stress over strain where the sides are held."""
    nu = law.poisson_number
    return law.modulus * (1 - nu) / ((1 + nu) * (1 - 2 * nu))


def skeleton_of(separator: Any) -> FibreMat:
    """Return the law of a `Separator`'s skeleton; numbers keep their sources and ranges."""
    return FibreMat(
        modulus=separator.compressive_modulus,
        poisson_number=separator.poisson_number,
        stiffening_exponent=separator.stiffening_exponent,
    )


@dataclass(frozen=True)
class Deformed:
    """A skeleton in its place: reference map `X`, reference position `x`, and the mesh's frame."""

    X: Any
    x: Any
    frame: Moved

    @property
    def F(self) -> Any:
        """Deformation gradient since the stress-free state, 3 by 3."""
        hoop = self.frame.hoop
        around = (1 + hoop(self.frame.d)) / (1 + hoop(self.X - self.x))
        return in_space(dot(self.frame.F, inv(grad(self.X))), around)

    @property
    def J(self) -> Any:
        """Present over stress-free volume."""
        return det(self.F)


def in_space(A: Any, around: Any) -> Any:
    """Return a tensor in space from that in the plane, or on the line, and its value across."""
    dim = A.ufl_shape[0]
    return as_matrix(
        [
            [A[i, j] if max(i, j) < dim else around if i == j else 0 for j in range(3)]
            for i in range(3)
        ]
    )


def balance(law: Skeleton, skeleton: Deformed, w: Any, dx: Any) -> Any:
    r"""Weak balance of forces: :math:`\int \sigma(F_s):\nabla w\;dv`.

    Args:
        law: stress at a deformation gradient.
        skeleton: the skeleton in its place; its frame displaces the mesh it rides on.
        w: vector test function; with a rigid motion of a boundary in its place the term is the
            force [N] with which that boundary pushes the skeleton (per depth in two dimensions).
        dx: measure of the skeleton.
    """
    frame = skeleton.frame
    strain = in_space(gradient(w, frame), circling(w, frame))
    return inner(law.stress(skeleton.F), strain) * frame.J * dx


def porosity(J: Any, porosity0: Any) -> Any:
    """Return the porosity 1 - (1 - porosity0) / J of a skeleton whose solid keeps its volume.

    Args:
        J: present over stress-free volume of the skeleton.
        porosity0: stress-free porosity.
    """
    return 1 - (1 - porosity0) / J
