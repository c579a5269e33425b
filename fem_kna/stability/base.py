"""Base states: what a cell is like before it is disturbed, and how fast that changes by itself."""

from typing import Any

import numpy as np
from dolfinx import fem
from mpi4py import MPI
from petsc4py import PETSc

from ..inputs.errors import RunError
from ..motion.nodes import planes
from ..solve.algebra import Root, emptied, restricted, solved
from ..system.pieces import Side
from .linear import Linear

LONG = 1e5  # diffusion times: what is left of the start is less by a million
# From rest, where one step is too far: first the potentials, then the salt.
SHORT, LONGER = 1e-2, (0.1, 0.3, 1.0, LONG)
CLOSE = 1e-8  # scaled residual of a base state


class BaseState:
    """Brings unknowns and rates of a `Linear` to a base state. Collective throughout."""

    def __init__(self, linear: Linear) -> None:
        """Compile what tells the front's mean velocity."""
        self.linear = linear
        working, _ = linear.cell.sides(linear.state)
        one, maps = fem.Constant(linear.domain.mesh, 1.0), linear.fields.entity_maps
        grown = -_dissolved(linear, working) * working.area * working.ds
        plated = -linear.state.i * working.area * working.ds
        self._integrals = [
            fem.form(form, entity_maps=maps) for form in (one * working.projected, grown, plated)
        ]
        self._travels = not _closed_in_height(linear)
        self._matrix = linear.matrix()
        self._root = Root(self._balance, self._jacobian, self._matrix)

    def quasi_steady(self) -> None:
        """Find the steady salt in the frame of the working front, of the amounts of the start.

        One implicit Euler step that is very long, from the case's initial state, on the mesh as it
        is. The unknowns' values are tried as a guess first.

        Raises:
            RunError: there is none, as above the limiting current.
        """
        start = self.linear.initial
        failed = self._step(LONG, start)
        if failed:
            self.linear.begin()
            self._step(SHORT, start, whole=False)
            for time in LONGER:
                failed = self._step(time, start)
        if failed:
            raise RunError(
                "stability: no steady base state (a current above the limiting one?): Newton's "
                f"method ended {failed}"
            )
        self.settle()

    def frozen(self) -> None:
        """Take the salt and the mesh as they are, as a run left them.

        The rest is found anew, since a run's curvature lags behind and is of second order.

        Raises:
            RunError: no potentials fit.
        """
        fields = self.linear.fields
        if not fields.bodies:  # what moved points along the front in the last step is over
            fields.front_rows[:, self.linear.domain.mesh.geometry.dim + 1] = 0.0
        salt = fields.now[0].x.array.copy()
        failed = self._step(LONG, salt, ("d", "mu", "c"))
        if failed:
            raise RunError(f"stability: no potentials fit the salt: Newton's method ended {failed}")
        self.settle()

    def _step(
        self,
        time: float,
        start: np.ndarray,
        kept: tuple[str, ...] = ("d", "mu"),
        *,
        whole: bool = True,
    ) -> str:
        """Take a step from the salt `start`, with some unknowns kept; return why it failed."""
        linear = self.linear
        self._held = linear.layout.held | linear.layout.rows(*kept)
        self._time, self._salt = time, start
        rows, failed = self._root.found(linear.layout.taken(linear.fields.now), whole=whole)
        self._balance(rows)
        return failed

    def _balance(self, rows: np.ndarray) -> np.ndarray:
        """Return the residual at the end of the step, the unknowns and rates put to it."""
        linear = self.linear
        linear.layout.put(rows, linear.fields.now)
        self._travel()
        salt = linear.fields.now[0].x.array
        linear.rates[0].x.array[:] = (salt - self._salt) / self._time
        return np.where(self._held, 0.0, linear.residual())

    def _jacobian(self, matrix: PETSc.Mat) -> None:
        self.linear.tangent(matrix, 1.0, 1 / self._time)
        emptied(matrix, self._held, columns=True, diagonal=1.0)

    def settle(self) -> None:
        """Find the rates that belong to the unknowns: of fronts and skeleton, then of the salt.

        A flat front that only travels has them already.

        Raises:
            RunError: the unknowns do not solve the equations.
        """
        if self._miss() < CLOSE:
            return
        self.linear.rates[0].x.array[:] = 0.0
        self._travel()
        self._move()
        self._store()
        miss = self._miss()
        if not miss < CLOSE:
            raise RunError(f"stability: the base state is none: residual {miss:.1e}")

    def _miss(self) -> float:
        residual = np.abs(self.linear.residual()).max(initial=0.0)
        return float(self.linear.domain.comm.allreduce(residual, op=MPI.MAX))

    def _travel(self) -> None:
        """Let all of the mesh travel with the mean velocity of the working front."""
        linear, dim = self.linear, self.linear.domain.mesh.geometry.dim
        speed = self.speed if self._travels else 0.0
        for function in (linear.rates[-2], linear.rates[-1]):
            rows = function.x.array.reshape(-1, function.function_space.dofmap.index_map_bs)
            rows[:] = 0.0
            rows[:, dim - 1] = speed

    @property
    def speed(self) -> float:
        """Mean velocity of the working front, scaled; upwards. Collective."""
        return self._means()[0]

    @property
    def current(self) -> float:
        """Current density that plates on the working electrode, scaled. Collective."""
        return self._means()[1]

    def _means(self) -> tuple[float, float]:
        here = np.array([fem.assemble_scalar(form) for form in self._integrals])
        area, grown, plated = self.linear.domain.comm.allreduce(here)
        return float(grown / area), float(plated / area)

    def _move(self) -> None:
        """Let the fronts move as their law says, along with what must follow them.

        What holds of fronts and skeleton at all times holds of their rates, too.
        """
        linear = self.linear
        moving = linear.layout.rows("d", "kappa", "mu", "gap", "plate") & ~linear.layout.held
        law = linear.layout.rows("mu")
        matrix, rates = linear.matrix(), self._matrix
        linear.tangent(matrix, 1.0, 0.0)
        linear.tangent(rates, 0.0, 1.0, diagonal=0.0)
        emptied(matrix, law)
        emptied(rates, ~law)
        matrix.axpy(1.0, rates, PETSc.Mat.Structure.SAME_NONZERO_PATTERN)
        system = restricted(matrix, moving)
        change = np.zeros(len(moving))
        change[moving] = solved(system, np.where(law, -linear.residual(), 0.0)[moving])
        functions = linear.rates[: len(linear.fields.spaces)]
        linear.layout.put(linear.layout.taken(functions) + change, functions)

    def _store(self) -> None:
        """Let the salt change by what flows in."""
        linear = self.linear
        stored = linear.layout.rows("c")
        linear.tangent(self._matrix, 0.0, 1.0, diagonal=0.0)
        change = np.zeros(len(stored))
        mass = restricted(self._matrix, stored)
        change[stored] = solved(mass, -linear.residual()[stored])
        linear.layout.put(change, linear.rates[:1])


def _dissolved(linear: Linear, side: Side) -> Any:
    """Return the volume dissolved per area and time by the kinetics, what they lack made up for.

    Before Newton's method has arrived, kinetics may say anything: what they miss of the current
    counts with the first metal's volume, so that the front travels by the current.
    """
    cell, state = linear.cell, linear.state
    missed = state.i - sum(cell.partial_currents(state, side).values())
    V = side.metal.molar_volume(cell.reactions[0].name)
    return cell.dissolved(state, side) + V * missed / cell.nature.faraday


def _closed_in_height(linear: Linear) -> bool:
    """Whether a side of the cell is across its height, so that nothing can travel along it."""
    domain = linear.domain
    if "sides" not in domain.boundaries:
        return False
    axis = domain.mesh.geometry.dim - 1
    found = domain.comm.allreduce(len(planes(domain, "sides")[axis]))
    return bool(found > 0)
