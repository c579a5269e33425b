"""What a number carries with it: unit, source, range, trust, and how it follows temperature.

Numbers hold at 25 degC; a law of temperature, where a number has one, takes it from there:

    Arrhenius:  v(T) = v exp[-E/R (1/T - 1/T_0)]      T_0 = 298.15 K, E < 0 for what falls
    Linear:     v(T) = v + s (T - T_0)

A number without one is meant as it is, at whatever temperature.
"""

from dataclasses import dataclass
from math import exp
from typing import Any, Literal, NamedTuple, Protocol, Self

from scipy.constants import R

from .errors import InputError

ROOM = 298.15  # [K], at which numbers with a law of temperature are stated
COLDEST, WARMEST = 260.0, 340.0  # [K], between which the laws are trusted

Trust = Literal["measured", "recalled", "estimated", "derived", "chosen"]
TRUST: dict[str, str] = {
    "measured": "read at the source",
    "recalled": "quoted from the literature, not re-read: check before publishing",
    "estimated": "an educated guess within the range",
    "derived": "computed from other numbers here",
    "chosen": "a setting of the case, not a property of nature",
}


class Value(float):
    """A float in SI that knows its unit, where it comes from and how far to trust it.

    With a `law` it is the number of that law at one temperature, and `at` gives that at another.
    """

    unit: str
    source: str
    trust: Trust
    low: float | None
    high: float | None
    law: "Law | None"

    def __new__(
        cls,
        value: float,
        unit: str = "",
        source: str = "",
        trust: Trust = "chosen",
        low: float | None = None,
        high: float | None = None,
        law: "Law | None" = None,
    ) -> Self:
        """Return `value` (already in the SI unit `unit`) with its provenance attached."""
        self = super().__new__(cls, value)
        self.unit, self.source, self.trust, self.low, self.high = unit, source, trust, low, high
        self.law = law
        return self

    def with_law(self, law: "Law | None") -> "Value":
        """Return the same number, of a `law` of temperature."""
        return Value(self, self.unit, self.source, self.trust, self.low, self.high, law)

    def at(self, temperature: float) -> "Value":
        """Return the number at a temperature [K], with a range that both uncertainties span.

        Raises:
            InputError: the temperature is out of the range in which the law is trusted.
        """
        law = self.law
        if law is None:
            return self
        if not COLDEST <= temperature <= WARMEST:
            raise InputError(
                f"temperature: {temperature:.6g} K of numbers that follow it; accepted: "
                f"{COLDEST:g} to {WARMEST:g} K"
            )
        if abs(temperature - ROOM) < 1e-9:
            return law.start.with_law(law)
        value, low, high = law.ends(temperature)
        source = f"{law.start.source}; {float(law.start):.4g} {self.unit} at 25 degC, {law.words}"
        return Value(value, self.unit, source, self.trust, low, high, law)


class Ends(NamedTuple):
    """A number and its range at some temperature."""

    value: float
    low: float | None
    high: float | None


class Law(Protocol):
    """How a number follows temperature, from what it is at 25 degC."""

    @property
    def start(self) -> Value:
        """The number at 25 degC."""

    @property
    def number(self) -> Value:
        """What the law is made of, with its own range and source."""

    @property
    def words(self) -> str:
        """The law in a few words."""

    def ends(self, temperature: float) -> Ends:
        """Return the number and its range at a temperature [K]."""


@dataclass(frozen=True)
class Arrhenius:
    """A number that grows by an activation energy [J mol-1], or falls by a negative one."""

    start: Value
    number: Value

    @property
    def words(self) -> str:
        """The law in a few words."""
        return f"activation energy {self.number / 1e3:.4g} kJ/mol"

    def ends(self, temperature: float) -> Ends:
        """Return the number and its range at a temperature [K]."""
        cold = (1 / temperature - 1 / ROOM) / R
        factors = [exp(-E * cold) for E in _all(self.number)]
        low, high = self.start.low, self.start.high
        return Ends(
            self.start * factors[0],
            None if low is None else low * min(factors),
            None if high is None else high * max(factors),
        )


@dataclass(frozen=True)
class Linear:
    """A number with a slope [its unit per K]."""

    start: Value
    number: Value

    @property
    def words(self) -> str:
        """The law in a few words."""
        return f"slope {self.number:.4g} {self.number.unit}"

    def ends(self, temperature: float) -> Ends:
        """Return the number and its range at a temperature [K]."""
        changes = [slope * (temperature - ROOM) for slope in _all(self.number)]
        low, high = self.start.low, self.start.high
        return Ends(
            self.start + changes[0],
            None if low is None else low + min(changes),
            None if high is None else high + max(changes),
        )


def _all(number: Value) -> list[float]:
    """Return a number and the ends of its range."""
    return [float(end) for end in (number, number.low, number.high) if end is not None]


@dataclass(frozen=True)
class Given:
    """A number as somebody wrote it: a quantity with its unit, and its provenance."""

    value: Any
    source: str = ""
    trust: Trust = "chosen"
    range: tuple[Any, Any] | None = None
    activation_energy: Any = None
    slope: Any = None


def given(
    value: Any,
    source: str = "",
    *,
    trust: Trust = "chosen",
    range: tuple[Any, Any] | None = None,
    activation_energy: Any = None,
    slope: Any = None,
) -> Any:
    """Attach a source (and, for a property, a plausible range and a trust) to a quantity.

    With an `activation_energy` or a `slope` it holds at 25 degC and follows temperature.

    >>> Film(resistance=given("30 ohm*cm^2", "conditioned SEI, estimate"))
    """
    return Given(value, source, trust, range, activation_energy, slope)
