"""How good the cells of a mesh are, and whether any has turned inside out."""

from math import factorial

import dolfinx.mesh as dmesh
import numpy as np
from mpi4py import MPI

from ..geometry.ranks import lasting


def gammas(corners: np.ndarray) -> np.ndarray:
    """Return Gmsh's gamma of simplices, (n,), from their `corners` (n, k + 1, gdim).

    The inscribed over the circumscribed radius, scaled to 1 for the equilateral simplex; 0 for a
    flat one, 1 for every interval.
    """
    corners = np.asarray(corners, dtype=float)
    return {2: _interval, 3: _triangle, 4: _tetrahedron}[corners.shape[1]](corners)


def _interval(corners: np.ndarray) -> np.ndarray:
    return np.ones(len(corners))


def _triangle(corners: np.ndarray) -> np.ndarray:
    a, b, c = (
        np.linalg.norm(corners[:, i] - corners[:, j], axis=1) for i, j in ((1, 2), (2, 0), (0, 1))
    )
    # 2 r / R by Heron; a flat triangle may come out below zero by round-off.
    return np.clip(_ratio((b + c - a) * (c + a - b) * (a + b - c), a * b * c), 0.0, 1.0)


def _tetrahedron(corners: np.ndarray) -> np.ndarray:
    def length(i: int, j: int) -> np.ndarray:
        return np.linalg.norm(corners[:, i] - corners[:, j], axis=1)

    def area(i: int, j: int, k: int) -> np.ndarray:
        spans = corners[:, j] - corners[:, i], corners[:, k] - corners[:, i]
        return np.linalg.norm(np.cross(*spans), axis=1) / 2

    volume = np.abs(signed_sizes(corners))
    faces = area(1, 2, 3) + area(0, 2, 3) + area(0, 1, 3) + area(0, 1, 2)
    # The three products of opposite edges are the sides of a triangle of area 6 V R.
    a, b, c = (length(0, i) * length(j, k) for i, j, k in ((1, 2, 3), (2, 1, 3), (3, 1, 2)))
    product = (a + b + c) * (b + c - a) * (c + a - b) * (a + b - c)
    return _ratio(3 * 3 * volume * 24 * volume, faces * np.sqrt(np.clip(product, 0.0, None)))


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def signed_sizes(corners: np.ndarray) -> np.ndarray:
    """Return the signed length, area or volume, (n,), of simplices with `corners` (n, k + 1, k)."""
    edges = corners[:, 1:] - corners[:, :1]
    return np.linalg.det(edges) / factorial(edges.shape[1])


def corners_of(mesh: dmesh.Mesh) -> np.ndarray:
    """Return the corners of this rank's own cells where they are now, (n, k + 1, gdim)."""
    cells = mesh.geometry.dofmaps[0][: mesh.topology.index_map(mesh.topology.dim).size_local]
    return mesh.geometry.x[cells][:, :, : mesh.geometry.dim]


def qualities(mesh: dmesh.Mesh) -> np.ndarray:
    """Return gamma of each of this rank's own cells (simplices), (n,)."""
    return gammas(corners_of(mesh))


def worst_quality(mesh: dmesh.Mesh) -> float:
    """Return the least gamma over all ranks; collective."""
    return float(lasting(mesh.comm).allreduce(qualities(mesh).min(initial=1.0), op=MPI.MIN))
