"""One check: a computed number held against a formula, with the tolerance it must meet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Literal


@dataclass(frozen=True)
class Check:
    """A number that was computed (`got`), what the formula says, and how close they must be.

    `kind` says how `tolerance` is meant: ``relative`` |got - expected| <= tolerance |expected|,
    ``absolute`` |got - expected| <= tolerance, ``at least`` got >= expected - tolerance,
    ``at most`` got <= expected + tolerance.
    """

    name: str
    expected: float
    got: float
    tolerance: float
    kind: Literal["relative", "absolute", "at least", "at most"] = "relative"

    @property
    def passed(self) -> bool:
        """Whether the number meets its tolerance; a number that is not finite never does."""
        if not isfinite(self.got):
            return False
        miss = self.got - self.expected
        return {
            "relative": abs(miss) <= self.tolerance * abs(self.expected),
            "absolute": abs(miss) <= self.tolerance,
            "at least": miss >= -self.tolerance,
            "at most": miss <= self.tolerance,
        }[self.kind]


# A check function runs something and yields what it measured.
CheckFunction = Callable[[], Iterator[Check]]
