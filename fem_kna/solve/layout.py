"""How the matrix of a system is kept: whole, to be factorised, or in blocks. No physics."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from dolfinx import fem
from petsc4py import PETSc

from .apart import Fields
from .nodal import Nodal
from .numbering import Numbering

Forms = Sequence[Sequence[Any]]


class Layout(Protocol):
    """A matrix and the one that its preconditioner is made of."""

    numbering: Numbering
    matrix: PETSc.Mat
    preconditioner: PETSc.Mat
    kept: Sequence[Any]  # conditions whose rows stay in the matrix, with nothing but a diagonal

    def assemble(self, forms: Forms) -> None:
        """Assemble the matrix from bilinear forms, a row of them per function. Collective."""

    def renew(self) -> None:
        """Make what the preconditioner is made of follow the matrix. Collective."""

    def attach(self, pc: PETSc.PC) -> None:
        """Tell a preconditioner the names of the blocks. Collective."""

    def close(self) -> None:
        """Free the matrices. Collective."""


class Whole:
    """One sparse matrix. What conditions hold has no row in it."""

    kept: Sequence[Any] = ()

    def __init__(self, unknowns: Sequence[Any], conditions: Sequence[Any]) -> None:
        """Make the matrix of the `unknowns`, but for what `conditions` hold. Collective."""
        self.numbering = Numbering(unknowns, conditions)
        self.matrix = self.preconditioner = self.numbering.matrix()

    def assemble(self, forms: Forms) -> None:
        """Assemble the matrix. Collective."""
        self.numbering.assemble_matrix(forms, self.matrix)

    def renew(self) -> None:
        """Do nothing: the preconditioner is made of the matrix itself."""

    def attach(self, pc: PETSc.PC) -> None:
        """Do nothing: there is one block."""

    def close(self) -> None:
        """Free the matrix. Collective."""
        self.matrix.destroy()


class Blocks:
    r"""Two blocks each way: `volume` (A), which grows fastest with a mesh, and `surface` (M).

        K = [ A  B ]
            [ C  M ]

    M is small enough to be factorised. A, assembled by blocks of a node's components, which is
    three times as fast, is split into its fields for multigrid (see `Nodal`): A - B M^-1 C, but
    for what couples nodes of the surface that are no neighbours: C and M are mass-like, so that

        B M^-1 C ~ B D,     D_sk = C_sk / M_ss     at the node k of the volume that s lies on.

    Without this the potential would be left without any boundary that holds it.
    """

    def __init__(
        self, unknowns: Sequence[Any], conditions: Sequence[Any], forms: Forms, under: np.ndarray
    ) -> None:
        """Make the matrices for `forms`. Collective.

        The first unknown is a blocked one that fills space. The others live on its boundary: the
        first of them in nodes that coincide with nodes of it, whose global numbers are `under` its
        own ones; the last ones may be single numbers.
        """
        spaces = [u.function_space._cpp_object for u in unknowns]
        first, *others = fem.bcs_by_block(spaces, conditions)
        self.kept, held = tuple(first), [c for block in others for c in block]
        self.numbering, self._under = Numbering(unknowns, held), under
        self._has_surface = len(unknowns) > 1
        self._A = Nodal(forms[0][0])
        if self._has_surface:
            self._volume, self._surface = Numbering(unknowns[:1], ()), Numbering(unknowns[1:], held)
            self._B = self._volume.matrix(self._surface)
            self._C = self._surface.matrix(self._volume)
            self._M = self._surface.matrix()
        self.assemble(forms)  # for the pattern
        self._fields, self.matrix = Fields(), self._A.matrix
        self.preconditioner = self._P = PETSc.Mat().createPython(
            self.matrix.getSizes(), self._fields, comm=self.numbering.comm
        )
        self._P.setUp()
        if self._has_surface:
            self._sets = self._index_sets()
            self.matrix, self.preconditioner = self._joined(self.matrix), self._joined(self._P)

    def assemble(self, forms: Forms) -> None:
        """Assemble all blocks. Collective."""
        self._A.assemble(forms[0][0], list(self.kept))
        if not self._has_surface:
            return
        self._volume.assemble_matrix([forms[0][1:]], self._B, self._surface)
        self._surface.assemble_matrix([row[:1] for row in forms[1:]], self._C, self._volume)
        self._surface.assemble_matrix([row[1:] for row in forms[1:]], self._M)

    def renew(self) -> None:
        """Split A - B D into its fields; A has just been assembled. Collective."""
        self._fields.forget()  # first, so that two generations never stand side by side
        if self._has_surface:
            D = self._coincident()
            through = self._B.matMult(D)
            self._A.take_off(through)
            D.destroy()
            through.destroy()
        self._fields.take(self._A)
        self._P.assemble()
        self.preconditioner.assemble()

    def attach(self, pc: PETSc.PC) -> None:
        """Name the blocks. Collective."""
        if self._has_surface:
            volume, surface = self._sets
            pc.setFieldSplitIS(("surface", surface), ("volume", volume))

    def close(self) -> None:
        """Free the matrices. Collective."""
        self._fields.close()
        self.matrix.destroy()
        self.preconditioner.destroy()
        self._A.close()
        self._P.destroy()
        if self._has_surface:
            for held in (self._B, self._C, self._M):
                held.destroy()

    def _index_sets(self) -> tuple[PETSc.IS, PETSc.IS]:
        """Return the rows of the volume, and those of the surface behind them, on each rank."""
        comm, sizes = self.numbering.comm, (self._volume.size, self._surface.size)
        first = comm.scan(sum(sizes)) - sum(sizes)
        starts = first, first + sizes[0]
        volume, surface = (
            PETSc.IS().createStride(size, first=start, comm=comm)
            for size, start in zip(sizes, starts, strict=True)
        )
        return volume, surface

    def _joined(self, volume: PETSc.Mat) -> PETSc.Mat:
        blocks, sets = [[volume, self._B], [self._C, self._M]], self._sets
        joined = PETSc.Mat().createNest(blocks, isrows=sets, iscols=sets, comm=self.numbering.comm)
        joined.assemble()
        return joined

    def _coincident(self) -> PETSc.Mat:
        """Return D: of each row of C what stands at the node that it lies on, over M's diagonal."""
        size = self._A.size
        rows, columns, values = self._C.getValuesCSR()
        row = np.repeat(np.arange(len(rows) - 1), np.diff(rows))
        under = np.full(len(rows) - 1, -1, dtype=np.int64)
        under[: len(self._under)] = self._under
        there = columns // size == under[row]
        counts = np.bincount(row[there], minlength=len(rows) - 1)
        values = values[there] / self._M.getDiagonal().array[row[there]]
        csr = np.concatenate([[0], np.cumsum(counts)]).astype(PETSc.IntType), columns[there], values
        return PETSc.Mat().createAIJ(self._C.getSizes(), csr=csr, comm=self.numbering.comm)
