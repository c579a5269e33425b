"""Processes killed at random instants, and gone on with: nothing lost, nothing twice."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
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

    def first_step(self) -> bool:
        """Wait for it; return False where the run had ended before, all done."""
        assert self._process.stdout is not None
        said = ""
        for line in self._process.stdout:
            said += line
            if line.startswith(LAST):
                self.last_rank = int(line.removeprefix(LAST))
            if line.strip().isdecimal():
                return True
        assert self._process.wait(timeout=END) == 0, said
        return False

    def first_checkpoint(self, folder: Path) -> None:
        """Wait for it: beside other work steps may take many times as long."""
        end = time.monotonic() + START
        while not any(files.sound(folder / files.FOLDER)):
            assert time.monotonic() < end and self._process.poll() is None
            time.sleep(0.01)

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


def killed_and_resumed(case: str, folder: Path, ranks: list[int], lasts: float, seed: int) -> int:
    """Run a case, killed at a random instant on each of these numbers of ranks but the last.

    Return how often it was killed: less often where it was done before.
    """
    instants = random.Random(seed)
    for place, number in enumerate(ranks):
        run = Run(case, folder, number)
        if place + 1 == len(ranks):
            code, said = run.end()
            assert code == 0, said
            break
        if not run.first_step():
            return place
        # Early enough that there is something left to kill.
        time.sleep(instants.random() * lasts / CHAIN)
        run.kill()
        readable(folder)
    return len(ranks) - 1


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    folder = tmp_path_factory.mktemp("whole")
    return folder, whole_run("remeshed", folder)


def killed_in_chains(
    whole: tuple[Path, float],
    folder: Path,
    instants: int,
    ranks: Callable[[int], list[int]],
    close: float,
    seed: int,
) -> None:
    """Kill runs at so many instants, a few of each; all end as the `whole` one did.

    ``ranks(kills)`` are those that a run which is killed so often is begun on, and goes on on.
    """
    chain, left = 0, instants
    while left > 0:
        own, numbers = folder / str(chain), ranks(min(left, CHAIN))
        kills = killed_and_resumed("remeshed", own, numbers, whole[1], seed=seed + chain)
        same(whole[0], own, close)
        print(f"chain {chain}: killed {kills} times on {numbers} ranks, ends the same")
        chain, left = chain + 1, left - kills


def test_killed_at_random_instants_a_run_ends_the_same(
    whole: tuple[Path, float], tmp_path: Path, instants: int
) -> None:
    killed_in_chains(whole, tmp_path, instants, lambda kills: [1] * (kills + 1), SAME, seed=0)


@pytest.mark.mpi
def test_killed_on_two_ranks_it_ends_the_same(
    whole: tuple[Path, float], tmp_path: Path, instants: int
) -> None:
    killed_in_chains(whole, tmp_path, instants, lambda kills: [2] * (kills + 1), SAME, seed=200)


@pytest.mark.mpi
def test_killed_on_two_ranks_it_goes_on_on_one_and_on_two(
    whole: tuple[Path, float], tmp_path: Path
) -> None:
    killed_in_chains(whole, tmp_path, 2, lambda kills: [2, 1, 2], ON_OTHER_RANKS, seed=100)


@pytest.mark.mpi
def test_a_rank_that_dies_ends_all_and_leaves_a_checkpoint(
    whole: tuple[Path, float], tmp_path: Path
) -> None:
    run = Run("remeshed", tmp_path, 2)
    run.first_step()
    time.sleep(whole[1] / 3)
    run.first_checkpoint(tmp_path)
    os.kill(run.last_rank, signal.SIGKILL)
    begin = time.monotonic()
    code, _ = run.end()
    assert code != 0 and time.monotonic() - begin < 30
    readable(tmp_path)
    path, content = next(files.sound(tmp_path / files.FOLDER))
    assert content is not None, path
