"""Newton's method on a set of blocks. Knows PETSc, no physics."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import ufl
from dolfinx.fem.petsc import NonlinearProblem
from mpi4py import MPI
from petsc4py import PETSc

Options = Mapping[str, Any]


class Newton:
    """Solves F(u) = 0 for the blocks of a form; the derivative is UFL's."""

    def __init__(
        self,
        form: Any,
        unknowns: Sequence[Any],
        trials: Sequence[Any],
        entity_maps: Sequence[Any],
        options: Options,
        prefix: str = "cell_",
    ) -> None:
        """Compile residual and Jacobian of `form` at `unknowns`; `options` are PETSc's own."""
        blocks = ufl.extract_blocks(form)
        jacobian = [
            [ufl.derivative(row, u, du) for u, du in zip(unknowns, trials, strict=True)]
            for row in blocks
        ]
        self.unknowns = tuple(unknowns)
        self._problem = NonlinearProblem(
            blocks,
            list(unknowns),
            J=jacobian,
            kind="mpi",
            entity_maps=list(entity_maps),
            petsc_options_prefix=prefix,
            petsc_options=dict(options),
        )
        self.iterations = 0
        self.linear_iterations = 0

    def solve(self) -> bool:
        """Solve from the unknowns' present values; return whether it converged to finite numbers.

        The unknowns hold the last iterate either way. Collective.
        """
        snes = self._problem.solver
        try:
            self._problem.solve()
        except PETSc.Error:
            return False
        self.iterations += snes.getIterationNumber()
        self.linear_iterations += snes.getLinearSolveIterations()
        return bool(snes.getConvergedReason() > 0) and self._finite()

    def close(self) -> None:
        """Free PETSc's matrices and factors, on all ranks at once.

        Left to Python's garbage collector, ranks would reach this collective call at different
        times and wait for each other for ever.
        """
        del self._problem
        PETSc.garbage_cleanup()

    @property
    def reason(self) -> str:
        """Why the last solve ended, in PETSc's words."""
        code = self._problem.solver.getConvergedReason()
        names = vars(PETSc.SNES.ConvergedReason)
        return next((name for name, value in names.items() if value == code), str(code))

    def _finite(self) -> bool:
        here = all(np.isfinite(u.x.array).all() for u in self.unknowns)
        comm = self.unknowns[0].function_space.mesh.comm
        return bool(comm.allreduce(here, op=MPI.LAND))
