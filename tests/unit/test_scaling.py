"""Scaling series: which points they have, and efficiencies worked by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from fem_kna.commands import scaling
from fem_kna.inputs.errors import InputError, RunError
from fem_kna.scaling.figure import draw, short
from fem_kna.scaling.series import Point, Runs, measured, strong, weak
from fem_kna.scaling.sharing import efficiencies, shared, stages_of


def point(ranks: int, dofs: int, newton: int, bandwidth: float, **stages: float) -> dict[str, Any]:
    times = {"residual": 1.0, "Jacobian": 3.0, "preconditioner": 2.0, "Krylov": 2.0, "rest": 0.0}
    return {
        "ranks [-]": ranks,
        "dofs [-]": dofs,
        "newton [-]": newton,
        "stages [s]": times | stages,
        "triad_bandwidth [B/s]": bandwidth,
        "newton_time [s]": 2.0,
        "krylov_per_newton [-]": 9.0,
        "memory_per_dof [B]": 3000.0,
        "dofs_per_second [1/s]": 1e5,
        "solver": "block",
    }


ONE = point(1, 1000, 4, 10e9)  # 2 s an iteration: 1 s of assembly, 1 s of solution


def test_one_mesh_on_two_ranks_by_hand() -> None:
    """Assembly from 1 s to 0.5 s, solution from 1 s to 0.8 s: 2 / (2 x 1.3)."""
    two = point(2, 1000, 4, 12e9, residual=0.5, Jacobian=1.5, preconditioner=1.2, Krylov=2.0)
    found = efficiencies(ONE, two)
    assert found["assembly"] == pytest.approx(1.0)
    assert found["solution"] == pytest.approx(0.625)
    assert found["steps"] == pytest.approx(2 / 2.6)
    assert found["Krylov"] == pytest.approx(0.5)
    assert found["memory"] == pytest.approx(0.6)
    assert "rest" not in found  # it takes no time


def test_a_mesh_twice_as_large_on_two_ranks_by_hand() -> None:
    """Iterations as long as on one rank are perfect, and fewer of them change nothing."""
    two = point(2, 2000, 2, 20e9, residual=0.5, Jacobian=1.5, preconditioner=1.0, Krylov=1.0)
    assert set(efficiencies(ONE, two).values()) == {1.0}
    assert [p["efficiency [-]"]["steps"] for p in shared([ONE, two])] == [1.0, 1.0]


def test_stages_are_what_events_leave() -> None:
    events = {"SNESFunctionEval": 1.0, "SNESJacobianEval": 4.0, "PCSetUp": 1.5, "SNESSolve": 10.0}
    events["PCSetUpOnBlocks"] = 0.5
    found = stages_of(11.0, events)
    assert found == {
        "residual": 1.0, "Jacobian": 4.0, "preconditioner": 2.0, "Krylov": 3.0, "rest": 1.0,
    }  # fmt: skip


def test_meshes_grow_with_the_ranks() -> None:
    assert strong((1, 2), 3.0) == [Point(1, 3.0), Point(2, 3.0)]
    assert weak((2, 16), 1.0, 3) == [Point(2, 1.0), Point(16, 2.0)]


class Told(Runs):
    """Points that cost what was made up."""

    def cost(self, point: Point) -> dict[str, Any]:
        self.settings.append(str(point))  # type: ignore[attr-defined]
        return ONE | {"ranks [-]": point.ranks, "dofs [-]": int(1000 * point.finer**2)}


def test_a_point_of_two_series_is_run_once_and_all_are_drawn(tmp_path: Path) -> None:
    asked: list[str] = []
    lines: list[str] = []
    found = measured(Told("case", asked, 4, ""), (1, 2), (1.0, 2.0), 2, lines.append)
    assert len(asked) == len(set(asked)) == len(lines) == 5
    assert [len(series) for series in found["strong"]] == [2, 2]
    json.dumps(found)
    draw(found, tmp_path / "scaling.png")
    assert (tmp_path / "scaling.png").stat().st_size > 10_000


def test_numbers_are_short() -> None:
    assert [short(n) for n in (720, 7201, 56449, 1008127)] == ["720", "7.2k", "56k", "1.0M"]


@pytest.mark.parametrize("text", ["2,1", "1,1", "1.5", "no", "0,1", ""])
def test_ranks_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="--ranks"):
        scaling.counted(text)


def test_a_point_that_fails_says_so_in_its_own_line() -> None:
    with pytest.raises(InputError, match="--launcher: no program 'nowhere'"):
        Runs("case", (), 1, "nowhere {ranks}").cost(Point(1))
    with pytest.raises(RunError, match="1 ranks, 1 times finer: nothing known"):
        Runs("case", (), 1, "sh -c 'echo nothing known >&2; exit 1' {ranks}").cost(Point(1))
