"""A domain's whole mesh on one rank, as plain arrays; and from such arrays a domain again."""

from dataclasses import dataclass
from typing import Any

import basix.ufl
import dolfinx.mesh as dmesh
import numpy as np
from dolfinx.graph import adjacencylist
from dolfinx.io import distribute_entity_data
from mpi4py import MPI

from ..geometry.build import CELLS_PER_FACET
from ..geometry.domain import Domain
from ..geometry.drawing import Statistics
from ..geometry.ranks import lasting
from ..geometry.shape import Dimension
from .quality import gammas

INTERFACE = 0  # the tag of a facet between two regions that has no name of its own


@dataclass(frozen=True)
class Whole:
    """All of a mesh of simplices.

    `points` (n, gdim), `cells` (c, gdim + 1) and `facets` (f, gdim) as indices of points,
    `regions` (c,) and `tags` (f,). The facets are those of named boundaries, and those between
    two regions without a name.
    """

    points: np.ndarray
    cells: np.ndarray
    regions: np.ndarray
    facets: np.ndarray
    tags: np.ndarray

    @property
    def statistics(self) -> Statistics:
        """Size and quality."""
        return Statistics(len(self.points), len(self.cells), self.worst)

    @property
    def worst(self) -> float:
        """The least gamma of the cells."""
        return float(gammas(self.points[self.cells]).min())


def gathered(domain: Domain) -> Whole | None:
    """Return the mesh of `domain` as it lies now on rank 0, None on the others; collective.

    The numbering is the one the mesh was made with, so it is the same however many ranks share it.
    """
    mesh, tdim = domain.mesh, domain.mesh.topology.dim
    nodes = mesh.geometry.input_global_indices
    local = mesh.topology.index_map(tdim).size_local
    cells = nodes[mesh.geometry.dofmaps[0][:local]]
    own = domain.facet_tags.indices < mesh.topology.index_map(tdim - 1).size_local
    facets = domain.facet_tags.indices[own]
    parts = [
        (nodes, mesh.geometry.x[:, : mesh.geometry.dim]),
        (mesh.topology.original_cell_index[:local], cells),
        (mesh.topology.original_cell_index[:local], _cell_values(domain)[:local]),
        nodes[dmesh.entities_to_geometry(mesh, tdim - 1, facets)],
        domain.facet_tags.values[own],
    ]
    ranks = lasting(mesh.comm).gather(parts, root=0)
    if ranks is None:
        return None
    placed = [_placed([part[i] for part in ranks]) for i in range(3)]
    named = _sorted(*(np.concatenate([part[i] for part in ranks]) for i in (3, 4)))
    return Whole(*placed, *_with_interfaces(placed[1], placed[2], *named))


def _cell_values(domain: Domain) -> np.ndarray:
    index_map = domain.mesh.topology.index_map(domain.mesh.topology.dim)
    values = np.zeros(index_map.size_local + index_map.num_ghosts, dtype=np.int32)
    values[domain.cell_tags.indices] = domain.cell_tags.values
    return values


def _placed(parts: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Put the rows of all ranks at their global places; a node comes from each rank that has it."""
    places, rows = (np.concatenate(column) for column in zip(*parts, strict=True))
    whole = np.empty((places.max() + 1, *rows.shape[1:]), dtype=rows.dtype)
    whole[places] = rows
    return whole


def _sorted(facets: np.ndarray, tags: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Order facets by their points, which no partition changes."""
    order = np.lexsort(np.sort(facets, axis=1).T)
    return facets[order], tags[order]


def facet_keys(facets: np.ndarray) -> np.ndarray:
    """Return one number per facet (n, k), the same for the same points in any order, (n,)."""
    keys = np.zeros(len(facets), dtype=np.int64)
    for column in np.sort(facets, axis=1).T:
        keys = (keys << 21) | column  # three indices below 2^21: meshes of up to 2 million nodes
    return keys


@dataclass(frozen=True)
class CellFacets:
    """The facets of all cells, each cell's own: `facets` (n, k), their `keys` and `cells` (n,).

    Sorted by key: a facet between two cells stands there twice, one after the other.
    """

    facets: np.ndarray
    keys: np.ndarray
    cells: np.ndarray

    @classmethod
    def of(cls, cells: np.ndarray) -> "CellFacets":
        """Return the facets of `cells` (c, k + 1)."""
        corners = range(cells.shape[1])
        facets = np.concatenate([np.delete(cells, corner, axis=1) for corner in corners])
        owners = np.tile(np.arange(len(cells)), cells.shape[1])
        keys = facet_keys(facets)
        order = np.argsort(keys, kind="stable")
        return cls(facets[order], keys[order], owners[order])

    def pairs(self) -> np.ndarray:
        """Return where the first of two cells' common facet stands; the second follows it, (m,)."""
        return np.flatnonzero(self.keys[1:] == self.keys[:-1])


def _with_interfaces(
    cells: np.ndarray, regions: np.ndarray, facets: np.ndarray, tags: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Add the facets between two regions that have no name yet."""
    sides = CellFacets.of(cells)
    first = sides.pairs()
    between = first[regions[sides.cells[first]] != regions[sides.cells[first + 1]]]
    nameless = between[~np.isin(sides.keys[between], facet_keys(facets))]
    more = np.full(len(nameless), INTERFACE, dtype=tags.dtype)
    return np.concatenate([facets, sides.facets[nameless]]), np.concatenate([tags, more])


def distributed(whole: Whole | None, like: Domain) -> Domain:
    """Share the mesh on rank 0 out over the ranks of `like`, with its names; collective."""
    comm, gdim = like.comm, like.mesh.geometry.dim
    statistics = comm.bcast(whole.statistics if whole is not None else None, root=0)
    names = dict(like.regions), dict(like.boundaries), like.dimension
    return domain_of(whole, comm, gdim, *names, statistics, like.electrodes)


def domain_of(
    whole: Whole | None,
    comm: MPI.Comm,
    gdim: int,
    regions: dict[str, int],
    boundaries: dict[str, int],
    dimension: Dimension,
    statistics: Statistics,
    electrodes: tuple[str, ...],
) -> Domain:
    """Share the mesh on rank 0 out over the ranks of `comm`; collective."""
    whole = whole or _empty(gdim)
    ghosts = dmesh.create_cell_partitioner(dmesh.GhostMode.shared_facet, CELLS_PER_FACET)
    element = _element(gdim)
    mesh = dmesh.create_mesh(comm, whole.cells, element, whole.points, partitioner=ghosts)
    named = whole.tags != INTERFACE
    cell_tags = _tagged(mesh, gdim, whole.cells, whole.regions)
    facet_tags = _tagged(mesh, gdim - 1, whole.facets[named], whole.tags[named])
    tags = cell_tags, facet_tags
    return Domain(mesh, *tags, regions, boundaries, dimension, statistics, electrodes)


def _element(gdim: int) -> Any:
    """Return the coordinate element that Gmsh's meshes have."""
    cell = ("interval", "triangle", "tetrahedron")[gdim - 1]
    equispaced = basix.LagrangeVariant.equispaced
    return basix.ufl.element(basix.ElementFamily.P, cell, 1, equispaced, shape=(gdim,))


def _empty(gdim: int) -> Whole:
    def rows(width: int) -> np.ndarray:
        return np.empty((0, width), dtype=np.int64)

    none = np.empty(0, dtype=np.int32)
    return Whole(np.empty((0, gdim)), rows(gdim + 1), none, rows(gdim), none)


def _tagged(mesh: dmesh.Mesh, dim: int, entities: np.ndarray, values: np.ndarray) -> dmesh.MeshTags:
    here, tags = distribute_entity_data(
        mesh, dim, entities.astype(np.int64), values.astype(np.int32)
    )
    mesh.topology.create_connectivity(dim, 0)
    mesh.topology.create_connectivity(dim, mesh.topology.dim)
    tagged = dmesh.meshtags_from_entities(mesh, dim, adjacencylist(here), tags)
    tagged.name = "cell_tags" if dim == mesh.topology.dim else "facet_tags"
    return tagged
