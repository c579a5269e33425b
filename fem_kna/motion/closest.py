"""The closest points of facets: exact for points, segments and triangles, many at once."""

from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

TINY = np.finfo(float).tiny
# Facets looked at around a point, those with the nearest midpoints: with fewer, a large facet
# beside small ones is missed. By the number of a facet's nodes.
LOOKED_AT = {1: 2, 2: 8, 3: 16}


class Facets:
    """Facets to be asked for their closest points: `corners` (m, 1..3, d)."""

    def __init__(self, corners: np.ndarray) -> None:
        self.corners = corners
        self.midpoints = corners.mean(axis=1)

    @cached_property
    def tree(self) -> cKDTree:
        """The midpoints, to be searched."""
        return cKDTree(self.midpoints)

    @cached_property
    def radii(self) -> np.ndarray:
        """How far each facet reaches from its midpoint, (m,)."""
        return np.linalg.norm(self.corners - self.midpoints[:, None], axis=2).max(axis=1)

    def around(self, points: np.ndarray) -> np.ndarray:
        """Return the facets (k, n) with the midpoints nearest to `points` (k, d)."""
        count = min(LOOKED_AT[self.corners.shape[1]], len(self.corners))
        return self.tree.query(points, k=count)[1].reshape(len(points), count)

    def nearest(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the distances (k,) of `points` (k, d), and where on the facets they are taken."""
        places = closest_points(points[:, None], self.corners[self.around(points)])
        distances = np.linalg.norm(places - points[:, None], axis=2)
        best = np.arange(len(points)), distances.argmin(axis=1)
        return distances[best], places[best]

    def least(self, points: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Return the least distance of all `points`, the point and the place on the facets."""
        rough = self.tree.query(points)[0]
        points = points[rough <= rough.min() + self.radii.max()]
        distances, places = self.nearest(points)
        best = distances.argmin()
        return float(distances[best]), points[best], places[best]


def closest_points(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Return the point of each facet that is closest to its point, (..., d).

    `points` (..., d), `corners` (..., 1..3, d): as numpy broadcasts them.
    """
    if corners.shape[-2] == 1:
        return np.broadcast_arrays(corners[..., 0, :], points)[0]
    if corners.shape[-2] == 2:
        return _on_segment(points, corners[..., 0, :], corners[..., 1, :])
    return _on_triangle(points, corners)


def closest_between(
    first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the distance (...) of two facets each, and where on the first and second it is taken.

    `first` and `second` (..., 2 or 3, d) do not cross. From the corners of each to the other: of
    two triangles whose edges come closest, slightly too large.
    """
    ours, theirs = closest_points(second, first[..., None, :, :]), second
    mine, yours = first, closest_points(first, second[..., None, :, :])
    here, there = np.concatenate([ours, mine], -2), np.concatenate([theirs, yours], -2)
    distances = np.linalg.norm(there - here, axis=-1)
    best = distances.argmin(axis=-1)[..., None]
    pick = best[..., None]
    return (
        np.take_along_axis(distances, best, -1)[..., 0],
        np.take_along_axis(here, pick, -2)[..., 0, :],
        np.take_along_axis(there, pick, -2)[..., 0, :],
    )


def _on_segment(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    way = end - start
    share = _dot(points - start, way) / np.maximum(_dot(way, way), TINY)
    return start + np.clip(share, 0, 1)[..., None] * way


def _on_triangle(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """The foot of the perpendicular where it lies inside, else the best of the three edges."""
    foot, inside = _foot(points, corners)
    edges = _on_segment(points[..., None, :], corners, np.roll(corners, -1, axis=-2))
    off = edges - points[..., None, :]
    best = _dot(off, off).argmin(axis=-1)[..., None, None]
    return np.where(inside[..., None], foot, np.take_along_axis(edges, best, -2)[..., 0, :])


def _foot(points: np.ndarray, corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the points' feet in the triangles' planes, and whether they lie inside."""
    origin = corners[..., 0, :]
    u, v, w = corners[..., 1, :] - origin, corners[..., 2, :] - origin, points - origin
    uu, uv, vv, wu, wv = _dot(u, u), _dot(u, v), _dot(v, v), _dot(w, u), _dot(w, v)
    scale = np.maximum(uu * vv - uv * uv, TINY)
    a, b = (vv * wu - uv * wv) / scale, (uu * wv - uv * wu) / scale
    return origin + a[..., None] * u + b[..., None] * v, (a >= 0) & (b >= 0) & (a + b <= 1)


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.einsum("...i,...i->...", a, b)
