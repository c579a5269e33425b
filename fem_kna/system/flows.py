"""Metal that flows, as unknowns: what holds it, and how Newton's method gets to it from rest."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import ufl
from basix.ufl import quadrature_element
from dolfinx import fem

from ..motion.nodes import planes
from ..physics.tangent import expected_stress, replaced, stress
from .cell import Metal
from .laws import FLOW_DEGREE
from .state import Fields, State

# From a Newtonian liquid to the law itself: 1/n goes down by these shares of its way. Towards the
# end the steps are shorter, as it is n that matters there.
SHARES = (0.0, 0.4, 0.7, 0.9, 1.0)
# Weight of the metal's balance of forces in the residual. One measure says when all equations are
# met: where amounts are kept to round-off, 1e-13, forces then balance to 1e-9, and velocities have
# ten digits. A last Newton iteration for more would change the main job's tips by 1e-9 at most.
FORCES = 1e-4


def weighed(test: State) -> State:
    """Return the test functions with the weight of the metal's balance of forces."""
    return replace(test, v=FORCES * test.v)


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


class ExpectedStress:
    """The stress that Newton's method expects of metal that flows, see `physics.tangent`.

    It stands at the points of the quadrature. A step begins with what the last accepted one came
    to, and as much change again, or less in a shorter step: where the flow turns round, the
    velocity of a power law leaps, its stress does not. `added` is what the Jacobian has more than
    the derivative of the residual.
    """

    def __init__(
        self, fields: Fields, metal: Metal, state: State, test: State, trial: State, step: Any
    ) -> None:
        """Prepare the stress of `metal` in `state`, the unknowns after a `step` of time."""
        V, maps = fields.flow[0], fields.entity_maps
        size = V.mesh.geometry.dim**2 + 1
        points = quadrature_element(V.mesh.basix_cell(), (size,), degree=FLOW_DEGREE)
        self._velocity = fields.flowing[0]
        self._before, self._step = fem.Function(V), fem.Function(V)
        self._stress = S = fem.Function(fem.functionspace(V.mesh, points))
        parts = [(metal.law(state), frame(state), dx) for dx, frame in metal.parts]
        self.added = sum(replaced(state.v, trial.v, test.v, S, *part) for part in parts)

        def at_points(value: Callable[[Any, Any], Any]) -> fem.Form:
            h = ufl.TestFunction(S.function_space)
            form = sum(ufl.dot(value(law, frame), h) * dx for law, frame, dx in parts)
            return fem.form(form, entity_maps=maps)

        v, dv, one = self._before, self._step, ufl.as_vector([1.0] * size)
        self._own = at_points(lambda law, frame: stress(v, law, frame))
        self._expected = at_points(lambda law, frame: expected_stress(v, dv, S, law, frame))
        self._weights = at_points(lambda law, frame: one)
        self._known, self._time = False, step
        self._last: Any = None  # at the last step that was accepted
        self._change: Any = None  # and by how much that step changed it
        self._taken = 0.0  # the time that it took

    def follow(self, first: bool) -> None:
        """Go on to the unknowns' present iterate, or begin with it, the `first` one. Collective."""
        self._step.x.array[:] = self._velocity.x.array - self._before.x.array
        if not first:
            self._set(self._expected)
        elif self._change is not None:
            share = min(1.0, float(self._time.value) / self._taken)
            self._stress.x.array[:] = self._last + share * self._change
        self._before.x.array[:] = self._velocity.x.array
        if not self._known:
            self._set(self._own)
            self._known = True

    def accept(self) -> None:
        """Take the present stress as that of an accepted step."""
        stress = self._stress.x.array.copy()
        if self._last is not None:
            self._change, self._taken = stress - self._last, float(self._time.value)
        self._last = stress

    def forget(self) -> None:
        """Begin the next solve with the stress of its own first iterate."""
        self._known, self._last, self._change = False, None, None

    def _set(self, form: fem.Form) -> None:
        """Take the stress from its integrals at the points over theirs of one."""
        integrals, weights = (fem.assemble_vector(one).array for one in (form, self._weights))
        own = weights > 0
        self._stress.x.array[own] = integrals[own] / weights[own]
        self._stress.x.scatter_forward()


def _dofs(space: Any, facets: np.ndarray) -> np.ndarray:
    return fem.locate_dofs_topological(space, space.mesh.topology.dim - 1, facets)
