"""Metal that flows, as unknowns: what holds it, and how Newton's method gets to it from rest."""

from typing import Any

import numpy as np
from dolfinx import fem

from ..motion.nodes import planes
from .state import Fields

# From a Newtonian liquid to the law itself: 1/n goes down by these shares of its way. Towards the
# end the steps are shorter, as it is n that matters there.
SHARES = (0.0, 0.4, 0.7, 0.9, 1.0)


def flow_conditions(fields: Fields) -> list[fem.DirichletBC]:
    """Return what holds the velocity: it sticks to the collector and slides along the sides."""
    if not fields.flow:
        return []
    V, domain = fields.flow[0], fields.domain
    held = fem.Function(V)
    found = [fem.dirichletbc(held, _dofs(V, domain.metal_facets(domain.facets_of("collector"))))]
    for axis, facets in planes(domain, "sides").items():
        component = V.sub(axis)
        dofs = _dofs(component, domain.metal_facets(facets))
        found.append(fem.dirichletbc(0.0, dofs, component))
    return found


def _dofs(space: Any, facets: np.ndarray) -> np.ndarray:
    return fem.locate_dofs_topological(space, space.mesh.topology.dim - 1, facets)
