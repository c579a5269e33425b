"""Values of functions under names that do not depend on how a mesh is cut into parts.

A value of a Lagrange field belongs to a vertex, an edge, a cell: its name is the vertices' numbers
in the input that the mesh was made from. Functions on a part of the mesh, or on its electrodes,
have the names of the whole mesh.
"""

from collections.abc import Sequence
from typing import Any

import basix.cell
import numpy as np
from dolfinx import fem
from mpi4py import MPI

from ..geometry.ranks import lasting
from ..inputs.errors import RunError
from ..system.state import Fields

NONE = -1


class Numbering:
    """Names of the places of one space, on all ranks. All of it is collective."""

    def __init__(self, space: Any, fields: Fields) -> None:
        """Name the places of `space`, one of those of `fields`."""
        self._space, self._comm = space, lasting(space.mesh.comm)
        self._names = _names(space, _input_nodes(space.mesh, fields))
        self._own = space.dofmap.index_map.size_local
        self._block = space.dofmap.index_map_bs

    @property
    def is_number(self) -> bool:
        """Whether the space is that of one number, which not every rank holds."""
        return bool(self._space.dofmap.index_map.size_global == 1)

    def gathered(self, arrays: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Return on rank 0 names (n, k) and the values (arrays, n, components); else nothing."""
        if self.is_number:
            numbers = np.array([array.max(initial=-np.inf) for array in arrays])
            self._comm.Allreduce(MPI.IN_PLACE, numbers, op=MPI.MAX)
            return np.zeros((1, 1), dtype=np.int32), numbers.reshape(-1, 1, 1)
        values = np.stack([array.reshape(-1, self._block) for array in arrays], axis=1)
        ranks = self._comm.gather((self._names, values, self._own))
        if ranks is None:
            return np.empty((0, 1), dtype=np.int32), np.empty((len(arrays), 0, self._block))
        # Each rank's own ones stand first: of several with the same name the first one counts.
        own = [(names[:n], values[:n]) for names, values, n in ranks]
        ghosts = [(names[n:], values[n:]) for names, values, n in ranks]
        names, values = (np.concatenate(column) for column in zip(*own, *ghosts, strict=True))
        named = names[:, 0] != NONE
        names, first = np.unique(names[named], axis=0, return_index=True)
        return names, np.swapaxes(values[named][first], 0, 1)

    def spread(self, names: np.ndarray, values: np.ndarray) -> list[np.ndarray]:
        """Return the arrays of this rank, ghosts included, of what `gathered` has returned.

        Raises:
            RunError: the names are those of another mesh.
        """
        if self.is_number:
            return [np.full(len(fem.Function(self._space).x.array), v.item()) for v in values]
        named = self._names[:, 0] != NONE
        every, where = np.unique(
            np.concatenate([names, self._names[named]]), axis=0, return_inverse=True
        )
        fits = len(every) == len(names) and values.shape[2] == self._block
        if not self._comm.allreduce(bool(fits), op=MPI.LAND):
            raise RunError("checkpoint: its fields are those of another mesh")
        found = []
        for level in values:
            function = fem.Function(self._space)
            function.x.array.reshape(-1, self._block)[named] = level[where[len(names) :]]
            function.x.scatter_forward()
            found.append(function.x.array.copy())
        return found


def _names(space: Any, nodes: np.ndarray) -> np.ndarray:
    """Return a row per local place: the sorted numbers of its entity's vertices, its place there.

    `nodes` are the input's numbers of the nodes of the geometry.
    """
    element, corners = space.element.basix_element, nodes[space.mesh.geometry.dofmaps[0]]
    topology = basix.cell.topology(element.cell_type)
    index_map = space.dofmap.index_map
    shape = (index_map.size_local + index_map.num_ghosts, corners.shape[1] + 1)
    found = np.full(shape, NONE, dtype=np.int32)
    for dim, entities in enumerate(element.entity_dofs):
        for vertices, places in zip(topology[dim], entities, strict=True):
            own = np.sort(corners[:, vertices], axis=1)
            for place, dof in enumerate(places):
                rows = space.dofmap.list[:, dof]
                found[rows, : own.shape[1]], found[rows, -1] = own, place
    return found


def _input_nodes(mesh: Any, fields: Fields) -> np.ndarray:
    """Return the input's numbers of the geometry nodes of a mesh: the domain's, or a part of it."""
    domain = fields.domain
    numbers = np.asarray(domain.mesh.geometry.input_global_indices)
    more = filter(None, (fields.layer, domain.cathode))
    parts = (domain.front_mesh, domain.liquid, *domain.parts, *more)
    nodes = {id(part.mesh): numbers[part.nodes] for part in parts}
    return nodes.get(id(mesh), numbers)
