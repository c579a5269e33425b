"""Processes killed at random instants, and gone on with: nothing lost, nothing twice."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from killable import LAST

from fem_kna.checkpoint import files
from fem_kna.verify.parallel import clean, mpirun

PROGRAM = str(Path(__file__).with_name("killable.py"))
SAME, ON_OTHER_RANKS = 1e-8, 1e-6
CHAIN = 5  # kills of one run
START, END = 100, 100  # [s] at most until the first step, and until a run has ended


class Run:
    """A case of `killable` in a process of its own, or in several."""

    def __init__(self, case: str, folder: Path, ranks: int = 1) -> None:
        launcher = [] if ranks == 1 else [str(mpirun()), "-n", str(ranks)]
        command = [*launcher, sys.executable, PROGRAM, case, str(folder)]
        self._process = subprocess.Popen(
            command,
            env=clean(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def first_step(self) -> None:
        """Wait for it."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(LAST):
                self.last_rank = int(line.removeprefix(LAST))
            if line.strip().isdecimal():
                return
        raise AssertionError("the run ended before its first step")

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate(timeout=END)

    def end(self) -> tuple[int, str]:
        try:
            said, _ = self._process.communicate(timeout=END)
        finally:
            self._process.kill()
            self._process.wait()
        return self._process.returncode, said


def whole_run(case: str, folder: Path) -> float:
    """Run a case undisturbed; return how long its steps took [s]."""
    run = Run(case, folder)
    run.first_step()
    begin = time.monotonic()
    code, said = run.end()
    assert code == 0, said
    return time.monotonic() - begin


def readable(folder: Path) -> None:
    """Assert that what a run has left, whenever it died, can be read."""
    if not (folder / "summary.json").exists():
        return  # it died before its first frame
    assert json.loads((folder / "summary.json").read_text())["status"]
    history(folder)
    for series in ("fields", "front"):
        root = ElementTree.parse(folder / f"{series}.pvd").getroot()
        for entry in root.iter("DataSet"):
            ElementTree.parse(folder / entry.get("file", ""))


def history(folder: Path) -> list[dict[str, str]]:
    with (folder / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(None not in row and None not in row.values() for row in rows)
    return rows


def state(folder: Path) -> dict[str, np.ndarray]:
    """Return the state at the end of a run, in an order that no number of ranks changes."""
    _, content = next(files.sound(folder / files.FOLDER))
    assert content is not None
    kept = ("points", "unknown.", "film.", "reference.")
    return {name: array for name, array in content.arrays.items() if name.startswith(kept)}


def same(one: Path, other: Path, close: float) -> None:
    """Assert that two runs have come to the same end on the same way."""
    first, second = state(one), state(other)
    assert set(first) == set(second)
    for name, array in first.items():
        size = np.abs(array).max(initial=0.0)
        assert second[name].shape == array.shape, name
        assert np.abs(second[name] - array).max(initial=0.0) <= close * max(size, 1e-3), name
    times = [[float(row["time [s]"]) for row in history(folder)] for folder in (one, other)]
    assert times[1] == pytest.approx(times[0], rel=close)
    assert all(before < after for before, after in pairwise(times[1]))
    steps = json.loads((other / "summary.json").read_text())["steps [-]"]
    assert len(times[1]) == steps + 1


def killed_and_resumed(case: str, folder: Path, ranks: list[int], lasts: float, seed: int) -> None:
    """Run a case, killed at a random instant on each of these numbers of ranks but the last."""
    instants = random.Random(seed)
    for place, number in enumerate(ranks):
        run = Run(case, folder, number)
        if place + 1 == len(ranks):
            code, said = run.end()
            assert code == 0, said
            return
        run.first_step()
        # The first kills early, so that there is something left to kill.
        time.sleep(instants.random() * lasts / CHAIN * 2)
        run.kill()
        readable(folder)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    folder = tmp_path_factory.mktemp("whole")
    return folder, whole_run("remeshed", folder)


def test_killed_at_random_instants_a_run_ends_the_same(
    whole: tuple[Path, float], tmp_path: Path, instants: int
) -> None:
    folder, lasts = whole
    for chain, left in enumerate(range(instants, 0, -CHAIN)):
        own = tmp_path / str(chain)
        killed_and_resumed("remeshed", own, [1] * (min(left, CHAIN) + 1), lasts, seed=chain)
        same(folder, own, SAME)


@pytest.mark.mpi
def test_killed_on_two_ranks_it_goes_on_on_one_and_on_two(
    whole: tuple[Path, float], tmp_path: Path, instants: int
) -> None:
    folder, lasts = whole
    for chain, left in enumerate(range(instants, 0, -CHAIN)):
        own = tmp_path / str(chain)
        ranks = [*([2, 1] * CHAIN)[: max(min(left, CHAIN), 2)], 2]
        killed_and_resumed("remeshed", own, ranks, lasts, seed=100 + chain)
        same(folder, own, ON_OTHER_RANKS)


@pytest.mark.mpi
def test_a_rank_that_dies_ends_all_and_leaves_a_checkpoint(
    whole: tuple[Path, float], tmp_path: Path
) -> None:
    run = Run("remeshed", tmp_path, 2)
    run.first_step()
    time.sleep(whole[1] / 3)
    os.kill(run.last_rank, signal.SIGKILL)
    begin = time.monotonic()
    code, _ = run.end()
    assert code != 0 and time.monotonic() - begin < 30
    readable(tmp_path)
    path, content = next(files.sound(tmp_path / files.FOLDER))
    assert content is not None, path
