"""What is tried with a step that fails, on a problem of one number that can be followed by hand."""

from collections import deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from fem_kna.inputs.errors import RunError
from fem_kna.solve.control import Control
from fem_kna.solve.march import PATIENCE, March, StepFailed
from fem_kna.solve.remedies import Continuation, DirectSolver, FromLastState, Trial, remedies_of


class Number:
    """u = t, found where `reaches(start, t)` says so; as solver, scheme and what escalates."""

    def __init__(self, reaches: Callable[[float, float], bool]) -> None:
        self.reaches, self.h, self.starts, self.direct = reaches, 0.0, [], False
        self.unknowns = (SimpleNamespace(x=SimpleNamespace(array=np.array([0.0]))),)
        self.reason = "NOT_REACHED"

    def set_step(self, h: float, past: float | None) -> None:
        self.h = h

    def solve(self) -> bool:
        start = float(self.unknowns[0].x.array[0])
        self.starts.append((start, self.h))
        if not self.reaches(start, self.h):
            return False
        self.unknowns[0].x.array[0] = self.h
        return True

    def escalate(self) -> bool:
        new, self.direct = not self.direct, True
        return new


def trial(problem: Number, guess: float) -> Trial:
    return Trial(problem, problem, 1.0, None, [np.array([0.0])], [np.array([guess])])


def test_a_guess_gone_astray_is_left_for_the_last_state() -> None:
    problem = Number(lambda start, h: start == 0.0)
    assert not trial(problem, 7.0).solved([np.array([7.0])])
    assert FromLastState().helps(trial(problem, 7.0))
    assert problem.unknowns[0].x.array[0] == 1.0


def test_a_step_too_far_is_reached_by_shorter_ones() -> None:
    """Only what is closer than 0.1 is found; each guess lies on the line through the last."""
    problem = Number(lambda start, h: abs(start - h) < 0.1)
    assert not FromLastState().helps(trial(problem, 7.0))
    problem.starts.clear()
    assert Continuation().helps(trial(problem, 7.0))
    assert problem.starts == [
        (0.0, 1 / 64),
        (1 / 16, 1 / 16),
        (1 / 4, 1 / 4),
        (0.5, 0.5),
        (1.0, 1.0),
    ]
    assert not Continuation(shares=(0.5, 1.0)).helps(trial(problem, 7.0))


def test_a_balance_lost_in_round_off_is_found_in_a_longer_step() -> None:
    """A start is a thousandth of the first step; here it must be a hundredth at least."""
    problem = Number(lambda start, h: h >= 1e-2)
    run = march(problem)
    run.start()
    assert [h for _, h in problem.starts] == pytest.approx([1e-3, 0.1])
    assert dict(run.helped) == {"longer_starts": 1}


def test_the_direct_solver_comes_once() -> None:
    problem = Number(lambda start, h: problem.direct)
    assert DirectSolver(problem).helps(trial(problem, 7.0))
    assert not DirectSolver(problem).helps(trial(problem, 7.0))


def march(problem: Number, **how: Any) -> March:
    control = Control(tolerance=1.0, first=1.0, smallest=1e-4)
    found = March(
        problem, problem, [problem.unknowns] * 2, control, [None], MPI.COMM_SELF,
        remedies=remedies_of(problem), **how,
    )  # fmt: skip
    found.levels = deque([(0.0, [np.array([0.0])])], maxlen=3)
    return found


def test_remedies_come_in_order_after_the_step_was_cut_in_vain() -> None:
    problem = Number(lambda start, h: problem.direct)
    run = march(problem)
    run.step(2.0)
    assert run.rejected == PATIENCE and run.time == pytest.approx(0.25**PATIENCE)
    assert list(run.tried.items()) == [
        ("restarts_from_last_state", 1), ("continuations", 1), ("escalations_to_direct", 1)
    ]  # fmt: skip
    assert dict(run.helped) == {"escalations_to_direct": 1}
    run.step(2.0)
    assert sum(run.tried.values()) == 3


def test_where_nothing_helps_the_end_tells_where() -> None:
    """The remedies are tried twice: at the third cut and before the step gets too short."""
    problem, wreck = Number(lambda start, h: False), object()
    run = march(problem, stuck=lambda: wreck)
    with pytest.raises(StepFailed) as failed:
        run.step(2.0)
    assert failed.value.wreck is wreck and isinstance(failed.value, RunError)
    assert run.tried["continuations"] == 2 and not run.helped
    assert problem.unknowns[0].x.array[0] == 0.0
