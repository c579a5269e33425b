"""Orders of convergence on a mesh that moves with its front, against manufactured solutions.

The front follows a prescribed ripple under its own law, and the step shrinks with the elements, so
that errors in time and space count alike. Linear elements lose them like h^2, and so does the
front its place. Quadratic ones lose them like h^3 while the front is flat; a rippled one is made of
straight facets, which lie off it by h^2, and so are then the fields, whatever their elements.

The curvature has order 2 as well where the front alone is asked, and approaches it from below where
the fields take part: at symmetry planes their errors have a kink. The surface energy, which these
problems have, smooths it; without it the curvature misses by 0.2 there on any mesh, order 1/2.
"""

from collections.abc import Iterator, Sequence
from math import log
from typing import Any

import numpy as np
from ufl import cos, exp, pi, sin

from ..geometry.shape import Dimension
from .check import Check
from .manufactured import CONCENTRATED, DILUTE
from .moving_manufactured import MovingManufactured, Problem, Stir
from .moving_solution import Passed
from .strong_form import Exact
from .transport_orders import WAVES, ceiling_check, order_checks, unit_time

SPAN = 0.5  # [s] over which orders in space are observed
OF_CURVATURE = (2.0, 0.5)  # the order in L2, and by how much coarse meshes miss it
CEILING = 2e-2  # of the errors on the finer mesh
SAME = 1e-12  # relative error of fields that must not change


def rippled_front() -> Iterator[Check]:
    """Four ions and a rippled front in 2-D, its surface energy in its kinetics."""
    yield from in_space(Problem(DILUTE, waves, ripple), "2d", 1, (8, 16))


def rippled_front_about_an_axis() -> Iterator[Check]:
    """A concentrated salt about an axis: circles stretch, and curve the front a second time."""
    yield from in_space(Problem(CONCENTRATED, waves, ripple), "axisymmetric", 1, (8, 16))


def order_in_time() -> Iterator[Check]:
    """Steps in turn 1 and 1.6, in one dimension: there quadratic elements have no error."""
    yield from in_time("uneven steps", (1.0, 1.6))


def uniform_fields_stay() -> Iterator[Check]:
    """A front that passes uniform fields, in a mesh shaken inside: they must not notice.

    The geometric conservation law of the scheme, whatever the step.
    """
    for dimension, divisions in (("2d", 6), ("axisymmetric", 6), ("3d", 3)):
        yield unchanged(dimension, divisions, 1)


def in_space(
    problem: Problem,
    dimension: Dimension,
    degree: int,
    divisions: tuple[int, int],
    order: int | None = None,
) -> Iterator[Check]:
    """Compare the errors on two lattices; the elements' `order` is degree + 1 unless given.

    As many steps are taken as there are divisions, and more of them for orders above the scheme's.
    """
    order = order or degree + 1
    closure = type(problem.equations.closure).__name__
    name = f"{problem.ripple.__name__} front, {closure}, {dimension}, P{degree}"
    errors = []
    for n in divisions:
        steps = round(degree * divisions[0] * (n / divisions[0]) ** (order / 2))
        errors.append(errors_of(problem, dimension, n, degree, unit_time(steps, (1.0,), SPAN)))
    kappa = [found.pop("kappa") for found in errors]
    yield from order_checks(name, order, divisions, errors)
    yield ceiling_check(name, errors[-1], CEILING)
    if problem.ripple is not flat:
        observed = log(kappa[0] / kappa[1]) / log(divisions[1] / divisions[0])
        expected, shortfall = OF_CURVATURE
        yield Check(f"{name}: order of kappa [-]", expected, observed, shortfall, "at least")


def in_time(name: str, pattern: Sequence[float]) -> Iterator[Check]:
    """Compare the errors after unit time in 30 and in 60 steps in the proportions of `pattern`."""
    problem, counts = Problem(DILUTE, parabolas, hurrying), (30, 60)
    errors = [errors_of(problem, "1d", 4, 2, unit_time(n, pattern)) for n in counts]
    yield from order_checks(f"moving front, time, {name}", 2, counts, errors)
    yield ceiling_check(f"moving front, time, {name}", errors[-1], 2e-3)


def unchanged(dimension: Dimension, divisions: int, degree: int) -> Check:
    """Return the check that uniform fields stay what they are while front and mesh move."""
    problem = Problem(DILUTE, uniform, ripple, Passed, shaken(divisions))
    errors = errors_of(problem, dimension, divisions, degree, (0.05, 0.08, 0.05, 0.03, 0.06))
    worst = max(errors[name] for name in ("K+", "Na+", "FSI-", "phi"))
    return Check(f"uniform fields, {dimension}, P{degree} [-]", 0.0, worst, SAME, "absolute")


def errors_of(
    problem: Problem, dimension: Dimension, divisions: int, degree: int, steps: Sequence[float]
) -> dict[str, float]:
    """Return the error of each field and of the front after `steps` on one mesh."""
    cell = MovingManufactured(problem, dimension, divisions, degree)
    try:
        cell.march(steps)
        return cell.errors()
    finally:
        cell.close()


def even(lateral: Sequence[Any]) -> Any:
    """Return a wave that meets the symmetry planes, or the axis, at a right angle."""
    wave: Any = 1.0
    for x in lateral:
        wave = wave * cos(pi * x)
    return wave


def waves(ions: Sequence[str], lateral: Sequence[Any], y: Any, t: Any) -> Exact:
    """Waves in space and a parabola in time."""
    c = {}
    for k in ions:
        mean, amplitude, wave = WAVES[k]
        c[k] = mean + amplitude * even(lateral) * (1 + t + t**2) * sin(wave * y + 0.5)
    return Exact(c, 0.6 * even(lateral) * (1 - t) * cos(1.5 * y))


def parabolas(ions: Sequence[str], lateral: Sequence[Any], y: Any, t: Any) -> Exact:
    """Parabolas in space."""
    c = {k: WAVES[k][0] + WAVES[k][1] * exp(t) * (0.5 + y - y**2) for k in ions}
    return Exact(c, 0.6 * exp(-t) * (y + y**2))


def uniform(ions: Sequence[str], lateral: Sequence[Any], y: Any, t: Any) -> Exact:
    """The same everywhere and always."""
    nothing = t - t  # which UFL knows the mesh of, other than of a number
    return Exact({k: WAVES[k][0] + nothing for k in ions}, 0.3 + nothing)


def ripple(lateral: Sequence[Any], t: Any) -> Any:
    """A ripple that grows while it rises, up to a slope of 0.22."""
    return 0.1 * (t + t**2) + (0.04 + 0.06 * t) * even(lateral)


def flat(lateral: Sequence[Any], t: Any) -> Any:
    """A plane that rises."""
    return 0.1 * (t + t**2)


def hurrying(lateral: Sequence[Any], t: Any) -> Any:
    """A plane that rises faster and faster, through 0.64 of the gap in unit time."""
    return 0.1 * (exp(2 * t) - 1)


def smoothly(x: np.ndarray, time: float) -> np.ndarray:
    """Carry the nodes aside by up to a twentieth of the gap, in one smooth motion."""
    return 0.05 * np.sin(2 * time) * np.sin(np.pi * x).prod(axis=1, keepdims=True)


def shaken(divisions: int) -> Stir:
    """Return a random motion of the nodes by up to a twentieth of an element."""
    random = np.random.default_rng(seed=1)
    return lambda x, time: random.uniform(-0.05, 0.05, x.shape) / divisions


CHECKS = (
    rippled_front,
    rippled_front_about_an_axis,
    order_in_time,
    uniform_fields_stay,
)
