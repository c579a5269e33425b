"""How a cell is pressed: the separator's skeleton between the electrodes, and what holds these."""

from typing import Annotated

from pydantic import InstanceOf

from ..inputs.units import Parameters, Pressure
from .skeleton import Skeleton


class FixedGap(Parameters):
    """Electrodes pressed together with `pressure` [Pa], then held at their distance.

    The separator's `skeleton` bears on both fronts, without friction; none: the separator's own.
    """

    pressure: Pressure
    skeleton: Annotated[Skeleton, InstanceOf()] | None = None
