"""Fronts that are graphs: the flat mesh is graded to the front first, then its nodes are lifted.

The lift fades linearly with height, so that elements are sheared but keep their order and size,
and the front's nodes lie on the given height to the last digit.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .shape import shown
from .slab import Slab

Height = Callable[[np.ndarray], np.ndarray]


class LiftedSlab(Slab):
    """A layered cell whose front has the height ``elevation(x)`` above its mean, level 0."""

    def elevation(self, x: np.ndarray) -> np.ndarray:
        """Return the height of the front (n,) at the lateral coordinates `x` (n, dimension - 1)."""
        raise NotImplementedError(type(self).__name__)

    def require_room(self, peak: float, field: str) -> None:
        """Raise `InputError` unless a front of height `peak`, set by `field`, fits the layers."""
        for limit in ("gap", "electrolyte_gap", "metal_depth"):
            room = getattr(self, limit)
            accepted = f"less than the {limit} of {shown(room)} holds"
            self.require(not room or peak < room, field, accepted)

    def finish(self, gmsh: Any) -> None:
        """Lift the nodes: the separator's face stays flat when there is free electrolyte."""
        lift(gmsh, self.height, self.elevation, self.electrolyte_gap or self.top, self.metal_depth)


def lift(gmsh: Any, axis: int, elevation: Height, above: float, below: float | None) -> None:
    """Move the nodes by `elevation` along `axis`, fading to 0 at heights `above` and -`below`."""
    tags, points, _ = gmsh.model.mesh.getNodes()
    points = points.reshape(-1, 3)
    height = points[:, axis]
    reach = np.where(height > 0, above, below or np.inf)
    fade = np.clip(1 - np.abs(height) / reach, 0, 1)
    moved = np.flatnonzero(fade > 0)
    points[moved, axis] += fade[moved] * elevation(points[moved, :axis])
    for node in moved:
        gmsh.model.mesh.setNode(tags[node], points[node], [])
