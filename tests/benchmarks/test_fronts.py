"""Moving fronts against formulas: the checks of `fem-kna verify --only front`, and the full set."""

import pytest

from fem_kna.verify.dispersion import combinations
from fem_kna.verify.front_volumes import BOTH, CURRENT, bookkeeping, curved_fronts, flat
from fem_kna.verify.fronts import CHECKS, QUICK, growth_of

DIMENSIONS = (
    "1d",
    "2d",
    pytest.param("axisymmetric", marks=pytest.mark.slow),
    pytest.param("3d", marks=pytest.mark.slow),
)
OTHERS = [c for number, c in enumerate(combinations()) if number not in QUICK]


def missed(checks):
    found = list(checks)
    assert found
    return [check for check in found if not check.passed]


@pytest.mark.parametrize(
    "function",
    [pytest.param(f, marks=[pytest.mark.slow] * (f is curved_fronts)) for f in CHECKS],
    ids=lambda function: function.__name__,
)
def test_check(function):
    assert missed(function()) == []


@pytest.mark.parametrize("combination", OTHERS, ids=lambda combination: combination.name)
def test_a_ripple_grows_as_the_linear_mode_says(combination):
    check = growth_of(combination)
    assert check.passed, f"{check.got / check.expected - 1:.2e}"


@pytest.mark.parametrize("J", [CURRENT, -CURRENT], ids=["plating", "stripping"])
@pytest.mark.parametrize("moving", [("working",), ("counter",), BOTH], ids=" and ".join)
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_flat_fronts_travel_as_faraday_says(dimension, moving, J):
    assert missed(flat(dimension, moving, J)) == []


@pytest.mark.slow
@pytest.mark.parametrize("moving", [("working",), BOTH], ids=" and ".join)
@pytest.mark.parametrize("dimension", DIMENSIONS[1:])
def test_curved_fronts_keep_volume_and_ions(dimension, moving):
    assert missed(bookkeeping(dimension, moving)) == []
