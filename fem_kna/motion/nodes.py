"""Nodes of spaces that are linear in each cell: where they lie, and on which boundaries."""

from typing import Any

import dolfinx.mesh as dmesh
import numpy as np
from dolfinx import fem
from dolfinx.la import InsertMode

from ..geometry.domain import Domain
from .quality import signed_sizes


def nodes_of(space: Any) -> np.ndarray:
    """Return the geometry's node of each local node of a space linear in each cell."""
    mesh = space.mesh
    nodes = np.empty(_local(space), dtype=np.int64)
    nodes[space.dofmap.list.ravel()] = mesh.geometry.dofmaps[0].ravel()
    return nodes


def marked(space: Any, facets: np.ndarray) -> np.ndarray:
    """Return which local nodes of `space` lie on `facets`, asking the other ranks. Collective."""
    mesh = space.mesh
    mesh.topology.create_connectivity(mesh.topology.dim - 1, mesh.topology.dim)
    mark, width = fem.Function(space), space.dofmap.index_map_bs
    values = mark.x.array.reshape(-1, width)
    values[fem.locate_dofs_topological(space, mesh.topology.dim - 1, facets)] = 1.0
    mark.x.scatter_reverse(InsertMode.add)
    mark.x.scatter_forward()
    return mark.x.array.reshape(-1, width)[:, 0] > 0.5


def sliding(space: Any, domain: Domain) -> np.ndarray:
    """Return which components (n, dim) of a displacement the sides hold: those across them."""
    held = np.zeros((_local(space), domain.mesh.geometry.dim), dtype=bool)
    if "sides" not in domain.boundaries:
        return held
    for axis, facets in planes(domain, "sides").items():
        held[marked(space, facets), axis] = True
    return held


def planes(domain: Domain, name: str) -> dict[int, np.ndarray]:
    """Return the local facets of a boundary made of planes across coordinate axes, by axis."""
    facets, dim = domain.facets_of(name), domain.mesh.topology.dim
    corners = domain.mesh.geometry.x[dmesh.entities_to_geometry(domain.mesh, dim - 1, facets)]
    extent = np.ptp(corners, axis=1)[:, :dim].reshape(-1, dim)
    flat = np.argmin(extent, axis=1) if len(facets) else np.empty(0, dtype=int)
    return {axis: facets[flat == axis] for axis in range(dim)}


def interfaces(domain: Domain) -> np.ndarray:
    """Return the local facets between two regions."""
    mesh = domain.mesh
    dim = mesh.topology.dim
    mesh.topology.create_connectivity(dim - 1, dim)
    links = mesh.topology.connectivity(dim - 1, dim)
    region = np.zeros(_cells(mesh), dtype=np.int64)
    region[domain.cell_tags.indices] = domain.cell_tags.values
    first = region[links.array[links.offsets[:-1]]]
    last = region[links.array[links.offsets[1:] - 1]]
    return np.flatnonzero(first != last).astype(np.int32)


def cell_sizes(mesh: Any, nodes: np.ndarray | None = None) -> np.ndarray:
    """Return the signed size of each local cell, where it is or with its nodes at `nodes`."""
    x = mesh.geometry.x if nodes is None else nodes
    return signed_sizes(x[mesh.geometry.dofmaps[0]][:, :, : mesh.geometry.dim])


def _local(space: Any) -> int:
    index_map = space.dofmap.index_map
    return int(index_map.size_local + index_map.num_ghosts)


def _cells(mesh: Any) -> int:
    index_map = mesh.topology.index_map(mesh.topology.dim)
    return int(index_map.size_local + index_map.num_ghosts)
