"""Sparse systems given by matrices and by functions of arrays, own rows each. Knows PETSc alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from petsc4py import PETSc

from .options import NEWTON

Rows = np.ndarray
# A step from one state near balance to another may raise the residual a hundredfold before it
# falls, and backtracking then creeps.
WHOLE = {"snes_linesearch_type": "basic"}


@contextmanager
def factorised(
    A: PETSc.Mat, B: PETSc.Mat | None = None, shift: float = 0.0
) -> Iterator[Callable[..., Rows]]:
    """Give what solves (A - shift B) x = b, or with its transpose, for own rows b. Collective."""
    matrix = A.copy()
    if B is not None:
        matrix.axpy(-shift, B, PETSc.Mat.Structure.DIFFERENT_NONZERO_PATTERN)
    ksp = PETSc.KSP().create(matrix.getComm())
    ksp.setOperators(matrix)
    ksp.setType(PETSc.KSP.Type.PREONLY)
    ksp.getPC().setType(PETSc.PC.Type.LU)
    ksp.getPC().setFactorSolverType(PETSc.Mat.SolverType.MUMPS)
    x, b = matrix.createVecs()

    def solve(right: Rows, transposed: bool = False) -> Rows:
        b.array[:] = right
        (ksp.solveTranspose if transposed else ksp.solve)(b, x)
        return np.asarray(x.array.copy())

    try:
        yield solve
    finally:
        for held in (ksp, matrix, x, b):
            held.destroy()


def solved(matrix: PETSc.Mat, right: Rows) -> Rows:
    """Return the own rows of x in A x = b, by a factorisation. Collective."""
    with factorised(matrix) as solve:
        return solve(right)


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


def root(
    residual: Callable[[Rows], Rows],
    jacobian: Callable[[], PETSc.Mat],
    guess: Rows,
    *,
    whole: bool,
) -> tuple[Rows, str]:
    """Return a root of `residual` by Newton's method, and why it failed if it did. Collective.

    Args:
        residual: of the own rows of the unknown.
        jacobian: a matrix at the rows that `residual` was last called with; destroyed here.
        guess: where to start.
        whole: takes whole steps, from a good guess; else it backtracks.
    """
    residual(guess)
    matrix, begun = jacobian(), False
    x, f = matrix.createVecs()
    snes = PETSc.SNES().create(matrix.getComm())

    def evaluate(snes: PETSc.SNES, x: PETSc.Vec, f: PETSc.Vec) -> None:
        f.array[:] = residual(x.array_r.copy())

    def differentiate(snes: PETSc.SNES, x: PETSc.Vec, A: PETSc.Mat, P: PETSc.Mat) -> None:
        nonlocal begun
        if not begun:  # at the guess, where the matrix is already
            begun = True
            return
        residual(x.array_r.copy())
        new = jacobian()
        new.copy(P, structure=PETSc.Mat.Structure.SAME_NONZERO_PATTERN)
        new.destroy()

    snes.setFunction(evaluate, f)
    snes.setJacobian(differentiate, matrix)
    snes.setOptionsPrefix("root_")
    options, given = PETSc.Options("root_"), NEWTON | (WHOLE if whole else {})
    for name, value in given.items():
        options[name] = value
    snes.setFromOptions()
    for name in given:
        options.delValue(name)
    ksp = snes.getKSP()
    ksp.setType(PETSc.KSP.Type.PREONLY)
    ksp.getPC().setType(PETSc.PC.Type.LU)
    ksp.getPC().setFactorSolverType(PETSc.Mat.SolverType.MUMPS)
    x.array[:] = guess
    snes.solve(None, x)
    found, code = x.array.copy(), snes.getConvergedReason()
    for held in (snes, matrix, x, f):
        held.destroy()
    names = vars(PETSc.SNES.ConvergedReason)
    return found, "" if code > 0 else next(n for n, value in names.items() if value == code)
