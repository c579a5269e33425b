"""Runs to be killed; as a program one of them: python killable.py CASE FOLDER.

It goes on from its last checkpoint if there is one.
"""

import os
import sys
from pathlib import Path

from mpi4py import MPI

import fem_kna as kna
from fem_kna.checkpoint.requests import Every
from fem_kna.verify.growing import bump, flat, growing

OFTEN = Every(steps=2)
LAST = "last rank:"


def still() -> kna.Case:
    """Return a cell in 1-D in which nothing moves."""
    bare = kna.Electrode(metal="K", film=kna.UniformFilm(resistance="1 ohm*cm^2"))
    return kna.Case(
        name="still",
        mesh=kna.shape("planar_cell")(dimension="1d"),
        electrolyte="KFSI/DME",
        separator="GF/D",
        working=bare,
        counter=bare,
        drive=kna.Galvanostatic(current="4 mA/cm^2", duration="20 s"),
        numerics=kna.Numerics(frames=2),
    )


def branching() -> kna.Case:
    """Return a front in 1-D that leads to another drive, and then ends the run."""
    strip = kna.Galvanostatic(current="-300 A/m^2", duration="30 s")
    events = [
        kna.Penetration(fraction=0.1, name="first", then=strip),
        kna.Touching(kind="short", within="12 um"),
    ]
    return growing(flat("1d"), 300, 400, events=events, numerics={"frames": 3})


def remeshed() -> kna.Case:
    """Return a bump in 2-D that grows through new meshes."""
    often = {"quality": 0.5, "longest": 1.2}
    return growing(bump(size=0.25), 700, 4, remeshing=often, numerics={"frames": 2})


CASES = {"still": still, "branching": branching, "remeshed": remeshed}


def program(name: str, folder: str) -> None:
    """Run a case; say which process the last rank is, and when a step is done."""
    if MPI.COMM_WORLD.rank == MPI.COMM_WORLD.size - 1:
        print(f"{LAST} {os.getpid()}", flush=True)

    def told(share: float, steps: int) -> None:
        print(steps, flush=True)

    kna.simulate(CASES[name](), folder=Path(folder), progress=told, resume=True, checkpoint=OFTEN)


if __name__ == "__main__":
    program(*sys.argv[1:])
