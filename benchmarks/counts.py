"""How many Krylov iterations a Newton iteration takes, by size of the mesh, step and ranks.

    mpirun -n RANKS python benchmarks/counts.py [--brief | --steady] DIVISIONS...

Transport and kinetics of `cells.py` under 4 mA/cm2: 23 divisions are 5.6e4 unknowns, 36 2.1e5, 62
1.0e6, 85 2.6e6. Prints a line of JSON per size. `--brief` takes one step alone,
`--steady` ever longer ones to a steady state.
"""

import json
import resource
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from cells import four_ions, model
from mpi4py import MPI

from fem_kna.system.build import Model

STEPS = (1.0, 1.0, 10.0, 10.0)  # [s], from rest
BRIEF = (10.0,)
STEADY = (1.0, 10.0, 30.0, 100.0, 1e4, 1e6)  # the gap's diffusion takes half a minute
COARSE = 6  # divisions of a cell whose potentials are the first guess of those of the others


def guessed(cell: Model) -> None:
    """Begin with the potentials and currents of a coarse cell, by height."""
    coarse = model(COARSE, four_ions(), MPI.COMM_SELF)
    coarse.march.start()
    for target, source in zip(cell.fields.now[:2], coarse.fields.now[:2], strict=True):
        heights, wanted = (
            u.function_space.tabulate_dof_coordinates()[:, 2] for u in (source, target)
        )
        size = target.function_space.dofmap.index_map_bs
        values = source.x.array[size - 1 :: size]  # the potential, or the current density
        target.x.array[size - 1 :: size] = np.polyval(np.polyfit(heights, values, 1), wanted)
    cell.fields.now[2].x.array[:] = coarse.fields.now[2].x.array[0]
    coarse.close()


def counted(
    divisions: int, steps: Sequence[float], comm: MPI.Comm = MPI.COMM_WORLD
) -> dict[str, Any]:
    """Return the counts of one size. Collective."""
    cell = model(divisions, four_ions(), comm)
    newton, found = cell.newton, []
    guessed(cell)
    cell.march.start()
    for step in steps:
        before = newton.iterations, newton.linear_iterations
        assert cell.march.try_step(step / cell.scales.of("s")), newton.reason
        done = newton.iterations - before[0], newton.linear_iterations - before[1]
        found.append(
            {"step [s]": step, "newton [-]": done[0], "krylov_per_newton [-]": done[1] / done[0]}
        )
    maps = [u.function_space.dofmap for u in cell.fields.unknowns]
    dofs = sum(one.index_map.size_global * one.index_map_bs for one in maps)
    peak = comm.allreduce(1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    cell.close()
    return {
        "dofs [-]": dofs,
        "ranks [-]": comm.size,
        "steps": found,
        "memory_per_dof [B]": peak / dofs,
    }


if __name__ == "__main__":
    KINDS = {"--brief": BRIEF, "--steady": STEADY}
    kind = sys.argv[1] in KINDS
    for word in sys.argv[1 + kind :]:
        report = counted(int(word), KINDS.get(sys.argv[1], STEPS))
        if MPI.COMM_WORLD.rank == 0:
            print(json.dumps(report), flush=True)
