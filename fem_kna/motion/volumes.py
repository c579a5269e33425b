"""The volume under each moving electrode, and the small shift that gives it back."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..inputs.errors import RunError
from .labels import Labels, planes
from .quality import signed_sizes
from .whole import CellFacets, Whole, facet_keys

ROUNDS = 12
CLOSE = 1e-6  # of a layer a thousandth of an element thick; round-off is far below


@dataclass(frozen=True)
class Patch:
    """The facets (m, gdim) of one electrode along one region, right-handed out of the liquid."""

    electrode: int
    region: int
    facets: np.ndarray


@dataclass(frozen=True)
class Volumes:
    """How the liquid's volume is booked on its moving electrodes.

    The flux of (0, .., height - `level`) through an electrode changes as the liquid's volume does
    when the electrode moves, since it has no part through upright walls: so each electrode's share
    is known by itself. With `level` the height of a plane between two liquids, so is the share of
    each along an electrode that crosses it.
    """

    moving: tuple[int, ...]
    metal: int  # the tag of the metal's region; one that no cell has where there is none
    axisymmetric: bool
    level: float = 0.0

    def patches(self, whole: Whole) -> Iterator[Patch]:
        """Yield the patches of the moving electrodes, always in the same order."""
        sides = CellFacets.of(whole.cells)
        keys = facet_keys(whole.facets)
        wet = np.flatnonzero(whole.regions[sides.cells] != self.metal)
        for tag in self.moving:
            mine = wet[np.isin(sides.keys[wet], keys[whole.tags == tag])]
            regions = whole.regions[sides.cells[mine]]
            for region in np.unique(regions):
                here = mine[regions == region]
                cells = whole.cells[sides.cells[here]]
                facets = _outward(whole.points, sides.facets[here], cells)
                yield Patch(int(tag), int(region), facets)

    def under(self, points: np.ndarray, patch: Patch) -> float:
        """Return the flux through a patch: a volume, up to a constant; exact for flat facets."""
        corners = points[patch.facets]
        heights = corners[:, :, -1] - self.level
        upward = normals(corners)[:, -1]
        if not self.axisymmetric:
            return float(upward @ heights.mean(axis=1))
        radii = corners[:, :, 0]
        mean = heights.sum(axis=1) * radii.sum(axis=1) + (heights * radii).sum(axis=1)
        return float(2 * np.pi * upward @ mean) / 6


def region_volumes(whole: Whole, axisymmetric: bool) -> dict[int, float]:
    """Return the volume of each region by its tag, of the body of revolution if axisymmetric."""
    corners = whole.points[whole.cells]
    sizes = np.abs(signed_sizes(corners))
    if axisymmetric:
        sizes = sizes * 2 * np.pi * corners[:, :, 0].mean(axis=1)
    return {int(tag): float(sizes[whole.regions == tag].sum()) for tag in np.unique(whole.regions)}


def overlapping(whole: Whole) -> bool:
    """Whether two neighbours lie on the same side of their common facet: one has turned over."""
    sides = CellFacets.of(whole.cells)
    first = sides.pairs()
    upright = normals(whole.points[sides.facets[first]])
    middles = whole.points[sides.facets[first]].mean(axis=1)
    cells = whole.points[whole.cells].mean(axis=1)
    one, other = (
        np.einsum("ij,ij->i", cells[sides.cells[at]] - middles, upright)
        for at in (first, first + 1)
    )
    return bool((one * other >= 0).any())


def _outward(points: np.ndarray, facets: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Return the facets (m, k) turned so that their normals point out of their cells (m, k + 1)."""
    inward = points[cells].mean(axis=1) - points[facets].mean(axis=1)
    wrong = np.einsum("ij,ij->i", normals(points[facets]), inward) > 0
    facets = facets.copy()
    facets[wrong, :2] = facets[wrong, 1::-1]
    return facets


def normals(corners: np.ndarray) -> np.ndarray:
    """Return the right-handed normal of facets (m, k, k), as long as the facet is large, (m, k)."""
    if corners.shape[1] == 2:
        along = corners[:, 1] - corners[:, 0]
        return np.column_stack([along[:, 1], -along[:, 0]])
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) / 2


def restored(whole: Whole, labels: Labels, old: Whole, volumes: Volumes) -> np.ndarray:
    """Return the points (n, gdim), moving electrodes shifted until each has its old volume.

    The nodes of a patch move along their normals, all by the same small distance; not out of a
    plane they are in, and not at all where a part is held or two patches meet.

    Raises:
        RunError: an electrode has lost a region it had, or no shift gives the volume back.
    """
    before, after = list(volumes.patches(old)), list(volumes.patches(whole))
    if [(p.electrode, p.region) for p in before] != [(p.electrode, p.region) for p in after]:
        raise RunError("an electrode lost a region")
    points = whole.points.copy()
    ways = _ways(whole, labels, after)
    for then, now, way in zip(before, after, ways, strict=True):
        _shift(points, now, way, volumes, volumes.under(old.points, then))
    return points


def _ways(whole: Whole, labels: Labels, patches: list[Patch]) -> list[np.ndarray]:
    """Return the direction (n, gdim) in which each patch moves its nodes, 0 elsewhere."""
    owners = np.zeros(len(whole.points), dtype=int)
    for patch in patches:
        owners[np.unique(patch.facets)] += 1
    still = owners > 1
    still[whole.facets[labels.held()]] = True
    ways = []
    for patch in patches:
        way = _nodal_normals(whole.points, patch.facets)
        way[still] = 0.0
        for part, nodes in planes(whole.facets, labels):
            way[nodes, part.axis] = 0.0
        ways.append(way)
    return ways


def _nodal_normals(points: np.ndarray, facets: np.ndarray) -> np.ndarray:
    way = np.zeros_like(points)
    for corner in range(facets.shape[1]):
        np.add.at(way, facets[:, corner], normals(points[facets]))
    lengths = np.linalg.norm(way, axis=1, keepdims=True)
    return np.divide(way, lengths, out=way, where=lengths > 0)


def _shift(
    points: np.ndarray, patch: Patch, way: np.ndarray, volumes: Volumes, wanted: float
) -> None:
    """Move the patch's nodes along `way` in place, by the chord method to round-off."""
    nodes = np.unique(patch.facets)
    start, way = points[nodes], way[nodes]

    def excess(distance: float) -> float:
        points[nodes] = start + distance * way
        return volumes.under(points, patch) - wanted

    areas = np.linalg.norm(normals(points[patch.facets]), axis=1)
    probe = 1e-3 * areas.mean() ** (1 / max(1, points.shape[1] - 1))
    slope = (excess(probe) - excess(-probe)) / (2 * probe)
    gaps, distance = {0.0: abs(excess(0.0))}, 0.0
    for _ in range(ROUNDS):
        if slope == 0.0 or gaps[distance] == 0.0:
            break
        distance -= excess(distance) / slope
        gaps[distance] = abs(excess(distance))
    best = min(gaps, key=lambda distance: gaps[distance])
    if not excess(best) <= CLOSE * areas.sum() * probe:
        raise RunError("no shift of an electrode gives its volume back")
