"""Checks that a run gives the same numbers on one rank and on two.

Each run is a program of its own, under mpirun with a time limit: a collective call that one rank
misses waits for ever, and is then a failed check. Run as a module it is that program.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mpi4py import MPI

from ..inputs.case import Case
from ..inputs.errors import RunError
from ..inputs.numerics import Numerics
from ..physics.drive import Galvanostatic
from ..results.writing import write_json
from ..run import simulate
from .cells import cell, electrolyte, line
from .check import Check
from .conservation import crack
from .front_volumes import BOTH, bump

LIMIT = 90.0  # [s] for one program, its compilation included
RANKS = 2
SAME = 1e-9
NUMBERS = (
    "current_focus [-]",
    "voltage [V]",
    "min_surface_concentration [mol/m3]",
    "sodium_share [-]",
)
PLACES = ("front_advance [m]", "tip_height [m]", "roughness [m]")  # of a moving front
# With what tolerance: an update beside Newton's own may ask for one more iteration.
COUNTS = {"steps [-]": 0.0, "newton [-]": 0.05}

# What MPICH's launcher tells its ranks; a program started from a rank must not inherit it.
LAUNCHER = ("PMI_", "PMIX_", "HYDRA_", "HYDI_", "MPIR_", "MPI_LOCAL")


def cases() -> dict[str, Case]:
    """Return a short run per dimension: over a crack, in 1-D on a flat electrode; a moving bump."""
    mixed = electrolyte(sodium="30 mol/m^3")
    brief = {
        "drive": Galvanostatic(current="40 A/m^2", duration="5 s"),
        "numerics": Numerics(time_tolerance=1e-2, frames=1),
    }
    return {
        "1d": cell(line(), electrolyte=mixed, **brief),
        "2d": crack("2d", **brief),
        "axisymmetric": crack("axisymmetric", **brief),
        "3d": crack("3d", **brief),
        "moving": bump("2d", BOTH, numerics=brief["numerics"]),
    }


def one_and_two_ranks() -> Iterator[Check]:
    """Run every case on one rank and on two; their numbers agree to 1e-9, their steps exactly."""
    yield from same_on_two_ranks(list(cases()))


def same_on_two_ranks(names: list[str]) -> Iterator[Check]:
    """Run the named cases on one rank and on two, and compare. Collective."""
    one, two = (_on_first_rank(lambda n=n: run_on(n, names)) for n in (1, RANKS))
    for name in names:
        yield Check(f"{name}: ranks", RANKS, two[name]["ranks [-]"], 0.0)
        for key in (*NUMBERS, *(key for key in PLACES if key in one[name])):
            yield Check(f"{name}: {key}", one[name][key], two[name][key], SAME)
        for key, tolerance in COUNTS.items():
            yield Check(f"{name}: {key}", one[name][key], two[name][key], tolerance)


def run_on(ranks: int, names: list[str], limit: float = LIMIT) -> dict[str, Any]:
    """Run the named cases in a program of their own on `ranks`; return their summaries.

    Raises:
        RunError: it failed, or took longer than `limit` seconds and was killed.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "summaries.json"
        launched([sys.executable, "-m", __spec__.name, str(file), *names], ranks, limit)
        return dict(json.loads(file.read_text()))


def launched(command: list[str], ranks: int, limit: float) -> str:
    """Run `command` under mpirun and return what it printed; at the limit, end all its processes.

    Raises:
        RunError: it failed or was killed.
    """
    arguments = [str(mpirun()), "-n", str(ranks), *command]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    environment = clean(os.environ)
    with subprocess.Popen(
        arguments, env=environment, text=True, start_new_session=True, **streams
    ) as program:
        try:
            said, _ = program.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            raise RunError(f"{ranks} ranks: no end after {limit:g} s, killed") from None
        finally:
            program.kill()  # without mpirun its proxies end the ranks
    if program.returncode:
        last = said.strip().splitlines()[-1:] or [""]
        raise RunError(f"{ranks} ranks: exit code {program.returncode}: {last[0]}")
    return str(said)


def mpirun() -> Path:
    """Return the mpirun that belongs to this Python, the one beside it.

    Raises:
        RunError: there is none.
    """
    beside = Path(sys.executable).with_name("mpirun")
    if not beside.is_file():
        raise RunError(f"no mpirun beside {sys.executable}")
    return beside


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for a launcher of its own, on one thread a rank."""
    kept = {key: text for key, text in environment.items() if not key.startswith(LAUNCHER)}
    return kept | {"OMP_NUM_THREADS": "1"}


def _on_first_rank(work: Any) -> Any:
    """Return on all ranks what `work` returns on rank 0, or raise there what it raised.

    The others sleep meanwhile: waiting inside MPI they would take the cores from the programs.
    """
    comm = MPI.COMM_WORLD
    if comm.rank > 0:
        while not comm.iprobe(source=0):
            time.sleep(0.1)
        result, problem = comm.recv(source=0)
    else:
        result, problem = None, None
        try:
            result = work()
        except RunError as error:
            problem = error
        for other in range(1, comm.size):
            comm.send((result, problem), dest=other)
    if problem is not None:
        raise problem
    return result


def _program(file: str, *names: str) -> None:
    """Run the named cases and write their summaries."""
    summaries = {name: simulate(cases()[name]).summary for name in names}
    if MPI.COMM_WORLD.rank == 0:
        write_json(Path(file), summaries)


CHECKS = (one_and_two_ranks,)

if __name__ == "__main__":
    _program(*sys.argv[1:])
