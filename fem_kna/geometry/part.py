"""Cells or facets of a mesh as a mesh of their own, for fields that mean nothing elsewhere."""

from dataclasses import dataclass
from typing import Any

import dolfinx.mesh as dmesh
import numpy as np


@dataclass(frozen=True)
class Part:
    """Some cells of a mesh.

    `cells` are the parent's local cells, `nodes` maps the part's geometry to the parent's, which it
    must follow when that moves; `entity_map` is what forms on the parent need, None where the part
    is all of it.
    """

    mesh: dmesh.Mesh
    cells: np.ndarray
    nodes: np.ndarray
    entity_map: Any = None

    @property
    def entity_maps(self) -> list[Any]:
        """The map as forms take it: none, or one."""
        return [] if self.entity_map is None else [self.entity_map]

    def own_cells(self, cells: np.ndarray) -> np.ndarray:
        """Return the part's number of each of the parent's `cells`, -1 for one it has not."""
        if self.entity_map is None:
            return cells
        return np.asarray(self.entity_map.sub_topology_to_topology(cells, inverse=True))

    def own_facets(self, pairs: np.ndarray) -> np.ndarray:
        """Return the part's facets from (cell of the parent, place of the facet in it), (n, 2)."""
        topology, dim = self.mesh.topology, self.mesh.topology.dim
        topology.create_connectivity(dim, dim - 1)
        topology.create_connectivity(dim - 1, dim)
        links = topology.connectivity(dim, dim - 1)
        cells = self.own_cells(pairs[:, 0].astype(np.int32))
        if not links.num_nodes:  # a rank may have nothing of the part
            return np.empty(0, dtype=np.int32)
        facets = links.array.reshape(links.num_nodes, -1)[cells, pairs[:, 1]]
        return np.unique(facets[cells >= 0]).astype(np.int32)


@dataclass(frozen=True)
class FrontMesh:
    """The facets of front and counter electrode as a mesh of their own, one dimension lower.

    `entity_map` is what forms and `fem.form` need; `facets` are the parent's local facets, one per
    local cell; `tags` mark the cells with the tags of `Domain.boundaries`; `nodes` maps its
    geometry to the parent's, to follow when the parent moves.
    """

    mesh: dmesh.Mesh
    entity_map: Any
    facets: np.ndarray
    tags: dmesh.MeshTags
    nodes: np.ndarray


def part_of(mesh: dmesh.Mesh, cells: np.ndarray) -> Part:
    """Return the local `cells` of a mesh as a part. Collective."""
    part, entity_map, _, nodes = dmesh.create_submesh(mesh, mesh.topology.dim, cells)
    return Part(part, cells, np.asarray(nodes), entity_map)


def all_of(mesh: dmesh.Mesh) -> Part:
    """Return the whole mesh as a part of itself."""
    cells = np.arange(count(mesh, mesh.topology.dim), dtype=np.int32)
    return Part(mesh, cells, np.arange(len(mesh.geometry.x)))


def front_mesh_of(mesh: dmesh.Mesh, facets: np.ndarray, tags: dmesh.MeshTags) -> FrontMesh:
    """Return the local `facets` of a mesh as a front mesh, with their `tags`. Collective."""
    dim = mesh.topology.dim - 1
    front, entity_map, _, nodes = dmesh.create_submesh(mesh, dim, np.sort(facets))
    cells = np.arange(count(front, dim), dtype=np.int32)
    parents = entity_map.sub_topology_to_topology(cells, inverse=False)
    values = np.zeros(count(mesh, dim), dtype=np.int32)
    values[tags.indices] = tags.values
    own = dmesh.meshtags(front, dim, cells, values[parents])
    return FrontMesh(front, entity_map, parents, own, np.asarray(nodes))


def count(mesh: dmesh.Mesh, dim: int) -> int:
    """Return how many entities of a dimension this rank knows, ghosts included."""
    index_map = mesh.topology.index_map(dim)
    return int(index_map.size_local + index_map.num_ghosts)
