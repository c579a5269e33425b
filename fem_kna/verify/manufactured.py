"""Manufactured solutions: a cell driven by the sources that make chosen fields its solution.

What is solved is the package's own residual with its media, measures, electrodes and time scheme;
the sources come from `strong_form`. All numbers are of the size of one, none of them is one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ufl
from dolfinx import fem
from mpi4py import MPI

from ..geometry.build import build
from ..geometry.shape import Dimension
from ..inputs.errors import RunError
from ..physics.closures import Closure, ConcentratedSolution, DiluteSolution
from ..physics.kinetics import Reaction
from ..solve.bdf2 import Bdf2
from ..solve.newton import Newton
from ..solve.options import direct_options
from ..system.cell import Cell, residual
from ..system.films import films_of
from ..system.fronts import geometry_of
from ..system.laws import cell_of
from ..system.state import Fields, State
from .strong_form import Balance, BalanceOf, Exact, Mat, concentrated_balance, dilute_balance
from .unit_cell import FILM, NATURE, STANDARD, VOLTAGE, ErrorNorm, unit_case

SLOPE = 2.0  # [A m-2 V-1] of the electrodes' law about the exact overpotential

# Chosen fields, as a function of: the names of the solved ions, the lateral coordinates, the
# height (0 at the front, 1 at the counter electrode) and the time.
Choice = Callable[[Sequence[str], Sequence[Any], Any, Any], Exact]


@dataclass(frozen=True)
class Equations:
    """A flux law of the package, and the same law's strong form written by hand."""

    closure: Closure
    balance: BalanceOf


DILUTE = Equations(DiluteSolution(), dilute_balance)
CONCENTRATED = Equations(ConcentratedSolution(), concentrated_balance)


@dataclass(frozen=True)
class ExactReaction:
    """A law of charge transfer whose current is the exact one at the exact fields.

    i = i_exact c / c_exact + slope (eta - eta_exact). It notices a wrong ion, a wrong potential
    step and a wrong film resistance, and it fixes the level of the potential.
    """

    exact_current: Any
    exact_concentration: Any
    exact_overpotential: Any

    def current(self, overpotential: Any, concentration: Any, activity: Any, V_T: Any) -> Any:
        """Return the partial current density [A m-2], anodic positive."""
        share = concentration / self.exact_concentration
        return self.exact_current * share + SLOPE * (overpotential - self.exact_overpotential)


class Manufactured:
    """A planar cell with a chosen solution, marched by given steps."""

    def __init__(
        self,
        equations: Equations,
        choice: Choice,
        dimension: Dimension,
        divisions: int,
        degree: int,
    ) -> None:
        """Mesh the cell with `divisions` per edge and set up its system with the sources."""
        case = unit_case(equations.closure, dimension, divisions, degree).resolved()
        self.domain = build(case.mesh, MPI.COMM_WORLD)
        self.fields = Fields(self.domain, case.closure.solved(case.electrolyte), degree)
        self._time = fem.Constant(self.domain.mesh, 0.0)
        *lateral, height = ufl.SpatialCoordinate(self.domain.mesh)
        time = ufl.variable(self._time)
        exact = choice(self.fields.ions, lateral, height, time)
        films = films_of(case, self.fields)
        cell = cell_of(case, NATURE, self.domain, films, geometry_of(self.fields))
        mat = Mat(
            cell.electrolyte,
            cell.nature,
            float(case.separator.porosity),
            float(case.separator.bruggeman_exponent),
            time,
            lateral[0] if dimension == "axisymmetric" else None,
        )
        balance = equations.balance(mat, exact)
        self._scheme = Bdf2(self.domain.mesh)
        self._solver = self._newton(with_exact_reactions(cell, exact, balance, height), balance)
        self._exact = ufl.as_vector([*exact.c.values(), exact.phi])
        self._error = ErrorNorm(self.fields, self._exact)

    def march(self, steps: Sequence[float]) -> None:
        """Advance from the exact solution at time 0, and one first step before it, by `steps`.

        Raises:
            RunError: Newton's method failed.
        """
        last, before = self.fields.earlier
        h1 = steps[0]
        self._set_exact(before, -h1)
        self._set_exact(last, 0.0)
        self._set_exact(self.fields.now, 0.0)
        for h in steps:
            self._time.value += h
            self._scheme.set_step(h, h1)
            if not self._solver.solve():
                raise RunError(f"manufactured solution: {self._solver.reason}")
            for u, u1, u2 in zip(self.fields.now, last, before, strict=True):
                u2.x.array[:] = u1.x.array
                u1.x.array[:] = u.x.array
            h1 = h

    def errors(self) -> dict[str, float]:
        """Return the relative L2 error of each solved ion and of ``phi`` at the present time."""
        return {name: self._error.of(name) for name in (*self.fields.ions, "phi")}

    def close(self) -> None:
        """Free the solver."""
        self._solver.close()

    def _set_exact(self, functions: Sequence[fem.Function], time: float) -> None:
        """Interpolate the exact fields at `time` into the first of `functions`."""
        self._time.value = time
        points = self.fields.bulk.element.interpolation_points
        functions[0].interpolate(fem.Expression(self._exact, points))

    def _newton(self, cell: Cell, balance: Balance) -> Newton:
        """Compile the package's residual minus the sources, with what leaks at the boundaries."""
        fields = self.fields
        test, trials = fields.arguments()
        state, *earlier = (fields.view(u) for u in (fields.now, *fields.earlier))
        form = residual(state, self._scheme.rate([state, *earlier]), test, cell)
        dx = self.domain.dx()(2 * fields.degree + 2)
        for k, source in balance.sources.items():
            form -= source * test.c[k] * dx
        form -= balance.charge * test.phi * dx
        form += self._leaks(cell, balance, state, test)
        options = direct_options()
        return Newton(form, fields.now, trials, fields.entity_maps, options, "manufactured_")

    def _leaks(self, cell: Cell, balance: Balance, state: State, test: State) -> Any:
        """Return what the chosen fields let through where the package's cell is tight.

        It blocks the anions at the electrodes and everything at its sides. The weak balances of
        ions and charge have int N.n v and int F z N.n v there.
        """
        n, F = ufl.FacetNormal(self.domain.mesh), cell.nature.faraday
        places = [(side.ds, balance.anions) for side in cell.sides(state)]
        if "sides" in self.domain.boundaries:
            ds = self.domain.ds("sides")(2 * self.fields.degree + 2)
            places.append((ds, list(balance.fluxes)))
        form = 0
        for ds, ions in places:
            for k in ions:
                leak, z = ufl.dot(balance.fluxes[k], n), -1 if k in balance.anions else 1
                form += F * z * leak * test.phi * ds
                if k in test.c:
                    form += leak * test.c[k] * ds
        return form


def with_exact_reactions(cell: Cell, exact: Exact, balance: Balance, height: Any) -> Cell:
    """Return `cell` with reactions that give each cation its exact flux at both electrodes.

    From N_k . n = -i_k / F the exact partial currents are i_k = -F N_k . n; the exact
    overpotential is that of the metal, at the voltage on the front and at zero on the counter
    electrode, against liquid, film and standard potential: phi_s - phi - R i - E.
    """
    n = ufl.FacetNormal(ufl.domain.extract_unique_domain(height))
    currents = {
        k: -cell.nature.faraday * ufl.dot(N, n)
        for k, N in balance.fluxes.items()
        if k not in balance.anions
    }
    metal = VOLTAGE * (1 - height)
    eta = metal - exact.phi - FILM * sum(currents.values()) - STANDARD
    reactions = tuple(
        Reaction.model_construct(
            name=k.rstrip("+"),
            ion=k,
            standard_potential=STANDARD,
            kinetics=ExactReaction(i, balance.concentrations[k], eta),
        )
        for k, i in currents.items()
    )
    return replace(cell, reactions=reactions)
