"""A preconditioner that solves for each field of a block by itself, see `Nodal`. No physics."""

from typing import Any

import numpy as np
from petsc4py import PETSc

from .nodal import Nodal

MULTIGRID = (PETSc.PC.Type.GAMG, PETSc.PC.Type.MG)  # what has an interpolation to lend


class Fields:
    """The fields of a blocked matrix apart, and a solver for each: the last one's, f, comes first.

    x_f = P_f^-1 (W b)_f,      x_k = P_k^-1 ((W b)_k - G_k x_f)
    """

    def __init__(self) -> None:
        """Have no fields yet."""
        self._W = np.empty(0)
        self._matrices: list[PETSc.Mat] = []
        self._of_the_last: list[PETSc.Mat] = []
        self._solvers: list[PETSc.KSP] = []
        self._vectors: list[tuple[PETSc.Vec, PETSc.Vec]] = []  # of solutions and right-hand sides

    def take(self, matrix: Nodal) -> None:
        """Take the fields of a matrix. Collective."""
        W, self._matrices, self._of_the_last = matrix.split()
        self._W = W.transpose(1, 2, 0).copy()  # nodes last: a product in a third of the time
        self._vectors = [field.createVecs() for field in self._matrices]

    def forget(self) -> None:
        """Free the fields, and what solvers made of them. Collective."""
        for solver in self._solvers:
            solver.reset()
        for vector in (vector for pair in self._vectors for vector in pair):
            vector.destroy()
        for matrix in (*self._matrices, *self._of_the_last):
            matrix.destroy()
        self._matrices, self._of_the_last, self._vectors = [], [], []

    def close(self) -> None:
        """Free all. Collective."""
        self.forget()
        for solver in self._solvers:
            solver.destroy()
        self._solvers = []

    def set_up(self, prefix: str) -> None:
        """Set up a solver for each field, by PETSc's options after ``fieldsplit_NUMBER_``.

        The last one first, a potential where there is one, as nothing stores it: by its multigrid
        those of type ``mg`` interpolate, or by their own if the user has given it another type.
        """
        for k, field in enumerate(self._matrices[len(self._solvers) :]):
            solver = PETSc.KSP().create(field.getComm())
            solver.setOptionsPrefix(f"{prefix}fieldsplit_{k}_")
            solver.setFromOptions()
            self._solvers.append(solver)
        last = self._solvers[-1].getPC()
        for solver, field in zip(self._solvers[::-1], self._matrices[::-1], strict=True):
            solver.setOperators(field)
            if solver.getPC().getType() == PETSc.PC.Type.MG:
                _lend(last, solver.getPC())
            solver.setUp()

    def solve(self, right: np.ndarray, found: np.ndarray) -> None:
        """Solve for each field. Collective."""
        size = len(self._matrices)
        apart = np.einsum("kln,ln->kn", self._W, right.reshape(-1, size).T)
        last, (heard, b) = self._solvers[-1], self._vectors[-1]
        b.array[:] = apart[-1]
        last.solve(b, heard)
        found[size - 1 :: size] = heard.array_r
        for k, coupling in enumerate(self._of_the_last):
            x, b = self._vectors[k]
            coupling.mult(heard, b)
            b.array[:] = apart[k] - b.array_r
            self._solvers[k].solve(b, x)
            found[k::size] = x.array_r


def _lend(multigrid: PETSc.PC, other: PETSc.PC) -> None:
    """Have an `other` multigrid, not yet set up, interpolate as one that is. Collective."""
    if multigrid.getType() not in MULTIGRID:
        other.setType(PETSc.PC.Type.GAMG)
        return
    levels = multigrid.getMGLevels()
    other.setMGLevels(levels)
    for level in range(1, levels):
        other.setMGInterpolation(level, multigrid.getMGInterpolation(level))


class Apart:
    """PETSc's preconditioner that leaves all to the context of its matrix, as `Fields` are."""

    def setUp(self, pc: PETSc.PC) -> None:
        """Set up the solvers. Collective."""
        self._solver(pc).set_up(pc.getOptionsPrefix() or "")

    def apply(self, pc: PETSc.PC, right: PETSc.Vec, solution: PETSc.Vec) -> None:
        """Solve. Collective."""
        self._solver(pc).solve(right.array_r, solution.array)

    def _solver(self, pc: PETSc.PC) -> Any:
        return pc.getOperators()[1].getPythonContext()
