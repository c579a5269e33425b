"""How long a step may be: which unknowns' errors count, and the step they allow. No physics."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Watched:
    """Unknowns whose error counts: their places in an array, and the error that counts as one.

    That may follow from the values there before the step; then it is asked for, collectively. Of
    errors over many steps `coarse` counts as one, however little is left.
    """

    places: np.ndarray
    unit: float | Callable[[np.ndarray], np.ndarray] = 1.0
    coarse: float = 1.0

    def error(self, found: np.ndarray, expected: np.ndarray, before: np.ndarray) -> float:
        """Return the largest error on this rank of the values `found`, in units."""
        unit = self.unit(before[self.places]) if callable(self.unit) else self.unit
        change = np.abs(found[self.places] - expected[self.places]) / unit
        return float(change.max(initial=0.0))

    def distance(self, one: np.ndarray, other: np.ndarray) -> float:
        """Return the largest difference on this rank in coarse units."""
        return float(np.abs(one - other)[self.places].max(initial=0.0)) / self.coarse


@dataclass(frozen=True)
class Control:
    """How the step is chosen: local error below `tolerance` units, growth below a factor 2.

    The new step is h (0.85 / error)^(1/(k+1)) for order k. `smallest` ends the run.
    """

    tolerance: float
    first: float
    longest: float = np.inf
    smallest: float = 1e-10
    safety: float = 0.85
    growth: float = 2.0
    shrink: float = 0.2
    after_failure: float = 0.25

    def next_step(self, h: float, error: float, order: int) -> float:
        """Return the step after one of size `h` with this `error` (1 is just acceptable)."""
        factor = self.safety * max(error, 1e-10) ** (-1 / (order + 1))
        return min(self.longest, h * min(self.growth, max(self.shrink, factor)))
