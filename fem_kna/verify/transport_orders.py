"""Orders of convergence of transport in space and time, against manufactured solutions.

Elements of degree p lose errors in L2 like h^(p+1), the time scheme like the square of its step.
What is wrong in an equation leaves an error that no refinement removes: the order drops to zero.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from math import log
from typing import Any

from ufl import cos, exp, sin

from ..geometry.shape import Dimension
from .check import Check
from .manufactured import CONCENTRATED, DILUTE, Equations, Manufactured
from .strong_form import Exact

# Of each ion: mean concentration [mol m-3], amplitude, and wave number across the gap.
WAVES = {
    "K+": (2.0, 0.4, 2.0),
    "Na+": (0.8, 0.2, 3.0),
    "FSI-": (1.5, 0.3, 1.0),
    "FSI-+PF6-": (2.8, 0.6, 2.0),
}
TWO_STEPS = (0.1, 0.16)  # BDF2 has no error here: the waves are quadratic in time
SHORTFALL = 0.1  # by which an observed order may miss the theoretical one
CEILING = {1: 5e-3, 2: 5e-4}  # of the relative errors on the finer mesh, by degree


def dilute_in_one_dimension() -> Iterator[Check]:
    """Four ions by Nernst-Planck, one eliminated, in 1-D: the cheapest check that sees it all."""
    yield from in_space(DILUTE, "1d", 1, (8, 16))
    yield from in_space(DILUTE, "1d", 2, (8, 16))


def dilute_in_two_dimensions() -> Iterator[Check]:
    """Four ions by Nernst-Planck in 2-D."""
    yield from in_space(DILUTE, "2d", 1, (8, 16))
    yield from in_space(DILUTE, "2d", 2, (8, 16))


def dilute_about_an_axis() -> Iterator[Check]:
    """Four ions by Nernst-Planck about an axis: the weight 2 pi r of every integral."""
    yield from in_space(DILUTE, "axisymmetric", 1, (8, 16))


def dilute_in_three_dimensions() -> Iterator[Check]:
    """Four ions by Nernst-Planck in 3-D."""
    yield from in_space(DILUTE, "3d", 1, (8, 12))


def concentrated_in_one_dimension() -> Iterator[Check]:
    """A concentrated salt with dilute Na+ in 1-D."""
    yield from in_space(CONCENTRATED, "1d", 1, (8, 16))
    yield from in_space(CONCENTRATED, "1d", 2, (8, 16))


def concentrated_in_two_dimensions() -> Iterator[Check]:
    """A concentrated salt with dilute Na+ in 2-D."""
    yield from in_space(CONCENTRATED, "2d", 1, (8, 16))
    yield from in_space(CONCENTRATED, "2d", 2, (8, 16))


def order_in_time() -> Iterator[Check]:
    """Backward differences over unit time, with equal steps and with steps in turn 1 and 1.6."""
    for name, pattern in (("equal steps", (1.0,)), ("uneven steps", (1.0, 1.6))):
        counts = (20, 40)
        errors = [errors_of(DILUTE, parabolas, "1d", 4, 2, unit_time(n, pattern)) for n in counts]
        yield from order_checks(f"time, {name}", 2, counts, errors)
        yield ceiling_check(f"time, {name}", errors[-1], 1e-4)


def in_space(
    equations: Equations, dimension: Dimension, degree: int, divisions: tuple[int, int]
) -> Iterator[Check]:
    """Compare the errors on two lattices with `divisions` per edge, exact in time."""
    name = f"{equations.closure.__class__.__name__}, {dimension}, P{degree}"
    errors = [errors_of(equations, waves, dimension, n, degree, TWO_STEPS) for n in divisions]
    yield from order_checks(name, degree + 1, divisions, errors)
    yield ceiling_check(name, errors[-1], CEILING[degree])


def errors_of(
    equations: Equations,
    choice: Any,
    dimension: Dimension,
    divisions: int,
    degree: int,
    steps: Sequence[float],
) -> Mapping[str, float]:
    """Return the relative L2 error of each field after `steps` on one mesh."""
    problem = Manufactured(equations, choice, dimension, divisions, degree)
    try:
        problem.march(steps)
        return problem.errors()
    finally:
        problem.close()


def order_checks(
    name: str, order: int, counts: tuple[int, int], errors: Sequence[Mapping[str, float]]
) -> Iterator[Check]:
    """Yield the observed order of each field, ln(coarse/fine error) / ln(refinement)."""
    coarse, fine = errors
    for field in coarse:
        observed = log(coarse[field] / fine[field]) / log(counts[1] / counts[0])
        yield Check(f"{name}: order of {field} [-]", order, observed, SHORTFALL, "at least")


def ceiling_check(name: str, errors: Mapping[str, float], ceiling: float) -> Check:
    """Return the check that no field's error is above `ceiling`."""
    return Check(f"{name}: largest error [-]", 0.0, max(errors.values()), ceiling, "absolute")


def unit_time(steps: int, pattern: Sequence[float], span: float = 1.0) -> list[float]:
    """Return `steps` steps in the proportions of `pattern`, over and over, of the sum `span`."""
    parts = list(islice(cycle(pattern), steps))
    return [span * part / sum(parts) for part in parts]


def waves(ions: Sequence[str], lateral: Sequence[Any], y: Any, t: Any) -> Exact:
    """Waves in space, quadratic in time: what is left is the error in space."""
    across = 1.0
    for x in lateral:
        across = across * cos(x)
    c = {}
    for k in ions:
        mean, amplitude, wave = WAVES[k]
        c[k] = mean + amplitude * across * (1 + t + t**2) * sin(wave * y + 0.5)
    return Exact(c, 0.6 * across * (1 - t) * cos(1.5 * y))


def parabolas(ions: Sequence[str], lateral: Sequence[Any], y: Any, t: Any) -> Exact:
    """Parabolas in space, exact with quadratic elements: what is left is the error in time."""
    c = {k: WAVES[k][0] + WAVES[k][1] * exp(t / 2) * (0.5 + y - y**2) for k in ions}
    return Exact(c, 0.6 * exp(-t) * (y + y**2))


CHECKS = (
    dilute_in_one_dimension,
    dilute_in_two_dimensions,
    dilute_about_an_axis,
    dilute_in_three_dimensions,
    concentrated_in_one_dimension,
    concentrated_in_two_dimensions,
    order_in_time,
)
