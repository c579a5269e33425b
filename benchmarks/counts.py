"""How many Krylov iterations a Newton iteration takes, by size of the mesh, step and ranks.

    mpirun -n RANKS python benchmarks/counts.py KIND DIVISIONS...

Transport and kinetics of `cells.py`. Prints a line of JSON per size. KIND is

    steps     four steps of 1 and 10 s under 4 mA/cm2
    brief     one step of 10 s
    square    steps of 1 and 10 s with quadratic elements
    steady    steps that grow by half from a tenth of a second on, to a steady state
    limit     the same at nine tenths of the limiting current

23 divisions are 5.6e4 unknowns, 36 2.1e5, 62 1.0e6, 84 2.5e6; quadratic ones 14 9.9e4, 25 5.4e5,
39 2.0e6.
"""

import json
import resource
import sys
from typing import Any

import numpy as np
from cells import four_ions, limiting_current, model, stepped
from mpi4py import MPI

import fem_kna as kna
from fem_kna.system.build import Model

STEPS = (1.0, 1.0, 10.0, 10.0)  # [s], from rest
BRIEF = (10.0,)
LONG = tuple(0.1 * 1.5**n for n in range(30))  # the gap's diffusion takes half a minute
COARSE = 6  # divisions of a cell whose potentials are the first guess of those of the others


def case_and_steps(kind: str) -> tuple[kna.Case, tuple[float, ...]]:
    """Return what is solved, and the steps [s] of it."""
    limit = f"{0.9 * limiting_current(four_ions()):.6g} A/m^2"
    kinds = {
        "steps": (four_ions(), STEPS),
        "brief": (four_ions(), BRIEF),
        "square": (four_ions(degree=2), (1.0, 10.0)),
        "steady": (four_ions(), LONG),
        "limit": (four_ions(current=limit), LONG),
    }
    return kinds[kind]


def guessed(cell: Model, case: kna.Case) -> None:
    """Begin with the potentials and currents of a `case` in a coarse cell, by height."""
    coarse = model(COARSE, case, MPI.COMM_SELF)
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


def counted(divisions: int, kind: str, comm: MPI.Comm = MPI.COMM_WORLD) -> dict[str, Any]:
    """Return the counts of one size. Collective."""
    case, steps = case_and_steps(kind)
    cell = model(divisions, case, comm)
    guessed(cell, case)
    cell.march.start()
    found = [stepped(cell, step) for step in steps]
    maps = [u.function_space.dofmap for u in cell.fields.unknowns]
    dofs = sum(one.index_map.size_global * one.index_map_bs for one in maps)
    peak = comm.allreduce(1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    c = cell.fields.values("K+")
    least = comm.allreduce(c.min(), op=MPI.MIN) / comm.allreduce(c.max(), op=MPI.MAX)
    cell.close()
    return {
        "kind": kind,
        "degree": case.numerics.degree,
        "dofs [-]": dofs,
        "ranks [-]": comm.size,
        "steps": found,
        "remedies": dict(cell.march.helped),
        "least_over_most_potassium [-]": float(least),
        "memory_per_dof [B]": peak / dofs,
    }


if __name__ == "__main__":
    for word in sys.argv[2:]:
        report = counted(int(word), sys.argv[1])
        if MPI.COMM_WORLD.rank == 0:
            print(json.dumps(report), flush=True)
