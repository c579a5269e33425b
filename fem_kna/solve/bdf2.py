"""Second-order backward differences with a variable step. Knows no physics.

The scheme differentiates amounts (porosity times concentration, later times the cell's volume
too), not the unknowns: what is stored at one step is what the next one starts from, so an amount
is conserved to round-off whatever the step. Source: Hairer, Norsett and Wanner, Solving Ordinary
Differential Equations I, III.5; PETSc's own TSBDF differentiates the unknowns and drifts.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from dolfinx import fem

Level = tuple[float, list[np.ndarray]]  # time, and the arrays of all unknowns


class Bdf2:
    r"""du/dt at the new time = a0 u + a1 u1 + a2 u2, with u1, u2 the last two levels.

    a0 = (1 + 2 r)/(1 + r)/h,  a1 = -(1 + r)/h,  a2 = r^2/(1 + r)/h,  r = h/h1; without an earlier
    step (h1 = None) backward Euler. Stable while r < 1 + sqrt(2).
    """

    def __init__(self, mesh: Any) -> None:
        """Make the coefficients as form constants on `mesh`."""
        self._a = tuple(fem.Constant(mesh, 0.0) for _ in range(3))
        self.step = fem.Constant(mesh, 0.0)  # h
        self.pace = self._a[0]  # what the new amount's rate is of it, about 1/h

    def set_step(self, h: float, h1: float | None) -> None:
        """Set the coefficients for the step `h` after a step `h1` (None: start afresh)."""
        self.step.value = h
        values = (1 / h, -1 / h, 0.0)
        if h1 is not None:
            r = h / h1
            values = ((1 + 2 * r) / (1 + r) / h, -(1 + r) / h, r * r / (1 + r) / h)
        for constant, value in zip(self._a, values, strict=True):
            constant.value = value

    def rate(self, levels: Sequence[Any]) -> Callable[[Callable[[Any], Any]], Any]:
        """Return the operator that maps an amount, a function of a level, to its rate."""
        return lambda amount: sum(a * amount(u) for a, u in zip(self._a, levels, strict=True))

    def integral(self, rate: float, earlier: Sequence[float]) -> float:
        """Return the q whose rate by this scheme is `rate`, given its last two values.

        Integrating a boundary flux this way closes the balance of the amount inside exactly.
        """
        a0, a1, a2 = (float(a) for a in self._a)
        return (rate - a1 * earlier[0] - a2 * earlier[1]) / a0


def extrapolated(levels: Sequence[Level], time: float) -> list[np.ndarray]:
    """Return the polynomial through `levels`, evaluated at `time`."""
    times = [t for t, _ in levels]
    weights = [
        np.prod([(time - other) / (own - other) for other in times if other != own])
        for own in times
    ]
    arrays = zip(*(values for _, values in levels), strict=True)
    return [np.asarray(sum(w * a for w, a in zip(weights, same, strict=True))) for same in arrays]
