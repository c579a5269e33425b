"""What fills space with several fields in each node, and a preconditioner of it. No physics."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from dolfinx import fem
from petsc4py import PETSc

from .apart import Fields
from .bodies import Coupling
from .layout import Forms
from .nodal import Nodal
from .numbering import Numbering


class Split:
    r"""The matrix A of a blocked unknown, assembled by nodes, and its fields by themselves.

    What is split, see `Nodal`, is A - B M^-1 C, M being the surface's block, but for what couples
    nodes of the surface that are no neighbours: C and M are mass-like, so that

        B M^-1 C ~ B D,     D_sk = C_sk / M_ss     at the node k of the volume that s lies on.

    Without this a potential would be left without any boundary that holds it.
    """

    def __init__(
        self, unknown: fem.Function, conditions: Sequence[Any], form: fem.Form, under: np.ndarray
    ) -> None:
        """Make the matrix of a bilinear `form`; rows that `conditions` hold have a diagonal alone.

        The surface's first unknowns lie on nodes whose global numbers are `under` its own ones.
        Collective.
        """
        self.numbering, self.kept = Numbering((unknown,), ()), tuple(conditions)
        self.solver, self._nodal, self._under = Fields(), Nodal(form), under
        self.matrix = self._nodal.matrix

    def assemble(self, forms: Forms) -> None:
        """Assemble the matrix. Collective."""
        self._nodal.assemble(forms[0][0], list(self.kept))

    def renew(self, coupling: Coupling | None) -> None:
        """Split what has just been assembled, and how the surface couples it. Collective."""
        self.solver.forget()  # first, so that two generations never stand side by side
        if coupling is not None:
            D = self._coincident(coupling)
            through = coupling.B.matMult(D)
            self._nodal.take_off(through)
            D.destroy()
            through.destroy()
        self.solver.take(self._nodal)

    def close(self) -> None:
        """Free the matrices. Collective."""
        self.solver.close()
        self._nodal.close()

    def _coincident(self, coupling: Coupling) -> PETSc.Mat:
        """Return D: of each row of C what stands at the node that it lies on, over M's diagonal."""
        rows, columns, values = coupling.C.getValuesCSR()
        counts = np.diff(rows)
        row, under = np.repeat(np.arange(len(counts)), counts), np.full(len(counts), -1)
        under[: len(self._under)] = self._under
        there = columns // self._nodal.size == under[row]
        counts = np.bincount(row[there], minlength=len(counts))
        values = values[there] / coupling.M.getDiagonal().array[row[there]]
        csr = np.concatenate([[0], np.cumsum(counts)]).astype(PETSc.IntType), columns[there], values
        return PETSc.Mat().createAIJ(coupling.C.getSizes(), csr=csr, comm=self.matrix.getComm())
