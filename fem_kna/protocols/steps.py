"""Steps of a protocol and what ends them. Signs: a step's numbers are magnitudes, its action the
direction; voltages are of the working against the counter electrode, negative while plating. To
discharge a cathode is to take up what the counter electrode strips: its voltage falls from above.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from ..inputs.messages import shown
from ..inputs.units import (
    ArealCharge,
    Concentration,
    CurrentDensity,
    Frequency,
    Parameters,
    Potential,
    Time,
    registry,
)
from ..physics.drive import Terminal

Action = Literal["plate", "strip", "discharge", "charge", "rest", "hold"]
EXHAUSTED = "exhausted"
DIRECTION = {"plate": 1, "strip": -1, "discharge": 1, "charge": -1, "rest": 0, "hold": 0}
OF_CATHODES = ("discharge", "charge")
# How a number is written: in the units of the field's papers.
WRITTEN = {
    "current": "mA/cm^2",
    "rate": "1/h",
    "voltage": "V",
    "duration": "min",
    "capacity": "mA*h/cm^2",
    "until_voltage": "V",
    "until_current": "mA/cm^2",
    "until_concentration": "mol/m^3",
}


class Step(Parameters):
    """One thing done to a cell until the first of its limits is met.

    `current` is a magnitude, as is `rate`, of the protocol's capacity per time. `duration` and
    `capacity` count from the step's beginning. `until_current` is what a held voltage's current
    falls to, `until_concentration` what the host's ion falls to anywhere on either electrode,
    `until` an event of the case, or ``exhausted``: an electrode is stripped to less than a
    monolayer.
    """

    action: Action
    current: CurrentDensity | None = None
    rate: Frequency | None = None
    voltage: Potential | None = None
    duration: Time | None = None
    capacity: ArealCharge | None = None
    until_voltage: Potential | None = None
    until_current: CurrentDensity | None = None
    until_concentration: Concentration | None = None
    until: str | None = None

    @property
    def direction(self) -> int:
        """1 plates or discharges the working electrode, -1 is the reverse; 0: by the voltage."""
        return DIRECTION[self.action]

    @property
    def terminal(self) -> Terminal:
        """What the terminals are under."""
        if self.action == "hold":
            return Terminal(by_current=0.0, voltage=_as(self.voltage, "V"))
        return Terminal(current=_as(self.direction * (self.current or 0.0), "A/m^2"))

    @property
    def time_limit(self) -> Any:
        """When the step ends at the latest, from its beginning; none: nobody knows.

        A capacity at a given current is a time, and as exact.
        """
        if self.duration is None and self.capacity is not None and self.current is not None:
            return self.capacity / self.current
        return self.duration

    def __str__(self) -> str:
        """The step as it would be written."""
        kept = _written(self, "current" if self.rate is None else "rate", "voltage")
        ends = [*_written(self, "duration", prefix="for "), *_limits(self)]
        return " ".join([self.action.capitalize(), *(f"at {text}" for text in kept)]) + (
            f" {' or '.join(ends)}" if ends else ""
        )


def _limits(step: Step) -> Iterator[str]:
    names = ("capacity", "until_voltage", "until_current", "until_concentration")
    yield from _written(step, *names, prefix="until ")
    if step.until is not None:
        yield f"until {step.until}"


def _written(step: Step, *names: str, prefix: str = "") -> Iterator[str]:
    for name in names:
        value = getattr(step, name)
        if value is not None:
            unit = WRITTEN[name]
            si = getattr(value, "unit", "")
            yield f"{prefix}{registry.Quantity(float(value), si).to(unit).magnitude:.6g} {unit}"


def _as(value: Any, unit: str) -> Any:
    return registry.Quantity(float(value), unit)


class Repeat(Parameters):
    """All steps since the last repeat, or the start, are done so many times in all: cycles."""

    times: Annotated[int, Field(ge=1)]

    def __str__(self) -> str:
        """The repeat as it would be written."""
        return f"Repeat {self.times} times"


def told(number: int, what: Any) -> str:
    """Return how messages name an entry of a protocol, counted from 1."""
    return f"step {number} '{shown(what)}'"
