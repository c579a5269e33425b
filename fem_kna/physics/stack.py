"""How a cell is pressed: the separator's skeleton between the electrodes, and what holds these."""

from typing import Annotated, Any

import numpy as np
from pydantic import InstanceOf
from scipy.optimize import brentq
from ufl import as_matrix

from ..inputs.errors import InputError
from ..inputs.units import Parameters, Pressure
from .skeleton import Skeleton

FLATTEST = 0.2  # present over stress-free thickness that is looked for


class FixedGap(Parameters):
    """Electrodes pressed together with `pressure` [Pa], then held at their distance.

    The separator's `skeleton` bears on both fronts, without friction; none: the separator's own.
    """

    pressure: Pressure
    skeleton: Annotated[Skeleton, InstanceOf()] | None = None


def thickness_ratio(law: Any, pressure: float) -> float:
    """Return present over stress-free thickness of a skeleton pressed with its sides held.

    Raises:
        InputError: the skeleton does not carry so much.
    """

    def excess(ratio: float) -> float:
        stress = law.stress(as_matrix(np.diag([1.0, ratio, 1.0]).tolist()))
        return float(-stress[1, 1](())) - pressure

    if excess(FLATTEST) < 0:
        raise InputError(
            f"stack.pressure: {pressure:.3g} presses the separator to less than {FLATTEST} of its "
            "thickness; accepted: less"
        )
    return float(brentq(excess, FLATTEST, 1.0, xtol=1e-14))
