"""Which facets a boundary has: found on each rank, told to all, turned towards the liquid."""

import dolfinx.mesh as dmesh
import numpy as np

from ..geometry.domain import Domain

INTERFACE = "interface"  # instead of a boundary's name: what lies between the two liquid regions


def facet_vectors(corners: np.ndarray, signs: np.ndarray | None = None) -> np.ndarray:
    """Return normals as long as the facets are large, (m, gdim), of `corners` (m, 1..3, gdim).

    To the left of a segment, by the right-hand rule of a triangle; of a point by `signs`.
    """
    edges = corners[:, 1:] - corners[:, :1]
    if corners.shape[1] == 1:
        return np.ones((len(corners), 1)) if signs is None else signs[:, None].astype(float)
    if corners.shape[1] == 2:
        return edges[:, 0] @ np.array([[0.0, 1.0], [-1.0, 0.0]])
    return np.cross(edges[:, 0], edges[:, 1]) / 2


def everywhere(domain: Domain, name: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the facets of a boundary, on all ranks, in an order that is theirs alone; collective.

    Input numbers of their nodes (m, 1..3), in the order that tells the liquid's side (see
    `Outline`), and for the points of a 1-D mesh the signs (m,) that tell it. `name` may be
    ``interface``. Of a boundary only what touches liquid.

    Raises:
        InputError: the mesh has no such boundary.
    """
    ids, signs = _here(domain, name)
    rows = np.vstack(domain.comm.allgather(np.column_stack([ids, signs]).astype(np.int64)))
    rows = rows[np.lexsort(np.sort(rows[:, :-1], axis=1).T[::-1])]
    return rows[:, :-1], (rows[:, -1] if ids.shape[1] == 1 else None)


def _here(domain: Domain, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return (input node numbers, signs) of the facets whose liquid cell this rank owns."""
    mesh, between = domain.mesh, name == INTERFACE
    facets, cells = _between(domain) if between else _wetted(domain, name)
    mine = cells < mesh.topology.index_map(mesh.topology.dim).size_local
    nodes = dmesh.entities_to_geometry(mesh, mesh.topology.dim - 1, facets[mine])
    known = np.asarray(mesh.geometry.input_global_indices)
    nodes = np.take_along_axis(nodes, np.argsort(known[nodes], axis=1), axis=1)
    inside = mesh.geometry.x[mesh.geometry.dofmaps[0][cells[mine]]].mean(axis=1)
    signs = _side(mesh.geometry.x[nodes][:, :, : mesh.geometry.dim], inside)
    signs = -signs if between else signs
    if nodes.shape[1] > 1:  # the order of the nodes tells the side
        nodes[:, :2] = np.where(signs[:, None] < 0, nodes[:, 1::-1], nodes[:, :2])
    return known[nodes], signs


def _side(corners: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return +1 where the facets' normals point to the points `inside`, else -1."""
    towards = inside[:, : corners.shape[2]] - corners.mean(axis=1)
    return np.where((facet_vectors(corners) * towards).sum(axis=1) > 0, 1, -1)


def _wetted(domain: Domain, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the local facets of a boundary that touch liquid, and their liquid cells."""
    wet = _mask(domain, *(region for region in domain.regions if region != "metal"))
    facets = domain.facets_of(name)
    first, last = _neighbours(domain, facets)
    kept = wet[first] | wet[last]
    return facets[kept], np.where(wet[first], first, last)[kept]


def _between(domain: Domain) -> tuple[np.ndarray, np.ndarray]:
    """Return the local facets between electrolyte and separator, and their electrolyte cells."""
    if not {"electrolyte", "separator"} <= set(domain.regions):
        return np.empty(0, np.int32), np.empty(0, np.int32)
    free, porous = _mask(domain, "electrolyte"), _mask(domain, "separator")
    first, last = _neighbours(domain, None)
    kept = np.flatnonzero((free[first] & porous[last]) | (porous[first] & free[last]))
    return kept.astype(np.int32), np.where(free[first], first, last)[kept]


def _mask(domain: Domain, *names: str) -> np.ndarray:
    cells = domain.mesh.topology.index_map(domain.mesh.topology.dim)
    mask = np.zeros(cells.size_local + cells.num_ghosts, dtype=bool)
    mask[domain.cells_of(*names)] = True
    return mask


def _neighbours(domain: Domain, facets: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and the last cell at each facet: the same one where there is one."""
    topology = domain.mesh.topology
    topology.create_connectivity(topology.dim - 1, topology.dim)
    links = topology.connectivity(topology.dim - 1, topology.dim)
    chosen = slice(None) if facets is None else facets
    ends = links.offsets[1:][chosen]
    return links.array[links.offsets[:-1][chosen]], links.array[ends - 1]
