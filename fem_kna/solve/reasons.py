"""Why PETSc's solvers ended, in its own words."""

from typing import Any

from petsc4py import PETSc


def newton_reason(snes: PETSc.SNES) -> str:
    """Say why a nonlinear solve ended; where a linear one failed, why that did, too."""
    code = snes.getConvergedReason()
    found = _name(PETSc.SNES.ConvergedReason, code)
    if code != PETSc.SNES.ConvergedReason.DIVERGED_LINEAR_SOLVE:
        return found
    return f"{found} ({linear_reason(snes.getKSP())})"


def linear_reason(ksp: PETSc.KSP) -> str:
    """Say why a linear solve ended, and after how many iterations."""
    found = _name(PETSc.KSP.ConvergedReason, ksp.getConvergedReason())
    return f"KSP {found} after {ksp.getIterationNumber()} iterations"


def _name(reasons: Any, code: int) -> str:
    return next((name for name, value in vars(reasons).items() if value == code), str(code))
