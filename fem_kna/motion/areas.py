"""How much area belongs to each node of the electrodes, to see them stretch."""

from math import factorial

import basix.ufl
import numpy as np
from dolfinx import fem
from dolfinx.la import InsertMode

from ..geometry.domain import Domain


class NodalAreas:
    """The area of a domain's electrodes shared out to their nodes, where they are now."""

    def __init__(self, domain: Domain) -> None:
        """Make the space of the shares, linear in each facet."""
        self._domain, self._mesh = domain, domain.front_mesh.mesh
        family = "Lagrange" if self._mesh.topology.dim > 0 else "DG"  # a point has one value
        element = basix.ufl.element(family, self._mesh.basix_cell(), self._mesh.topology.dim and 1)
        self._space = fem.functionspace(self._mesh, element)

    def measure(self, nodes: np.ndarray | None = None) -> fem.Function:
        """Return the area at each node; in an axisymmetric cell of the ring, over 2 pi.

        With `nodes` (k, 3), other places of the parent mesh's geometry than the present ones.
        """
        x = self._mesh.geometry.x if nodes is None else nodes[self._domain.front_mesh.nodes]
        shares = fem.Function(self._space)
        own = self._mesh.topology.index_map(self._mesh.topology.dim).size_local
        nodes = self._space.dofmap.list[:own]
        share = self._areas(x)[:own] / max(nodes.shape[1], 1)
        np.add.at(shares.x.array, nodes, np.broadcast_to(share[:, None], nodes.shape))
        shares.x.scatter_reverse(InsertMode.add)
        shares.x.scatter_forward()
        return shares

    def _areas(self, x: np.ndarray) -> np.ndarray:
        corners = x[self._mesh.geometry.dofmaps[0]]
        edges = corners[:, 1:] - corners[:, :1]
        areas = np.sqrt(np.linalg.det(edges @ edges.transpose(0, 2, 1)))
        if self._domain.dimension == "axisymmetric":
            areas = areas * corners[:, :, 0].mean(axis=1)
        return areas / factorial(self._mesh.topology.dim)
