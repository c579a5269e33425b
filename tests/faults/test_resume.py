"""Runs that are stopped anywhere and gone on with end as if nothing had happened."""

import csv
import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from killable import OFTEN, alloyed, branching, compounded, pressed, remeshed, still
from mpi4py import MPI
from vtkmodules.vtkIOXML import vtkXMLPUnstructuredGridReader

import fem_kna as kna
from fem_kna.checkpoint import files
from fem_kna.checkpoint.keeper import Keeper
from fem_kna.checkpoint.requests import Every, Requests
from fem_kna.commands.execute import Going, execute
from fem_kna.compare import Axis, Comparison
from fem_kna.inputs.errors import Stopped
from fem_kna.solve.march import March

SAME = 1e-8
KNA = "KNA-1.8--4-mA-cm-2"  # its folder in a comparison
# What a summary says of the work, and errors that are nothing but round-off.
OTHER = {
    "wall_time [s]", "peak_memory [B]", "krylov [-]", "newton [-]", "ranks [-]",
    "refreshed_jacobians [-]",
}  # fmt: skip


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of steps after which a run is cut off, without a word, once each."""
    planned: list[int] = []
    look = Keeper.look

    def cut_off(keeper: Keeper, course: Any) -> None:
        look(keeper, course)
        if planned and course.model.march.steps >= planned[0]:
            del planned[0]
            raise Cut

    monkeypatch.setattr(Keeper, "look", cut_off)
    return planned


class Cut(BaseException):
    """As if the process had been killed: nothing catches it."""


def until_done(case: kna.Case, folder: Path, **how: Any) -> kna.Result:
    while True:
        try:
            return kna.simulate(case, folder=folder, resume=True, checkpoint=OFTEN, **how)
        except Cut:
            continue


def same(one: kna.Result, other: kna.Result, close: float = SAME) -> None:
    """Assert that two runs have done the same."""
    assert len(one.history) == len(other.history)
    for row, its in zip(one.history, other.history, strict=True):
        alike(row, its, close)
    alike(one.summary, other.summary, close)
    for (when, outline), (its_time, its) in zip(one.outlines, other.outlines, strict=True):
        assert its_time == pytest.approx(when, rel=close)
        assert its.points == pytest.approx(outline.points, rel=close, abs=close)
        assert (its.facets == outline.facets).all()


def alike(one: dict[str, Any], other: dict[str, Any], close: float) -> None:
    assert set(one) == set(other)
    for key in set(one) - OTHER:
        if "drift" in key or "error" in key:
            assert other[key] < 1e-10, key
        elif isinstance(one[key], str):
            assert other[key] == one[key]
        else:
            assert other[key] == pytest.approx(one[key], rel=close, abs=1e-12), key


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "history.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("case", "cuts"),
    [
        (still, [0, 3, 4, 9]),
        (branching, [1, 12, 30]),
        (remeshed, [3, 8, 13]),
        (compounded, [2, 9]),
        pytest.param(pressed, [2, 9, 15], marks=pytest.mark.slow),
        pytest.param(alloyed, [2, 7, 12], marks=[pytest.mark.slow, pytest.mark.timeout(900)]),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_run_cut_off_anywhere_ends_the_same(
    case: Any, cuts: list[int], stops: list[int], tmp_path: Path
) -> None:
    whole = kna.simulate(case(), folder=tmp_path / "whole", checkpoint=OFTEN)
    assert whole.summary.get("remeshes [-]", 0) >= (case in (remeshed, pressed, alloyed))
    assert whole.summary["steps [-]"] > cuts[-1]
    stops += cuts
    parts = until_done(case(), tmp_path / "parts")
    assert not stops
    same(whole, parts)
    kept, its = rows(tmp_path / "whole"), rows(tmp_path / "parts")
    assert [float(row["time [s]"]) for row in its] == pytest.approx(
        [float(row["time [s]"]) for row in kept], rel=SAME
    )
    times = {
        name: [
            series(folder / f"{name}.pvd") for folder in (tmp_path / "whole", tmp_path / "parts")
        ]
        for name in ("fields", "front")
    }
    for whole_times, its_times in times.values():
        assert its_times == pytest.approx(whole_times, rel=SAME)
        assert len(set(its_times)) == len(its_times)
    assert len(list((tmp_path / "parts" / "frames").iterdir())) == len(times["front"][0])


def series(path: Path) -> list[float]:
    """Return the times of a series, each of whose frames VTK can read."""
    lines = [line for line in path.read_text().splitlines() if "timestep" in line]
    for line in lines:
        reader = vtkXMLPUnstructuredGridReader()
        reader.SetFileName(str(path.parent / line.split('file="')[1].split('"')[0]))
        reader.Update()
        assert reader.GetOutput().GetNumberOfPoints() > 0
    return [float(line.split('timestep="')[1].split('"')[0]) for line in lines]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> kna.Result:
    folder = tmp_path_factory.mktemp("ended")
    return kna.simulate(still(), folder=folder, checkpoint=OFTEN)


def test_a_run_that_has_ended_is_not_run_again(
    ended: kna.Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(March, "step", None)
    again = kna.simulate(still(), folder=ended.folder, resume=True)
    same(ended, again, 0.0)


def test_the_last_two_checkpoints_are_kept_and_hold_no_code(ended: kna.Result) -> None:
    assert ended.folder is not None
    kept = sorted((ended.folder / files.FOLDER).iterdir())
    assert len(kept) == files.KEPT
    steps = ended.summary["steps [-]"]
    assert kept[-1].name.startswith(f"{steps:08d}-")
    with np.load(kept[-1], allow_pickle=False) as content:
        facts = json.loads(content["text"].tobytes())
    assert facts["version"] and len(facts["journal"]["columns"]) > 10


def flipped(path: Path) -> None:
    """Turn one bit in the middle of a file."""
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def test_a_damaged_checkpoint_is_told_and_the_one_before_taken(
    stops: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str], ended: kna.Result
) -> None:
    stops += [9]
    with pytest.raises(Cut):
        kna.simulate(still(), folder=tmp_path, checkpoint=OFTEN)
    before, newest = sorted((tmp_path / files.FOLDER).iterdir())
    flipped(newest)
    parts = kna.simulate(still(), folder=tmp_path, resume=True)
    assert f"warning: checkpoint '{newest}' is damaged" in capsys.readouterr().err
    log = (tmp_path / "run.log").read_text()
    assert "goes on at" in log and f"step {int(before.name[:8])}" in log
    same(ended, parts)


def test_where_all_are_damaged_the_run_begins_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ended: kna.Result
) -> None:
    (tmp_path / files.FOLDER).mkdir()
    for step, raw in enumerate((b"", b"PK\x03\x04")):
        (tmp_path / files.FOLDER / f"{step:08d}-0123456789abcdef.npz").write_bytes(raw)
    same(ended, kna.simulate(still(), folder=tmp_path, resume=True))
    assert capsys.readouterr().err.count("is damaged") == 2


@pytest.mark.parametrize("what", ["case", "version"])
def test_a_strange_checkpoint_is_refused_in_one_line(
    what: str, ended: kna.Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = still()
    if what == "case":
        case = case.model_copy(update={"temperature": 310.0})
    else:
        monkeypatch.setattr("fem_kna.checkpoint.keeper.version", lambda name: "99.0")
    with pytest.raises(kna.InputError, match=f"--resume: checkpoint '.*' is of .*{what}") as told:
        kna.simulate(case, folder=ended.folder, resume=True)
    assert "\n" not in str(told.value)


def test_the_folder_of_a_run_is_its_own(tmp_path: Path) -> None:
    def second(share: float, steps: int) -> None:
        host = os.uname().nodename
        for resume in (True, False) if steps == 2 else ():
            with pytest.raises(
                kna.InputError, match=rf"written to by process {os.getpid()} on {host} since"
            ):
                kna.simulate(still(), folder=tmp_path, resume=resume)

    kna.simulate(still(), folder=tmp_path, progress=second)
    kna.simulate(still(), folder=tmp_path, resume=True)


def compared(folder: Path, *, resume: bool) -> dict[str, Any]:
    """Run K beside KNA-1.8 in 1-D as the command does; return what it writes of both."""
    comparison = Comparison(
        Axis("metal", ("working.metal",), ("K", "KNA-1.8")),
        Axis("current", ("drive.current",), ("4 mA/cm^2",)),
    )
    execute(still(), comparison, [], folder, {}, Going(resume, OFTEN), False, None)
    (written,) = folder.glob("still/*/comparison.json")
    return {run["folder"]: run for run in json.loads(written.read_text())["runs"]}


def test_a_comparison_goes_on_where_it_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run that had ended is not run again, the other one goes on; the table is the same."""
    whole = compared(tmp_path / "whole", resume=False)
    look, looked = Keeper.look, Counter()
    cutting = [True]

    def cut_off(keeper: Keeper, course: Any) -> None:
        metal = course.model.case.working.metal.name
        looked[metal] += 1
        look(keeper, course)
        if metal == "KNA-1.8" and cutting and course.model.march.steps >= 5:
            cutting.clear()
            raise Cut

    monkeypatch.setattr(Keeper, "look", cut_off)
    with pytest.raises(Cut):
        compared(tmp_path / "parts", resume=True)
    assert not list((tmp_path / "parts").glob("still/*/comparison.json"))
    assert looked["K"] > 5
    looked.clear()
    parts = compared(tmp_path / "parts", resume=True)
    assert set(looked) == {"KNA-1.8"} and 0 < looked["KNA-1.8"] < whole[KNA]["steps [-]"]
    assert list(parts) == list(whole) and len(parts) == 2
    for name, summary in whole.items():
        alike(summary, parts[name], SAME)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_ends_a_run_with_a_checkpoint(
    number: signal.Signals, tmp_path: Path, ended: kna.Result
) -> None:
    def ask(share: float, steps: int) -> None:
        if steps == 5:
            os.kill(os.getpid(), number)

    before = signal.getsignal(number)
    with pytest.raises(Stopped, match=rf"{number.name} at .* s; to go on: --resume"):
        kna.simulate(still(), folder=tmp_path, progress=ask)
    assert signal.getsignal(number) == before
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["status"].startswith(f"stopped: {number.name}") and summary["steps [-]"] == 5
    same(ended, kna.simulate(still(), folder=tmp_path, resume=True))


def test_how_often(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Every.read("50") == Every(steps=50)
    assert Every.read("10 min") == Every(seconds=600.0)
    for bad in ("0", "-3", "ten", "3 m", "nan s", ""):
        with pytest.raises(kna.InputError, match=r"--checkpoint '.*': accepted: a number"):
            Every.read(bad)
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    steps, clock = (Requests(every, MPI.COMM_SELF) for every in (Every(steps=3), Every(seconds=9)))
    assert [steps.asked(step)[0] for step in (0, 2, 3)] == [False, False, True]
    steps.begin(3)
    assert [steps.asked(step)[0] for step in (5, 6)] == [False, True]
    assert clock.asked(100) == (False, None)
    now[0] = 9.0
    assert clock.asked(100) == (True, None)
