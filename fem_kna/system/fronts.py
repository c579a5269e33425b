"""Electrodes that move: their geometry in a step, and the solver that takes the mesh along."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import ufl
from dolfinx import fem

from ..geometry.domain import Domain
from ..geometry.measures import WeightedMeasure
from ..motion.travel import Travel
from ..physics.frame import Frame, Moved, Still, Surface
from ..physics.skeleton import Deformed
from ..solve.bdf2 import Level
from ..solve.ladder import Solvable
from .contacts import MetalPressure
from .films import RidingFilms
from .state import Fields, State

AWAY = 100  # added to a region's tag: its cells that touch no moving front


@dataclass(frozen=True)
class Geometry:
    """How the mesh moves in a step; without moving electrodes, that it does not.

    `surface` is the fronts' expected configuration, `normal` the nodal normals there, `pressure`
    that of the metal behind them; `near` and `away` see a level from the cells at the fronts and
    from the others.
    """

    fields: Fields
    travel: Travel | None = None
    surface: Surface | None = None
    normal: Any = None
    pressure: MetalPressure | None = None

    @property
    def domain(self) -> Domain:
        """The mesh."""
        return self.fields.domain

    @property
    def N(self) -> Any:
        """Reference normal out of the liquid."""
        return ufl.FacetNormal(self.domain.mesh)

    def near(self, state: State) -> Frame:
        """Return the frame of `state` in the cells that touch the moving fronts."""
        return self.still if state.d is None else Moved(state.d, hoop(self.domain))

    def away(self, state: State) -> Frame:
        """Return the frame of `state` in all other cells."""
        return self.still if state.carried is None else Moved(state.carried, hoop(self.domain))

    @property
    def still(self) -> Still:
        """The frame of what does not move."""
        return Still(self.domain.mesh.geometry.dim)

    def metric(self, state: State) -> Surface | None:
        """Return the configuration that the fronts' curvature is measured in: the expected one."""
        return self.surface

    def anchors(self, state: State, test: State) -> Any:
        """Return a form that is zero and has every unknown of the layer on the diagonal.

        DOLFINx writes the rows of what is held only where some integral has made room for them.
        """
        if self.fields.layer is None:
            return 0
        nothing = fem.Constant(self.domain.mesh, 0.0)
        dx = ufl.Measure("dx", domain=self.domain.mesh, subdomain_data=self._parts)
        tags = tuple(self._regions.values())
        return (
            nothing
            * (ufl.dot(state.d, test.d) + state.kappa * test.kappa + state.mu * test.mu)
            * dx(tags)
        )

    def conditions(self) -> list[Any]:
        """Return what holds the unknowns of the layer off the fronts."""
        return [] if self.travel is None else self.travel.conditions(self.fields.front)

    def measures(self, degree: int) -> Mapping[str, list[tuple[WeightedMeasure, Any]]]:
        """Return, for each region, its measures and the frames that hold there."""
        if self.fields.layer is None:
            return {name: [(self.domain.dx(name)(degree), self.away)] for name in self._regions}
        dx = ufl.Measure("dx", domain=self.domain.mesh, subdomain_data=self._parts)
        tags, weight = self._regions, self.domain.weight
        places = dict.fromkeys(tags, ((0, self.near), (AWAY, self.away)))
        places |= dict.fromkeys(self.fields.bodies, ((0, self.near),))
        return {
            name: [
                (WeightedMeasure(dx(tags[name] + shift), weight)(degree), frame)
                for shift, frame in frames
            ]
            for name, frames in places.items()
        }

    def skeleton(self, frame: Callable[[State], Any]) -> Callable[[State], Deformed]:
        """Return where the skeleton is in a state, whose `frame` displaces the mesh."""
        X, x = self.fields.reference_map, ufl.SpatialCoordinate(self.domain.mesh)
        return lambda state: Deformed(X, x, frame(state))

    @property
    def _regions(self) -> dict[str, int]:
        return self.domain.regions

    # One object for all measures of a form, see `Domain`.
    @cached_property
    def _parts(self) -> list[tuple[int, np.ndarray]]:
        """The own cells of each region at the fronts, and those away from them, by tag."""
        own = self.domain.mesh.topology.index_map(self.domain.mesh.topology.dim).size_local
        found = []
        for name, tag in self._regions.items():
            cells = self.domain.cells_of(name)
            cells = cells[cells < own]
            at_front = np.isin(cells, self.fields.layer.cells)
            found += [(tag, cells[at_front]), (tag + AWAY, cells[~at_front])]
        return found


def geometry_of(fields: Fields) -> Geometry:
    """Return how the mesh of `fields` moves."""
    if fields.layer is None:
        return Geometry(fields)
    domain, mesh = fields.domain, fields.domain.mesh
    displacement, normal = fields.now[-1], fem.Function(fields.place)
    surface = Surface(Moved(displacement, hoop(domain)), ufl.FacetNormal(mesh))
    test = ufl.TestFunction(fields.place)
    weighted = ufl.inner(surface.n, test) * surface.area * domain.ds(*fields.moving)(4)
    travel = Travel(
        domain, fields.moving, fields.layer, displacement, normal, weighted, fields.bodies
    )
    return Geometry(fields, travel, surface, normal, MetalPressure(fields))


def hoop(domain: Domain) -> Any:
    """Return the function that gives the relative stretch of circles about the axis."""
    if domain.dimension != "axisymmetric":
        return lambda d: 0.0
    r = ufl.SpatialCoordinate(domain.mesh)[0]
    return lambda d: d[0] / r


class MovingSolver:
    """Solves a step on a moving mesh: places it where the fronts are expected, then solves.

    Its unknowns are those of the step and the displacement of the whole mesh.
    """

    def __init__(
        self, newton: Solvable, geometry: Geometry, unknowns: Sequence[Any], films: RidingFilms
    ) -> None:
        """Join the solver of a step, the mesh's travel and the films that ride on the fronts."""
        self._newton, self._geometry = newton, geometry
        self._travel: Any = geometry.travel
        self._films = films
        self._folded = False
        self.unknowns = tuple(unknowns)

    def solve(self) -> bool:
        """Solve from the unknowns' guess; return whether it converged and no cell folded."""
        front = self.unknowns[-2]
        self._travel.expect(front)
        self._films.expect(self._travel.displaced())
        self._geometry.pressure.expect()
        self._folded = self._travel.folded()
        if self._folded or not self._newton.solve():
            return False
        self._travel.follow(front)
        self._folded = self._travel.folded()
        return not self._folded

    @property
    def reason(self) -> str:
        """Why the last solve ended."""
        return "MESH_FOLDED" if self._folded else self._newton.reason

    def restart(self) -> None:
        """Begin from the present place of the mesh. Collective."""
        self._films.restart()

    def accepted(self, levels: deque[Level]) -> None:
        """Make the moved mesh the reference of all `levels`, and let the films follow."""
        self._travel.settle(self.unknowns[-2], [arrays[-2:] for _, arrays in levels])
        self._films.follow(levels[0][0] - levels[1][0])
