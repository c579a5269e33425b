"""How long the edges of a new mesh shall be: short at the front, growing away from it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

STEP = 2 ** (1 / 8)  # sizes at the front are rounded down to powers of it


@dataclass(frozen=True)
class SizeField:
    """Target edge lengths: the least over the front's nodes of ``size + growth * distance``.

    `points` (m, gdim) and `sizes` (m,) are the nodes of the front and the edge lengths wanted
    there, `growth` the slope, `far` the largest size. All lengths as in the mesh. The sizes at the
    front are rounded down, by 8 % at most: with one search tree per rounded size the least is
    found exactly, and the field is continuous.
    """

    points: np.ndarray
    sizes: np.ndarray
    growth: float
    far: float

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return the target edge length at `points` (n, gdim), (n,)."""
        sizes = np.full(len(points), float(self.far))
        for least, tree in self._trees:
            open_ = np.flatnonzero(sizes > least)
            distances, _ = tree.query(points[open_])
            sizes[open_] = np.minimum(sizes[open_], least + self.growth * distances)
        return sizes

    @cached_property
    def _trees(self) -> list[tuple[float, cKDTree]]:
        rungs = np.floor(np.log(self.sizes) / np.log(STEP) + 1e-9).astype(int)
        return [
            (STEP ** float(rung), cKDTree(self.points[rungs == rung])) for rung in np.unique(rungs)
        ]


def target_sizes(
    own: np.ndarray | float,
    curvature: np.ndarray | float = 0.0,
    *,
    angle: float = 0.3,
    least: float = 0.0,
    most: float = np.inf,
) -> np.ndarray:
    """Return edge lengths for nodes of a front: their `own` one, or less where it is curved.

    ``clip(min(own, angle / |curvature|), least, most)``: an element sees the front turn by no more
    than `angle` [rad]. In 3-D `curvature` is the larger principal one, or the sum of both.
    """
    bent = np.abs(np.asarray(curvature, dtype=float))
    turned = np.divide(angle, bent, out=np.full_like(bent, np.inf), where=bent > 0)
    return np.clip(np.minimum(own, turned), least, most)
