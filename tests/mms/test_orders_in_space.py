"""Manufactured solutions in space that take too long, or tell too little more, for `verify`."""

import pytest

from fem_kna.geometry.shape import Dimension
from fem_kna.verify.manufactured import CONCENTRATED, DILUTE, Equations
from fem_kna.verify.transport_orders import in_space

LAWS = pytest.mark.parametrize("equations", [DILUTE, CONCENTRATED], ids=["dilute", "concentrated"])


@pytest.mark.slow
@LAWS
@pytest.mark.parametrize(
    ("dimension", "degree", "divisions"),
    [("axisymmetric", 2, (8, 16)), ("3d", 1, (8, 12)), ("3d", 2, (4, 6))],
    ids=lambda value: str(value),
)
def test_order_in_space(
    equations: Equations, dimension: Dimension, degree: int, divisions: tuple[int, int]
) -> None:
    for check in in_space(equations, dimension, degree, divisions):
        assert check.passed, f"{check.name}: {check.got:.3g} for {check.expected:g}"
