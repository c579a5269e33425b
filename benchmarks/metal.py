"""How many Krylov iterations a Newton iteration takes where metal flows behind a moving front.

    mpirun -n RANKS python benchmarks/metal.py FRONT SIZE [COUNT]

Solid K of 4 um behind a front of 10 um x 10 um, 20 um below its counter electrode, in elements of
SIZE [um], under 4 mA/cm2. FRONT is flat, where the metal hardly flows, or bump, a quarter of a
half-ball of 4 um, which its surface tension and the current set in motion. COUNT of three steps are
taken: the last, of 10 s, moves the front by 0.2 um and more, too far for elements that are not much
larger. Prints a line of JSON.
"""

import json
import sys
from typing import Any

from cells import plating, stepped
from mpi4py import MPI

import fem_kna as kna
from fem_kna.system.build import model_of

FRONTS: dict[str, tuple[str, dict[str, str]]] = {
    "flat": ("planar_cell", {}),
    "bump": ("bump", {"radius": "4 um", "bump_size": "{} um"}),
}
STEPS = (1.0, 1.0, 10.0)  # [s], from rest


def case(front: str, size: str, solver: str = "block") -> kna.Case:
    """Return the cell in elements of `size` [um]: potassium alone reacts."""
    name, more = FRONTS[front]
    shape = kna.shape(name)(
        dimension="3d",
        gap="20 um",
        width="10 um",
        metal_depth="4 um",
        front_size=f"{size} um",
        far_size=f"{size} um",
        **{key: value.format(size) for key, value in more.items()},
    )
    return plating("metal", shape, "1 min", solver=solver)


def counted(
    front: str, size: str, solver: str = "block", count: int = len(STEPS)
) -> dict[str, Any]:
    """Return the counts of so many steps. Collective."""
    cell = model_of(case(front, size, solver), MPI.COMM_WORLD)
    cell.march.start()
    found = [stepped(cell, step) for step in STEPS[:count]]
    maps = [u.function_space.dofmap for u in (cell.fields.now[0], *cell.fields.flowing)]
    liquid, *metal = (one.index_map.size_global * one.index_map_bs for one in maps)
    cell.close()
    return {
        "front": front,
        "liquid [-]": liquid,
        "metal [-]": sum(metal),
        "ranks [-]": MPI.COMM_WORLD.size,
        "helped": dict(cell.march.helped),
        "steps": found,
    }


if __name__ == "__main__":
    front, size, *count = sys.argv[1:]
    report = counted(front, size, count=int(count[0]) if count else len(STEPS))
    if MPI.COMM_WORLD.rank == 0:
        print(json.dumps(report), flush=True)
