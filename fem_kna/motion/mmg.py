"""One pass of Mmg over a mesh given as arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from ..inputs.errors import RunError
from .labels import Labels, meeting, seams, snapped
from .quality import signed_sizes
from .unheard import unheard
from .whole import Whole

CORNER = 60.0  # [deg] a turn of the boundary by more is a corner; a coarse curve turns by less
SAME = 1e-9  # of the cell's extent: Mmg scales the nodes it must leave, and gives them back so


@dataclass(frozen=True)
class Accuracy:
    """How Mmg may treat shape and sizes.

    `distance`: of a new boundary from the curve through the old one, in units of the smallest size;
    `gradation`: by which factor neighbouring edges may differ; `passes`: how often the size field
    is asked, each time on the mesh of the pass before.
    """

    distance: float = 0.2
    gradation: float = 1.4
    passes: int = 2


def refined(
    whole: Whole,
    labels: Labels,
    sizes: np.ndarray,
    accuracy: Accuracy,
    least: float | None = None,
) -> tuple[Whole, Labels]:
    """Return the mesh made anew with edges as long as `sizes` (n,) at its points.

    `least` is the size that shape is measured by, without it the smallest of `sizes`. Planes are
    exact; corners and held facets are bitwise where they were.

    Raises:
        RunError: Mmg gave a mesh with a cell turned inside out.
        RuntimeError: Mmg gave up.
    """
    mesh = _loaded(whole, labels)
    mesh.set_field("metric", np.ascontiguousarray(sizes, dtype=float)[:, None])
    least = least or float(sizes.min())
    with unheard():
        mesh.remesh(
            hmin=0.5 * min(least, float(sizes.min())),
            hmax=float(sizes.max()),
            hausd=accuracy.distance * least,
            hgrad=accuracy.gradation,
            ar=CORNER,
            verbose=-1,
        )
    new, of = _read(mesh, labels)
    _restore(new.points, whole.points[_kept(whole, labels)])
    if not (signed_sizes(new.points[new.cells]) > 0).all():
        raise RunError("a cell turned inside out")
    return new, of


def _loaded(whole: Whole, labels: Labels) -> Any:
    from mmgpy import MmgMesh2D, MmgMesh3D

    flat, number = whole.points.shape[1] == 2, len(whole.facets)
    cells, regions = _upright(whole).astype(np.int32), whole.regions.astype(np.int64)
    facets, refs = whole.facets.astype(np.int32), labels.of.astype(np.int64) + 1
    held = np.flatnonzero(labels.held()).astype(np.int32)
    if flat:
        mesh = MmgMesh2D()
        mesh.set_mesh_size(vertices=len(whole.points), triangles=len(cells), edges=number)
        mesh.set_vertices(whole.points)
        mesh.set_triangles(cells, regions)
        mesh.set_edges(facets, refs)
        mesh.set_required_edges(held)
    else:
        mesh = MmgMesh3D()
        ridges = seams(whole, labels).astype(np.int32)
        sizes = {"vertices": len(whole.points), "tetrahedra": len(cells)}
        mesh.set_mesh_size(**sizes, triangles=number, edges=len(ridges))
        mesh.set_vertices(whole.points)
        mesh.set_tetrahedra(cells, regions)
        mesh.set_triangles(facets, refs)
        mesh.set_edges(ridges, np.zeros(len(ridges), dtype=np.int64))
        mesh.set_ridge_edges(np.arange(len(ridges), dtype=np.int32))
        mesh.set_required_triangles(held)
    mesh.set_corners(meeting(whole, labels).astype(np.int32))
    mesh.set_required_vertices(_kept(whole, labels).astype(np.int32))
    return mesh


def _upright(whole: Whole) -> np.ndarray:
    """Return the cells, all of positive orientation."""
    cells = whole.cells.copy()
    wrong = signed_sizes(whole.points[cells]) < 0
    cells[wrong, :2] = cells[wrong, 1::-1]
    return cells


def _kept(whole: Whole, labels: Labels) -> np.ndarray:
    """Return the nodes that must stay: corners, and those of held facets."""
    return np.union1d(meeting(whole, labels), whole.facets[labels.held()])


def _read(mesh: Any, labels: Labels) -> tuple[Whole, Labels]:
    """Return what Mmg made, with the nodes of planes exactly in them."""
    points = mesh.get_vertices()
    if points.shape[1] == 2:
        cells, regions = mesh.get_triangles_with_refs()
        facets, refs = mesh.get_edges_with_refs()
    else:
        cells, regions = mesh.get_tetrahedra_with_refs()
        facets, refs = mesh.get_triangles_with_refs()
    new = Labels(labels.parts, refs.astype(np.int32) - 1)
    points = snapped(points, facets, new)
    return Whole(points, cells.astype(np.int64), regions, facets.astype(np.int64), new.tags()), new


def _restore(points: np.ndarray, kept: np.ndarray) -> None:
    """Put the nodes that Mmg had to leave back to the last bit, in place."""
    if len(kept) == 0:
        return
    distances, places = cKDTree(points).query(kept)
    if distances.max() > SAME * np.ptp(points):
        raise RunError("Mmg lost a node that was to stay")
    points[places] = kept
