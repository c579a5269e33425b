"""A pencil of sparse matrices, A x = omega B x: products, solutions, residuals. No physics."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from mpi4py import MPI
from petsc4py import PETSc

from .algebra import Factors, Rows

# Of the largest terms: equations whose own are smaller hold round-off, which says nothing of an
# error of 1e-8. At a neutral mode under a stack some are.
NOTHING = 1e-10


class Pencil:
    """A x = omega B x; `equations` names for each own row, by a number, what it is part of.

    The matrices have one pattern. Their values may change, not it.
    """

    def __init__(self, A: PETSc.Mat, B: PETSc.Mat, equations: np.ndarray) -> None:
        """See the class."""
        self.A, self.B, self.equations = A, B, equations

    @property
    def comm(self) -> MPI.Comm:
        """The ranks that share the rows."""
        return self.A.getComm().tompi4py()

    def shifted(self, shift: float) -> Callable[..., Rows]:
        """Return what solves (A - shift B) x = b, or with its transpose; until the next call."""
        matrix, same = self._factors.matrix, PETSc.Mat.Structure.SAME_NONZERO_PATTERN
        self.A.copy(matrix, structure=same)
        matrix.axpy(-shift, self.B, same)
        return self._factors.solve

    @cached_property
    def _factors(self) -> Factors:
        return Factors(self.A.duplicate())

    def transposed(self) -> "Pencil":
        """Return A^T x = omega B^T x, of copies. Collective."""
        return Pencil(self.A.transpose(PETSc.Mat()), self.B.transpose(PETSc.Mat()), self.equations)

    def absolute(self) -> tuple[PETSc.Mat, PETSc.Mat]:
        """Return copies of the matrices with the absolute values of theirs. Collective."""
        found = []
        for matrix in (self.A, self.B):
            rows, columns, values = matrix.getValuesCSR()
            csr = (rows, columns, np.abs(values))
            found.append(PETSc.Mat().createAIJ(matrix.getSizes(), csr=csr, comm=matrix.getComm()))
        return found[0], found[1]

    def miss(
        self, sizes: tuple[PETSc.Mat, PETSc.Mat], omega: complex, x: Rows, *, left: bool = False
    ) -> float:
        """Return the residual of a right vector, or of a left one, which has omega conjugate.

        Of each kind of equation the largest one, by the largest sum of absolute terms, with `sizes`
        from `absolute`, that an equation of the kind has; of all kinds the largest. Collective.
        """
        omega = omega.conjugate() if left else omega
        A, B = (product(matrix, x, left) for matrix in (self.A, self.B))
        terms = product(sizes[0], np.abs(x), left) + abs(omega) * product(sizes[1], np.abs(x), left)
        return self._largest_ratio(np.abs(A - omega * B), np.abs(terms))

    def _largest_ratio(self, miss: Rows, terms: Rows) -> float:
        count = self.comm.allreduce(int(self.equations.max(initial=-1)), op=MPI.MAX) + 1
        largest = np.zeros((2, count))
        for row, values in zip(largest, (miss, terms), strict=True):
            np.maximum.at(row, self.equations, values)
        self.comm.Allreduce(MPI.IN_PLACE, largest, op=MPI.MAX)
        there = largest[1] > NOTHING * largest[1].max()
        return float((largest[0, there] / largest[1, there]).max())

    def dot(self, y: Rows, x: Rows) -> complex:
        """Return y^H x of own rows. Collective."""
        return complex(self.comm.allreduce(np.vdot(y, x)))


def product(matrix: PETSc.Mat, x: Rows, transposed: bool = False) -> Rows:
    """Return the own rows of A x, or of A^T x, for the own rows of x, real or not. Collective."""
    if np.iscomplexobj(x):
        return product(matrix, x.real, transposed) + 1j * product(matrix, x.imag, transposed)
    given, taken = matrix.createVecs()
    if transposed:
        given, taken = taken, given
    given.array[:] = x
    (matrix.multTranspose if transposed else matrix.mult)(given, taken)
    return np.asarray(taken.array.copy())
