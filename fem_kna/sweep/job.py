"""One job of a sweep: ``mpirun -n RANKS python -m fem_kna.sweep.job ROUND BATCH``.

All its ranks share one point, and take those of their batch one after the other. A job that is
asked to stop, by a signal or by the file `STOP` in its round, leaves a checkpoint.
"""

import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from mpi4py import MPI

from ..inputs.errors import InputError, RunError, Stopped
from ..results.claim import Claim
from ..run import simulate
from .outcome import ENDED, State, note, outcome
from .plan import Plan, Point, case_at, read

STOP, CONFIG = "stop", "config.json"
STOPPED = 3


def main(round_: Path, batch: str) -> int:
    """Do a batch; return the exit code: 0, or 3 where an end was asked for."""
    config = json.loads((round_ / CONFIG).read_text(encoding="utf-8"))
    return work(read(Path(config["sweep"])), config["batches"][batch], round_ / STOP)


def work(plan: Plan, hashes: Sequence[str], stop: Path) -> int:
    """Run the points of `hashes`, until the file `stop` is there. Collective."""
    comm, points = MPI.COMM_WORLD, {point.hash: point for point in plan.points}
    for name in hashes:
        if comm.bcast(stop.exists()):
            return STOPPED
        try:
            _run(plan, points[name], stop)
        except Stopped as stopped:
            _say(f"{name}: stopped: {stopped}")
            return STOPPED
    return 0


def _run(plan: Plan, point: Point, stop: Path) -> None:
    comm, folder = MPI.COMM_WORLD, plan.run(point)
    if comm.bcast(outcome(plan, point).state in ENDED):
        return
    if comm.bcast(folder.is_dir()):
        try:
            Claim(folder, comm).close()
        except InputError as busy:  # a job of an earlier round, that has not stopped yet
            _say(f"{point.hash}: left: {busy}")
            return

    def look(share: float, steps: int) -> None:
        if stop.exists():
            os.kill(os.getpid(), signal.SIGTERM)  # the run hears it, and leaves a checkpoint

    _noted(plan, point, State.BEGUN)
    try:
        simulate(case_at(plan, point), comm, folder=folder, progress=look, resume=True)
    except (InputError, RunError) as error:
        _noted(plan, point, State.FAILED, " ".join(str(error).split()))
    else:
        _noted(plan, point, State.FINISHED)


def _noted(plan: Plan, point: Point, state: State, reason: str = "") -> None:
    _say(f"{point.hash}: {state}{f': {reason}' if reason else ''}")
    if MPI.COMM_WORLD.rank == 0:
        note(plan, point, state, reason)


def _say(line: str) -> None:
    if MPI.COMM_WORLD.rank == 0:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
