"""The start of a pressed cell: its separator is compressed evenly, and bears on the electrodes."""

from typing import Any

import numpy as np
from scipy.optimize import brentq
from ufl import as_matrix

from ..inputs.case import Case
from ..inputs.errors import InputError
from .state import Fields

FLATTEST = 0.2  # present over stress-free thickness that is looked for


def press(scaled: Case, fields: Fields) -> None:
    """Compress the separator's skeleton to the stack's pressure, evenly."""
    if scaled.stack is None:
        return
    ratio = thickness_ratio(scaled.stack.skeleton, scaled.stack.pressure)
    dim = fields.domain.mesh.geometry.dim
    stretch = np.array([1.0] * (dim - 1) + [1 / ratio])[:, None]
    fields.reference_map.interpolate(lambda x: x[:dim] * stretch)
    fields.front_rows[:, dim + 1] = scaled.stack.pressure


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
