"""Which points a series has, and how each is started: on its own ranks, in a process of its own."""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..inputs.errors import InputError, RunError
from .sharing import shared

PATIENCE = 3600  # [s] for one point
USER = 2  # exit code of a point: what it was given is wrong
Costs = Mapping[str, Any]


@dataclass(frozen=True)
class Point:
    """One run: on so many ranks, with elements so many times finer than the case's."""

    ranks: int
    finer: float = 1.0


@dataclass(frozen=True)
class Runs:
    """What all points share: the case's script, what is changed of it, steps, how to start ranks.

    `launcher` is a command line that `{ranks}` is put into.
    """

    case: str
    settings: Sequence[str]
    steps: int
    launcher: str

    def cost(self, point: Point) -> Costs:
        """Run a point and return what it cost.

        Raises:
            InputError: the case cannot be run.
            RunError: it failed, or took too long.
        """
        with tempfile.TemporaryDirectory() as folder:
            told = Path(folder) / "point.json"
            words = [self.case, str(point.finer), str(self.steps), str(told), *self.settings]
            done = _run([*self._launch(point.ranks), "-m", f"{__package__}.point", *words])
            if done.returncode:
                line = (done.stderr.strip().splitlines() or ["died without a word"])[-1]
                kind = InputError if done.returncode == USER else RunError
                raise kind(f"{point.ranks} ranks, {point.finer:g} times finer: {line}")
            found: Costs = json.loads(told.read_text(encoding="utf-8"))
            return found

    def _launch(self, ranks: int) -> list[str]:
        return [*shlex.split(self.launcher.format(ranks=ranks)), sys.executable]


def strong(ranks: Sequence[int], finer: float) -> list[Point]:
    """Return one mesh on more and more ranks."""
    return [Point(some, finer) for some in ranks]


def weak(ranks: Sequence[int], finer: float, dim: int) -> list[Point]:
    """Return meshes that grow with the ranks: as many unknowns on each."""
    return [Point(some, finer * (some / ranks[0]) ** (1 / dim)) for some in ranks]


def measured(
    runs: Runs, ranks: Sequence[int], finer: Sequence[float], dim: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Run all points, each once, and return the series: strong ones by mesh, and the weak one."""
    wanted = {"strong": [strong(ranks, one) for one in finer], "weak": weak(ranks, finer[0], dim)}
    known: dict[Point, Costs] = {}
    for point in _each(wanted):
        if point not in known:
            known[point] = runs.cost(point)
            tell(line(known[point]))
    return {
        "strong": [shared([known[p] for p in one]) for one in wanted["strong"]],
        "weak": shared([known[p] for p in wanted["weak"]]),
    }


def line(costs: Costs) -> str:
    """Return a line about a point."""
    memory = 1e-3 * costs["memory_per_dof [B]"]
    return (
        f"{costs['ranks [-]']} ranks, {costs['dofs [-]']:.2g} unknowns: "
        f"{costs['newton_time [s]']:.3g} s and {costs['krylov_per_newton [-]']:.1f} Krylov a "
        f"Newton iteration, {memory:.2g} kB an unknown ({costs['solver']})"
    )


def _each(wanted: Mapping[str, Any]) -> Iterator[Point]:
    for series in wanted["strong"]:
        yield from series
    yield from wanted["weak"]


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command, one thread a rank.

    Raises:
        InputError: there is no such launcher.
        RunError: it takes too long.
    """
    environment = {"OMP_NUM_THREADS": "1"} | dict(os.environ)
    try:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=environment,
            check=False,
        )
    except FileNotFoundError:
        raise InputError(
            f"--launcher: no program '{command[0]}'; accepted: what starts {{ranks}} ranks"
        ) from None
    except subprocess.TimeoutExpired:
        raise RunError(f"scaling: a point took more than {PATIENCE} s") from None
