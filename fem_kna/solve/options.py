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

DIRECT = NEWTON | {
    "ksp_type": "preonly",
    "pc_type": "lu",
    "pc_factor_mat_solver_type": "mumps",
    # Room for pivoting: the drive's row has a zero diagonal.
    "mat_mumps_icntl_14": 50,
}

SETS: Mapping[str, Mapping[str, Any]] = {"direct": DIRECT}


def solver_options(name: str) -> dict[str, Any]:
    """Return the options of the set `name`.

    Raises:
        InputError: there is no such set.
    """
    if name not in SETS:
        raise InputError(f"numerics.solver: {unknown('solver set', name, SETS)}")
    return dict(SETS[name])
