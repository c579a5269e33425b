"""The mesh in a step: where it is expected to be, whether it folded, and its new place.

What the time scheme sees is relative to the reference mesh, which is the mesh at the end of the
last accepted step: `Travel.settle` moves it there and takes the displacement off all levels.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from dolfinx import fem
from dolfinx.la import InsertMode
from mpi4py import MPI

from ..geometry.domain import Domain
from ..geometry.part import Part
from .extension import Extension
from .nodes import cell_sizes, marked, nodes_of

FLAT = 0.1  # of its volume: a cell that keeps less of it in one step is about to fold


class Travel:
    """Moves the mesh of `domain` with its moving boundaries.

    Args:
        domain: the mesh; its geometry is changed in place.
        moving: the boundaries whose displacement is an unknown.
        layer: the cells at them, where that unknown lives with the curvature.
        displacement: vector function, linear in each cell, of the whole mesh's displacement.
        normals: likewise, of nodal normals out of the metal.
        weighted_normal: linear form int n . m da at the fronts' expected place.
        bodies: regions whose displacement is an unknown throughout; part of the layer.
    """

    def __init__(
        self,
        domain: Domain,
        moving: Sequence[str],
        layer: Part,
        displacement: fem.Function,
        normals: fem.Function,
        weighted_normal: Any,
        bodies: Sequence[str] = (),
    ) -> None:
        """See the class."""
        self.domain, self.layer, self.normals = domain, layer, normals
        self.displacement = displacement
        self._dim = domain.mesh.geometry.dim
        space = displacement.function_space
        self.extension = Extension(domain, moving, space, bodies)
        self._on_front = marked(space, domain.facets_of(*moving))
        self._nodes = nodes_of(space)
        self._weighted_normal = fem.form(weighted_normal)

    @property
    def places(self) -> np.ndarray:
        """Places of what moves by itself, fronts and bodies, in the array of the displacement."""
        return np.flatnonzero(np.repeat(self.extension.moving, self._dim))

    def nodes_on(self, name: str) -> np.ndarray:
        """Return which nodes of the displacement's space lie on a boundary. Collective."""
        return marked(self.displacement.function_space, self.domain.facets_of(name))

    def conditions(self, space: Any) -> list[Any]:
        """Return what holds the unknowns of the layer's `space` where nothing moves by itself.

        There the displacement is the expected one; what belongs to the fronts is zero off them.
        """
        self._parents = self._parent_places(space)
        self._held = fem.Function(space)
        free = self.extension.moving[self._parents]
        found = [fem.dirichletbc(self._held, np.flatnonzero(~free).astype(np.int32))]
        slides = self.extension.sliding[self._parents] & free[:, None]
        inside = free & ~self._on_front[self._parents]
        of_fronts = space.dofmap.index_map_bs - self._dim
        held = np.column_stack([slides, *[inside] * of_fronts])
        for component, there in enumerate(held.T):
            dofs = np.flatnonzero(there) * held.shape[1] + component
            found.append(fem.dirichletbc(0.0, dofs.astype(np.int32), space.sub(component)))
        return found

    def expect(self, unknown: fem.Function) -> None:
        """Carry the mesh along to where `displacement`, a guess, has the fronts. Collective.

        Puts the displacement into the layer's `unknown` too, as its guess and its conditions.
        """
        guess = self._rows(self.displacement)
        guess[:] = self.extension.displacement(guess)
        here, held = self._rows(unknown), self._rows(self._held)
        here[:, : self._dim] = held[:, : self._dim] = guess[self._parents]
        here[~self._on_front[self._parents], self._dim :] = 0.0
        self.find_normals()

    def follow(self, unknown: fem.Function) -> None:
        """Put the fronts where the layer's `unknown` found them. Collective."""
        free = self.extension.moving[self._parents]
        rows = self._rows(self.displacement)
        rows[self._parents[free]] = self._rows(unknown)[free, : self._dim]
        # A rank may hold a front's node without holding any cell of the layer.
        self.displacement.x.scatter_forward()

    def displaced(self) -> np.ndarray:
        """Return the places (k, 3) to which the displacement takes the geometry's nodes."""
        place = self.domain.mesh.geometry.x.copy()
        place[self._nodes, : self._dim] += self._rows(self.displacement)
        return place

    def folded(self) -> bool:
        """Whether the displacement presses any cell flat. Collective."""
        mesh = self.domain.mesh
        kept = cell_sizes(mesh, self.displaced()) / cell_sizes(mesh)
        least = float(kept.min(initial=np.inf))
        return bool(self.domain.comm.allreduce(least, op=MPI.MIN) < FLAT)

    def settle(self, unknown: fem.Function, levels: Sequence[Sequence[np.ndarray]]) -> None:
        """Make the displaced mesh the reference.

        Args:
            unknown: the layer's unknown.
            levels: arrays of it and of the displacement, for each kept level; changed.
        """
        moved, width = self._rows(self.displacement).copy(), unknown.function_space.dofmap.bs
        self.put(self.displaced())
        for own, whole in (*levels, (unknown.x.array, self.displacement.x.array)):
            whole.reshape(moved.shape)[:] -= moved
            own.reshape(-1, width)[:, : self._dim] -= moved[self._parents]

    def put(self, x: np.ndarray) -> None:
        """Put the nodes of the mesh, and of its parts, to the places `x` (k, 3)."""
        self.domain.mesh.geometry.x[:] = x
        for part in (self.layer, self.domain.front_mesh, *self.domain.parts):
            part.mesh.geometry.x[:] = x[part.nodes]

    def close(self) -> None:
        """Free the solver. Collective."""
        self.extension.close()

    def _parent_places(self, space: Any) -> np.ndarray:
        """Return the node of the displacement's space for each node of the layer's `space`."""
        place = np.empty(len(self._nodes), dtype=np.int64)
        place[self._nodes] = np.arange(len(self._nodes))
        return place[self.layer.nodes[nodes_of(space)]]

    def _rows(self, function: fem.Function) -> np.ndarray:
        block = function.function_space.dofmap.index_map_bs
        return function.x.array.reshape(-1, block)

    def find_normals(self) -> None:
        """Find the nodal normals at the fronts' expected place. Collective."""
        self.average(self._weighted_normal, self.normals)

    def average(self, weighted: fem.Form, normals: fem.Function) -> None:
        """Average normals at each node by area, and bring them to unit length. Collective.

        Along the sides they lie in their planes.

        Args:
            weighted: linear form int n . m da of facets' normals n, tested by m.
            normals: what is found; zero off the facets.
        """
        vector = normals.x
        vector.array[:] = 0.0
        fem.assemble_vector(vector.array, weighted)
        vector.scatter_reverse(InsertMode.add)
        vector.scatter_forward()
        rows = self._rows(normals)
        rows[self.extension.sliding] = 0.0
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.where(length > 0, length, 1.0)
