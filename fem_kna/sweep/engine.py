"""Snakemake runs the open points of a sweep, round after round, until no round gets any further."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..inputs.errors import InputError, RunError
from ..results.writing import write_json
from . import job
from .batches import batches
from .outcome import ENDED, Outcome, State, begun, note, outcomes
from .plan import Plan, Point

HERE = Path(__file__).parent
ROUNDS = "rounds"
LOOK = 0.5  # [s] between two looks at what has become of the points
DIED = "its process died without a word (out of memory, or a crash): see {log}"

Watch = Callable[[Mapping[str, Outcome]], None]


@dataclass(frozen=True)
class Engine:
    """How jobs are run: `places` MPI jobs of `ranks` at a time, each of at most `together` points.

    `more` are arguments for Snakemake, after those of the profile.
    """

    places: int
    ranks: int = 1
    together: int = 8
    slurm: bool = False
    more: Sequence[str] = ()

    def run(self, plan: Plan, watch: Watch) -> None:
        """Run what is open, until nothing is or a round gets no further.

        Raises:
            InputError: there is no mpirun.
            RunError: Snakemake itself failed.
            KeyboardInterrupt: as it came in; the runs have left checkpoints.
        """
        launch = self._launch()
        _stop_earlier(plan)
        left = _open(plan)
        while left:
            round_ = _Round(plan, self, left, launch)
            round_.run(watch)
            before, left = left, _open(plan)
            if len(left) >= len(before):
                round_.explain()
                return

    def command(self, round_: Path) -> list[str]:
        """Return the command of a round."""
        profile = HERE / "profiles" / ("slurm" if self.slurm else "local")
        places = ["--jobs", str(self.places)] if self.slurm else []
        places += ["--cores", str(self.places * self.ranks)] if not self.slurm else []
        return [
            sys.executable, "-m", "snakemake", "--snakefile", str(HERE / "Snakefile"),
            "--configfile", str(round_ / job.CONFIG), "--directory", str(round_),
            "--profile", str(profile), *places, *self.more,
        ]  # fmt: skip

    def _launch(self) -> list[str]:
        """Return what starts a job's ranks: one rank needs no mpirun."""
        if self.ranks == 1:
            return [sys.executable]
        beside = Path(sys.executable).with_name("mpirun")
        mpirun = str(beside) if beside.exists() else shutil.which("mpirun")
        if mpirun is None:
            raise InputError(f"--ranks {self.ranks}: no mpirun on PATH; accepted: 1")
        return [mpirun, "-n", str(self.ranks), sys.executable]

    def resources(self) -> dict[str, Any]:
        """Return what a job asks Slurm for."""
        own: dict[str, Any] = {"tasks": self.ranks, "cpus_per_task": 1}
        return own | ({"mpi": "mpirun"} if self.ranks > 1 else {})


class _Round:
    """One start of Snakemake, in a folder of its own."""

    def __init__(
        self, plan: Plan, engine: Engine, left: Sequence[Point], launch: Sequence[str]
    ) -> None:
        self._plan, self._engine = plan, engine
        self._points = {point.hash: point for point in left}
        number = 1 + len(list((plan.folder / ROUNDS).glob("*")))
        self._folder = plan.folder / ROUNDS / f"{number:04d}"
        self._folder.mkdir(parents=True)
        parts = batches([point.hash for point in left], engine.places, engine.together)
        self._batches = {str(k): list(part) for k, part in enumerate(parts)}
        config = {
            "sweep": str(plan.folder),
            "round": str(self._folder),
            "launch": shlex.join(launch),
            "threads": 1 if engine.slurm else engine.ranks,
            "resources": engine.resources(),
            "batches": self._batches,
        }
        write_json(self._folder / job.CONFIG, config)

    @property
    def _log(self) -> Path:
        return self._folder / "snakemake.log"

    def run(self, watch: Watch) -> None:
        with self._log.open("wb") as log:
            snakemake = subprocess.Popen(
                self._engine.command(self._folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={"OMP_NUM_THREADS": "1"} | os.environ,  # MPI's ranks have a core each
                start_new_session=True,  # Ctrl-C is for the sweep, which asks the jobs to stop
            )
            try:
                while snakemake.poll() is None:
                    watch(outcomes(self._plan, self._points.values()))
                    _wait(snakemake, LOOK)
            except KeyboardInterrupt:
                self._stop(snakemake)
                raise
        for point in begun(self._plan, self._points.values()):
            self._note_death(point)
        watch(outcomes(self._plan, self._points.values()))

    def explain(self) -> None:
        """Raise what Snakemake said where a round got no further."""
        said = self._log.read_text(errors="replace")
        told = re.findall(r"message: (?!None)(.*)", said) or said.strip().splitlines()[-1:]
        line = told[0].strip() if told else "nothing"
        raise RunError(f"the jobs got no further; Snakemake said: {line}; see {self._log}")

    def _stop(self, snakemake: "subprocess.Popen[bytes]") -> None:
        """Ask the jobs for an end with a checkpoint, and wait; asked again, end them all."""
        (self._folder / job.STOP).touch()
        # Locally it starts no further job and waits for those that run; on a cluster it cancels.
        snakemake.send_signal(signal.SIGINT if self._engine.slurm else signal.SIGTERM)
        try:
            snakemake.wait()
        except KeyboardInterrupt:
            os.killpg(snakemake.pid, signal.SIGKILL)

    def _note_death(self, point: Point) -> None:
        """Note that a point's process died: it has begun, Snakemake is through, and no word."""
        run = self._plan.run(point)
        status = json.loads(text) if (text := _text(run / "summary.json")) else {}
        if str(status.get("status", "")).startswith("stopped: "):
            return  # by Slurm's time limit: the next round goes on with it
        batch = next(name for name, part in self._batches.items() if point.hash in part)
        log = self._folder / f"{batch}.log"
        note(self._plan, point, State.FAILED, DIED.format(log=log))


def _wait(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _open(plan: Plan) -> list[Point]:
    """Return the points that have not ended."""
    told = outcomes(plan, plan.distinct())
    return [point for point in plan.distinct() if told[point.hash].state not in ENDED]


def _stop_earlier(plan: Plan) -> None:
    """Have jobs that outlived a killed sweep stop after their step."""
    for round_ in (plan.folder / ROUNDS).glob("*"):
        (round_ / job.STOP).touch()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
