"""Laws of the separator's skeleton, with numbers worked by hand. UFL evaluates at a point."""

from math import log

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
    """At half the height -4/3 (2^3 - 1); on the sides 1.5 2^2.5 (1 - 1/4) less."""
    sides = -28 / 3 + 1.5 * 2**2.5 * 0.75
    assert principal(MAT, 0.5, 1.0, 1.0) == pytest.approx([-28 / 3, sides, sides])


def test_fibre_mat_spreads_as_little_when_compressed():
    """The sides carry nu/(1-nu) = 1/4 of the pressure, down to half the height 1/3 at most."""
    for stretch in (0.99, 0.7, 0.5):
        axial, side, _ = principal(MAT, stretch, 1.0, 1.0)
        assert 0.24 < side / axial < 0.33


def test_fibre_mat_compressed_from_all_sides():
    """F = I/2: Q = 3/4 - 1/64 - 2; 1.5 8^2.5 (1/4 - 1/64 - 3/4 Q) - 4/3 (8^3 - 1)."""
    Q = 3 / 4 - 1 / 64 - 2
    expected = 1.5 * 8**2.5 * (1 / 4 - 1 / 64 - 3 / 4 * Q) - 4 / 3 * 511
    assert principal(MAT, 0.5, 0.5, 0.5) == pytest.approx(np.full(3, expected))


def test_fibre_mat_is_elliptic_at_stretches_from_04_to_13():
    """W is convex along a b^T from any such state, by second differences."""
    draw, step = np.random.default_rng(1), 1e-3

    def curvature(stretches, along):
        states = (np.diag(stretches) + way * step * along for way in (-1, 0, 1))
        low, here, high = (float(MAT.energy(ufl.as_matrix(F.tolist()))(())) for F in states)
        return (low - 2 * here + high) / step**2

    ends = [[1.3, 1.3, 1.3], [0.4, 0.4, 0.4], [0.4, 1.3, 1.3], [0.4, 0.4, 1.3]]
    for stretches in ends + draw.uniform(0.4, 1.3, (60, 3)).tolist():
        a, b = (v / np.linalg.norm(v) for v in draw.normal(size=(2, 3)))
        assert curvature(stretches, np.outer(a, b)) > 0.1
        assert curvature(stretches, np.outer(a, a)) > 0.1


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
