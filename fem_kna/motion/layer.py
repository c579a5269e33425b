"""The cells at the moving fronts as a mesh of their own: where displacement is an unknown.

Away from it the mesh is carried along by a known displacement, and costs the solver nothing.
"""

from collections.abc import Sequence

import numpy as np
from dolfinx import fem

from ..geometry.domain import Domain
from ..geometry.part import Part, part_of
from .nodes import marked


def layer_of(domain: Domain, moving: Sequence[str], bodies: Sequence[str] = ()) -> Part:
    """Return the cells of `bodies`, and those with a node on a boundary `moving`. Collective.

    On a front with metal behind it those on both sides. Bodies are regions whose displacement is
    an unknown throughout.
    """
    space = fem.functionspace(domain.mesh, ("Lagrange", 1))
    on_front = marked(space, domain.facets_of(*moving))
    cells = np.flatnonzero(on_front[space.dofmap.list].any(axis=1)).astype(np.int32)
    cells = np.union1d(cells, domain.cells_of(*bodies)).astype(np.int32)
    return part_of(domain.mesh, cells)
