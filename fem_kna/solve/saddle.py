"""A saddle point: a vector and what keeps it free of divergence. Knows PETSc, no physics."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from dolfinx import fem
from petsc4py import PETSc

from .bodies import Coupling
from .layout import Forms
from .linear import Linear
from .numbering import Numbering


class Saddle:
    r"""The matrix H of a velocity and a pressure, and its preconditioner P.

        H = [ V  G ]        P = [ V  G ]        Q ~ -D V^-1 G,
            [ D  0 ],           [ 0  Q ],

    V, of quadratic functions, by a cycle of multigrid over linear ones, see `Linear`, Q, a mass
    matrix with a weight, by a sweep. With exact V and Q of constant weight iterations do not grow
    with the mesh. What a surface does to it is small next to it, and left out.
    """

    def __init__(
        self, unknowns: Sequence[fem.Function], conditions: Sequence[Any], schur: fem.Form
    ) -> None:
        """Make the matrix of velocity and pressure; rows that `conditions` hold keep a diagonal.

        `schur` is the bilinear form of Q. Collective.
        """
        self.numbering, self.kept = Numbering(unknowns, ()), tuple(conditions)
        self._pressure, self._schur = Numbering(unknowns[1:], ()), schur
        self.matrix, self._Q = self.numbering.matrix(), self._pressure.matrix()
        self.matrix.setOption(PETSc.Mat.Option.KEEP_NONZERO_PATTERN, True)
        self._sets = self.numbering.index_set((0,)), self.numbering.index_set((1,))
        first, _ = self.matrix.getOwnershipRange()
        self._linear = Linear(unknowns[0], self.numbering.rows(self.kept) - first)
        self.solver = self
        self._ksp: PETSc.KSP | None = None
        self._b, self._x = self.numbering.vector(), self.numbering.vector()

    def assemble(self, forms: Forms) -> None:
        """Assemble the matrix. Collective."""
        self.numbering.assemble_matrix(forms, self.matrix)
        if self.kept:
            self.matrix.zeroRowsColumns(self.numbering.rows(self.kept), diag=1.0)

    def renew(self, coupling: Coupling | None) -> None:
        """Have the preconditioner follow the matrix at its next set-up. Collective."""
        self._pressure.assemble_matrix([[self._schur]], self._Q)

    def set_up(self, prefix: str) -> None:
        """Set up by PETSc's options after ``flow_``, and keep that until the next time."""
        if self._ksp is None:
            self._ksp = self._made(prefix)
        pc = self._ksp.getPC()
        pc.setReusePreconditioner(False)
        self._ksp.setOperators(self.matrix)
        self._ksp.setUp()
        if pc.getType() == PETSc.PC.Type.FIELDSPLIT:
            self._linear.serve(pc.getFieldSplitSchurGetSubKSP()[0].getPC())
        pc.setReusePreconditioner(True)

    def solve(self, right: np.ndarray, found: np.ndarray) -> None:
        """Solve for own rows. Collective."""
        self._b.array[:] = right
        self._ksp.solve(self._b, self._x)
        found[:] = self._x.array_r

    def close(self) -> None:
        """Free all. Collective."""
        self._linear.close()
        for held in (self._ksp, self.matrix, self._Q, self._b, self._x, *self._sets):
            if held is not None:
                held.destroy()

    def _made(self, prefix: str) -> PETSc.KSP:
        ksp = PETSc.KSP().create(self.numbering.comm)
        ksp.setOptionsPrefix(f"{prefix}flow_")
        ksp.setOperators(self.matrix)
        ksp.setFromOptions()
        velocity, pressure = self._sets
        ksp.getPC().setFieldSplitIS(("velocity", velocity), ("pressure", pressure))
        ksp.getPC().setFieldSplitSchurPreType(PETSc.PC.FieldSplitSchurPreType.USER, self._Q)
        return ksp
