"""How the matrix of a system is kept: whole, to be factorised, or in `blocks`. No physics."""

from collections.abc import Sequence
from typing import Any, Protocol

from petsc4py import PETSc

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
