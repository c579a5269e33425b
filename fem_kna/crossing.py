"""What is watched in a run, events and limits of steps, and the moment at which it is met."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scipy.optimize import brentq

from .physics.events import Event
from .protocols.limits import Limit
from .results.fronts import FrontNow
from .results.observe import Observer

CLOSE = 1e-6  # of the step: so exactly a moment is found


@dataclass(frozen=True)
class Watch:
    """Something that is met when its margin, positive before, falls to zero.

    `then` is what an event says: stop, go on, another drive; of what ends a step: the next step.
    `happens` where it is an event, of which a summary tells.
    """

    name: str
    then: Any
    margin: Callable[[FrontNow | None, Observer], Any]
    happens: bool = True


def watches_of(events: Iterable[Event], ending: str | None = None) -> tuple[Watch, ...]:
    """Return events as they are watched; that of the name `ending` leads to the next step."""
    return tuple(
        Watch(event.name, "next step" if event.name == ending else event.then, _of_front(event))
        for event in events
    )


def watch_of(limit: Limit) -> Watch:
    """Return how a limit of a step is watched."""
    return Watch(limit.name, "next step", lambda front, seen: limit.margin(seen), happens=False)


def _of_front(event: Event) -> Callable[[FrontNow | None, Observer], Any]:
    return lambda front, seen: None if front is None else event.margin(front)


def crossed(before: list[Any], after: list[Any]) -> Iterator[int]:
    """Yield the places where a positive margin has fallen to zero."""
    for k, (was, now) in enumerate(zip(before, after, strict=True)):
        if was is not None and now is not None and was > 0 >= now:
            yield k


def share(before: Any, after: Any) -> float:
    """Return the share of a step after which a margin that falls linearly is zero."""
    return float(before / (before - after))


def located(margin: Callable[[float], float], before: Any, after: Any, dt: float) -> float:
    """Return the part of a step `dt` after which a margin is zero, to `CLOSE` of it (Brent).

    Args:
        margin: takes the step anew, so long, and returns the margin then.
        before, after: the margin at the step's two ends, known already.
        dt: the whole step.
    """
    known = {0.0: before, dt: after}
    h = brentq(lambda h: known[h] if h in known else margin(h), 0.0, dt, xtol=CLOSE * dt)
    return float(max(h, CLOSE * dt))  # no step is of no time
