"""Whether the front is about to touch something: how much liquid is left, and where.

Front meets front (``pinch-off``) where the liquid between two pieces of it, or between it and its
mirror image, is a channel: a ball of liquid touches the front at two places that face each other,
and the channel goes on beyond the ball at both ends. So neither the foot of a bump is one, nor the
bottom of a trench or a round hollow, where the front closes the liquid at one end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from ..geometry.domain import Domain
from .closest import Facets, closest_between
from .outline import Outline, outline

Kind = Literal["pinch-off", "short", "separator"]

FACING = 0.5  # cosine of 60 degrees: between opposite normals, a normal and the way across
ENDS = (-2.0, -1.0, 1.0, 2.0)  # where the channel must be open, in radii of the ball across it
OPEN = 0.5  # radius of the ball that must fit there: shut where walls close at 29 degrees or more
WAYS = 6  # directions in which a channel may go in 3-D, over half a turn
BATCH = 32  # candidates examined at once to begin with, the nearest first
ROUNDS = 50  # a ball that shrinks more often is caught between facets as far away as each other
NEARLY = 0.01  # the ball's error; from the middle of a round hollow all of it is as near
STEPS = 8  # of a normal's component, where normals are compared roughly ...
ROUGH = 0.25  # ... and what their product may then be wrong by
SAME = 1e-9  # of the extent: nodes as near as this are one


class Plane(NamedTuple):
    """A symmetry plane: where the coordinate `axis` is `place`."""

    axis: int
    place: float


@dataclass(frozen=True)
class Gap:
    """The least liquid between the front and something: how much, and at which point (gdim,) of it.

    To its mirror image the clearance is twice the distance from the symmetry plane. Lengths are
    those of the mesh.
    """

    kind: Kind
    clearance: float
    place: np.ndarray


def side_planes(domain: Domain) -> tuple[Plane, ...]:
    """Return the symmetry planes (and the axis) that the boundary ``sides`` lies on; collective.

    Facets of other directions than the coordinates' are passed over. None in 1-D.
    """
    if "sides" not in domain.boundaries:
        return ()
    sides = outline(domain, "sides")
    return tuple(sorted({plane for axis in range(2) for plane in _planes(sides, axis)}))


def clearances(
    front: Outline,
    counter: Outline | None = None,
    interface: Outline | None = None,
    planes: Sequence[Plane] = (),
) -> dict[Kind, Gap]:
    """Return the smallest gap of each kind there is; the same on all ranks.

    Whatever is none or empty makes no gap. Where the front already touches, the clearance is 0;
    where it has gone through itself, nothing is found: ask before it does.
    """
    found = [
        _pinch_off(front, planes),
        _to("short", front, counter),
        _to("separator", front, interface),
    ]
    return {gap.kind: gap for gap in found if gap is not None}


def nearest(
    front: Outline,
    counter: Outline | None = None,
    interface: Outline | None = None,
    planes: Sequence[Plane] = (),
) -> Gap | None:
    """Return the smallest of `clearances`, none where there is nothing to meet."""
    gaps = clearances(front, counter, interface, planes).values()
    return min(gaps, key=lambda gap: gap.clearance, default=None)


def _planes(sides: Outline, axis: int) -> set[Plane]:
    if axis >= sides.points.shape[1]:
        return set()
    along = np.abs(sides.normals[:, axis]) > 1 - SAME
    places = sides.midpoints[along, axis]
    _, first = np.unique(np.round(places / (np.ptp(sides.points) or 1.0), 9), return_index=True)
    return {Plane(axis, float(place)) for place in places[first]}


def _to(kind: Kind, front: Outline, other: Outline | None) -> Gap | None:
    """Return the gap to another outline: from the nodes of each to the facets of the other."""
    if other is None or not len(other) or not len(front):
        return None
    there, place, _ = Facets(other.corners).least(front.points)
    back, _, footpoint = Facets(front.corners).least(other.points)
    return Gap(kind, there, place) if there <= back else Gap(kind, back, footpoint)


def _pinch_off(front: Outline, planes: Sequence[Plane]) -> Gap | None:
    if front.dimension == "1d" or not len(front):
        return None
    sheet = _Sheet(front, planes)
    ours, theirs = sheet.opposite(sheet.facing(len(front)))
    if not len(ours):
        return None
    facets = sheet.facets
    apart = np.linalg.norm(facets.midpoints[theirs] - facets.midpoints[ours], axis=1)
    # A neighbour of the opposite facet may be nearer than that facet, but not by much.
    at_least = apart - facets.radii[ours] - 3 * facets.radii[theirs]
    order = np.argsort(at_least, kind="stable")
    found: list[Gap] = []
    for batch in _batches(order):
        if found and at_least[batch[0]] >= min(gap.clearance for gap in found):
            break
        found += sheet.channel(ours[batch], theirs[batch])
    return min(found, key=lambda gap: gap.clearance, default=None)


def _batches(order: np.ndarray) -> Iterator[np.ndarray]:
    """Cut `order` into pieces, each twice as long as the one before."""
    start, size = 0, BATCH
    while start < len(order):
        yield order[start : start + size]
        start, size = start + size, 2 * size


class _Sheet:
    """The front and its mirror images at the symmetry planes; the front's facets come first."""

    def __init__(self, front: Outline, planes: Sequence[Plane]) -> None:
        corners, normals = [front.corners], [front.normals]
        for axis, place in planes:
            turn = np.where(np.arange(front.points.shape[1]) == axis, -1.0, 1.0)
            corners.append(front.corners * turn + (1 - turn) * place)
            normals.append(front.normals * turn)
        self.facets, self.normals = Facets(np.concatenate(corners)), np.concatenate(normals)
        self.extent = float(np.linalg.norm(np.ptp(self.facets.midpoints, axis=0))) or 1.0

    def facing(self, count: int) -> np.ndarray:
        """Return those of the first `count` facets which face some other, wherever it is.

        Compares rounded normals, of which there are few: what faces nothing is found quickly.
        """
        rounded = np.round(self.normals * STEPS).astype(np.int64)
        keys = rounded @ (2 * STEPS + 1) ** np.arange(rounded.shape[1])
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        rough = rounded[first] / STEPS
        faces = (rough @ rough.T).min(axis=1) < ROUGH - FACING
        return np.flatnonzero(faces[which.ravel()[:count]])

    def opposite(self, ours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return those of the facets `ours` that have another opposite, and that other.

        At each facet's midpoint the largest ball of liquid is laid on it; opposite is the facet
        that keeps it from growing, if it faces the first.
        """
        points, normals = self.facets.midpoints, self.normals
        radius, hit, active = np.full(len(ours), self.extent), ours.copy(), np.arange(len(ours))
        for _ in range(ROUNDS):
            if not len(active):
                break
            base, up = points[ours[active]], normals[ours[active]]
            met = self.facets.tree.query(base + radius[active, None] * up, eps=NEARLY)[1]
            smaller = _radius(points[met] - base, up)
            inside = smaller < radius[active] * (1 - SAME)
            active = active[inside]
            radius[active], hit[active] = smaller[inside], met[inside]
        facing = _dot(normals[ours], normals[hit]) < -FACING
        return ours[facing], hit[facing]

    def channel(self, ours: np.ndarray, theirs: np.ndarray) -> list[Gap]:
        """Return the narrowest channel between the facets `ours` and about `theirs`, or none."""
        pairs = self._pairs(ours, theirs)
        first, second = self.normals[pairs[:, 0]], self.normals[pairs[:, 1]]
        width, here, there = closest_between(*self.facets.corners[pairs.T])
        across = (there - here) / np.maximum(width, np.finfo(float).tiny)[:, None]
        across = np.where(width[:, None] > SAME * self.extent, across, first)
        seen = np.minimum(_dot(first, across), -_dot(second, across)) > FACING
        for part in _batches(_narrowest(pairs[:, 0], np.where(seen, width, np.inf))):
            centres = (here[part] + there[part]) / 2
            clear = part[self._open(centres, first[part] - second[part], width[part] / 2)]
            if len(clear):
                return [Gap("pinch-off", float(width[clear[0]]), here[clear[0]])]
        return []

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

    def _open(self, centres: np.ndarray, across: np.ndarray, radii: np.ndarray) -> np.ndarray:
        """Whether the channel goes on at both ends, in one of the ways it may go."""
        reach = np.array(ENDS)[:, None] * radii[:, None, None, None]
        ends = centres[:, None, None] + reach * _ways(across)[:, :, None]
        need = OPEN * radii[:, None, None]
        # A midpoint too near says no at a tenth of the cost of the facets' exact distances.
        may = (self.facets.tree.query(ends)[0] >= need).all(axis=2)
        room = self.facets.nearest(ends[may].reshape(-1, ends.shape[-1]))[0]
        may[may] = (
            room.reshape(-1, len(ENDS)) >= np.broadcast_to(need[:, 0], may.shape)[may][:, None]
        ).all(axis=1)
        return may.any(axis=1)


def _narrowest(groups: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """Return the place of the least finite width of each group, those ordered by that width."""
    order = np.lexsort((widths, groups))
    first = np.append(True, np.diff(groups[order]) > 0)[: len(order)]
    best = order[first & np.isfinite(widths[order])]
    return best[np.argsort(widths[best], kind="stable")]


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
