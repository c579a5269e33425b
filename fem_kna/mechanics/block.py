"""A block of material: a rectangle or a box with named faces, and any shape it can be bent into."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import dolfinx.mesh as dmesh
import numpy as np
from mpi4py import MPI

from ..geometry.domain import Domain
from ..geometry.drawing import Statistics
from ..geometry.shape import Dimension

FACES = {
    2: ("left", "right", "bottom", "top"),
    3: ("left", "right", "near", "far", "bottom", "top"),
}
METAL = 1


def block(
    dimension: Dimension,
    size: Sequence[float],
    divisions: Sequence[int],
    bent: Callable[[np.ndarray], np.ndarray] | None = None,
    comm: MPI.Comm = MPI.COMM_WORLD,
) -> Domain:
    """Mesh a block that starts at the origin, in 2-D, about the axis r = 0 (``left``), or in 3-D.

    Args:
        dimension: ``2d``, ``axisymmetric`` or ``3d``.
        size: length along each direction.
        divisions: cells along each direction.
        bent: maps the nodes of the block, an array (n, 3), to where they are to be.
        comm: the ranks that share the mesh.
    """
    corners = [np.zeros(len(size)), np.asarray(size, dtype=float)]
    if len(size) == 2:
        # Crossed: with one cell in a corner between two walls, all of whose nodes are held, a
        # pressure would be left that nothing determines.
        mesh = dmesh.create_rectangle(comm, corners, divisions, diagonal=dmesh.DiagonalType.crossed)
    else:
        mesh = dmesh.create_box(comm, corners, divisions)
    tags = _facet_tags(mesh, size)
    if bent is not None:
        mesh.geometry.x[:] = bent(mesh.geometry.x.copy())
    dim = mesh.topology.dim
    cells, nodes = mesh.topology.index_map(dim), mesh.geometry.index_map()
    count = cells.size_local + cells.num_ghosts
    inside = dmesh.meshtags(
        mesh, dim, np.arange(count, dtype=np.int32), np.full(count, METAL, dtype=np.int32)
    )
    names = {name: tag for tag, name in enumerate(FACES[dim], start=1)}
    facts = Statistics(nodes.size_global, cells.size_global, float("nan"))
    return Domain(mesh, inside, tags, {"metal": METAL}, names, dimension, facts)


def with_part(
    domain: Domain, name: str, face: str, where: Callable[[np.ndarray], np.ndarray]
) -> Domain:
    """Return the same mesh with part of a face as a face `name` of its own.

    Args:
        domain: a block.
        name: of the new face.
        face: that loses what the new one gets.
        where: whether midpoints of facets, an array (3, n), lie in the new face.
    """
    tags, dim = domain.facet_tags, domain.mesh.topology.dim - 1
    facets = domain.facets_of(face)
    facets = facets[where(dmesh.compute_midpoints(domain.mesh, dim, facets).T)]
    tag = max(domain.boundaries.values()) + 1
    values = np.where(np.isin(tags.indices, facets), np.int32(tag), tags.values)
    parted = dmesh.meshtags(domain.mesh, dim, tags.indices, values)
    return replace(domain, facet_tags=parted, boundaries={**domain.boundaries, name: tag})


def _facet_tags(mesh: dmesh.Mesh, size: Sequence[float]) -> dmesh.MeshTags:
    """Tag the faces of the straight block in the order of `FACES`."""
    dim = mesh.topology.dim
    found = [
        dmesh.locate_entities_boundary(mesh, dim - 1, lambda x, k=k, end=end: np.isclose(x[k], end))
        for k in range(dim)
        for end in (0.0, size[k])
    ]
    facets = np.concatenate(found).astype(np.int32)
    values = np.concatenate(
        [np.full(len(some), tag, dtype=np.int32) for tag, some in enumerate(found, start=1)]
    )
    order = np.argsort(facets)
    return dmesh.meshtags(mesh, dim - 1, facets[order], values[order])
