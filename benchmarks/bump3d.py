"""A hemispherical bump in 3-D that plates 1 mAh/cm2 on solid K, meshed anew as it grows.

    mpirun -n RANKS python benchmarks/bump3d.py [SOLVER] [MINUTES]

A quarter of a half-ball of 20 um, five elements to its radius, at 4 mA/cm2 for 15 minutes unless
MINUTES say otherwise; the deposit is 17 um thick. Both fronts move. Prints a line of JSON.

Of a half-ball of 5 um in elements of 1 um no more than a quarter is plated: the sharp corner at its
foot closes on ever smaller elements, until no good mesh is found.
"""

import json
import sys
from typing import Any

from mpi4py import MPI

import fem_kna as kna
from fem_kna.inputs.case import potassium_and_sodium

KEPT = (
    "tip_height [m]",
    "plated_charge [C/m2]",
    "current_focus [-]",
    "voltage [V]",
    "volume_drift [-]",
    "salt_drift [-]",
    "dofs [-]",
    "steps [-]",
    "rejected_steps [-]",
    "remeshes [-]",
    "newton [-]",
    "krylov [-]",
    "wall_time [s]",
    "peak_memory [B]",
    "ranks [-]",
)


def case(minutes: float = 15.0, solver: str = "auto") -> kna.Case:
    """Return the cell: potassium alone reacts."""
    electrode = kna.Electrode(
        metal="K", film=kna.UniformFilm(resistance="5 ohm*cm^2"), front=kna.MovingFront()
    )
    return kna.Case(
        name="bump3d",
        mesh=kna.shape("bump")(
            dimension="3d",
            radius="20 um",
            gap="100 um",
            width="50 um",
            bump_size="4 um",
            front_size="4 um",
            growth=0.4,
            far_size="20 um",
        ),
        electrolyte="0.4 M KFSI-NaPF6/DME",
        separator="GF/D",
        working=electrode,
        counter=electrode,
        reactions=potassium_and_sodium()[:1],
        drive=kna.Galvanostatic(current="4 mA/cm^2", duration=f"{minutes} min"),
        numerics=kna.Numerics(frames=1, solver=solver),
    )


def plated(minutes: float, solver: str) -> dict[str, Any]:
    """Return how the run went. Collective."""
    run = kna.simulate(case(minutes, solver))
    return {key: run.summary[key] for key in KEPT} | {"solver": solver}


if __name__ == "__main__":
    SOLVER, MINUTES = [*sys.argv[1:], *("auto", "15")[len(sys.argv) - 1 :]]
    report = plated(float(MINUTES), SOLVER)
    if MPI.COMM_WORLD.rank == 0:
        print(json.dumps(report), flush=True)
