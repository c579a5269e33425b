"""Where points lie in a mesh given as arrays: in which simplex, or closest to which."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

INSIDE = 1e-10  # barycentric: a point on a common facet is inside both cells
NEAR = 12  # cells around a point that are tried first: on a good mesh one of them has it
CHUNK = 50_000  # points looked up at a time, to bound the memory
CLASS = 2.0  # cells whose radii differ by less than this factor share a search tree

Found = tuple[np.ndarray, np.ndarray, np.ndarray]
Pairs = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Place:
    """Where points (n,) are: `cells` (n,) and barycentric `weights` (n, k) of the cells' corners.

    `distances` (n,) tells how far outside the mesh they were: 0 inside.
    """

    cells: np.ndarray
    weights: np.ndarray
    distances: np.ndarray


@dataclass(frozen=True)
class Simplices:
    """Simplices with `corners` (c, k, gdim), of the dimension of the space or less."""

    corners: np.ndarray

    def closest(self, points: np.ndarray) -> Place:
        """Return, for each point (n, gdim), the closest point of the simplices: itself inside."""
        parts = [self._closest(part) for part in _parts(points)]
        cells, weights, distances = (np.concatenate(column) for column in zip(*parts, strict=True))
        return Place(cells, weights, distances)

    def _closest(self, points: np.ndarray) -> Found:
        """Look among the nearest cells, then among all that may hold a point, then outside."""
        count = len(points)
        found = (
            np.zeros(count, dtype=int),
            np.zeros((count, self.corners.shape[1])),
            np.zeros(count),
        )
        left = np.arange(count)
        if self.corners.shape[1] == self.corners.shape[2] + 1:
            left = self._inside(points, left, self._near, found)
            left = self._inside(points, left, self._around, found)
        guess = self._best(points[left], *self._near(points[left]))
        best = self._best(points[left], *self._around(points[left], guess[2]))
        for whole, part in zip(found, best, strict=True):
            whole[left] = part
        return found

    def _inside(
        self, points: np.ndarray, left: np.ndarray, pairs: Pairs, found: Found
    ) -> np.ndarray:
        """Find those of points[left] that are inside one of their cells; return who is left."""
        rows, cells = pairs(points[left])
        away = points[left][rows] - self.corners[cells, 0]
        inner = np.einsum("nij,nj->ni", self._inverses[cells], away)
        weights = np.column_stack([1 - inner.sum(axis=1), inner])
        least = weights.min(axis=1)
        first = _first(rows, -least, cells, len(left))
        here = least[first] >= -INSIDE
        where, first = left[here], first[here]
        found[0][where], found[1][where] = cells[first], weights[first]
        return left[~here]

    @cached_property
    def _inverses(self) -> np.ndarray:
        return np.linalg.inv((self.corners[:, 1:] - self.corners[:, :1]).transpose(0, 2, 1))

    @cached_property
    def _middles(self) -> np.ndarray:
        return self.corners.mean(axis=1)

    @cached_property
    def _radii(self) -> np.ndarray:
        return np.linalg.norm(self.corners - self._middles[:, None], axis=2).max(axis=1)

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self._middles)

    @cached_property
    def _classes(self) -> list[tuple[float, np.ndarray, cKDTree]]:
        """Cells of about one size: (their largest radius, their numbers, tree of their middles)."""
        rungs = np.floor(np.log(self._radii) / np.log(CLASS)).astype(int)
        members = [np.flatnonzero(rungs == rung) for rung in np.unique(rungs)]
        return [(self._radii[m].max(), m, cKDTree(self._middles[m])) for m in members]

    def _near(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (points' numbers, cells) of pairs: each point with the cells of closest middle."""
        count = min(NEAR, len(self.corners))
        _, near = self._tree.query(points, k=np.arange(1, count + 1))
        return np.repeat(np.arange(len(points)), count), near.ravel()

    def _around(
        self, points: np.ndarray, bounds: np.ndarray | float = 0.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the pairs of all cells that may be no farther from their point than `bounds`.

        And at least the closest one, so that no point is without.
        """
        _, near = self._tree.query(points)
        rows, cells = [np.arange(len(points))], [near]
        for radius, members, tree in self._classes:
            hits = tree.query_ball_point(points, (bounds + radius) * (1 + 1e-9))
            rows.append(np.repeat(np.arange(len(points)), [len(hit) for hit in hits]))
            cells.append(members[np.array([cell for hit in hits for cell in hit], dtype=int)])
        return np.concatenate(rows), np.concatenate(cells)

    def _best(self, points: np.ndarray, rows: np.ndarray, cells: np.ndarray) -> Found:
        """Return the closest cell for each point among the pairs (points[rows], cells)."""
        weights, distances = closest_weights(points[rows], self.corners[cells])
        first = _first(rows, distances, cells, len(points))
        return cells[first], weights[first], distances[first]


def _parts(points: np.ndarray) -> list[np.ndarray]:
    return np.array_split(points, max(1, -(-len(points) // CHUNK)))


def _first(rows: np.ndarray, costs: np.ndarray, cells: np.ndarray, count: int) -> np.ndarray:
    """Return which pair has the least cost in each row, the lowest cell where several do."""
    order = np.lexsort([cells, costs, rows])
    return order[np.searchsorted(rows[order], np.arange(count))]


def closest_weights(points: np.ndarray, corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the closest point of each simplex (n, k, gdim) to its point (n, gdim).

    As barycentric weights (n, k), and its distance, (n,): 0 for a point inside.
    """
    weights = _in_plane(points, corners)
    outside = np.flatnonzero((weights < -INSIDE).any(axis=1))
    if len(outside):
        weights[outside] = _on_rim(points[outside], corners[outside])
    gaps = np.linalg.norm(points - np.einsum("ij,ijk->ik", weights, corners), axis=1)
    if corners.shape[1] == corners.shape[2] + 1:  # what is inside a cell is there but for round-off
        inside = np.ones(len(points), dtype=bool)
        inside[outside] = False
        gaps[inside] = 0.0
    return weights, gaps


def _in_plane(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Return the weights of the points' projections into the simplices' planes, of any sign."""
    edges = corners[:, 1:] - corners[:, :1]
    away = (points - corners[:, 0])[:, :, None]
    if edges.shape[1] == edges.shape[2]:
        inner = np.linalg.solve(edges.transpose(0, 2, 1), away)[:, :, 0]
    else:
        inner = np.linalg.solve(edges @ edges.transpose(0, 2, 1), edges @ away)[:, :, 0]
    return np.column_stack([1 - inner.sum(axis=1), inner])


def _on_rim(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Return the weights of the closest points of the simplices' facets."""
    count = corners.shape[1]
    best, weights = np.full(len(points), np.inf), np.zeros(corners.shape[:2])
    for without in range(count):
        kept = [corner for corner in range(count) if corner != without]
        there, gaps = closest_weights(points, corners[:, kept])
        nearer = np.flatnonzero(gaps < best)
        best[nearer] = gaps[nearer]
        weights[nearer] = 0.0
        weights[nearer[:, None], kept] = there[nearer]
    return weights
