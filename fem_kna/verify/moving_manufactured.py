"""Manufactured solutions in a liquid whose front moves as prescribed, flat or rippled.

What is solved is the package's own residual on its own moving mesh, step by step by its own march.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from ..geometry.build import build
from ..geometry.domain import Domain
from ..geometry.shape import Dimension
from ..inputs.case import Case
from ..inputs.errors import RunError
from ..inputs.units import mapped
from ..motion.areas import NodalAreas
from ..motion.extension import Extension
from ..motion.nodes import nodes_of
from ..physics.front import MovingFront
from ..solve.bdf2 import Bdf2
from ..solve.control import Control, Watched
from ..solve.march import March
from ..solve.newton import Newton
from ..solve.options import direct_options
from ..system.cell import residual
from ..system.films import RidingFilms, films_of
from ..system.fronts import Geometry, MovingSolver, geometry_of
from ..system.laws import cell_of
from ..system.state import Fields
from .manufactured import Choice, Equations
from .moving_solution import ExactCell, Ripple, Solution, exact_front, fitted
from .strong_form import Mat
from .unit_cell import NATURE, ErrorNorm, unit_case

VOLUMES = {"potassium": 0.25, "sodium": 0.15}  # molar volumes in the metal [m3 mol-1]

# Displacement (n, dim) of the mesh inside, of its nodes at the places (n, dim) at a time.
Stir = Callable[[np.ndarray, float], np.ndarray]


@dataclass(frozen=True)
class Problem:
    """What is to be solved: a flux law, chosen fields and a prescribed front.

    With `stir` the mesh moves inside besides what follows from its front.
    """

    equations: Equations
    choice: Choice
    ripple: Ripple
    kind: type[Solution] = Solution
    stir: Stir | None = None


class MovingManufactured:
    """A cell with a chosen solution and a front that moves as prescribed."""

    def __init__(self, problem: Problem, dimension: Dimension, divisions: int, degree: int) -> None:
        """Mesh the cell with `divisions` per edge, lift its front and set up its system."""
        still = unit_case(problem.equations.closure, dimension, divisions, degree)
        case = moving_case(still, problem.kind.surface_energy)
        self.domain = build(case.mesh, MPI.COMM_WORLD)
        self._time = fem.Constant(self.domain.mesh, 0.0)
        self._mat = mat_of(case, self.domain, ufl.variable(self._time))
        x = ufl.SpatialCoordinate(self.domain.mesh)
        *lateral, y = x
        front = exact_front(problem.ripple(lateral, self._mat.time), y, self._mat)
        lift(self.domain, (1 - y) * front.height)
        self.fields = Fields(self.domain, case.closure.solved(case.electrolyte), degree, ("front",))
        exact = problem.choice(self.fields.ions, lateral, y, self._mat.time)
        balance = problem.equations.balance(self._mat, exact)
        self.solution = problem.kind(x, exact, balance, front, self._mat.porosity)
        self.exact = ufl.as_vector([*exact.c.values(), exact.phi])
        self._error = ErrorNorm(self.fields, self.exact)
        self._misses = misses(self.fields, self.solution)
        self._scheme = Bdf2(self.domain.mesh)
        self._discretise(case, problem.stir)

    def _discretise(self, case: Case, stir: Stir | None) -> None:
        """Set up the system and what moves the mesh."""
        fields, geometry = self.fields, geometry_of(self.fields)
        assert geometry.travel is not None
        self.travel = geometry.travel
        if stir is not None:
            self.travel.extension.close()
            self.travel.extension = Stirred(fields, stir, self._time)
        own = films_of(case, fields)
        cell = fitted(cell_of(case, NATURE, self.domain, own, geometry), self.solution)
        self._newton = self._system(cell, geometry)
        # Thinned as they should be, while the cell's own stay.
        films = RidingFilms(films_of(case, fields), NodalAreas(self.domain))
        self._solver = MovingSolver(self._newton, geometry, fields.now, films)

    def march(self, steps: Sequence[float]) -> None:
        """Advance from the exact solution at time 0 by `steps`, the first one by backward Euler.

        Raises:
            RunError: a step failed.
        """
        points = self.fields.bulk.element.interpolation_points
        self.fields.now[0].interpolate(fem.Expression(self.exact, points))
        march = self._march(first=steps[0])
        march.start()
        for h in steps:
            self._time.value = march.time + h
            if not march.try_step(h):
                raise RunError(f"manufactured solution: {self._solver.reason}")

    def errors(self) -> dict[str, float]:
        """Return the relative L2 error of each solved ion and of ``phi`` at the present time.

        With them those of the front: of its ``height`` over the gap, of its curvature ``kappa``
        over that of a circle as small as the gap.
        """
        found = {name: self._error.of(name) for name in (*self.fields.ions, "phi")}
        return found | {name: norm(form, self.domain) for name, form in self._misses.items()}

    def close(self) -> None:
        """Free the solvers."""
        self._newton.close()
        self.travel.close()

    def _system(self, cell: ExactCell, geometry: Geometry) -> Newton:
        """Compile the package's residual with what the chosen fields and front need besides."""
        fields = self.fields
        test, trials = fields.arguments()
        state = fields.view(fields.now)
        earlier = (fields.view_earlier(functions) for functions in fields.earlier)
        rate = self._scheme.rate([state, *earlier])
        parts = [p for pair in geometry.measures(2 * fields.degree + 2).values() for p in pair]
        form = residual(state, rate, test, cell)
        form += self.solution.besides(state, test, rate, cell, parts)
        return Newton(
            form,
            fields.unknowns,
            trials,
            fields.entity_maps,
            direct_options(),
            "moving_",
            self.travel.conditions(fields.front),
        )

    def _march(self, first: float) -> March:
        fields, solver = self.fields, self._solver
        watched = [Watched(fields.concentrations), None, None, None, Watched(self.travel.places)]
        control, comm = Control(tolerance=1.0, first=first), self.domain.comm
        return March(solver, self._scheme, fields.earlier, control, watched, comm, solver.accepted)


class Stirred(Extension):
    """An extension that stirs the mesh inside besides; its boundaries move as ever.

    What was stirred in stays in when the stiffness is renewed, and comes on top of it again.
    """

    def __init__(self, fields: Fields, stir: Stir, time: fem.Constant) -> None:
        """Begin with the present mesh of `fields`; `time` is that of the step to be solved."""
        super().__init__(fields.domain, fields.moving, fields.place)
        self._stir, self._time, self._start = stir, time, self._positions().copy()

    def displacement(self, wanted: np.ndarray) -> np.ndarray:
        """Return the displacement (n, dim) of every local node, see `Extension`."""
        aside = fem.Function(self.space)
        stirred = self._stir(self._start, float(self._time.value))
        aside.x.array[:] = np.where(self._given, 0.0, stirred).ravel()
        aside.x.scatter_forward()
        return super().displacement(wanted) + aside.x.array.reshape(wanted.shape)


def moving_case(case: Case, surface_energy: float) -> Case:
    """Return the case with a working electrode that moves, of a metal with large molar volumes."""
    metal = case.resolved().working.metal.model_copy(
        update={f"molar_volume_of_{name}": volume for name, volume in VOLUMES.items()}
    )
    front = MovingFront(surface_energy=f"{surface_energy} J/m^2")
    working = case.working.model_copy(update={"metal": metal, "front": front})
    return case.model_copy(update={"working": working}).resolved()


def mat_of(case: Case, domain: Domain, time: Any) -> Mat:
    """Return the separator with the calculus of its coordinates."""
    electrolyte, nature = (
        mapped(item, lambda value, unit: fem.Constant(domain.mesh, float(value)))
        for item in (case.electrolyte, NATURE)
    )
    porosity, exponent = case.separator.porosity, case.separator.bruggeman_exponent
    radius = ufl.SpatialCoordinate(domain.mesh)[0] if domain.dimension == "axisymmetric" else None
    return Mat(electrolyte, nature, float(porosity), float(exponent), time, radius)


def lift(domain: Domain, rise: Any) -> None:
    """Raise the mesh's nodes by `rise`, a function of their places [m]."""
    space = fem.functionspace(domain.mesh, ("Lagrange", 1))
    raised = fem.Function(space)
    raised.interpolate(fem.Expression(rise, space.element.interpolation_points))
    domain.mesh.geometry.x[nodes_of(space), domain.mesh.geometry.dim - 1] += raised.x.array


def misses(fields: Fields, solution: Solution) -> dict[str, Any]:
    """Return forms of the squared errors on the front: of its height [m2], its curvature [m-2]."""
    state, front, ds = fields.view(fields.now), solution.front, fields.domain.ds("front")(8)
    *_, y = solution.x
    miss = {"height": y - front.height}
    if fields.domain.dimension != "1d":
        miss["kappa"] = state.kappa - front.curvature
    return {k: fem.form(e * e * ds, entity_maps=fields.entity_maps) for k, e in miss.items()}


def norm(squares: Any, domain: Domain) -> float:
    """Return the root of a compiled integral over the front per area of the counter electrode."""
    total = domain.comm.allreduce(fem.assemble_scalar(squares), op=MPI.SUM)
    return float(np.sqrt(total / domain.measure_of("counter")))
