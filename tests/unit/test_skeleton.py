"""Laws of the separator's skeleton, with numbers worked by hand. UFL evaluates at a point."""

from itertools import combinations_with_replacement
from math import log, sqrt

import basix.ufl
import numpy as np
import pytest
import ufl

import fem_kna as kna
from fem_kna.inputs.errors import InputError
from fem_kna.inputs.units import Value
from fem_kna.physics.frame import Moved
from fem_kna.physics.media import Medium, PorousMedium, compressed
from fem_kna.physics.skeleton import (
    Deformed,
    FibreMat,
    NeoHookean,
    Skeleton,
    confined_modulus,
    in_space,
    porosity,
    shear_modulus,
    skeleton_of,
)

PLANE = ufl.Mesh(basix.ufl.element("Lagrange", "triangle", 1, shape=(2,)))
R, Z = ufl.SpatialCoordinate(PLANE)
POINT = (0.5, 0.25)

# E = 3.6 Pa and nu = 0.2: mu = 1.5, lambda = 1, M = 4 Pa.
SOFT = NeoHookean(modulus="3.6 Pa", poisson_number=0.2)
MAT = FibreMat(modulus="3.6 Pa", poisson_number=0.2, stiffening_exponent=3)


def values(tensor):
    """The entries of a tensor in space."""
    return np.array([[float(tensor[i, j](POINT)) for j in range(3)] for i in range(3)])


def principal(law, *stretches):
    """Principal stresses at the given stretches."""
    stress = values(law.stress(ufl.as_matrix(np.diag(stretches).tolist())))
    assert np.abs(stress - np.diag(np.diag(stress))).max() == 0
    return np.diag(stress)


def test_moduli():
    for law in (SOFT, MAT):
        assert (shear_modulus(law), confined_modulus(law)) == pytest.approx((1.5, 4.0))
        assert isinstance(law, Skeleton)


def test_without_strain_there_is_no_stress():
    for law in (SOFT, MAT):
        assert principal(law, 1.0, 1.0, 1.0) == pytest.approx(np.zeros(3))


def test_neo_hookean_by_hand():
    """At half the height [1.5 (1/4 - 1) + ln(1/2)] / (1/2), and 2 ln(1/2) on the sides."""
    sides = 2 * log(0.5)
    assert principal(SOFT, 0.5, 1.0, 1.0) == pytest.approx([-2.25 + sides, sides, sides])


def test_fibre_mat_by_hand():
    """Half the height: -4/3 (2^3 - 1); on the sides a J^-3 3 sqrt(3/2) (1 - 1/4) less, a third.

    a = 1.5/(3 sqrt 3); twice the height: 4 (2 - 1), and a/8 3 sqrt 9 (4 - 1) less.
    """
    a = 1.5 / (3 * sqrt(3))
    sides = -28 / 3 + a * 8 * 3 * sqrt(1.5) * 0.75
    assert principal(MAT, 0.5, 1.0, 1.0) == pytest.approx([-28 / 3, sides, sides])
    sides = 4 - a / 8 * 3 * 3 * 3
    assert principal(MAT, 2.0, 1.0, 1.0) == pytest.approx([4, sides, sides])


def test_fibre_mat_spreads_as_little_when_compressed():
    """The sides carry nu/(1-nu) = 1/4 of the pressure, down to half the height 1/3 at most."""
    for stretch in (0.99, 0.7, 0.5):
        axial, side, _ = principal(MAT, stretch, 1.0, 1.0)
        assert 0.24 < side / axial < 0.33


def test_fibre_mat_compressed_from_all_sides():
    """F = I/2: |cof F|^2 = 3/16 and 1 + 2 J^2 = 33/32, each to the power 3/2, over J^2 = 1/64.

    The former does not change with J, of the latter the slope along J counts,
    3/2 4 J J^-2 sqrt(33/32) - 2 J^-3 (33/32)^(3/2); 4/3 (8^3 - 1) from van Wyk.
    """
    held = 33 / 32
    slope = 48 * sqrt(held) - 1024 * held**1.5
    expected = -1.5 / (3 * sqrt(3)) * slope - 4 / 3 * 511
    assert principal(MAT, 0.5, 0.5, 0.5) == pytest.approx(np.full(3, expected))


# Of the exponent and of Poisson's number, the ends of what the law is said to be convex for.
MATS = [
    FibreMat(modulus="3.6 Pa", poisson_number=nu, stiffening_exponent=m)
    for m in (2.0, 3.0, 4.0)
    for nu in (0.0, 0.3)
]
# Normals of waves; a mat that is not elliptic shows it close to the direction of its longest side.
NORMALS = [(0, 0, 1), (0.15, 0, 1), (0, 0.15, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1), (0, 1, 0)]


def energy(law, F):
    return float(law.energy(ufl.as_matrix(F.tolist()))(()))


def softest(law, stretches, step=1e-4):
    """The smallest eigenvalue of the acoustic tensors a -> W''(a N, a N) at these stretches."""
    F, e = np.diag(stretches), np.eye(3)
    here = energy(law, F)

    def acoustic(N):
        def along(a):
            there = (energy(law, F + way * step * np.outer(a, N)) for way in (-1, 1))
            return (sum(there) - 2 * here) / step**2

        own = [along(e[i]) for i in range(3)]
        off = {
            (i, j): (along(e[i] + e[j]) - own[i] - own[j]) / 2 for i in range(3) for j in range(i)
        }
        return [
            [own[i] if i == j else off[max(i, j), min(i, j)] for j in range(3)] for i in range(3)
        ]

    return min(np.linalg.eigvalsh(acoustic(np.array(N) / np.linalg.norm(N)))[0] for N in NORMALS)


@pytest.mark.parametrize("longest", [0.6, 1.35, 2.5])
def test_fibre_mat_is_elliptic(longest):
    """Where stretches go from 0.3 to 2.5."""
    shorter = [s for s in (0.3, 0.6, 1.35, 2.5) if s <= longest]
    for k, stretches in enumerate(combinations_with_replacement(shorter, 2)):
        assert softest(MATS[k % len(MATS)], (*stretches, longest)) > 0.05


def test_a_mat_of_another_power_is_not_elliptic():
    """With mu/2 J^(-m/2) (tr B - J^2 - 2), as stiff where it is held, one stretched far folds."""

    class Stiffened(FibreMat):
        def energy(self, F):
            m, J = self.stiffening_exponent, ufl.det(F)
            pressing = J - 1 + (J ** (1 - m) - 1) / (m - 1)
            shearing = J ** (-m / 2) * (ufl.inner(F, F) - J**2 - 2)
            return shear_modulus(self) / 2 * shearing + confined_modulus(self) / m * pressing

    law = Stiffened(modulus="3.6 Pa", poisson_number=0.1, stiffening_exponent=3)
    assert softest(law, (0.3, 0.6, 2.5)) < -0.1


@pytest.mark.parametrize("law", MATS)
def test_fibre_mat_is_polyconvex(law):
    """W is a convex function of cof F and J, J (|cof F|/J)^m, and one of J alone, convex, too."""
    m = law.stiffening_exponent
    a = shear_modulus(law) / (m * 3 ** (m / 2 - 1))

    def rest(*stretches):
        J = np.prod(stretches)
        areas = sum((J / s) ** 2 for s in stretches)
        return energy(law, np.diag(stretches)) - a * J * (areas ** (m / 2) / J**m)

    assert rest(0.5, 0.9, 1.5) == pytest.approx(rest(1.0, 1.0, 0.675))
    J = np.linspace(0.2, 3.0, 57)
    slopes = np.diff([rest(1.0, 1.0, j) for j in J])
    assert (np.diff(slopes) > 0).all()


def test_tensors_in_space():
    plane = ufl.as_matrix([[1.0, 2.0], [3.0, 4.0]])
    assert values(in_space(plane, 5.0)).tolist() == [[1, 2, 0], [3, 4, 0], [0, 0, 5]]
    assert values(in_space(ufl.as_matrix([[0.7]]), 1.0)).tolist() == np.diag([0.7, 1, 1]).tolist()


@pytest.mark.parametrize(("hoop", "around"), [(lambda u: u[0] / R, 1.5 / 0.8), (lambda u: 0.0, 1)])
def test_deformation_since_the_stress_free_state(hoop, around):
    """r 0.8 to 1.5 and z 2 to 0.5 with a shear; circles by 1.5/0.8, in the plane not at all."""
    X, x = ufl.as_vector([0.8 * R, 2 * Z]), ufl.as_vector([R, Z])
    placed = Deformed(X, x, Moved(ufl.as_vector([0.5 * R, 0.1 * R - 0.5 * Z]), hoop))
    found = values(ufl.algorithms.expand_derivatives(placed.F))
    assert found == pytest.approx(np.array([[1.875, 0, 0], [0.125, 0.25, 0], [0, 0, around]]))
    volume = float(ufl.algorithms.expand_derivatives(placed.J)(POINT))
    assert volume == pytest.approx(1.875 * 0.25 * around)


def test_solid_keeps_its_volume():
    """Solid 0.1 in 1 is 0.1 in 1/2: 0.2 of it."""
    assert porosity(0.5, 0.9) == pytest.approx(0.8)
    assert porosity(1.0, 0.9) == pytest.approx(0.9)


def test_compressed_medium():
    """A solid fraction of 3/4: no pores are left at J = 3/4; a porosity of 7/8 at J = 6."""
    mat = PorousMedium(porosity=0.25, bruggeman_exponent=2)
    assert compressed(mat, 0.75).porosity == pytest.approx(0)
    assert compressed(mat, 6).effective(64.0) == pytest.approx(49.0)
    field = compressed(mat, 4 * R + 4)
    assert isinstance(field, Medium)
    assert float(field.effective(64.0)(POINT)) == pytest.approx(49.0)


def test_skeleton_of_a_filter():
    """GF/D is 0.3 to 0.45 mm thick under the pressures of a coin cell, 0.1 to 0.5 MPa."""
    filter_ = kna.separator("GF/D")
    law = skeleton_of(filter_)
    for number in (law.modulus, law.poisson_number, law.stiffening_exponent):
        assert isinstance(number, Value)
        assert number.source
        assert number.low <= number <= number.high
    thick, thin = (-principal(law, mm / 0.675, 1.0, 1.0)[0] for mm in (0.45, 0.3))
    assert thick == pytest.approx(0.09e6, rel=0.05)
    assert thin == pytest.approx(0.38e6, rel=0.05)


@pytest.mark.parametrize("nu", [-1, 0.5])
def test_poisson_number_has_bounds(nu):
    with pytest.raises(InputError, match=r"poisson_number: .* is out of range"):
        NeoHookean(modulus="1 Pa", poisson_number=nu)
