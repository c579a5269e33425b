"""Fronts of solid K in 3-D that plate 1 mAh/cm2, meshed anew as they grow.

    mpirun -n RANKS python benchmarks/growing3d.py KIND [SOLVER] [MINUTES]

At 4 mA/cm2 for 15 minutes unless MINUTES say otherwise; the deposit is 17 um thick on the mean.
Both electrodes' fronts move. Prints a line of JSON. KIND is one of

- bump: a quarter of a half-ball of 20 um, five elements to its radius;
- rough: a random front of 1.5 um rms, nothing below 12 um, eight elements on the shortest wave;
- crack: a quarter of a patch of 15 um whose film, 8 ohm cm2 in one of 30, fades over 15 um.

Without `numerics.front_smoothing` these, too, ran to their end, the following ones did not:

- small_bump: a half-ball of 5 um, five elements to its radius; its foot closed on ever smaller
  elements after a quarter of the time;
- coarse_rough: the rough front in elements of 3 um, as large as its crests are round; a node shot
  out after 0.6 of it;
- weak_crack: a patch of 10 um that takes 3 of 30 ohm cm2; one did after 0.3 of it.
"""

import json
import sys
from typing import Any, NamedTuple

from cells import FILM, plating
from mpi4py import MPI

import fem_kna as kna

KEPT = (
    "tip_height [m]",
    "roughness [m]",
    "plated_charge [C/m2]",
    "current_focus [-]",
    "voltage [V]",
    "volume_drift [-]",
    "salt_drift [-]",
    "min_quality [-]",
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


class Kind(NamedTuple):
    """A shape of `fem_kna.shape`, its lengths, and the film on its front."""

    shape: str
    lengths: dict[str, Any]
    film: Any = FILM


def cracked(half_width: str, edge_size: str, resistance: str) -> Kind:
    """Return a crack as wide as its edge, in a film of 30 ohm cm2."""
    sizes = {"edge_size": edge_size, "front_size": "4 um", "growth": 0.3}
    film = kna.CrackedFilm(resistance="30 ohm*cm^2", cracked_resistance=resistance)
    return Kind("crack_patch", {"half_width": half_width, "edge_width": half_width} | sizes, film)


def rough(front_size: str) -> Kind:
    """Return a random front in elements of a size."""
    waves = {"rms": "1.5 um", "correlation_length": "10 um", "cut_off": "12 um"}
    return Kind("rough", waves | {"front_size": front_size, "width": "30 um", "growth": 0.4})


CELL = {"dimension": "3d", "gap": "100 um", "width": "50 um", "far_size": "20 um"}
KINDS = {
    "bump": Kind(
        "bump", {"radius": "20 um", "bump_size": "4 um", "front_size": "4 um", "growth": 0.4}
    ),
    "rough": rough("1.5 um"),
    "crack": cracked("15 um", "3 um", "8 ohm*cm^2"),
    "small_bump": Kind(
        "bump",
        {
            "radius": "5 um",
            "bump_size": "1 um",
            "front_size": "2 um",
            "width": "25 um",
            "growth": 0.4,
        },
    ),
    "coarse_rough": rough("3 um"),
    "weak_crack": cracked("10 um", "2 um", "3 ohm*cm^2"),
}


def case(kind: str, minutes: float = 15.0, solver: str = "auto") -> kna.Case:
    """Return the cell of a kind."""
    shape, lengths, film = KINDS[kind]
    mesh = kna.shape(shape)(**(CELL | lengths))
    return plating(f"{kind}3d", mesh, f"{minutes} min", film=film, frames=1, solver=solver)


def plated(kind: str, minutes: float, solver: str) -> dict[str, Any]:
    """Return how the run went. Collective."""
    run = kna.simulate(case(kind, minutes, solver))
    return {key: run.summary[key] for key in KEPT} | {"solver": solver}


if __name__ == "__main__":
    KIND, SOLVER, MINUTES = [*sys.argv[1:], *("", "auto", "15")[len(sys.argv) - 1 :]]
    report = plated(KIND, float(MINUTES), SOLVER)
    if MPI.COMM_WORLD.rank == 0:
        print(json.dumps(report), flush=True)
