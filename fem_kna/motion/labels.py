"""What a mesh generator must respect: planes, curved faces to be left alone, where they meet."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .whole import INTERFACE, Whole

PLANE = 1e-7  # of the cell's extent: what two nodes of the same plane may differ by


@dataclass(frozen=True)
class Label:
    """A part of the boundary that keeps its identity: one plane, or all of a curved boundary.

    A plane is ``x[axis] == place``; `axis` is None for what is curved. The nodes of a `held` part
    stay where they are.
    """

    tag: int
    axis: int | None = None
    place: float = 0.0
    held: bool = False


@dataclass(frozen=True)
class Labels:
    """All parts of a mesh's boundary: `of` (f,) says which of `parts` a facet belongs to."""

    parts: list[Label]
    of: np.ndarray

    def held(self) -> np.ndarray:
        """Return which facets belong to parts that are held, a mask (f,)."""
        return np.array([part.held for part in self.parts], dtype=bool)[self.of]

    def tags(self) -> np.ndarray:
        """Return the tag of each facet, (f,)."""
        return np.array([part.tag for part in self.parts], dtype=np.int32)[self.of]


def labelled(whole: Whole, moving: tuple[int, ...], frozen: bool) -> Labels:
    """Divide the facets into parts.

    A boundary with one of the tags in `moving` is one part, held if `frozen`. Any other boundary,
    and the interfaces between regions, are cut into axis-aligned planes; one that is not made of
    such planes alone is one part and held, since nothing else would keep its shape.
    """
    parts: list[Label] = []
    of = np.zeros(len(whole.facets), dtype=np.int32)
    for tag in np.unique(whole.tags):
        here = np.flatnonzero(whole.tags == tag)
        moves = tag in moving and tag != INTERFACE
        planes = [] if moves else _planes(whole.points, whole.facets[here])
        for axis, place, members in planes:
            of[here[members]] = len(parts)
            parts.append(Label(int(tag), axis, place))
        if not planes:
            of[here] = len(parts)
            parts.append(Label(int(tag), held=frozen if moves else True))
    return Labels(parts, of)


def _planes(points: np.ndarray, facets: np.ndarray) -> list[tuple[int, float, np.ndarray]]:
    """Return (axis, place, facets in it) of the planes; none unless each facet is in one."""
    extent = float(np.ptp(points, axis=0).max())
    corners = points[facets]
    flat = np.ptp(corners, axis=1) < PLANE * extent
    if not flat.any(axis=1).all():
        return []
    axes = flat.argmax(axis=1)
    places = corners[np.arange(len(facets)), 0, axes]
    found = []
    for axis in np.unique(axes):
        along = np.flatnonzero(axes == axis)
        along = along[np.argsort(places[along], kind="stable")]
        steps = np.flatnonzero(np.diff(places[along]) > PLANE * extent) + 1
        for members in np.split(along, steps):
            values, counts = np.unique(places[members], return_counts=True)
            found.append((int(axis), float(values[counts.argmax()]), members))
    return found


def meeting(whole: Whole, labels: Labels) -> np.ndarray:
    """Return the nodes where parts meet that leave them no way to go, (m,).

    In 2-D those of two parts, in 3-D those of three: corners.
    """
    pairs = np.column_stack([whole.facets.ravel(), np.repeat(labels.of, whole.facets.shape[1])])
    nodes, counts = np.unique(np.unique(pairs, axis=0)[:, 0], return_counts=True)
    return nodes[counts >= whole.points.shape[1]]


def seams(whole: Whole, labels: Labels) -> np.ndarray:
    """Return the edges (m, 2) along which two parts meet, in 3-D."""
    edges = np.concatenate([whole.facets[:, pair] for pair in ([0, 1], [1, 2], [2, 0])])
    known, places = np.unique(np.sort(edges, axis=1), axis=0, return_inverse=True)
    places = places.ravel()
    of = np.tile(labels.of, 3)
    least = np.full(len(known), len(labels.parts))
    most = np.zeros(len(known), dtype=of.dtype)
    np.minimum.at(least, places, of)
    np.maximum.at(most, places, of)
    return known[least != most]


def snapped(points: np.ndarray, facets: np.ndarray, labels: Labels) -> np.ndarray:
    """Return the points (n, gdim), those of planes exactly in them."""
    points = points.copy()
    for part, nodes in planes(facets, labels):
        points[nodes, part.axis] = part.place
    return points


def planes(facets: np.ndarray, labels: Labels) -> Iterator[tuple[Label, np.ndarray]]:
    """Yield each part that is a plane, with its nodes (m,)."""
    for number, part in enumerate(labels.parts):
        if part.axis is not None:
            yield part, np.unique(facets[labels.of == number])
