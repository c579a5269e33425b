"""Manufactured solutions on moving meshes that take too long for `verify`, or tell little more.

The checks of `verify` itself run with those of transport.
"""

from collections.abc import Mapping
from itertools import pairwise
from math import log2
from typing import Any

import numpy as np
import pytest
import ufl
from dolfinx import fem
from ufl import cos, exp, sin

from fem_kna.motion.nodes import nodes_of
from fem_kna.verify.check import Check
from fem_kna.verify.manufactured import CONCENTRATED, DILUTE
from fem_kna.verify.moving_manufactured import MovingManufactured, Problem
from fem_kna.verify.moving_orders import (
    errors_of,
    even,
    flat,
    in_space,
    in_time,
    ripple,
    smoothly,
    unchanged,
    uniform,
    waves,
)
from fem_kna.verify.moving_solution import Passed, Solution
from fem_kna.verify.strong_form import Exact
from fem_kna.verify.transport_orders import WAVES, unit_time


def passes(check: Check) -> None:
    assert check.passed, f"{check.name}: {check.got:.3g} for {check.expected:g}"


@pytest.mark.parametrize(
    ("equations", "divisions"),
    [
        (CONCENTRATED, (8, 16)),
        (DILUTE, (16, 32)),
    ],
    ids=["concentrated", "fine"],
)
def test_linear_elements_keep_their_order_off_a_rippled_front(equations, divisions):
    for check in in_space(Problem(equations, waves, ripple), "2d", 1, divisions):
        passes(check)


def test_quadratic_elements_keep_theirs_off_a_flat_front_in_a_stirred_mesh():
    for check in in_space(Problem(DILUTE, waves, flat, stir=smoothly), "2d", 2, (4, 8)):
        passes(check)


@pytest.mark.slow
def test_straight_facets_bring_quadratic_elements_down_to_second_order():
    """A polygon lies off the front by h^2, whatever the elements on it."""
    for check in in_space(Problem(DILUTE, waves, ripple), "2d", 2, (8, 16), order=2):
        passes(check)
        if "order of phi" in check.name:
            assert check.got < 2.2


def test_second_order_in_time_with_equal_steps():
    for check in in_time("equal steps", (1.0,)):
        passes(check)


@pytest.mark.parametrize("dimension", ["1d", "2d"])
def test_uniform_fields_stay_in_quadratic_elements(dimension):
    passes(unchanged(dimension, 4, 2))


def test_curvature_of_a_front_alone_has_second_order():
    problem = Problem(DILUTE, uniform, ripple, Passed)
    coarse, fine = (errors_of(problem, "2d", n, 1, unit_time(n, (1.0,), 0.5)) for n in (8, 16))
    assert log2(coarse["kappa"] / fine["kappa"]) > 1.9


class Tight(Solution):
    """A front without the leak of the anions that its motion and the chosen fields need."""

    def leaks(self, *arguments: Any) -> Any:
        return 0


class Unswept(Solution):
    """A front that takes what flows to it and not what it sweeps over."""

    def taken(self, k: str, side: Any) -> Any:
        still = self.balance.fluxes[k]
        normal = side.N if side.front is None else self.front.normal
        return self.at(ufl.dot(still, normal), side.frame)


class Uncurved(Solution):
    """A front whose reactions do not know its curvature."""

    def _shift(self, *arguments: Any) -> Any:
        return 0.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "field"), [(Tight, "FSI-"), (Unswept, "Na+"), (Uncurved, "height")]
)
def test_a_wrong_law_of_the_front_is_seen(wrong, field):
    problem, steps = Problem(DILUTE, waves, ripple, wrong), unit_time(8, (1.0,), 0.5)
    coarse, fine = (errors_of(problem, "2d", n, 1, steps) for n in (6, 12))
    assert log2(coarse[field] / fine[field]) < 1.0


@pytest.mark.slow
@pytest.mark.parametrize("pattern", [(1.0,), (1.0, 1.6)], ids=["equal", "uneven"])
def test_second_order_in_time_on_a_rippled_front(pattern):
    """On one mesh, so that what halving the steps changes is the error in time.

    Nodes travel along the front as they do, with an error of first order in the step that nobody
    needs to know: compared are errors at the nodes, wherever these are.
    """
    runs = [missed(count, pattern) for count in (20, 40, 80)]
    for field in runs[0]:
        first, second = (rms(b[field] - a[field]) for a, b in pairwise(runs))
        assert log2(first / second) > 1.9, field


def missed(count: int, pattern: tuple[float, ...]) -> Mapping[str, np.ndarray]:
    """Return the errors at the nodes after `count` steps."""
    cell = MovingManufactured(Problem(DILUTE, swinging, hurried), "2d", 6, 1)
    try:
        cell.march(unit_time(count, pattern))
        return at_nodes(cell)
    finally:
        cell.close()


def at_nodes(cell: MovingManufactured) -> Mapping[str, np.ndarray]:
    fields, solution = cell.fields, cell.solution
    exact = fem.Function(fields.bulk)
    exact.interpolate(fem.Expression(cell.exact, fields.bulk.element.interpolation_points))
    miss = (fields.now[0].x.array - exact.x.array).reshape(-1, len(fields.ions) + 1)
    found = dict(zip((*fields.ions, "phi"), miss.T, strict=True))
    height = fem.Function(fem.functionspace(cell.domain.mesh, ("Lagrange", 1)))
    points = height.function_space.element.interpolation_points
    height.interpolate(fem.Expression(solution.front.height, points))
    y = cell.domain.mesh.geometry.x[nodes_of(height.function_space), 1]
    return found | {"height": (y - height.x.array)[cell.travel.extension.moving]}


def rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))


def swinging(ions, lateral, y, t) -> Exact:
    wave = even(lateral)
    c = {
        k: WAVES[k][0] + WAVES[k][1] * wave * cos(2 * t) * sin(WAVES[k][2] * y + 0.5) for k in ions
    }
    return Exact(c, 0.6 * wave * exp(-t) * cos(1.5 * y))


def hurried(lateral, t) -> Any:
    return 0.06 * (exp(2 * t) - 1) + 0.03 * exp(t) * even(lateral)
