"""Fronts that are graphs: the flat mesh is graded to the front first, then its nodes are lifted.

The lift fades with the distance from the front, so that elements are sheared near it only and keep
their order and size; the front's nodes lie on the given height to the last digit.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .shape import shown
from .slab import Slab

FULLEST = 0.8  # of a layer: higher fronts would press its elements flat
STEEPEST = 0.8  # slope: steeper fronts would shear elements below a quality of 0.2

Height = Callable[[np.ndarray], np.ndarray]


class LiftedSlab(Slab):
    """A layered cell whose front has the height ``elevation(x)`` above its mean, level 0."""

    def elevation(self, x: np.ndarray) -> np.ndarray:
        """Return the height of the front (n,) at the lateral coordinates `x` (n, dimension - 1)."""
        raise NotImplementedError(type(self).__name__)

    @property
    def reach(self) -> float:
        """The distance from the front over which the lift fades to nothing."""
        return self.top

    def require_room(self, field: str, peak: float, slope: float) -> None:
        """Raise `InputError` unless a front with this greatest height and slope can be lifted.

        `field` is the length that sets its height.
        """
        steepest = f"a front no steeper than {STEEPEST:g}, this one has slope {slope:.3g}"
        self.require(slope <= STEEPEST, field, steepest)
        for limit in ("gap", "electrolyte_gap", "metal_depth"):
            room = getattr(self, limit)
            accepted = f"a front that fills less than 80 % of {limit}, {shown(room)}"
            self.require(not room or peak < FULLEST * room, field, accepted)

    def finish(self, gmsh: Any) -> None:
        """Lift the nodes: the separator's face stays flat when there is free electrolyte."""
        above = min(self.electrolyte_gap or self.top, self.reach)
        below = min(self.metal_depth or self.reach, self.reach)
        lift(gmsh, self.height, self.elevation, above, below)
        if self.dimension == "2d":
            gmsh.model.mesh.optimize("Laplace2D")


def lift(gmsh: Any, axis: int, elevation: Height, above: float, below: float) -> None:
    """Move the nodes by `elevation` along `axis`, fading to 0 at heights `above` and -`below`."""
    tags, points, _ = gmsh.model.mesh.getNodes()
    points = points.reshape(-1, 3)
    height = points[:, axis]
    reach = np.where(height > 0, above, below)
    fade = np.clip(1 - np.abs(height) / reach, 0, 1)
    moved = np.flatnonzero(fade > 0)
    points[moved, axis] += fade[moved] * elevation(points[moved, :axis])
    for node in moved:
        gmsh.model.mesh.setNode(tags[node], points[node], [])
