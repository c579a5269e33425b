"""Tie lines by minimising the total Gibbs energy, with Gibbs energies written out here."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.constants import R
from scipy.optimize import minimize
from scipy.spatial import ConvexHull

from fem_kna.alloy import CENTRAL, state, tie_line
from fem_kna.alloy.equilibria import compound_energy, liquid_beside_compound
from fem_kna.alloy.phases import single_phase_fields

LIQUID, BCC = (2755.0, 540.0), (7673.0, 1734.0)  # A0, A1 [J/mol]
GRID = 20_001


def mixing(x, T, A):
    ideal = R * T * (x * np.log(x) + (1 - x) * np.log(1 - x))
    return ideal + x * (1 - x) * (A[0] + A[1] * (2 * x - 1))


def liquid(x, T):
    melting = (1 - x) * 2335 * (1 - T / 336.86) + x * 2600 * (1 - T / 370.95)
    return melting + mixing(x, T, LIQUID)


def bcc(x, T):
    return mixing(x, T, BCC)


def lower_hull(T):
    """The corners of the lower convex hull of all phases' Gibbs energies, as mole fractions."""
    x = np.linspace(0, 1, GRID)
    inner = np.clip(x, 1e-12, 1 - 1e-12)
    energy = np.minimum(liquid(inner, T), bcc(inner, T))
    points = np.column_stack([np.append(x, 2 / 3), np.append(energy, compound_energy(T) / 3)])
    hull = ConvexHull(points)
    below = hull.simplices[hull.equations[:, 1] < 0]
    return np.sort(points[np.unique(below), 0])


@pytest.mark.parametrize("celsius", [-12, -5, 5, 8, 25, 40, 60])
def test_the_convex_hull_has_the_same_gaps(celsius):
    """Where the hull bridges more than a few cells of the grid, two phases coexist."""
    T = celsius + 273.15
    step = 1 / (GRID - 1)
    gaps = [(a, b) for a, b in pairwise(lower_hull(T)) if b - a > 3 * step]
    fields = single_phase_fields(T)
    wanted = [(left.high, right.low) for left, right in pairwise(fields)]
    assert len(gaps) == len(wanted) == (3 if celsius < 6.9 else 2)
    np.testing.assert_allclose(gaps, wanted, atol=1.5 * step)


@pytest.mark.parametrize(
    ("x", "celsius", "solid", "start"),
    [
        (0.0581, 25.0, "potassium", (0.02, 0.2)),
        (0.0822, 25.0, "potassium", (0.02, 0.2)),
        (0.0302, 45.0, "potassium", (0.01, 0.1)),
        (0.15, -5.0, "potassium", (0.02, 0.4)),
        (0.9, 25.0, "sodium", (0.995, 0.6)),
        (0.95, 60.0, "sodium", (0.995, 0.8)),
    ],
)
def test_least_energy_of_solid_and_liquid(x, celsius, solid, start):
    T = celsius + 273.15

    def total(v):
        share = (x - v[0]) / (v[1] - v[0])
        return (1 - share) * bcc(v[0], T) + share * liquid(v[1], T)

    options = {"xatol": 1e-11, "fatol": 1e-13, "maxiter": 2000, "maxfev": 2000}
    bounds = [(1e-9, x - 1e-9) if v < x else (x + 1e-9, 1 - 1e-9) for v in start]
    found = minimize(total, start, method="Nelder-Mead", bounds=bounds, options=options)
    line = tie_line(T, solid)
    assert found.x == pytest.approx([line.bcc, line.liquid], abs=2e-6)
    share = (x - found.x[0]) / (found.x[1] - found.x[0])
    assert state(x, T).liquid_mole_fraction == pytest.approx(share, abs=2e-5)


@pytest.mark.parametrize(("x", "celsius"), [(0.6, 0.0), (0.4636, -5.0)])
def test_least_energy_of_the_compound_and_its_liquid(x, celsius):
    T = celsius + 273.15

    def total(v):
        share = (x - v[0]) / (2 / 3 - v[0])
        return (1 - share) * liquid(v[0], T) + share * compound_energy(T) / 3

    options = {"xatol": 1e-11, "fatol": 1e-13}
    found = minimize(total, [0.38], method="Nelder-Mead", options=options)
    assert found.x[0] == pytest.approx(liquid_beside_compound(T), abs=2e-6)
    share = (2 / 3 - x) / (2 / 3 - found.x[0])
    assert state(x, T).liquid_mole_fraction == pytest.approx(share, abs=2e-5)


@pytest.mark.parametrize("x", [0.01, 0.0581, 0.145, 0.337, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("celsius", [-12.6, 25.0, 63.7])
def test_potentials_are_tangents_of_the_energy(x, celsius):
    """mu_K = G - x G', mu_Na = G + (1-x) G', G' by a complex step: Gibbs-Duhem to 1e-12."""
    T = celsius + 273.15
    for energy, potentials in (
        (liquid, CENTRAL.potentials_in_liquid),
        (bcc, CENTRAL.potentials_in_bcc),
    ):
        G, slope = energy(x, T), energy(x + 1e-30j, T).imag / 1e-30
        wanted = np.array([G - x * slope, G + (1 - x) * slope])
        assert np.array(potentials(x, T)) / (R * T) == pytest.approx(wanted / (R * T), abs=1e-12)


@pytest.mark.parametrize("x", [0.001, 0.0581, 0.145, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("phase", ["liquid", "bcc"])
def test_gibbs_duhem_of_the_excess(x, phase):
    """x dmu_Na + (1-x) dmu_K = 0 to 1e-12 RT; the ideal part obeys it identically."""
    partial = getattr(CENTRAL, phase).partial(x + 1e-30j)
    potassium, sodium = (part.imag / 1e-30 for part in partial)
    assert abs(x * sodium + (1 - x) * potassium) / (R * 298.15) < 1e-12


# pycalphad 0.11.2 on a database of the same Gibbs energies (KNa2: 502.587 - 4.9 T J/mol): x, T,
# share and sodium of the first phase, sodium of the second, activities of K and Na.
PYCALPHAD = [
    (0.0581, 298.15, 0.804664, 0.0369908, 0.1450571, 0.9644602, 0.3755689),
    (0.0822, 298.15, 0.581653, 0.0369908, 0.1450571, 0.9644602, 0.3755689),
    (0.9, 298.15, 0.302266, 0.7030576, 0.9853174, 0.5616562, 0.9864125),
    (0.0302, 318.15, 0.757758, 0.0184058, 0.0670936, 0.9819210, 0.1677420),
    (0.15, 268.15, 0.601923, 0.0608169, 0.2848517, 0.9437011, 0.7532422),
    (0.6, 273.15, 0.298124, 0.4430464, 0.6666667, 0.8105721, 0.9240305),
    (0.8, 273.15, 0.583713, 0.6666667, 0.9869582, 0.7091450, 0.9879037),
]


@pytest.mark.parametrize("row", PYCALPHAD, ids=lambda row: f"{row[0]} at {row[1]} K")
def test_pycalphad_finds_the_same(row):
    """To 2e-5: its gas constant ends after four decimals."""
    alloy = state(*row[:2])
    first, second = alloy.phases
    found = [first.share, first.sodium_mole_fraction, second.sodium_mole_fraction]
    found += [alloy.activity_of_potassium, alloy.activity_of_sodium]
    assert found == pytest.approx(row[2:], abs=2e-5)
