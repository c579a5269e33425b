"""Fields of two runs that face each other at the symmetry plane.

Current in the liquid, stress in the metal, and the front between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import Normalize

from .evolution import MICRO, mirrored

CURRENT, STRESS = "magma", "GnBu"  # metal at rest is light, liquid at rest dark
ABOVE, BELOW = 0.25, 0.35  # liquid above the tip and metal below the front, over the half width
FRONT = {"color": "black", "linewidth": 1.5}

Field = tuple[np.ndarray, np.ndarray]  # triangles (n, 3, 2) [m] and their values


@dataclass(frozen=True)
class Portrait:
    """What is drawn of one run; fields in SI."""

    name: str
    current: Field  # in the liquid, |current density| [A m-2]
    stress: Field  # in the metal, von Mises [Pa]
    line: np.ndarray  # the front (k, 2) [m]


def facing(figure: Any, axis: Any, left: Portrait, right: Portrait, reach: float) -> None:
    """Draw two runs up to `reach` [m] from the plane, with the same colours on both sides."""
    low, high = _heights([left, right], reach)
    inside = np.array([[0.0, low], [reach, high]])
    both = [(left, True), (right, False)]
    currents = [(_near(one.current, inside), at) for one, at in both]
    stresses = [(_near(one.stress, inside), at) for one, at in both]
    _coloured(figure, axis, currents, 0.1, CURRENT, "|current density| (mA/cm²)")
    _coloured(figure, axis, stresses, 1e-3, STRESS, "von Mises stress (kPa)")
    for one, at in both:
        axis.plot(*mirrored(one.line, left=at).T, **FRONT)
    axis.axvline(0, color="white", linewidth=0.8, linestyle=":")
    axis.set_aspect("equal")
    axis.set(xlim=(-reach * MICRO, reach * MICRO), ylim=(low * MICRO, high * MICRO))
    axis.set(xlabel="distance from the middle (µm)", ylabel="height (µm)")
    for place, one, side in ((0.01, left, "left"), (0.99, right, "right")):
        style: Any = {"ha": side, "va": "top", "color": "white", "transform": axis.transAxes}
        axis.text(place, 0.97, one.name, fontsize=9, **style)


def height_over_width(portraits: Sequence[Portrait], reach: float) -> float:
    """Return the shape of what `facing` draws."""
    low, high = _heights(portraits, reach)
    return (high - low) / (2 * reach)


def _heights(portraits: Sequence[Portrait], reach: float) -> tuple[float, float]:
    """Return between which heights [m] there is something to see."""
    near = [one.line[one.line[:, 0] <= reach, 1] for one in portraits]
    floor = min(float(one.stress[0][:, :, 1].min()) for one in portraits)
    low = min(float(np.nanmin(y)) for y in near) - BELOW * reach
    return max(low, floor), max(float(np.nanmax(y)) for y in near) + ABOVE * reach


def _near(field: Field, inside: np.ndarray) -> Field:
    """Return the triangles of a field that reach into the box `inside` (2, 2)."""
    triangles, values = field
    low, high = triangles.min(axis=1), triangles.max(axis=1)
    seen = (high >= inside[0]).all(axis=1) & (low <= inside[1]).all(axis=1)
    return triangles[seen], values[seen]


def _coloured(
    figure: Any,
    axis: Any,
    sides: Sequence[tuple[Field, bool]],
    factor: float,
    colours: str,
    label: str,
) -> None:
    """Draw one field on both sides, with one bar of colours."""
    most = factor * max(float(values.max(initial=0.0)) for (_, values), _ in sides)
    norm = Normalize(0, most)
    for (triangles, values), at in sides:
        drawn: Any = list(mirrored(triangles, left=at))
        style: Any = {"cmap": colours, "norm": norm, "edgecolors": "face", "linewidth": 0.2}
        patches = PolyCollection(drawn, array=values * factor, **style)
        axis.add_collection(patches)
    figure.colorbar(patches, ax=axis, label=label, aspect=18, pad=0.01)
