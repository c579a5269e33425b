"""What a Newton iteration costs when the preconditioner is kept: processor time and memory.

    python benchmarks/warm.py [DIVISIONS [STEPS]]

A cube of `cells.py` with 59 divisions, 8.7e5 unknowns, unless told otherwise; steps of 1 s under
4 mA/cm2 after two first ones, of which the second has the preconditioner that all keep, but must
assemble a Jacobian to begin with. Prints a line of JSON: of the best step, as other programs
disturb, and of that one.
"""

import json
import resource
import sys
import time
from typing import Any

from cells import four_ions, model
from counts import guessed
from petsc4py import PETSc

from fem_kna.system.build import Model

EVENTS = {"residual": "SNESFunctionEval", "Jacobian": "SNESJacobianEval", "Krylov": "KSPSolve"}


def peak() -> int:
    """Return the most memory [B] that the process has had."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def spent() -> dict[str, float]:
    """Return what PETSc has logged so far [s]."""
    return {name: PETSc.Log.Event(event).getPerfInfo()["time"] for name, event in EVENTS.items()}


def step_of(cell: Model) -> dict[str, Any]:
    """Take a step; return what a Newton iteration took of it."""
    newton = cell.newton
    counts, before = (newton.iterations, newton.linear_iterations), spent()
    begun = time.process_time()
    assert cell.march.try_step(1.0 / cell.scales.of("s")), newton.reason
    whole, iterations = time.process_time() - begun, newton.iterations - counts[0]
    after = spent()
    stages = {k: (after[k] - before[k]) / iterations for k in EVENTS}
    return {
        "newton [-]": iterations,
        "krylov_per_newton [-]": (newton.linear_iterations - counts[1]) / iterations,
        "processor_time_per_newton [s]": whole / iterations,
        "stages_per_newton [s]": stages,
        "share_of_the_Jacobian [-]": stages["Jacobian"] * iterations / whole,
    }


def measured(divisions: int, steps: int) -> dict[str, Any]:
    """Return the best of so many warm steps on one rank."""
    begun, case = peak(), four_ions()
    cell = model(divisions, case)
    guessed(cell, case)
    cell.march.start()
    PETSc.Log.begin()
    step_of(cell)  # makes the preconditioner
    other = step_of(cell)  # by a scheme of the second order now
    best = min(
        (step_of(cell) for _ in range(steps)), key=lambda s: s["processor_time_per_newton [s]"]
    )
    maps = [u.function_space.dofmap for u in cell.fields.unknowns]
    dofs = sum(one.index_map.size_global * one.index_map_bs for one in maps)
    cell.close()
    return {
        "dofs [-]": dofs,
        **best,
        "with_a_first_Jacobian_of_its_own": other,
        "memory_per_dof [B]": (peak() - begun) / dofs,
        "program [B]": begun,
    }


if __name__ == "__main__":
    divisions, steps = (int(word) for word in (*sys.argv[1:], *("59", "3")[len(sys.argv) - 1 :]))
    print(json.dumps(measured(divisions, steps)))
