"""The cells at the moving fronts as a mesh of their own: where displacement is an unknown.

Away from it the mesh is carried along by a known displacement, and costs the solver nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dolfinx.mesh as dmesh
import numpy as np
from dolfinx import fem

from ..geometry.domain import Domain
from .nodes import marked


@dataclass(frozen=True)
class Layer:
    """The cells with a node on a moving boundary, as a mesh.

    `cells` are the parent's local cells, `nodes` maps its geometry to the parent's, `entity_map` is
    what forms on the parent need.
    """

    mesh: dmesh.Mesh
    entity_map: Any
    cells: np.ndarray
    nodes: np.ndarray


def layer_of(domain: Domain, moving: Sequence[str]) -> Layer:
    """Return the layer of cells at the boundaries `moving`. Collective."""
    space = fem.functionspace(domain.mesh, ("Lagrange", 1))
    on_front = marked(space, domain.facets_of(*moving))
    cells = np.flatnonzero(on_front[space.dofmap.list].any(axis=1)).astype(np.int32)
    mesh, entity_map, _, nodes = dmesh.create_submesh(domain.mesh, domain.mesh.topology.dim, cells)
    return Layer(mesh, entity_map, cells, np.asarray(nodes))
