"""Newton's method on a set of blocks. Knows PETSc, no physics."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI
from petsc4py import PETSc

from .blocks import Division
from .layout import Layout, Whole
from .numbering import Numbering
from .options import DIRECT, FACTORISED, OURS
from .reasons import newton_reason
from .remedies import Wreck
from .tangent import Tangent, add
from .upkeep import Upkeep

Options = Mapping[str, Any]
# PETSc's lag of a preconditioner: build it at the next chance, at every one, keep it.
ONCE, ALWAYS, NEVER = -2, 1, -1


class Newton:
    """Solves F(u) = 0 for the blocks of a form; the derivative is UFL's."""

    _open: ClassVar[Counter[str]] = Counter()  # solvers by prefix: those of one share its options

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
        division: Division | None = None,
        pace: Any = None,
    ) -> None:
        """Set up the solver of `form` at `unknowns`; its `forms` are compiled when first needed.

        `options` are PETSc's own. `conditions` are Dirichlet conditions: what they hold is no
        unknown, and every solve begins by meeting them; or, if they are `lifted`, it meets them
        after one iteration that carries everything else along. The form `tangent.added` is added
        to the derivative. With a `division` the matrix is kept in `Blocks`, and forms are compiled
        at once; a preconditioner of these then serves steps of a like `pace`, a form's constant
        that goes as their inverse.
        """
        self.unknowns, self._tangent = tuple(unknowns), tangent
        self._form, self._trials, self._entity_maps = form, tuple(trials), entity_maps
        self._lifted, self._met = (conditions, ()) if lifted else ((), conditions)
        self._prefix = prefix
        self._layout: Layout
        if division is None:
            self._layout, self._upkeep = Whole(self.unknowns, self._met), Upkeep()
        else:
            self._layout = division.blocks(self.unknowns, self._met, self.forms[1], entity_maps)
            self._upkeep = Upkeep(pace, cheap=True, leaping=bool(division.flow))
        self._x = self._numbering.vector()
        self._options, self._broken = options, False
        self._snes = self._solver()
        self._keeps = self._snes.ksp.getType() != PETSc.KSP.Type.PREONLY
        self._least = self._snes.ksp.getTolerances()[0]
        self._due = NEVER
        self.converged = False
        self.reason = ""  # why the last solve ended, in PETSc's words
        self.iterations = 0
        self.linear_iterations = 0
        self.refreshed = 0  # solves tried again with a new Jacobian's factors at every iteration

    def solve(self) -> bool:
        """Solve from the unknowns' present values; return whether it converged to finite numbers.

        The unknowns hold the last iterate either way. Where Krylov iterations stand between, the
        preconditioner is kept from step to step and built anew when it has grown poor, and the
        Jacobian where it will do; a solve that fails is tried again with new ones at every
        iteration. Collective.
        """
        _ = self.forms  # compiled here, so that a compiler's failure is not PETSc's
        self._numbering.meet(self._met)
        guess = self._arrays()
        self._mend()
        if self._upkeep.due():
            self._rebuild(ONCE)
        if self._attempt() or not self._keeps:
            return self.converged
        self._set(guess)
        self._mend()
        self._rebuild(ALWAYS)
        self.refreshed += 1
        self._attempt()
        self._upkeep.failed()
        return self.converged

    def escalate(self) -> bool:
        """Factorise every matrix from now on, whatever the options say; return whether that is new.

        It is then one whole matrix. Collective.
        """
        new = self._keeps
        self._keeps = False
        if not isinstance(self._layout, Whole):
            self._layout.close()
            self._layout, self._options = Whole(self.unknowns, self._met), DIRECT
        self._options = dict(self._options) | FACTORISED
        self._begin_again()
        return new

    def _mend(self) -> None:
        """Begin again after a solve that broke off: its vectors stay locked, as by a NaN matrix."""
        if self._broken:
            self._begin_again()

    def _begin_again(self) -> None:
        """Make the solver anew. Collective."""
        self._snes.destroy()
        self._x.destroy()
        self._x = self._numbering.vector()
        self._open[self._prefix] -= 1
        self._snes, self._broken = self._solver(), False

    def stuck(self) -> Wreck:
        """Return where the last solve got stuck, and the residual there. Collective.

        That is the last iterate, or the next one where that would be no number, if there was one.
        What is held has no residual; the unknowns stay.
        """
        kept, x, b = self._arrays(), self._x.duplicate(), self._x.duplicate()
        self._numbering.get(x)
        iterations = int(self._snes.getIterationNumber())
        found = Wreck(iterations, *self._seen(x, b))
        update = self._snes.getSolutionUpdate()  # none where the solver was made anew since
        if update.handle and np.isfinite(b.norm()):
            x.axpy(-1.0, update)
            further = Wreck(iterations + 1, *self._seen(x, b))
            found = found if np.isfinite(b.norm()) else further
        self._set(kept)
        x.destroy()
        b.destroy()
        return found

    def _seen(self, x: PETSc.Vec, b: PETSc.Vec) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Return the unknowns at `x` and their residual, which is in `b`, too."""
        self._numbering.put(x)
        self._numbering.assemble_vector(self.forms[0], b)
        iterate = self._arrays()
        self._set([0.0] * len(iterate))
        self._numbering.put(b)
        return iterate, self._arrays()

    def _arrays(self) -> list[np.ndarray]:
        return [u.x.array.copy() for u in self.unknowns]

    def _set(self, values: Sequence[Any]) -> None:
        for u, own in zip(self.unknowns, values, strict=True):
            u.x.array[:] = own

    def close(self) -> None:
        """Free PETSc's matrices and factors, on all ranks at once.

        Left to Python's garbage collector, ranks would reach this collective call at different
        times and wait for each other for ever.
        """
        self._open[self._prefix] -= 1
        if not self._open[self._prefix]:
            for name in OURS:  # PETSc then warns of what the user misspelt, and of that alone
                PETSc.Options(self._prefix).delValue(name)
        self._snes.destroy()
        self._x.destroy()
        self._layout.close()
        PETSc.garbage_cleanup(self._numbering.comm)

    @cached_property
    def forms(self) -> tuple[Any, Any]:
        """Residual and Jacobian by blocks, compiled. The first time collective."""
        rows = ufl.extract_blocks(self._form)
        pairs = tuple(zip(self.unknowns, self._trials, strict=True))
        jacobian = [[ufl.derivative(row, u, du) for u, du in pairs] for row in rows]
        if self._tangent is not None:
            add(self._tangent.added, jacobian, self._trials)
        residual, derivative = (
            fem.form(part, entity_maps=self._entity_maps) for part in (rows, jacobian)
        )
        return residual, derivative

    @property
    def _numbering(self) -> Numbering:
        return self._layout.numbering

    def _solver(self) -> PETSc.SNES:
        snes = PETSc.SNES().create(self._numbering.comm)
        snes.setFunction(self._residual, self._x.duplicate())
        snes.setJacobian(self._jacobian, self._layout.matrix, self._layout.preconditioner)
        snes.setOptionsPrefix(self._prefix)
        given = PETSc.Options(self._prefix)
        for name, value in self._options.items():
            given[name] = value
        snes.setFromOptions()
        self._layout.attach(snes.getKSP().getPC())
        self._open[self._prefix] += 1
        return snes

    def _rebuild(self, when: int) -> None:
        """Have the preconditioner built at the next chance and then kept, or at every chance."""
        self._due = when
        self._upkeep.renewed()
        if self._keeps:
            lag, options = "snes_lag_preconditioner", PETSc.Options(self._prefix)
            options[lag], options[f"{lag}_persists"] = when, True
            self._snes.setFromOptions()
            for name in (lag, f"{lag}_persists"):
                options.delValue(name)

    def _attempt(self) -> bool:
        self._numbering.get(self._x)
        try:
            self._snes.solve(None, self._x)
        except PETSc.Error as error:
            self.converged, self.reason = False, f"ERROR_{error.ierr}"
            self._broken = True
        else:
            self._take()
        if self._tangent is not None and not self.converged:
            self._tangent.forget()
        return self.converged

    def _take(self) -> None:
        """Take what PETSc has found, how and at what cost."""
        snes = self._snes
        self._numbering.put(self._x)
        newton, linear = snes.getIterationNumber(), snes.getLinearSolveIterations()
        self.iterations += newton
        self.linear_iterations += linear
        self._upkeep.solved(linear / max(newton, 1))
        self.converged = snes.getConvergedReason() > 0 and self._finite()
        self.reason = newton_reason(snes)
        self._broken = snes.getConvergedReason() == PETSc.SNES.ConvergedReason.DIVERGED_LINEAR_SOLVE

    def _jacobian(self, snes: PETSc.SNES, x: PETSc.Vec, A: PETSc.Mat, P: PETSc.Mat) -> None:
        """Assemble the Jacobian at `x` into `A`, after the tangent has come there.

        The last one is kept where it will do.
        """
        later, tolerance = snes.getIterationNumber() > 0, snes.getTolerances()[1]
        self._upkeep.iterated(snes.getIterationNumber(), snes.getFunctionNorm())
        snes.getKSP().setTolerances(rtol=self._upkeep.leaves(self._least, tolerance))
        if self._is_served(later, tolerance):
            return
        self._numbering.put(x)
        if self._tangent is not None:
            self._tangent.follow(not later)
        self._layout.assemble(self.forms[1])
        if later and self._upkeep.worn(snes.getKSP().getIterationNumber()):
            self._rebuild(ONCE)
        self._upkeep.assembled()
        if self._due != NEVER:
            self._layout.renew()
            self._due = ALWAYS if self._due == ALWAYS else NEVER
        if self._lifted:
            A.zeroRows(self._numbering.rows(self._lifted), diag=1.0)

    def _is_served(self, later: bool, tolerance: float) -> bool:
        """Whether a Jacobian that is there will do: the last solve's at first, an iterate's later.

        With a preconditioner that is due there is a new one in any case.
        """
        if later:
            return self._due != ALWAYS and self._upkeep.serves(tolerance)
        return self._due == NEVER and self._upkeep.lasts(tolerance)

    def _residual(self, snes: PETSc.SNES, x: PETSc.Vec, b: PETSc.Vec) -> None:
        """Assemble the residual at `x` into `b`; of what is lifted, what it lacks."""
        self._numbering.put(x)
        self._numbering.assemble_vector(self.forms[0], b)
        for conditions in (self._lifted, self._layout.kept):
            if conditions:
                self._numbering.put_excess(conditions, b)

    def _finite(self) -> bool:
        here = all(np.isfinite(u.x.array).all() for u in self.unknowns)
        # A buffer, not a Python object: the mesh's communicator must stay free of mpi4py's lock.
        everywhere = np.array([here], dtype=np.int32)
        self._numbering.comm.Allreduce(MPI.IN_PLACE, everywhere, op=MPI.MIN)
        return bool(everywhere[0])
