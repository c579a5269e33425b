"""What can happen to a front in a run: when, seen from the front, and what is done then.

An event has a margin, positive until it happens. It happens when a positive margin falls to zero.
"""

from typing import Annotated, Any, Literal, Protocol, runtime_checkable

from pydantic import BeforeValidator, Field, InstanceOf

from ..inputs.messages import shown
from ..inputs.units import Fraction, Length, Parameters, given
from .drive import Drive


def _accepting(*words: str) -> BeforeValidator:
    """Refuse what is neither a drive nor one of `words`, in one line that tells all of them."""

    def check(raw: Any) -> Any:
        if raw in words or isinstance(raw, Drive):
            return raw
        accepted = ", ".join(f"'{word}'" for word in words)
        raise ValueError(f"'{shown(raw)}'; accepted: {accepted} or a drive")

    return BeforeValidator(check)


End = Annotated[Literal["stop"] | InstanceOf[Drive], _accepting("stop")]
Then = Annotated[Literal["stop", "go on"] | InstanceOf[Drive], _accepting("stop", "go on")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
Kind = Literal["short", "pinch-off", "separator"]


class FrontView(Protocol):
    """What events see of the front of the working electrode; lengths in one unit."""

    gap: float  # between the electrodes' mean heights at the start
    element: float  # shortest edge wanted on the front
    roughness: float
    roughest: float  # so far

    def clearance(self, kind: Kind) -> float | None:
        """Return how much liquid is left before the front touches something, None if nothing."""


@runtime_checkable
class Event(Protocol):
    """Something to watch for, and what to do when it happens: stop, go on, or another drive.

    No two events of a case have the same name.
    """

    then: Then

    @property
    def name(self) -> str:
        """How it is called in summaries."""

    def margin(self, front: FrontView) -> float | None:
        """Return a number that is positive until the event happens; None where it cannot."""


class Touching(Parameters):
    """The front comes close to the counter electrode (a short), to itself, or to the separator.

    `within` is the clearance that counts as touching; none: one element of the front, since what
    is narrower than that is not resolved. ``pinch-off`` is front against front, or against its
    mirror image, across a channel of liquid; ``separator`` the interface to free electrolyte.
    """

    kind: Kind
    within: Length | None = None
    then: End = "stop"

    @property
    def name(self) -> str:
        """The kind."""
        return self.kind

    def margin(self, front: FrontView) -> float | None:
        """Return the clearance left beyond `within`."""
        clearance = front.clearance(self.kind)
        return None if clearance is None else clearance - (self.within or front.element)


class Penetration(Parameters):
    """The tip of the front has come a share of the way across the gap it had at the start."""

    fraction: Annotated[Fraction, Field(gt=0)] = given(0.9, "a dendrite that is about to short")
    then: Then = "stop"
    name: Name = "penetration"

    def margin(self, front: FrontView) -> float | None:
        """Return the way left."""
        left = front.clearance("short")
        return None if left is None else left - (1 - self.fraction) * front.gap


class Healing(Parameters):
    """The front has become smooth again: rough by no more than a share of the roughest it was."""

    fraction: Annotated[Fraction, Field(gt=0)] = given(0.1, "a tenth of what it was")
    then: Then = "stop"
    name: Name = "healing"

    def margin(self, front: FrontView) -> float | None:
        """Return the roughness left to heal."""
        return front.roughness - self.fraction * front.roughest


def touchings() -> tuple[Any, ...]:
    """Return the events no run can go on from unseen, each of which ends it."""
    return tuple(Touching(kind=kind) for kind in ("short", "pinch-off", "separator"))
