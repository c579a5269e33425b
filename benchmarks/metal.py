"""How many Krylov iterations a Newton iteration takes where metal flows behind a moving front.

    python benchmarks/metal.py SIZE...

Solid K of 4 um behind a flat front of 10 um x 10 um, 20 um below its counter electrode, in elements
of SIZE [um], under 4 mA/cm2. Prints a line of JSON per size. The metal stands in the block that is
factorised, and that is what a finer mesh costs.
"""

import json
import sys
from time import perf_counter
from typing import Any

from cells import plating
from mpi4py import MPI

import fem_kna as kna
from fem_kna.system.build import model_of

STEPS = (1.0, 1.0, 10.0)  # [s], from rest


def case(size: str, solver: str = "block") -> kna.Case:
    """Return the cell in elements of `size` [um]: potassium alone reacts."""
    shape = kna.shape("planar_cell")(
        dimension="3d",
        gap="20 um",
        width="10 um",
        metal_depth="4 um",
        front_size=f"{size} um",
        far_size=f"{size} um",
    )
    return plating("metal", shape, "1 min", solver=solver)


def counted(size: str, solver: str = "block") -> dict[str, Any]:
    """Return the counts of one size. Collective."""
    cell = model_of(case(size, solver), MPI.COMM_WORLD)
    newton, found = cell.newton, []
    cell.march.start()
    for step in STEPS:
        before, begun = (newton.iterations, newton.linear_iterations), perf_counter()
        assert cell.march.try_step(step / cell.scales.of("s")), newton.reason
        iterations = newton.iterations - before[0]
        found.append(
            {
                "step [s]": step,
                "newton [-]": iterations,
                "krylov_per_newton [-]": (newton.linear_iterations - before[1]) / iterations,
                "wall_time [s]": perf_counter() - begun,
            }
        )
    maps = [u.function_space.dofmap for u in (cell.fields.now[0], *cell.fields.flowing)]
    liquid, *metal = (one.index_map.size_global * one.index_map_bs for one in maps)
    cell.close()
    return {
        "liquid [-]": liquid,
        "metal [-]": sum(metal),
        "ranks [-]": MPI.COMM_WORLD.size,
        "helped": dict(cell.march.helped),
        "steps": found,
    }


if __name__ == "__main__":
    for word in sys.argv[1:]:
        report = counted(word)
        if MPI.COMM_WORLD.rank == 0:
            print(json.dumps(report), flush=True)
