"""Newton's method on a set of blocks. Knows PETSc, no physics."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import ufl
from dolfinx.fem import bcs_by_block, extract_function_spaces
from dolfinx.fem.petsc import NonlinearProblem, assemble_jacobian, assemble_vector, assign, set_bc
from mpi4py import MPI
from petsc4py import PETSc

from .options import LENIENT, SETS

Options = Mapping[str, Any]
OURS = {name for options in (*SETS.values(), LENIENT) for name in options}
ONCE, ALWAYS = -2, 1  # PETSc's lag of a preconditioner: build it at the next chance, at every one
POOR = 8  # linear iterations per Newton iteration from which a new factorisation pays


class Tangent(Protocol):
    """How a Jacobian differs from the derivative, by what it remembers of the iterates."""

    added: Any

    def follow(self, first: bool) -> None:
        """Go on to the unknowns' present iterate, or begin with it, the `first` one. Collective."""

    def forget(self) -> None:
        """Forget the iterates so far: they led nowhere."""


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
        conditions: Sequence[Any] = (),
        lifted: bool = False,
        tangent: Tangent | None = None,
    ) -> None:
        """Compile residual and Jacobian of `form` at `unknowns`.

        `options` are PETSc's own; `conditions` are Dirichlet conditions on the unknowns, which the
        guess of every solve must meet already, or, if they are `lifted`, meets after one iteration
        that carries everything else along. The form `tangent.added` is added to the derivative.
        """
        blocks = ufl.extract_blocks(form)
        jacobian = [
            [ufl.derivative(row, u, du) for u, du in zip(unknowns, trials, strict=True)]
            for row in blocks
        ]
        if tangent is not None:
            _add(tangent.added, jacobian, trials)
        self.unknowns = tuple(unknowns)
        self._problem = NonlinearProblem(
            blocks,
            list(unknowns),
            J=jacobian,
            bcs=list(conditions),
            kind="mpi",
            entity_maps=list(entity_maps),
            petsc_options_prefix=prefix,
            petsc_options=dict(options),
        )
        if conditions and not lifted:
            self._conditions = bcs_by_block(extract_function_spaces(self._problem.F), conditions)
            self._problem.solver.setFunction(self._residual, self._problem.b)
        self._tangent = tangent
        if tangent is not None:
            self._bcs = list(conditions)
            self._problem.solver.setJacobian(self._jacobian, self._problem.A)
        self._keeps = self._problem.solver.ksp.getType() != PETSc.KSP.Type.PREONLY
        self._poor = True
        self.converged = False
        self.iterations = 0
        self.linear_iterations = 0

    def solve(self) -> bool:
        """Solve from the unknowns' present values; return whether it converged to finite numbers.

        The unknowns hold the last iterate either way. Where Krylov iterations stand between, the
        preconditioner is kept from step to step and built anew when it has grown poor; a solve
        that fails is tried again with a new one at every iteration. Collective.
        """
        guess = [u.x.array.copy() for u in self.unknowns]
        if self._poor:
            self._rebuild(ONCE)
        if self._attempt() or not self._keeps:
            return self.converged
        for u, values in zip(self.unknowns, guess, strict=True):
            u.x.array[:] = values
        self._rebuild(ALWAYS)
        self._attempt()
        self._poor = True
        return self.converged

    def _rebuild(self, when: int) -> None:
        """Have the preconditioner built at the next chance and then kept, or at every chance."""
        if self._keeps:
            snes, lag = self._problem.solver, "snes_lag_preconditioner"
            options = PETSc.Options(snes.getOptionsPrefix())
            options[lag], options[f"{lag}_persists"] = when, True
            snes.setFromOptions()
            for name in (lag, f"{lag}_persists"):
                options.delValue(name)

    def _attempt(self) -> bool:
        snes = self._problem.solver
        self.converged = False
        try:
            self._problem.solve()
        except PETSc.Error:
            return False
        newton, linear = snes.getIterationNumber(), snes.getLinearSolveIterations()
        self.iterations += newton
        self.linear_iterations += linear
        self._poor = linear > POOR * max(newton, 1)
        self.converged = bool(snes.getConvergedReason() > 0) and self._finite()
        if self._tangent is not None and not self.converged:
            self._tangent.forget()
        return self.converged

    def _jacobian(self, snes: PETSc.SNES, x: PETSc.Vec, A: PETSc.Mat, P: PETSc.Mat) -> None:
        """Assemble the Jacobian at `x` into `A`, after the tangent has come there."""
        x.ghostUpdate(PETSc.InsertMode.INSERT, PETSc.ScatterMode.FORWARD)
        assign(x, list(self.unknowns))
        self._tangent.follow(snes.getIterationNumber() == 0)
        assemble_jacobian(snes, x, A, P, self.unknowns, self._problem.J, None, self._bcs)

    def _residual(self, snes: PETSc.SNES, x: PETSc.Vec, b: PETSc.Vec) -> None:
        """Assemble the residual at `x` into `b`, for an `x` that meets all conditions.

        DOLFINx's own also takes the conditions' part of the Jacobian over to the right-hand side;
        it is zero here, and computing it takes a tenth of a step.
        """
        x.ghostUpdate(PETSc.InsertMode.INSERT, PETSc.ScatterMode.FORWARD)
        assign(x, list(self.unknowns))
        for vector in (x, b):
            vector.setAttr("_blocks", self._problem.b.getAttr("_blocks"))
        with b.localForm() as local:
            local.set(0.0)
        assemble_vector(b, self._problem.F)
        b.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        set_bc(b, self._conditions, x0=x, alpha=-1.0)

    @property
    def forms(self) -> tuple[Any, Any]:
        """The compiled residual, per block, and Jacobian, per pair of blocks."""
        return self._problem.F, self._problem.J

    def close(self) -> None:
        """Free PETSc's matrices and factors, on all ranks at once.

        Left to Python's garbage collector, ranks would reach this collective call at different
        times and wait for each other for ever.
        """
        left = PETSc.Options(self._problem.solver.getOptionsPrefix())
        for name in OURS:  # PETSc then warns of what the user misspelt, and of that alone
            left.delValue(name)
        del self._problem
        PETSc.garbage_cleanup(self.unknowns[0].function_space.mesh.comm)

    @property
    def reason(self) -> str:
        """Why the last solve ended, in PETSc's words."""
        code = self._problem.solver.getConvergedReason()
        names = vars(PETSc.SNES.ConvergedReason)
        return next((name for name, value in names.items() if value == code), str(code))

    def _finite(self) -> bool:
        here = all(np.isfinite(u.x.array).all() for u in self.unknowns)
        # A buffer, not a Python object: the mesh's communicator must stay free of mpi4py's lock.
        everywhere = np.array([here], dtype=np.int32)
        self.unknowns[0].function_space.mesh.comm.Allreduce(MPI.IN_PLACE, everywhere, op=MPI.MIN)
        return bool(everywhere[0])


def _add(form: Any, jacobian: Sequence[list[Any]], trials: Sequence[Any]) -> None:
    """Add a bilinear form to the blocks of a Jacobian."""
    for row, blocks in zip(jacobian, ufl.extract_blocks(form), strict=False):
        for place, block in enumerate(blocks):
            if block is not None:
                row[place] += ufl.replace(block, {block.arguments()[1]: trials[place]})
