"""Sparse systems given by matrices and by functions of arrays, own rows each. Knows PETSc alone."""

from collections.abc import Callable

import numpy as np
from petsc4py import PETSc

from .options import NEWTON

Rows = np.ndarray
LAGGING = 3  # iterations with one factorisation: from a good guess the first brings nearly all
# A step from one state near balance to another may raise the residual a hundredfold before it
# falls, and backtracking then creeps.
WHOLE = {"snes_linesearch_type": "basic", "snes_lag_jacobian": LAGGING}


class Factors:
    """Solves with a matrix, which is factorised anew whenever its values have changed.

    Its pattern, which must stay, is analysed once.
    """

    def __init__(self, matrix: PETSc.Mat) -> None:
        """Solve with this very `matrix`."""
        self.matrix = matrix
        self._ksp = PETSc.KSP().create(matrix.getComm())
        self._ksp.setOperators(matrix)
        by_factorisation(self._ksp)
        self._x, self._b = matrix.createVecs()

    def solve(self, right: Rows, transposed: bool = False) -> Rows:
        """Return the own rows of x in A x = b, or in A^T x = b. Collective."""
        self._b.array[:] = right
        (self._ksp.solveTranspose if transposed else self._ksp.solve)(self._b, self._x)
        return np.asarray(self._x.array.copy())


def by_factorisation(ksp: PETSc.KSP) -> None:
    """Have a linear solver do nothing but factorise, in parallel, and substitute."""
    ksp.setType(PETSc.KSP.Type.PREONLY)
    ksp.getPC().setType(PETSc.PC.Type.LU)
    ksp.getPC().setFactorSolverType(PETSc.Mat.SolverType.MUMPS)


def solved(matrix: PETSc.Mat, right: Rows) -> Rows:
    """Return the own rows of x in A x = b, by a factorisation. Collective."""
    return Factors(matrix).solve(right)


def restricted(matrix: PETSc.Mat, kept: Rows) -> PETSc.Mat:
    """Return the rows and columns of a matrix that are `kept`, a mask of own rows. Collective."""
    first, _ = matrix.getOwnershipRange()
    places = PETSc.IS().createGeneral(
        (np.flatnonzero(kept) + first).astype(np.int32), comm=matrix.getComm()
    )
    found = matrix.createSubMatrix(places, places)
    places.destroy()
    return found


def emptied(matrix: PETSc.Mat, rows: Rows, *, columns: bool = False, diagonal: float = 0.0) -> None:
    """Empty the own rows of a matrix that a mask tells, maybe their columns, too. Collective."""
    first, _ = matrix.getOwnershipRange()
    places = (np.flatnonzero(rows) + first).astype(np.int32)
    (matrix.zeroRowsColumns if columns else matrix.zeroRows)(places, diag=diagonal)


class Root:
    """Finds roots of a residual by Newton's method, one after the other, in one matrix."""

    def __init__(
        self,
        residual: Callable[[Rows], Rows],
        jacobian: Callable[[PETSc.Mat], None],
        matrix: PETSc.Mat,
    ) -> None:
        """Set up the solver.

        Args:
            residual: of the own rows of the unknown.
            jacobian: fills the matrix, at the rows that `residual` was last called with.
            matrix: of a pattern that stays.
        """
        self._residual, self._jacobian = residual, jacobian
        self._x, self._f = matrix.createVecs()
        self._snes = PETSc.SNES().create(matrix.getComm())
        self._snes.setFunction(self._evaluate, self._f)
        self._snes.setJacobian(self._differentiate, matrix)
        self._snes.setOptionsPrefix("root_")
        by_factorisation(self._snes.getKSP())

    def found(self, guess: Rows, *, whole: bool) -> tuple[Rows, str]:
        """Return a root, and why it failed if it did. Collective.

        Args:
            guess: where to start.
            whole: takes whole steps, from a good guess; else it backtracks.
        """
        options, given = PETSc.Options("root_"), NEWTON | (WHOLE if whole else {})
        for name, value in given.items():
            options[name] = value
        self._snes.setFromOptions()
        for name in given:
            options.delValue(name)
        self._x.array[:] = guess
        self._snes.solve(None, self._x)
        code, names = self._snes.getConvergedReason(), vars(PETSc.SNES.ConvergedReason)
        reason = "" if code > 0 else next(n for n, value in names.items() if value == code)
        return self._x.array.copy(), reason

    def _evaluate(self, snes: PETSc.SNES, x: PETSc.Vec, f: PETSc.Vec) -> None:
        f.array[:] = self._residual(x.array_r.copy())

    def _differentiate(self, snes: PETSc.SNES, x: PETSc.Vec, A: PETSc.Mat, P: PETSc.Mat) -> None:
        self._residual(x.array_r.copy())
        self._jacobian(P)
