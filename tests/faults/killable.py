"""Runs to be killed; as a program one of them: python killable.py CASE FOLDER.

It goes on from its last checkpoint if there is one.
"""

import os
import sys
from pathlib import Path

from mpi4py import MPI

import fem_kna as kna
from fem_kna.checkpoint.requests import Every
from fem_kna.physics.compound import Metastable
from fem_kna.verify.alloying import electrode
from fem_kna.verify.cells import both_metals, flat_line
from fem_kna.verify.compound import plating
from fem_kna.verify.diffusing import growing_metal
from fem_kna.verify.growing import bump, flat, growing
from fem_kna.verify.lifted import lifted

OFTEN = Every(steps=2)
LAST = "last rank:"


def still() -> kna.Case:
    """Return a cell in 1-D in which nothing moves."""
    return flat_line("still", numerics=kna.Numerics(frames=2))


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


def pressed() -> kna.Case:
    """Return metal that flows under a pressed separator, through a new mesh."""
    return lifted()


def compounded() -> kna.Case:
    """Return well-mixed metal in which KNa2 forms."""
    return plating(Metastable())


def alloyed() -> kna.Case:
    """Return metal that flows and in which sodium diffuses, through a new mesh, over an alloy."""
    mesh, counter = bump(size=0.2, metal_depth="4 um"), electrode("KNA-3.5")
    case = growing_metal(mesh, "K", reactions=both_metals(), counter=counter)
    drive = kna.Galvanostatic(current="600 A/m^2", duration="2 s")
    sooner = case.numerics.model_copy(update={"remeshing": kna.Remeshing(quality=0.66)})
    return case.model_copy(update={"drive": drive, "numerics": sooner})


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
