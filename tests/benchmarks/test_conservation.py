"""What must not be lost: the checks of `fem-kna verify --only conservation`."""

import pytest

from fem_kna.verify.conservation import CHECKS


@pytest.mark.parametrize("function", CHECKS, ids=lambda function: function.__name__)
def test_is_conserved(function):
    checks = list(function())
    assert checks
    assert [check for check in checks if not check.passed] == []
