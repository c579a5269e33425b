"""How a cell is pressed: the separator's skeleton between the electrodes, and what holds these.

The working electrode's collector stays where it is; the counter electrode's plate has moved away
from it by U. A stack is one scalar equation for U, from the mean contact pressure p on that plate:
p = P + k U, with the pressure P at the start and the stiffness k of what presses.
"""

from typing import Annotated, Any, Protocol, runtime_checkable

from pydantic import InstanceOf

from ..inputs.units import Bedding, Parameters, Pressure
from .skeleton import Skeleton


@runtime_checkable
class Stack(Protocol):
    """What presses a cell from `pressure` [Pa] on; `skeleton` None means the separator's own."""

    pressure: float
    skeleton: Skeleton | None

    def balance(self, contact: Any, plate: Any, test: Any, counter: Any, projected: Any) -> Any:
        """Return the weak scalar equation of the counter electrode's plate.

        Args:
            contact: contact pressure times the normal's part along the height [Pa].
            plate: way U of the plate since the start, away from the working electrode [m].
            test: test function of the scalar unknown.
            counter: measure of the counter electrode.
            projected: measure of its projection along the height.
        """


class FixedGap(Parameters):
    """Plates that keep their distance once they are pressed together: U = 0."""

    pressure: Pressure
    skeleton: Annotated[Skeleton, InstanceOf()] | None = None

    def balance(self, contact: Any, plate: Any, test: Any, counter: Any, projected: Any) -> Any:
        """Return U = 0."""
        return plate * test * projected


class DeadLoad(FixedGap):
    r"""A weight: :math:`\int p\,n_h\,ds = P A`."""

    def balance(self, contact: Any, plate: Any, test: Any, counter: Any, projected: Any) -> Any:
        """Return mean pressure = given pressure."""
        return contact * test * counter - self.pressure * test * projected


class Spring(FixedGap):
    r"""A spring that is pressed as the cell grows: :math:`\int p\,n_h\,ds = (P + k U) A`."""

    stiffness: Bedding

    def balance(self, contact: Any, plate: Any, test: Any, counter: Any, projected: Any) -> Any:
        """Return mean pressure = pressure of the spring."""
        force = self.pressure + self.stiffness * plate
        return contact * test * counter - force * test * projected
