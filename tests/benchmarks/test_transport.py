"""Transport against formulas: the checks that `fem-kna verify` runs, one test for each."""

import pytest

from fem_kna.verify.check import CheckFunction
from fem_kna.verify.transport import CHECKS


@pytest.mark.parametrize("function", CHECKS, ids=lambda function: function.__name__)
def test_check(function: CheckFunction) -> None:
    for check in function():
        assert check.passed, (
            f"{check.name}: expected {check.expected:g}, got {check.got:g}, "
            f"tolerance {check.tolerance:g} {check.kind}"
        )
