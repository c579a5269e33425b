"""Films that stick to their metal and pull on it: what `verify` does not check, and limits."""

from itertools import pairwise

import pytest

import fem_kna as kna
from fem_kna.verify.flowing import (
    levelling_under_a_taut_film_in_space,
    levelling_under_other_taut_films,
)
from fem_kna.verify.lifted import CRITICAL, lifted


def missed(checks):
    found = list(checks)
    assert found
    return [f"{check.name}: {check.got:g} for {check.expected:g}" for check in found
            if not check.passed]  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "function", [levelling_under_other_taut_films, levelling_under_a_taut_film_in_space]
)
def test_a_taut_film_levels(function):
    assert missed(function()) == []


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_a_film_that_never_breaks_pulls_a_hundred_times_as_the_surface_does():
    """Under 11 N/m Newton's method needs no more than without: 4 iterations a step."""
    result = kna.simulate(lifted(strong=True, crack_stress=1e12))
    found = result.summary
    tension = max(row["max_film_tension [N/m]"] for row in result.history)
    assert tension > 50 * 0.11 and found["max_film_stretch [-]"] > CRITICAL
    assert found["newton [-]"] < 5.5 * found["steps [-]"] and found["steps [-]"] < 90
    assert found["volume_drift [-]"] < 1e-9 and found["salt_drift [-]"] < 1e-11


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_a_film_breaks_in_the_step_in_which_it_is_stretched_too_far():
    """Nothing is stretched further than that, and where it broke it starts again."""
    history = kna.simulate(lifted(strong=True)).history
    stretches = [row["max_film_stretch [-]"] for row in history]
    assert all(1 <= stretch <= CRITICAL for stretch in stretches)
    assert any(later < before - 0.01 for before, later in pairwise(stretches))
