"""Steps that are planned, on a problem whose steps can be followed by hand."""

from collections import deque
from types import SimpleNamespace

import numpy as np
import pytest
from mpi4py import MPI

from fem_kna.solve.control import Control
from fem_kna.solve.march import March


class NotTooFar:
    """u = t, found by no step longer than a half; as solver and as scheme."""

    def __init__(self):
        self.unknowns = (SimpleNamespace(x=SimpleNamespace(array=np.array([0.0]))),)
        self.reason, self.h = "TOO_FAR", 0.0

    def set_step(self, h, past):
        self.h = h

    def solve(self):
        return self.h <= 0.5


def march(plan):
    problem, control = NotTooFar(), Control(tolerance=1.0, first=0.1, smallest=1e-4)
    found = March(problem, problem, [problem.unknowns] * 2, control, [None], MPI.COMM_SELF)
    found.levels = deque([(0.0, [np.array([0.0])])], maxlen=3)
    found.plan, found.taken = plan, []
    return found


def times(run, steps):
    return [run.step(4.0) and run.time for _ in range(steps)]


def test_a_planned_step_that_is_cut_is_made_up_for_and_later_ones_come_at_their_times():
    """0.8 takes 0.2, of the rest 0.15, and then 0.45: at 0.8 the next one of the plan begins."""
    run = march([0.8, 0.3, 0.1])
    assert times(run, 5) == pytest.approx([0.2, 0.35, 0.8, 1.1, 1.2])
    assert run.rejected == 2 and not run.plan


def test_the_plan_made_anew_of_it_is_kept_without_a_cut():
    first = march([0.8, 0.3, 0.1])
    found = times(first, 5)
    second = march(list(first.taken))
    assert times(second, 5) == found and second.rejected == 0
