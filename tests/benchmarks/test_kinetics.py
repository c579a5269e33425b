"""Electrodes against formulas: the checks of `fem-kna verify --only kinetics`."""

import pytest

from fem_kna.verify.kinetics import CHECKS


@pytest.mark.parametrize("function", CHECKS, ids=lambda function: function.__name__)
def test_meets_the_formula(function):
    checks = list(function())
    assert checks
    assert [check for check in checks if not check.passed] == []
