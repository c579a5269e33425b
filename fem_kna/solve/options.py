"""Named sets of PETSc options, with a reason per option. No physics."""

from collections.abc import Mapping
from typing import Any

from ..inputs.errors import InputError
from ..inputs.messages import unknown

NEWTON = {
    # Backtracking: 7 to 10 iterations near the limiting current instead of 23.
    "snes_linesearch_type": "bt",
    # Newton has arrived when its update is below 1e-10: converging quadratically, what is left is
    # round-off, which keeps charge and ions conserved and ranks equal. The residual alone cannot
    # tell: with a very short step its round-off is large.
    "snes_stol": 1e-10,
    "snes_atol": 1e-13,
    "snes_rtol": 1e-14,
    "snes_max_it": 25,
}

# A sparse factorisation, kept over the steps as the preconditioner of a few Krylov iterations and
# renewed when these grow many (see `Newton`): factorising costs more than all the rest of a step.
DIRECT = NEWTON | {
    "ksp_type": "gmres",
    "ksp_pc_side": "right",
    # Eight digits a Newton iteration: two or three of them reach round-off.
    "ksp_rtol": 1e-8,
    "ksp_max_it": 30,
    "pc_type": "lu",
    "pc_factor_mat_solver_type": "mumps",
    # Room for pivoting: the drive's row has a zero diagonal.
    "mat_mumps_icntl_14": 50,
}

# For a Jacobian with a memory, see `newton.Tangent`: its full steps may raise the residual on their
# way, and backtracking would then hold it up. Negative, Armijo's constant lets the residual rise
# tenfold before a step is cut: g^2 < f^2 (1 - 2 alpha).
LENIENT = {"snes_linesearch_alpha": -50}

SETS: Mapping[str, Mapping[str, Any]] = {"direct": DIRECT}


def solver_options(name: str, *, lenient: bool = False) -> dict[str, Any]:
    """Return the options of the set `name`, perhaps with a `lenient` line search.

    Raises:
        InputError: there is no such set.
    """
    if name not in SETS:
        raise InputError(f"numerics.solver: {unknown('solver set', name, SETS)}")
    return dict(SETS[name]) | (LENIENT if lenient else {})
