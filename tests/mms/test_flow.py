"""Manufactured flows of a power law on finer meshes than `verify` takes."""

import pytest

from fem_kna.geometry.shape import Dimension
from fem_kna.verify.flow_patches import order_of


@pytest.mark.parametrize("dimension", ["2d", "axisymmetric"])
def test_order_in_space(dimension: Dimension) -> None:
    for check in order_of(dimension, (10, 20)):
        assert check.passed, f"{check.name}: {check.got:.3g} for {check.expected:g}"
