"""Whether the front is about to touch something: how much liquid is left, and where.

``pinch-off``: front meets front, or its mirror image, across a channel of liquid (see `channels`).
``short``: it meets the counter electrode. ``separator``: the interface to the separator.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ..geometry.domain import Domain
from .channels import Plane, narrowest
from .closest import Facets
from .outline import Outline, outline

Kind = Literal["pinch-off", "short", "separator"]

SAME = 1e-9  # a normal this close to an axis lies along it


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

    Planes across the lateral coordinates alone. None in 1-D.
    """
    if "sides" not in domain.boundaries:
        return ()
    sides = outline(domain, "sides")
    lateral = range(sides.points.shape[1] - 1)
    return tuple(plane for axis in lateral for plane in _planes(sides, axis))


def clearances(
    front: Outline,
    counter: Outline | None = None,
    interface: Outline | None = None,
    planes: Sequence[Plane] = (),
    reach: float = np.inf,
) -> dict[Kind, Gap]:
    """Return the smallest gap of each kind there is; the same on all ranks.

    A ``pinch-off`` of `reach` or more is not looked for, which saves most of the time.

    Whatever is none or empty makes no gap. Where the front already touches the counter electrode or
    the interface, the clearance is 0; once it touches itself nothing may be found there: ask before
    it does.
    """
    channel = narrowest(front, planes, reach)
    found = [
        Gap("pinch-off", *channel) if channel else None,
        _to("short", front, counter),
        _to("separator", front, interface),
    ]
    return {gap.kind: gap for gap in found if gap is not None}


def nearest(
    front: Outline,
    counter: Outline | None = None,
    interface: Outline | None = None,
    planes: Sequence[Plane] = (),
    reach: float = np.inf,
) -> Gap | None:
    """Return the smallest of `clearances`, none where there is nothing to meet."""
    gaps = clearances(front, counter, interface, planes, reach).values()
    return min(gaps, key=lambda gap: gap.clearance, default=None)


def thinnest(
    front: Outline, planes: Sequence[Plane] = (), reach: float = np.inf
) -> tuple[float, np.ndarray] | None:
    """Return how thin the metal is between two pieces of the front, and the point (gdim,) there.

    None where it is nowhere thinner than `reach`.
    """
    return narrowest(replace(front, facets=front.facets[:, ::-1]), planes, reach)


def _planes(sides: Outline, axis: int) -> list[Plane]:
    """Return the planes across one axis, in order; places that differ by rounding are one."""
    places = sides.midpoints[np.abs(sides.normals[:, axis]) > 1 - SAME, axis]
    _, first = np.unique(np.round(places / np.ptp(sides.points), 9), return_index=True)
    return [Plane(axis, float(place)) for place in places[first]]


def _to(kind: Kind, front: Outline, other: Outline | None) -> Gap | None:
    """Return the gap to another outline: from the nodes of each to the facets of the other."""
    if other is None or not len(other) or not len(front):
        return None
    there, place, _ = Facets(other.corners).least(front.points)
    back, _, footpoint = Facets(front.corners).least(other.points)
    return Gap(kind, there, place) if there <= back else Gap(kind, back, footpoint)
