"""Metal in the pores of a mat: its resistance against formulas, its way, its throat."""

from math import log, pi

import numpy as np
import pytest

import fem_kna as kna
from fem_kna.mechanics.intrusion import Pores, Resistance
from fem_kna.mechanics.throats import throat
from fem_kna.physics.rheology import Newtonian, rheology_of
from fem_kna.verify.metal import power_law

UM = 1e-6


class Array(kna.shape("fibre_separator")):  # type: ignore[misc]
    """Fibres of 1 um in the middle of square cells: with their images a square array."""

    columns: int = 1
    rows: int = 1

    @property
    def centres(self) -> np.ndarray:
        side = self.width / self.columns
        x, y = ((np.arange(n) + 0.5) * side for n in (self.columns, self.rows))
        return np.array([point.ravel() for point in np.meshgrid(x, y)]).T

    def check(self) -> None:
        """Anything goes."""


def array(side: float, columns: int = 1, rows: int = 1) -> Array:
    """A square array with cells of `side` [um]."""
    return Array(
        columns=columns,
        rows=rows,
        gap=f"{side * rows} um",
        resolved_depth=f"{side * rows} um",
        width=f"{side * columns} um",
        porosity=1 - pi / 4 / side**2,
        fibre_diameter="1 um",
        front_size="0.5 um",
        far_size="0.5 um",
        growth=0.2,
    )


def drag(side: float, sticking: bool) -> float:
    """Force per length on a fibre over 4 pi eta U, in a Newtonian liquid."""
    pores = Pores(array(side), sticking)
    found = pores.resistance(Newtonian(constant="1 Pa*s"), (1.0, 2.0))
    pores.close()
    assert found.speeds[1] == pytest.approx(2 * found.speeds[0])
    return float(found.gradients[0] * (side * UM) ** 2 / found.speeds[0] / (4 * pi))


@pytest.mark.parametrize("side", [4.0, 10.0])
def test_drag_on_a_square_array(side: float) -> None:
    """4 pi eta U / (-ln(c)/2 - 0.738 + c - 0.887 c^2 + 2.039 c^3) (Sangani and Acrivos 1982)."""
    c = pi / 4 / side**2
    expected = 1 / (-log(c) / 2 - 0.738 + c - 0.887 * c**2 + 2.039 * c**3)
    assert drag(side, sticking=True) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("c", "expected"), [(0.1, 24.83), (0.2, 51.53)])
def test_drag_on_a_dense_square_array(c: float, expected: float) -> None:
    """Force per length over eta U, tabulated by Sangani and Acrivos (1982)."""
    force = 4 * pi * drag((pi / 4 / c) ** 0.5, sticking=True)
    assert force == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("columns", "rows"), [(2, 1), (1, 2)])
def test_more_cells_are_as_one(columns: int, rows: int) -> None:
    """The speed at a gradient of pressure is a matter of the array, not of its size."""
    speeds = []
    for mat in (array(3.0), array(3.0, columns, rows)):
        pores = Pores(mat)
        speeds.append(pores.resistance(Newtonian(constant="1 Pa*s"), (1.0, 2.0)).speeds[0])
        pores.close()
    assert speeds[1] == pytest.approx(speeds[0], rel=0.01)


def test_drag_where_the_metal_slides() -> None:
    """The Stokeslet does not shear a cylinder: no dipole, and 1/2 more in the denominator."""
    c = pi / 400
    expected = 1 / (-log(c) / 2 - 0.738 + 0.5 + c)
    assert drag(10.0, sticking=False) == pytest.approx(expected, rel=0.01)


def test_a_power_law_goes_with_its_power() -> None:
    """U ~ G^n, whatever the mat; and a softer metal of the same n needs less by its stress."""
    pores = Pores(array(3.0))
    found = pores.resistance(power_law(3), (1e-2, 1.0))
    assert log(found.speeds[1] / found.speeds[0]) == pytest.approx(
        3 * log(found.gradients[1] / found.gradients[0])
    )
    K, alloy = (
        pores.resistance(rheology_of(kna.metal(name)), (1e-2, 1e-1)) for name in ("K", "KNA-3.5")
    )
    pores.close()
    softer = np.exp(-30 * kna.metal("KNA-3.5").liquid_volume_fraction / 5)
    assert alloy.pressure(20 * UM, 900) / K.pressure(20 * UM, 900) == pytest.approx(
        softer, rel=1e-3
    )


def test_the_way_of_a_front() -> None:
    """U = k (p/x)^n: x^(n+1) = (n+1) k p^n t; Newtonian this is Washburn's square root of time."""
    for n in (1, 5):
        gradients = np.array([1.0, 10.0])
        found = Resistance(gradients, 1e-3 * gradients**n)
        depth = ((n + 1) * 1e-3 * 7.0**n * 20.0) ** (1 / (n + 1))
        assert found.depth(7.0, 20.0) == pytest.approx(depth, rel=1e-4)
        assert found.pressure(depth, 20.0) == pytest.approx(7.0, rel=1e-4)
    assert found.depth(-1.0, 20.0) == 0.0


def test_the_throat_is_the_narrowest_place_of_the_widest_way() -> None:
    """Two rows over a width of 10: the widest gap is 4 below and 3, at the sides, above."""
    below = [[1.5, 0], [6.5, 0], [9.0, 0]]  # gaps: image 2, 4, 1.5, image 1
    above = [[2.0, 9], [5.5, 9], [8.0, 9]]  # gaps: image 3, 2.5, 1.5, image 3
    assert throat(np.array(below, dtype=float), 1.0, 10.0) == pytest.approx(4.0)
    assert throat(np.array(above, dtype=float), 1.0, 10.0) == pytest.approx(3.0)
    assert throat(np.array(below + above, dtype=float), 1.0, 10.0) == pytest.approx(3.0)
    assert throat(np.array([[5.0, 1.0]]), 1.0, 10.0) == pytest.approx(9.0)


def test_a_mat_has_as_many_fibres_as_drawn() -> None:
    mat = kna.shape("fibre_separator")(gap="100 um", electrolyte_gap="5 um")
    assert mat.centres.shape == (mat.number, 2)
    assert mat.centres[:, 1].min() > 5.5 * UM and mat.centres[:, 1].max() < 44.5 * UM
