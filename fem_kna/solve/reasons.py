"""Why PETSc's solvers ended, in its own words."""

from typing import Any

from petsc4py import PETSc


def newton_reason(snes: PETSc.SNES) -> str:
    """Say why a nonlinear solve ended; where a linear one failed, why that did, too."""
    code = snes.getConvergedReason()
    found = _name(PETSc.SNES.ConvergedReason, code)
    if code != PETSc.SNES.ConvergedReason.DIVERGED_LINEAR_SOLVE:
        return found
    ksp = snes.getKSP()
    linear = _name(PETSc.KSP.ConvergedReason, ksp.getConvergedReason())
    return f"{found} (KSP {linear} after {ksp.getIterationNumber()} iterations)"


def _name(reasons: Any, code: int) -> str:
    return next((name for name, value in vars(reasons).items() if value == code), str(code))
