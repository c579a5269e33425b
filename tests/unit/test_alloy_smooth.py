"""Activities without kinks: exact where they must be, near the equilibrium, good for Newton."""

from itertools import pairwise
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from fem_kna.alloy import VARIANTS, SmoothAlloy, state, tie_line
from fem_kna.inputs.errors import InputError

ROOM = 298.15
SMOOTH = SmoothAlloy(ROOM)
compositions = some.floats(1e-6, 1 - 1e-6)


def test_the_equilibrium_has_kinks():
    """Beside the solidus a_Na rises by 8.2 per mole fraction; between the phases not at all."""
    solidus, h = tie_line(ROOM, "potassium").bcc, 1e-6
    left, here, right = (state(solidus + k * h, ROOM).activity_of_sodium for k in (-1, 0, 1))
    assert (here - left) / h > 5 and abs(right - here) / h < 1e-6


@given(compositions)
def test_gibbs_duhem_exactly(x):
    found = SMOOTH.state(x)
    sodium = x * found.slope_of_sodium / found.activity_of_sodium
    potassium = (1 - x) * found.slope_of_potassium / found.activity_of_potassium
    assert sodium + potassium == pytest.approx(0, abs=1e-12 * max(1, abs(sodium)))


@given(compositions)
def test_shares_sum_to_one_and_activities_rise_with_their_metal(x):
    found = SMOOTH.state(x)
    assert sum(found.shares.values()) == pytest.approx(1, abs=1e-12)
    assert found.slope_of_sodium > 0 > found.slope_of_potassium
    assert 0 < found.activity_of_sodium < 1 and 0 < found.activity_of_potassium < 1


@pytest.mark.parametrize("x", [0.001, 0.0365, 0.037, 0.0581, 0.1449, 0.15, 0.5, 0.7031, 0.9, 0.99])
def test_slopes_are_the_derivatives(x):
    h = 1e-7
    low, high = SMOOTH.state(x - h), SMOOTH.state(x + h)
    here = SMOOTH.state(x)
    sodium = (high.activity_of_sodium - low.activity_of_sodium) / (2 * h)
    potassium = (high.activity_of_potassium - low.activity_of_potassium) / (2 * h)
    assert here.slope_of_sodium == pytest.approx(sodium, rel=1e-4, abs=1e-6)
    assert here.slope_of_potassium == pytest.approx(potassium, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("solutions", VARIANTS, ids=["central", "gentle", "steep"])
@pytest.mark.parametrize("celsius", [-12.6, 0.0, 25.0, 63.7])
def test_near_the_equilibrium(solutions, celsius):
    """Potentials within 0.2 mV, shares of the liquid within 0.03, a little off the invariants."""
    T = celsius + 273.15
    smooth = SmoothAlloy(T, solutions)
    for x in np.linspace(0.01, 0.99, 50):
        found, exact = smooth.state(x), state(x, T, solutions)
        shift = 25.7 * T / ROOM * log(found.activity_of_sodium / exact.activity_of_sodium)
        assert abs(shift) < 0.2
        if celsius in (0.0, 25.0):
            assert found.liquid_mole_fraction == pytest.approx(exact.liquid_mole_fraction, abs=0.03)


def test_more_atoms_come_closer():
    x, exact = 0.0581, state(0.0581, ROOM).activity_of_sodium
    errors = [
        abs(SmoothAlloy(ROOM, atoms=atoms).state(x).activity_of_sodium / exact - 1)
        for atoms in (1e3, 1e4, 1e5)
    ]
    assert all(8 < coarse / fine < 12 for coarse, fine in pairwise(errors))


def test_no_jump_at_the_peritectic():
    """An alloy of 80 at% Na: 42 % liquid just above, none just below, in equilibrium."""
    above, below = (state(0.8, 280.05 + dT).liquid_mole_fraction for dT in (1e-4, -1e-4))
    assert above > 0.4 and below == 0
    smooth = [
        SmoothAlloy(280.05 + dT, atoms=1e3).state(0.8).liquid_mole_fraction
        for dT in np.linspace(-1, 1, 41)
    ]
    assert smooth[0] < 0.02 and smooth[-1] > 0.35
    assert max(b - a for a, b in pairwise(smooth)) < 0.06


@pytest.mark.parametrize("start", [0.01, 0.036, 0.05, 0.1, 0.14, 0.16, 0.5])
@pytest.mark.parametrize("uptake", [-0.03, -0.005, 0.0, 0.005, 0.03, 0.1])
def test_newton_crosses_the_boundaries(start, uptake):
    """An implicit step of a layer that exchanges sodium with a bath: plain Newton converges."""
    bath = state(start, ROOM).activity_of_sodium + uptake
    x = start
    for _ in range(25):
        found = SMOOTH.state(x)
        residual = x - start - 0.05 * (bath - found.activity_of_sodium)
        step = residual / (1 + 0.05 * found.slope_of_sodium)
        x = min(max(x - step, 1e-6), 1 - 1e-6)
        if abs(step) < 1e-12:
            return
    pytest.fail(f"no convergence: x = {x}, last step {step}")


def test_pure_metals_keep_henrys_slope():
    potassium, sodium = SMOOTH.state(0.0), SMOOTH.state(1.0)
    assert (potassium.activity_of_potassium, potassium.activity_of_sodium) == (1, 0)
    assert (sodium.activity_of_potassium, sodium.activity_of_sodium) == (0, 1)
    assert potassium.slope_of_sodium == pytest.approx(11.0, abs=0.1)  # gamma of Na in bcc K
    assert sodium.slope_of_potassium < -10 and potassium.liquid_mole_fraction == 0


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: SmoothAlloy(340.0), "accepted: 260.55 to 336.86 K"),
        (lambda: SmoothAlloy(ROOM, atoms=0.5), "atoms 0.5 of a cluster: accepted: 1 or more"),
        (lambda: SMOOTH.state(1.2), "sodium mole fraction 1.2: accepted: 0 to 1"),
    ],
)
def test_refusals(attempt, message):
    with pytest.raises(InputError, match=message):
        attempt()
