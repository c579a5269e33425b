"""Has a bump healed? Said in numbers before anything is run.

A bump heals when it has stopped to grow, or is lower than the crack that feeds it is wide: its tip
gained less over the last quarter of the charge than `STOPPED` of what the mean front gained, or it
stands less than the crack's half width above the mean front. Else it does not heal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

STOPPED = 0.10  # of the mean front's speed
LAST = 0.25  # of the charge: what counts as the end of a run

Row = Mapping[str, float]


@dataclass(frozen=True)
class Bump:
    """A bump at the end of a run: its tip above the mean front [m], and how fast it still grows.

    `growth` is what the tip gained over the last quarter of the charge, over what the mean front
    gained; `half_width` [m] is that of the crack.
    """

    tip: float
    growth: float
    half_width: float

    @property
    def stopped(self) -> bool:
        """Whether the tip no longer leaves the mean front behind."""
        return self.growth < STOPPED

    @property
    def low(self) -> bool:
        """Whether the bump is lower than half the crack's width."""
        return self.tip < self.half_width

    @property
    def heals(self) -> bool:
        """The verdict."""
        return self.stopped or self.low


def bump_of(history: Sequence[Row], half_width: float) -> Bump:
    """Return the bump at the end of a run's `history`, linear between its rows."""
    charge, tip, front = (
        np.array([row[key] for row in history])
        for key in ("charge [C/m2]", "tip_height [m]", "front_advance [m]")
    )
    before = (1 - LAST) * charge[-1]
    gained, advanced = (line[-1] - np.interp(before, charge, line) for line in (tip, front))
    return Bump(float(tip[-1]), float(gained / advanced), half_width)
