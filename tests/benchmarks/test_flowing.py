"""Metal that flows in the cell: the checks of `fem-kna verify --only flow`, and the full set."""

import pytest

from fem_kna.verify.flowing import (
    CHECKS,
    QUICK,
    VISCOUS,
    balanced,
    crossover,
    levelling_in_space,
    levelling_under_fibres,
    order_under_a_separator,
    volume,
)
from fem_kna.verify.levelling import Levelling

# Growth at slow and fast kinetics, healing, stripping, a dilute solution near the limiting current.
COMBINATIONS = (3, 6, 9, 22, 26, 32)
STIFFNESSES = (0.1, 1.0, 10.0)  # over the critical viscosity
CROSSOVER = [(n, s) for n in COMBINATIONS for s in STIFFNESSES if (n, s) not in QUICK]


def missed(checks):
    found = list(checks)
    assert found
    return [f"{check.name}: {check.got:g} for {check.expected:g}" for check in found
            if not check.passed]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("function", CHECKS, ids=lambda function: function.__name__)
def test_check(function):
    assert missed(function()) == []


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_a_ripple_levels_in_three_dimensions():
    assert missed(levelling_in_space()) == []


@pytest.mark.slow
@pytest.mark.parametrize(("number", "stiffness"), CROSSOVER)
def test_a_ripple_grows_less_by_what_flow_levels(number, stiffness):
    assert missed(crossover(number, stiffness)) == []


@pytest.mark.slow
def test_a_mat_of_fibres_presses_on_a_ripple():
    assert missed(levelling_under_fibres()) == []


@pytest.mark.slow
def test_order_in_time_under_a_separator():
    assert missed(order_under_a_separator()) == []


@pytest.mark.slow
def test_energies_close_about_an_axis():
    ripple = Levelling("axisymmetric", slope=0.1, depth=2.0, gap=4.0)
    assert missed(balanced("axisymmetric", ripple)) == []


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize(
    ("dimension", "law"), [("2d", VISCOUS), ("axisymmetric", VISCOUS), ("2d", None)]
)
def test_metal_keeps_its_volume_through_new_meshes(dimension, law):
    assert missed(volume(dimension, law)) == []
