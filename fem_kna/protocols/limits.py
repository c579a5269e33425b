"""Limits of a step as margins: positive until the limit is met, and then the step ends."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from .steps import EXHAUSTED, Step

NEAR = 1e-3


class Seen(Protocol):
    """What limits see of a cell, in SI, at the end of a step that is perhaps only tried."""

    def voltage(self) -> float:
        """Return the working electrode's potential against the counter electrode [V]."""

    def current(self) -> float:
        """Return the current density, positive when it plates [A m-2]."""

    def charge(self) -> float:
        """Return the charge plated since the run's start [C m-2]."""

    def least_concentration(self) -> float:
        """Return the lowest concentration of the host's ion on either electrode [mol m-3]."""

    def monolayers_left(self) -> float:
        """Return how many monolayers of metal are left where least are stripped."""


@dataclass(frozen=True)
class Limit:
    """One limit, of a `size`; `passed` tells whether a step that begins beyond it is done."""

    name: str
    margin: Callable[[Seen], float]
    size: float
    passed: bool = False

    def over(self, seen: Seen) -> bool:
        """Return whether it is met as soon as a step begins, to a thousandth of its size.

        What an earlier step has stopped at it has met within its step's tolerance only.
        """
        return self.margin(seen) <= NEAR * self.size


def limits_of(step: Step, charge: float) -> tuple[Limit, ...]:
    """Return the limits of a step that began with `charge`, but for its time."""
    return tuple(_limits(step, charge))


def _limits(step: Step, charge: float) -> Iterator[Limit]:
    V, J, c, q = step.until_voltage, step.until_current, step.until_concentration, step.capacity
    if V is not None:
        yield Limit("voltage", lambda seen: step.direction * (seen.voltage() - V), abs(V))
    if J is not None:
        yield Limit("current", lambda seen: abs(seen.current()) - J, J, passed=True)
    if c is not None:
        yield Limit("concentration", lambda seen: seen.least_concentration() - c, c)
    if q is not None and step.current is None:
        yield Limit("capacity", lambda seen: q - abs(seen.charge() - charge), q)
    if step.until == EXHAUSTED:
        yield Limit(EXHAUSTED, lambda seen: seen.monolayers_left() - 1, 1.0)
