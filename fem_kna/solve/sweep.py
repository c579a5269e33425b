"""A sweep over the fields of a block: each is solved for, and passed on to the next ones."""

from collections.abc import Sequence
from typing import Any

from petsc4py import PETSc


class Fields:
    r"""A matrix of blocked unknowns as scalar ones of its fields, and their solvers.

    Its lower triangle in the order of the sweep, which is all that block Gauss-Seidel needs:

        x_k = A_kk^-1 (b_k - sum_{j<k} A_kj x_j),

    without the blocks that are zero, as those between ions in a dilute solution. PETSc's own
    field split keeps all rows once more, a third of a cell's memory.
    """

    def __init__(self, places: Sequence[int]) -> None:
        """Sweep over the components at `places` of a block, in this order."""
        self._places = tuple(places)
        self._own: list[PETSc.Mat] = []  # on the diagonal
        self._before: list[list[tuple[int, PETSc.Mat]]] = []  # left of it, by number
        self._solvers: list[PETSc.KSP] = []
        self._vectors: list[tuple[PETSc.Vec, PETSc.Vec]] = []  # of solutions and right-hand sides

    def take(self, matrix: PETSc.Mat) -> None:
        """Take the blocks of a matrix of scalars. Collective."""
        rows = [self._rows(matrix, place) for place in self._places]
        self._own = [matrix.createSubMatrix(row, row) for row in rows]
        for k, row in enumerate(rows):
            left = ((j, matrix.createSubMatrix(row, rows[j])) for j in range(k))
            self._before.append([(j, block) for j, block in left if _holds(block)])
        self._vectors = [block.createVecs() for block in self._own]
        for row in rows:
            row.destroy()

    def forget(self) -> None:
        """Free the blocks, and what solvers made of them. Collective."""
        for solver in self._solvers:
            solver.reset()
        for block in (*self._own, *(block for row in self._before for _, block in row)):
            block.destroy()
        for vector in (vector for pair in self._vectors for vector in pair):
            vector.destroy()
        self._own, self._before, self._vectors = [], [], []

    def close(self) -> None:
        """Free all. Collective."""
        self.forget()
        for solver in self._solvers:
            solver.destroy()
        self._solvers = []

    def set_up(self, prefix: str) -> None:
        """Set up a solver for each field, by PETSc's options after ``fieldsplit_NUMBER_``."""
        for k, block in enumerate(self._own):
            if k == len(self._solvers):
                solver = PETSc.KSP().create(block.getComm())
                solver.setOptionsPrefix(f"{prefix}fieldsplit_{k}_")
                solver.setFromOptions()
                self._solvers.append(solver)
            self._solvers[k].setOperators(block)
            self._solvers[k].setUp()

    def sweep(self, right: PETSc.Vec, solution: PETSc.Vec) -> None:
        """Solve by one sweep. Collective."""
        size, found = len(self._places), solution.array
        for k, place in enumerate(self._places):
            x, b = self._vectors[k]
            b.array[:] = right.array_r[place::size]
            for j, block in self._before[k]:
                block.mult(self._vectors[j][0], x)
                b.axpy(-1.0, x)
            self._solvers[k].solve(b, x)
            found[place::size] = x.array_r

    def _rows(self, matrix: PETSc.Mat, place: int) -> PETSc.IS:
        (own, _), _ = matrix.getSizes()
        first, _ = matrix.getOwnershipRange()
        size = len(self._places)
        return PETSc.IS().createStride(
            own // size, first=first + place, step=size, comm=matrix.getComm()
        )


class Sweep:
    """PETSc's preconditioner of that sweep; its matrix is one with `Fields` as its context."""

    def setUp(self, pc: PETSc.PC) -> None:
        """Set up the fields' solvers. Collective."""
        self._fields(pc).set_up(pc.getOptionsPrefix() or "")

    def apply(self, pc: PETSc.PC, right: PETSc.Vec, solution: PETSc.Vec) -> None:
        """Sweep once. Collective."""
        self._fields(pc).sweep(right, solution)

    def _fields(self, pc: PETSc.PC) -> Any:
        return pc.getOperators()[1].getPythonContext()


def _holds(block: PETSc.Mat) -> bool:
    """Whether a block is not all zero; one that is, is freed. Collective."""
    holds = block.norm(PETSc.NormType.NORM_INFINITY) > 0
    if not holds:
        block.destroy()
    return bool(holds)
