"""How many more Krylov iterations a Newton iteration takes when the fronts move.

    mpirun -n RANKS python benchmarks/moving.py DIVISIONS...

Both on the mesh of `cells.py`, with the same steps, under 4 mA/cm2. Prints a line of JSON per size;
divisions as in `counts.py`.
"""

import json
import resource
import sys
from typing import Any

from cells import four_ions, model, stepped
from counts import STEPS, guessed
from mpi4py import MPI

import fem_kna as kna
from fem_kna.inputs.case import Case


def moving(case: Case) -> Case:
    """Return a case of `cells.py` with fronts that move on both electrodes."""
    sides = {
        name: getattr(case, name).model_copy(update={"front": kna.MovingFront()})
        for name in ("working", "counter")
    }
    return case.model_copy(update=sides).resolved()


def counted(divisions: int, case: Case) -> dict[str, Any]:
    """Return iterations and time of one march; its unknowns. Collective."""
    cell = model(divisions, case)
    guessed(cell, four_ions())
    cell.march.start()
    found = [stepped(cell, step) for step in STEPS]
    total = cell.newton._layout.matrix.getSize()[0]
    cell.close()
    return {"unknowns [-]": total, "steps": found}


def compared(divisions: int) -> dict[str, Any]:
    """Return both marches of one size, and the ratio of their iterations, the worst step's."""
    fixed, moved = (counted(divisions, case) for case in (four_ions(), moving(four_ions())))
    rows = [[s["krylov_per_newton [-]"] for s in one["steps"]] for one in (fixed, moved)]
    peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "fixed": fixed,
        "moving": moved,
        "most_krylov_moving_over_fixed [-]": max(m / f for f, m in zip(*rows, strict=True)),
        "peak_memory [B]": MPI.COMM_WORLD.allreduce(peak),
        "ranks [-]": MPI.COMM_WORLD.size,
    }


if __name__ == "__main__":
    for word in sys.argv[1:]:
        report = compared(int(word))
        if MPI.COMM_WORLD.rank == 0:
            print(json.dumps(report), flush=True)
