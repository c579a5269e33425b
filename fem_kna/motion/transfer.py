"""Fields from a domain's old mesh onto its new one, the same on any number of ranks.

Every rank gets the whole old mesh and looks its own new nodes up in it. A node that lies outside
the old mesh, or off the old electrode, takes the value at the closest point of it: the new front
follows the old one within a fraction of an element only.
"""

from dataclasses import dataclass, field
from typing import Any

import dolfinx.mesh as dmesh
import numpy as np
from dolfinx import fem
from dolfinx.la import InsertMode
from mpi4py import MPI

from ..geometry.domain import Domain
from ..inputs.errors import RunError
from .locate import Place, Simplices


@dataclass
class Piece:
    """Cells of an old mesh on all ranks: which of this rank's own are among them, and where."""

    own: np.ndarray
    simplices: Simplices
    places: dict[int, tuple[Any, np.ndarray, Place]] = field(default_factory=dict)


class Transfer:
    """Carries Lagrange fields from `old` to `new`; all of it is collective.

    Both meshes must stay where they are while it is used: what lies where is looked up once.

    `distance` is how far outside the old mesh (off the old electrode) a node has been so far, on
    any rank, in the mesh's unit: after a good remeshing a fraction of a front element.
    """

    def __init__(self, old: Domain, new: Domain) -> None:
        self.old, self.new = old, new
        self.distance = 0.0
        self._pieces: dict[tuple[str, ...], Piece] = {}

    def bulk(self, source: fem.Function, target: fem.Function, *regions: str) -> None:
        """Interpolate `source`, on the old domain's mesh, into `target`, on the new one's.

        Both are continuous Lagrange, scalar or of the same number of components; a polynomial that
        both spaces have is carried over exactly. They may also be on parts of the domains, of the
        same kind: from the old part alone. With `regions` only the nodes in these are set, from the
        old mesh of these alone: what is meant for a field that jumps. Collective.

        Raises:
            InputError: a mesh has no region of such a name.
            RunError: the spaces do not fit.
        """
        old, new = source.function_space.mesh, target.function_space.mesh
        key = ("bulk", str(id(old)), *regions)
        if key not in self._pieces:
            self._pieces[key] = self._piece(old, _cells(self.old, old, regions))
        self._carry(self._pieces[key], source, target, _cells(self.new, new, regions))

    def surface(self, source: fem.Function, target: fem.Function) -> None:
        """Interpolate `source`, on the old electrodes' mesh, into `target`, on the new ones'.

        Functions on `Domain.front_mesh`; each electrode takes from itself, at the closest point.
        Collective.

        Raises:
            RunError: the spaces do not fit, or the old mesh has no electrode of the name.
        """
        for name in self.new.electrodes:
            key = ("surface", name)
            if key not in self._pieces:
                if name not in self.old.electrodes:
                    raise RunError(f"remeshing: no electrode '{name}' in the old mesh")
                front = self.old.front_mesh
                corners = self.old.mesh.geometry.x[front.nodes]
                here = _electrode(self.old, name)
                self._pieces[key] = self._piece(front.mesh, here, corners)
            self._carry(self._pieces[key], source, target, _electrode(self.new, name))

    def _piece(self, mesh: dmesh.Mesh, cells: np.ndarray, nodes: np.ndarray | None = None) -> Piece:
        """Share this rank's own ones of `cells` with all ranks."""
        own = cells[cells < mesh.topology.index_map(mesh.topology.dim).size_local]
        points = mesh.geometry.x if nodes is None else nodes
        corners = points[mesh.geometry.dofmaps[0][own]][:, :, : mesh.geometry.dim]
        return Piece(own, Simplices(_from_all(self.old.comm, corners)))

    def _carry(
        self, piece: Piece, source: fem.Function, target: fem.Function, cells: np.ndarray
    ) -> None:
        for function in (source, target):
            _check_continuous(function.function_space)
        space, size = target.function_space, source.function_space.dofmap.bs
        if size != space.dofmap.bs:
            raise RunError(f"remeshing: {size} components into {space.dofmap.bs}")
        nodes, place = self._place(piece, space, cells)
        given = source.x.array.reshape(-1, size)[source.function_space.dofmap.list[piece.own]]
        values = _evaluated(source.function_space, _from_all(self.old.comm, given), place)
        _assign(target, nodes, values)

    def _place(
        self, piece: Piece, space: fem.FunctionSpace, cells: np.ndarray
    ) -> tuple[np.ndarray, Place]:
        """Return the nodes of the space in these cells, and where in the piece they are."""
        if id(space) not in piece.places:
            nodes = np.unique(space.dofmap.list[cells])
            points = space.tabulate_dof_coordinates()[nodes, : space.mesh.geometry.dim]
            place = piece.simplices.closest(points)
            piece.places[id(space)] = space, nodes, place
            farthest = float(place.distances.max(initial=0.0))
            self.distance = max(self.distance, self.old.comm.allreduce(farthest, op=MPI.MAX))
        return piece.places[id(space)][1:]


def _check_continuous(space: fem.FunctionSpace) -> None:
    family = space.ufl_element().family_name
    if family != "P" or space.element.basix_element.discontinuous:
        raise RunError(f"remeshing: a field of family '{family}'; accepted: continuous Lagrange")


def _cells(domain: Domain, mesh: dmesh.Mesh, regions: tuple[str, ...]) -> np.ndarray:
    index_map = mesh.topology.index_map(mesh.topology.dim)
    every = np.arange(index_map.size_local + index_map.num_ghosts)
    return domain.cells_of(*regions) if regions else every


def _electrode(domain: Domain, name: str) -> np.ndarray:
    return domain.front_mesh.tags.find(domain.boundaries[name])


def _from_all(comm: MPI.Comm, rows: np.ndarray) -> np.ndarray:
    """Return the rows of all ranks, one rank after the other."""
    return np.concatenate(comm.allgather(rows))


def _evaluated(space: fem.FunctionSpace, values: np.ndarray, place: Place) -> np.ndarray:
    """Return the function with `values` (c, nodes of a cell, components) there, (n, components)."""
    element = space.element.basix_element  # the scalar one, also of a blocked space
    shapes = element.tabulate(0, place.weights[:, 1:])[0, :, :, 0]
    return np.einsum("ij,ijk->ik", shapes, values[place.cells])


def _assign(target: fem.Function, nodes: np.ndarray, values: np.ndarray) -> None:
    """Set the values at these nodes on all ranks.

    A rank may own a node without having one of the cells that set it: it gets the value from those
    that have.
    """
    size = target.function_space.dofmap.bs
    sums, counts = fem.Function(target.function_space), fem.Function(target.function_space)
    for function, numbers in ((sums, values), (counts, 1.0)):
        function.x.array.reshape(-1, size)[nodes] = numbers
        function.x.scatter_reverse(InsertMode.add)
        function.x.scatter_forward()
    there = counts.x.array > 0
    target.x.array[there] = sums.x.array[there] / counts.x.array[there]
