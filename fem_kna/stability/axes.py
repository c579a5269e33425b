"""The axes of a stability map, and the paper's cells on them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..inputs.errors import InputError
from ..inputs.messages import unknown

MOST = 100  # points along an axis
PLACES = 9  # of a crossover along an axis that has none of its own
# [wt% Na] The paper's alloys, and close together where liquid begins to heal.
BENDS = (0.0, 1.0, 1.8, 2.2, 2.6, 3.0, 3.25, 3.5, 3.75, 4.1, 4.5, 5.0, 10.0, 34.0)


class Scale(NamedTuple):
    """How values lie along an axis: their places on it, and back."""

    place: Callable[[Any], Any]
    value: Callable[[Any], Any]


EVEN, LOGARITHMIC = Scale(np.asarray, np.asarray), Scale(np.log, np.exp)
ROOT = Scale(np.sqrt, np.square)  # what matters is at the low end, and zero belongs to it


@dataclass(frozen=True)
class Axis:
    """A parameter of a map, between two values in `unit`, and the fields of a case that it sets."""

    name: str
    unit: str
    low: float
    high: float
    scale: Scale
    settings: Callable[[float], list[str]]
    bends: tuple[float, ...] = ()  # where a crossover along it is looked for; none: evenly

    @property
    def label(self) -> str:
        """Name with unit."""
        return f"{self.name} [{self.unit}]"

    def values(self, count: int) -> np.ndarray:
        """Return so many values, evenly apart on the axis."""
        ends = self.scale.place(self.low), self.scale.place(self.high)
        found = np.asarray(self.scale.value(np.linspace(*ends, count)))
        found[[0, -1]] = self.low, self.high
        return found

    @property
    def places(self) -> np.ndarray:
        """Where the crossover and its band are looked for."""
        return np.array(self.bends) if self.bends else self.values(PLACES)


def metals(percent: float) -> list[str]:
    """Return the settings of both electrodes' alloy, by its weight percent of sodium."""
    name = "K" if percent == 0 else f"KNA-{percent:.6g}"
    return [f"working.metal={name}", f"counter.metal={name}"]


AXES = {
    axis.name: axis
    for axis in (
        Axis("composition", "wt% Na", 0.0, 34.0, ROOT, metals, BENDS),
        Axis(
            "current",
            "mA/cm2",
            0.01,
            20.0,
            LOGARITHMIC,
            lambda J: [f"drive.current={J:.8g} mA/cm^2"],
        ),
        Axis("temperature", "degC", 0.0, 60.0, EVEN, lambda T: [f"temperature={T:.6g} degC"]),
        Axis("pressure", "MPa", 0.05, 1.0, LOGARITHMIC, lambda P: [f"stack.pressure={P:.8g} MPa"]),
    )
}

# Tai et al., Adv. Sci. (2021): alloys [wt% Na]; current densities [mA/cm2] of the symmetric cells,
# of the coulombic efficiencies and of the plating that was watched.
PAPER_ALLOYS = (0.0, 1.8, 3.5, 5.0, 33.7)
PAPER_CURRENTS = (4.0, 0.5, 0.01)


def axes_of(text: str) -> tuple[Axis, Axis]:
    """Return the two axes of 'composition,current'.

    Raises:
        InputError: other than two different known names.
    """
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in AXES:
            raise InputError(f"--map: {unknown('axis', name, AXES)}")
    if len(set(names)) != 2 or len(names) != 2:
        raise InputError(f"--map '{text}'; accepted: two different ones of {', '.join(AXES)}")
    return AXES[names[0]], AXES[names[1]]


def points_of(text: str) -> tuple[int, int]:
    """Return the numbers of points of '20x20'.

    Raises:
        InputError: in one line.
    """
    try:
        across, up = (int(part) for part in text.lower().split("x"))
    except ValueError:
        across = up = 0
    if not (2 <= across <= MOST and 2 <= up <= MOST):
        raise InputError(f"--points '{text}'; accepted: NUMBERxNUMBER as in 20x20, 2 to {MOST}")
    return across, up
