"""What drives the cell: the equation for the working electrode's potential.

The counter electrode is at zero. Current densities are per projected area, the counter
electrode's face; `current` > 0 plates metal on the working electrode.
"""

from typing import Any, Protocol, runtime_checkable

from ..inputs.units import CurrentDensity, Fraction, Parameters, Potential, Time, given


@runtime_checkable
class Drive(Protocol):
    """One scalar equation for the working electrode's potential, kept for `duration`."""

    duration: float

    def balance(self, voltage: Any, i: Any, test: Any, front: Any, counter: Any) -> Any:
        """Return the weak scalar equation.

        Args:
            voltage: potential of the working against the counter electrode [V].
            i: normal current density on the electrodes [A m-2], anodic positive.
            test: test function of the scalar unknown.
            front, counter: measures of the two electrodes.
        """


class Galvanostatic(Parameters):
    r"""Given total current: :math:`\int_{front} i\,ds + \int_{counter} J\,ds = 0`, exactly."""

    current: CurrentDensity
    duration: Time

    def balance(self, voltage: Any, i: Any, test: Any, front: Any, counter: Any) -> Any:
        """Return the balance of the total current."""
        return i * test * front + self.current * test * counter


class Potentiostatic(Parameters):
    """Given voltage between the electrodes; negative plates on the working electrode."""

    voltage: Potential
    duration: Time

    def balance(self, voltage: Any, i: Any, test: Any, front: Any, counter: Any) -> Any:
        """Return voltage = given voltage."""
        return (voltage - self.voltage) * test * counter


class Rest(Parameters):
    """Open circuit: no net current; each electrode finds its mixed potential."""

    duration: Time

    def balance(self, voltage: Any, i: Any, test: Any, front: Any, counter: Any) -> Any:
        """Return total current = 0."""
        return i * test * front


class Terminal(Parameters):
    """Terminals under a current or under a voltage, which a run may switch between steps.

    With s = 1 under the current J, s = 0 under the voltage V:
    s (int_front i ds + int_counter J ds) + (1 - s) (voltage - V) |counter| = 0.
    """

    by_current: Fraction = given(1.0, "1 under the current, 0 under the voltage")
    current: CurrentDensity = given("0 A/m^2", "at rest")
    voltage: Potential = given("0 V", "shorted, if it counted")

    def balance(self, voltage: Any, i: Any, test: Any, front: Any, counter: Any) -> Any:
        """Return the balance of the current, or the voltage."""
        s = self.by_current
        total = s * i * test * front + s * self.current * test * counter
        return total + (1 - s) * (voltage - self.voltage) * test * counter
