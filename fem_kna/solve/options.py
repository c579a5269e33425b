"""Named sets of PETSc options, with a reason per option. No physics."""

from collections.abc import Mapping
from typing import Any

from petsc4py import PETSc

from .apart import Apart

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
    # Room for pivoting: the drive's row has a zero diagonal, and a liquid's rows hardly any entries
    # beside the pressure's; 50 % is too little for 1e2 Pa s.
    "mat_mumps_icntl_14": 100,
}

# What is left where nothing else helps: a factorisation of every matrix.
FACTORISED = {"ksp_type": "preonly", "pc_type": "lu", "pc_factor_mat_solver_type": "mumps"}

# For a Jacobian with a memory, see `Tangent`: its full steps may raise the residual on their
# way, and backtracking would then hold it up. Negative, Armijo's constant lets the residual rise
# tenfold before a step is cut: g^2 < f^2 (1 - 2 alpha).
LENIENT = {"snes_linesearch_alpha": -50}

# One V-cycle of algebraic multigrid for a scalar field. With symmetric Gauss-Seidel as smoother, as
# here, Krylov iterations do not grow with the mesh: 7 to 9 to six digits at 7e3 to 2.5e6 unknowns.
GAMG = {
    "ksp_type": "preonly",
    "pc_type": "gamg",
    # With 0.01 a set-up takes a tenth less, and at 1e6 unknowns it is 9 to 11 iterations.
    "pc_gamg_threshold": 0.03,
    "pc_gamg_agg_nsmooths": 1,
    # A hierarchy made for one time step does not suit another: 31 iterations instead of 12.
    "pc_gamg_reuse_interpolation": False,
    "mg_levels_ksp_type": "richardson",
    "mg_levels_pc_type": "sor",
    "mg_levels_ksp_max_it": 1,
}
# One for another field of the same nodes, whose matrix `Nodal` has made alike, with the first one's
# interpolation: a third of the set-up, and near the limiting current two iterations less.
LENT = {
    "ksp_type": "preonly",
    "pc_type": "mg",
    "pc_mg_galerkin": "both",
    "mg_coarse_pc_type": "bjacobi",  # all of it on one rank, where GAMG has put it
    "mg_coarse_sub_pc_type": "lu",
} | {name: value for name, value in GAMG.items() if name.startswith("mg_levels")}
# The same by hypre, where PETSc has it. By default it smooths forward and back each time. Forward
# before and back after saves a tenth of a step's time, but with fast kinetics and thin films takes
# 16 iterations where this takes 10.
BOOMERAMG = {
    "ksp_type": "preonly",
    "pc_type": "hypre",
    "pc_hypre_type": "boomeramg",
    # Coarsening and interpolation that hypre's manual advises in 3-D: small operators.
    "pc_hypre_boomeramg_strong_threshold": 0.5,
    "pc_hypre_boomeramg_coarsen_type": "HMIS",
    "pc_hypre_boomeramg_interp_type": "ext+i",
    "pc_hypre_boomeramg_P_max": 4,
}
HYPRE = "hypre"
KRYLOV = NEWTON | {
    "ksp_type": "gmres",
    "ksp_pc_side": "right",
    "ksp_gmres_restart": 60,
    # The most digits that are asked for, see `Upkeep.leaves`: more save no Newton step.
    "ksp_rtol": 1e-6,
    "ksp_max_it": 90,
}
# The surface is eliminated exactly, by a factorisation; what it does to the volume stands in the
# matrix that the volume's preconditioner is made of, see `Blocks`.
ELIMINATION = {
    "pc_type": "fieldsplit",
    "pc_fieldsplit_type": "schur",
    "pc_fieldsplit_schur_fact_type": "full",
    "pc_fieldsplit_schur_precondition": "a11",
    "fieldsplit_surface_ksp_type": "preonly",
    "fieldsplit_surface_pc_type": "lu",
    "fieldsplit_surface_pc_factor_mat_solver_type": "mumps",
    "fieldsplit_surface_mat_mumps_icntl_14": 100,  # as above
    "fieldsplit_volume_ksp_type": "preonly",
}
VOLUME = "fieldsplit_volume_"
# With quadratic elements more neighbours are weak: 12 iterations instead of 17, in as much time.
QUADRATIC = GAMG | {"pc_gamg_threshold": 0.05}
# GAMG for a velocity of linear elements, as `Linear` has it under a quadratic one. Sweeps cost
# little there: at 7e4 unknowns with one it is 32 iterations, with three 27, and with a
# factorisation 25. A threshold, where viscosity varies by orders, costs one or two.
VECTOR = GAMG | {"pc_gamg_threshold": 0.0, "mg_levels_ksp_max_it": 3}
# For a quadratic velocity a sweep, and what linear functions see of it. GAMG on all of it takes
# eight times the set-up, twice the time an iteration, and 35 to 49 of these where this takes 22 to
# 27.
QUADRATIC_VECTOR = {
    "ksp_type": "preonly",
    "pc_type": "mg",
    "pc_mg_levels": 2,
    "mg_levels_ksp_type": "richardson",
    "mg_levels_pc_type": "sor",
    "mg_levels_ksp_max_it": 1,
    **{f"mg_coarse_{name}": value for name, value in VECTOR.items()},
}
# Forces weigh little in the residual: with six digits of all Newton's method takes 14 iterations
# where with eight it is 10, for hardly more of the linear solver's. Where all is solved to eight in
# every iteration, it is 4 to 6 a step, and with digits by `Upkeep.leaves` 6 to 8.
WEIGHED = {"ksp_rtol": 1e-8}
# A velocity and a pressure, see `Saddle`. Never hypre's, whose defaults are for scalars.
STOKES = {
    "ksp_type": "preonly",
    "pc_type": "fieldsplit",
    "pc_fieldsplit_type": "schur",
    "pc_fieldsplit_schur_fact_type": "upper",
    **{f"fieldsplit_velocity_{name}": value for name, value in QUADRATIC_VECTOR.items()},
    "fieldsplit_pressure_ksp_type": "preonly",
    "fieldsplit_pressure_pc_type": "sor",
    "fieldsplit_pressure_pc_sor_its": 2,
}
MOST_FIELDS = 12  # that a preconditioner's options are known for


def multigrid() -> str:
    """Return whose multigrid is used: hypre's where PETSc has it, else PETSc's own."""
    return "BoomerAMG" if PETSc.Sys.hasExternalPackage(HYPRE) else "GAMG"


def block_options(
    fields: int,
    *,
    degree: int = 1,
    surface: bool = True,
    flow: bool = False,
    by: str | None = None,
    lenient: bool = False,
) -> dict[str, Any]:
    """Return the options that solve for so many `fields` of a block apart, see `Apart`.

    Each field is given a cycle of multigrid, `by` GAMG or BoomerAMG, that suits the elements'
    `degree`. With a `surface` that is eliminated first; with a `flow` a velocity and a pressure
    stand beside the fields. The line search may be `lenient`.
    """
    apart: dict[str, Any] = {"pc_type": "python", "pc_python_type": f"{Apart.__module__}.Apart"}
    for number, cycle in enumerate(_cycles(fields, degree, by or multigrid())):
        apart |= {f"fieldsplit_{number}_{name}": value for name, value in cycle.items()}
    apart |= {f"flow_{name}": value for name, value in STOKES.items()} if flow else {}
    newton = KRYLOV | (WEIGHED if flow else {}) | (LENIENT if lenient else {})
    if not surface:
        return newton | apart
    return newton | ELIMINATION | {VOLUME + name: value for name, value in apart.items()}


def _cycles(fields: int, degree: int, by: str) -> list[Mapping[str, Any]]:
    """Return the cycle of each field; the last one's own is lent to the others, see `Fields`."""
    if by == "BoomerAMG":
        return [BOOMERAMG] * fields
    return [*[LENT] * (fields - 1), GAMG if degree == 1 else QUADRATIC]


OURS = {
    name
    for options in (
        DIRECT,
        LENIENT,
        *(
            block_options(fields, surface=surface, flow=True, by=by)
            for surface in (True, False)
            for by in ("GAMG", "BoomerAMG")
            for fields in range(1, MOST_FIELDS + 1)
        ),
    )
    for name in options
}


def direct_options(*, lenient: bool = False) -> dict[str, Any]:
    """Return the options of a factorisation, perhaps with a `lenient` line search."""
    return DIRECT | (LENIENT if lenient else {})
