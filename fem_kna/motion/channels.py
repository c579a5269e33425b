"""Channels: where liquid lies between two pieces of the front that face each other.

A channel is where a ball of liquid touches the front, or it and its mirror image, at two places
that face each other, and where liquid goes on beyond the ball at both ends. So neither the foot of
a bump is one, nor the bottom of a trench or a round hollow, where the front closes the liquid at
one end; nor is metal between two pieces of front that turn their backs on each other.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from .closest import Facets, closest_between
from .outline import Outline

FACING = 0.5  # cosine of 60 degrees: between opposite normals, a normal and the way across
PLACES = (-2.0, -1.0, 0.0, 1.0, 2.0)  # along the channel, in radii of the ball across it
OPEN = 0.5  # radius of the ball that must fit there: shut where walls close at 29 degrees or more
WAYS = 8  # directions in which a channel may go in 3-D, over half a turn
THIN = 0.125  # of the gap: facets nearer to each other than this have the same opposite
BATCH = 16  # candidates examined at once to begin with, the nearest first
CAP = 16.0  # of the ball's radius at least, in facets: it must pass askew through a gap of h / 64
ROUNDS = 50  # a ball that shrinks more often is caught between facets as far away as each other
NEARLY = 0.05  # error of a ball that touches something opposite: in a round hole all is as near
SHARP = 0.87  # of a node: the mean of its facets' normals is shorter; 60 degrees between two
STEPS = 8  # of a normal's component, where normals are compared roughly ...
ROUGH = 0.25  # ... and what their product may then be wrong by
SAME = 1e-9  # of the extent: nodes as near as this are one


class Plane(NamedTuple):
    """A symmetry plane: where the coordinate `axis` is `place`."""

    axis: int
    place: float


def narrowest(
    front: Outline, planes: Sequence[Plane] = (), reach: float = np.inf
) -> tuple[float, np.ndarray] | None:
    """Return the width of the narrowest channel, and the point (gdim,) of the front at it.

    None where there is no channel narrower than `reach`, and always in 1-D. In a round hole the
    width may be that of a chord, at worst about 0.8 of the diameter. Near the end of a channel it
    is resolved as the facets are.
    """
    if front.dimension == "1d" or not len(front):
        return None
    sheet = Sheet(front, planes)
    ours, theirs = sheet.opposite(sheet.facing(), reach)
    facets = sheet.facets
    apart = np.linalg.norm(facets.midpoints[theirs] - facets.midpoints[ours], axis=1)
    # A neighbour of the opposite facet may be nearer than that facet, but not by much.
    at_least = apart - facets.radii[ours] - 3 * facets.radii[theirs]
    best, place = reach, None
    for batch in _batches(_thinned(sheet, ours, apart, np.argsort(at_least, kind="stable"))):
        if at_least[batch[0]] >= best:
            break
        found = sheet.channel(ours[batch], theirs[batch])
        if found is not None and found[0] < best:
            best, place = found
    return None if place is None else (best, place)


def _thinned(sheet: "Sheet", ours: np.ndarray, apart: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Keep of `order` the first in each cell of a grid, fine beside the gap: its likes add nothing.

    Where the gap is not much wider than the facets, all are kept.
    """
    cell = np.exp2(np.floor(np.log2(apart[order] * THIN)))
    place = np.floor(sheet.facets.midpoints[ours[order]] / cell[:, None])
    keys = np.column_stack([cell, place, np.round(sheet.normals[ours[order]])])
    _, first = np.unique(keys, axis=0, return_index=True)
    return order[np.sort(first)]


def _batches(order: np.ndarray) -> Iterator[np.ndarray]:
    """Cut `order` into pieces, each twice as long as the one before."""
    start, size = 0, BATCH
    while start < len(order):
        yield order[start : start + size]
        start, size = start + size, 2 * size


class Sheet:
    """The front and its mirror images at the symmetry planes; the front itself comes first.

    A sharp edge, whose facets need not face what the edge comes near to, is a facet of no size.
    """

    def __init__(self, front: Outline, planes: Sequence[Plane]) -> None:
        edges, outward = _edges(front)
        corners = [np.concatenate([front.corners, edges])]
        normals = [np.concatenate([front.normals, outward])]
        self.own = len(normals[0])
        for axis, place in planes:
            turn = np.where(np.arange(front.points.shape[1]) == axis, -1.0, 1.0)
            corners.append(corners[0] * turn + (1 - turn) * place)
            normals.append(normals[0] * turn)
        self.facets, self.normals = Facets(np.concatenate(corners)), np.concatenate(normals)
        self.extent = float(np.linalg.norm(np.ptp(self.facets.midpoints, axis=0))) or 1.0

    def facing(self) -> np.ndarray:
        """Return those of the front's own facets which face some other, wherever it is.

        Compares rounded normals, of which there are few: what faces nothing is found quickly.
        """
        rounded = np.round(self.normals * STEPS).astype(np.int64)
        keys = rounded @ (2 * STEPS + 1) ** np.arange(rounded.shape[1])
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        rough = rounded[first] / STEPS
        faces = (rough @ rough.T).min(axis=1) < ROUGH - FACING
        return np.flatnonzero(faces[which.ravel()[: self.own]])

    def opposite(self, ours: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
        """Return those of the facets `ours` that have another opposite, and that other.

        At each facet's midpoint the largest ball of liquid is laid on it, or one as large as
        matters; opposite is the facet that keeps it from growing, if it faces the first.
        """
        points, normals = self.facets.midpoints, self.normals
        sizes = self.facets.radii[ours]
        sizes = np.where(sizes > 0, sizes, self.facets.radii.max())  # an edge's facets are near
        radius = np.clip(CAP * sizes, min(reach, self.extent), self.extent)
        hit = ours.copy()
        active = np.arange(len(ours))
        for _ in range(ROUNDS):
            if not len(active):
                break
            base, up = points[ours[active]], normals[ours[active]]
            met = self.facets.tree.query(base + radius[active, None] * up)[1]
            smaller = _radius(points[met] - base, up)
            faced = _dot(up, normals[hit[active]]) < -FACING
            inside = smaller < radius[active] * (1 - np.where(faced, NEARLY, SAME))
            active = active[inside]
            radius[active], hit[active] = smaller[inside], met[inside]
        facing = _dot(normals[ours], normals[hit]) < -FACING
        return ours[facing], hit[facing]

    def channel(self, ours: np.ndarray, theirs: np.ndarray) -> tuple[float, np.ndarray] | None:
        """Return the narrowest channel between the facets `ours` and about `theirs`, or none."""
        pairs = self._pairs(ours, theirs)
        first, second = self.normals[pairs[:, 0]], self.normals[pairs[:, 1]]
        width, here, there = closest_between(*self.facets.corners[pairs.T])
        across = (there - here) / np.maximum(width, np.finfo(float).tiny)[:, None]
        across = np.where(width[:, None] > SAME * self.extent, across, first)
        seen = np.minimum(_dot(first, across), -_dot(second, across))
        for part in _batches(_least_of_each(pairs[:, 0], np.where(seen > FACING, width, np.inf))):
            radius = width[part] / 2 / _dot(first[part], across[part])
            centres = here[part] + first[part] * radius[:, None]
            sizes = self.facets.radii[pairs[part]].max(axis=1)
            clear = part[self._open(centres, first[part] - second[part], radius, sizes)]
            if len(clear):
                return float(width[clear[0]]), here[clear[0]]
        return None

    def _pairs(self, ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
        """Return each of `ours` with the other and its neighbours, (k, 2), if facing and apart."""
        around = self.facets.around(self.facets.midpoints[theirs])
        count = around.shape[1]
        pairs = np.column_stack([np.repeat(ours, count), around.ravel()])
        beside = self._beside(np.repeat(theirs, count), pairs[:, 1])
        pairs = pairs[beside & (_dot(*self.normals[pairs.T]) < -FACING)]
        return pairs[self._apart(*pairs.T)]

    def _beside(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Whether the facets may have a node in common."""
        facets = self.facets
        apart = np.linalg.norm(facets.midpoints[first] - facets.midpoints[second], axis=1)
        return apart <= (1 + SAME) * (facets.radii[first] + facets.radii[second])

    def _apart(self, ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
        """Whether the facets have no node in common; one on a plane is its own image."""
        first, second = self.facets.corners[ours], self.facets.corners[theirs]
        between = np.abs(first[:, :, None] - second[:, None]).max(axis=-1)
        return between.min(axis=(1, 2), initial=np.inf) > SAME * self.extent

    def _open(
        self, centres: np.ndarray, across: np.ndarray, radii: np.ndarray, sizes: np.ndarray
    ) -> np.ndarray:
        """Whether the channel goes on: at both ends of one way, and of no way at one end only.

        In 3-D a groove goes on along its bottom, but up and not down at right angles to that; a
        round hole neither up nor down; a gap between two pieces every way.
        """
        reach = np.array(PLACES)[:, None] * radii[:, None, None, None]
        places = centres[:, None, None] + reach * _ways(across)[:, :, None]
        need = OPEN * radii[:, None, None]
        room = self.facets.tree.query(places)[0]
        # Mostly the midpoints tell already; exact distances take ten times as long.
        may = (room >= need).all(axis=2).any(axis=1)
        unsure = may[:, None, None] & (room >= need) & (room < need + 2 * sizes[:, None, None])
        room[unsure] = self.facets.nearest(places[unsure])[0]
        free = room[may] >= need[may]
        down, up = free[..., :3].all(axis=2), free[..., 2:].all(axis=2)
        both, either = down & up, down | up
        may[may] = both.any(axis=1) & (both == either).all(axis=1)
        return may


def _least_of_each(groups: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """Return the place of the least finite width of each group, those ordered by that width."""
    order = np.lexsort((widths, groups))
    first = np.append(True, np.diff(groups[order]) > 0)[: len(order)]
    best = order[first & np.isfinite(widths[order])]
    return best[np.argsort(widths[best], kind="stable")]


def _edges(front: Outline) -> tuple[np.ndarray, np.ndarray]:
    """Return the nodes at sharp edges as facets of no size, and the way they point."""
    total, count = np.zeros_like(front.points), np.zeros(len(front.points))
    for nodes in front.facets.T:
        np.add.at(total, nodes, front.normals)
        np.add.at(count, nodes, 1)
    length = np.linalg.norm(total, axis=1)
    sharp = np.flatnonzero((length < SHARP * count) & (length > SAME))
    corners = np.repeat(front.points[sharp, None], front.facets.shape[1], axis=1)
    return corners, total[sharp] / length[sharp, None]


def _radius(step: np.ndarray, up: np.ndarray) -> np.ndarray:
    """Return the radius of the ball through a point at `step` that lies on the plane below `up`."""
    rise = _dot(step, up)
    radius = np.full(len(step), np.inf)
    return np.divide(_dot(step, step), 2 * rise, out=radius, where=rise > 0)


def _ways(across: np.ndarray) -> np.ndarray:
    """Return unit vectors (k, ways, d) at right angles to `across` (k, d)."""
    across = across / np.linalg.norm(across, axis=1)[:, None]
    if across.shape[1] == 2:
        return (across @ np.array([[0.0, 1.0], [-1.0, 0.0]]))[:, None]
    least = np.eye(3)[np.abs(across).argmin(axis=1)]
    first = np.cross(across, least)
    first /= np.linalg.norm(first, axis=1)[:, None]
    turn = np.pi * np.arange(WAYS)[:, None] / WAYS
    return np.cos(turn) * first[:, None] + np.sin(turn) * np.cross(across, first)[:, None]


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.einsum("ij,ij->i", a, b)
