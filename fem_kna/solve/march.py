"""Marching in time: steps, error control, rejected steps. Knows no physics."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from mpi4py import MPI

from ..inputs.errors import RunError
from .bdf2 import Bdf2, Level, extrapolated
from .control import Control, Watched
from .remedies import Longer, Remedy, Trial, Wreck

# Scaled. With a shorter step the round-off of the rates, c/h, drowns the algebraic equations.
SHORTEST_START = 2e-10
SLIVER = 0.01  # of a planned step: a rest of it that is left out
PATIENCE = 3  # failures of one step that a shorter one alone is to mend


class Mark(NamedTuple):
    """A moment of a march: time, steps so far, next step, levels."""

    time: float
    steps: int
    next: float
    levels: list[Level]


class StepFailed(RunError):
    """No step down to the size `h` (scaled) succeeded; step 0 is the state at the start."""

    def __init__(self, step: int, h: float, reason: str, wreck: Wreck | None = None) -> None:
        """Say which step failed, how short it had become, why in PETSc's words, and where."""
        super().__init__(f"step {step}: {reason}")
        self.step, self.h, self.reason, self.wreck = step, h, reason, wreck


def nothing_to_do(levels: deque[Level]) -> None:
    """Leave the levels as they are."""


class Solver(Protocol):
    """What solves one step."""

    unknowns: tuple[Any, ...]

    def solve(self) -> bool:
        """Solve from the unknowns' values; return whether it converged."""

    @property
    def reason(self) -> str:
        """Why the last solve ended."""


@dataclass
class March:
    """One run of a scheme over a given time.

    Args:
        solver: solves the nonlinear system of one step.
        scheme: backward differences whose coefficients stand in the system.
        earlier: functions of the last two levels, in the solver's order of unknowns.
        control: how steps are chosen.
        controlled: per unknown, those of its values whose error counts, or None.
        accepted: told of the levels after each accepted step, the newest first; it may change them.
        remedies: tried in order where steps have failed `PATIENCE` times, or would get too short.
        stuck: tells where the solver got stuck. Collective.
    """

    solver: Solver
    scheme: Bdf2
    earlier: Sequence[Sequence[Any]]
    control: Control
    controlled: Sequence[Watched | None]
    comm: MPI.Comm
    accepted: Callable[[deque[Level]], None] = nothing_to_do
    remedies: Sequence[Remedy] = ()
    stuck: Callable[[], Wreck | None] = lambda: None
    time: float = 0.0
    steps: int = 0
    rejected: int = 0
    plan: list[float] = field(default_factory=list)  # sizes of the next steps, if they are given
    taken: list[float] | None = None  # sizes of the steps since it was emptied, if asked for
    tried: Counter[str] = field(default_factory=Counter)  # remedies, by name
    helped: Counter[str] = field(default_factory=Counter)
    levels: deque[Level] = field(default_factory=lambda: deque(maxlen=3))
    _next: float = field(init=False)
    _inherited: bool = False  # whether the past was carried over from another mesh
    _failure: tuple[str, Wreck | None] = ("", None)  # why and where the last step failed

    def __post_init__(self) -> None:
        """Begin with the control's first step."""
        self._next = self.control.first

    def start(self) -> None:
        """Find the algebraic unknowns that fit the initial differential ones; time stands still.

        One backward Euler step, a thousandth of the one to come, after which the controlled
        unknowns are put back: potentials and currents of time zero, and the guess for step one.
        It is not shorter than `SHORTEST_START`; fronts that first settle on a new mesh, as a
        contact that has opened does, would sweep through the salt too fast in a shorter one. Where
        it fails, a longer one is tried before all other remedies.

        Raises:
            StepFailed: no such potentials were found.
        """
        initial = self._arrays()
        self._load([(0.0, initial)] * 2)
        h = max(1e-3 * self._next, SHORTEST_START)
        trial = Trial(self.solver, self.scheme, h, None, initial, initial)
        if not trial.solved(initial) and not self._remedied(trial, Longer()):
            raise StepFailed(0, self.control.first, self.solver.reason, self.stuck())
        for u, kept, watched in zip(self.solver.unknowns, initial, self.controlled, strict=True):
            if watched is not None:
                u.x.array[watched.places] = kept[watched.places]
        self.levels.clear()
        self.levels.appendleft((self.time, self._arrays()))

    def restart(self) -> None:
        """Begin afresh from the present unknowns, with the control's first step; see `start`."""
        self._next = self.control.first
        self.start()

    def until(self, end: float) -> Iterator[float]:
        """Advance to the time `end` exactly, yielding the size of each accepted step.

        Raises:
            StepFailed: the step fell below the smallest one.
        """
        while self.time < end:
            yield self.step(end)

    def step(self, end: float) -> float:
        """Take one step towards the time `end`, which is not passed; return its size.

        Raises:
            StepFailed: the step fell below the smallest one.
        """
        before, planned = self.time, self.plan.pop(0) if self.plan else 0.0
        self._next = self._advance(_fitted(planned or self._next, end - self.time))
        if end - self.time < 1e-12 * end:
            self.time = end
        taken = self.time - before
        if planned - taken > SLIVER * planned:
            self.plan.insert(0, planned - taken)  # so that later steps come at their times
        return taken

    def try_step(self, h: float) -> bool:
        """Take one step of exactly `h`, whatever its error; return whether it was solved."""
        if not np.isfinite(self._attempt(h, remedied=True)):
            self._restore()
            return False
        self._accept(h)
        return True

    def mark(self) -> Mark:
        """Return what `rewind` needs to come back here."""
        levels = [(t, [values.copy() for values in arrays]) for t, arrays in self.levels]
        return Mark(self.time, self.steps, self._next, levels)

    def rewind(self, mark: Mark) -> None:
        """Go back to `mark`; what `accepted` did outside is the caller's to undo."""
        self.time, self.steps, self._next = mark.time, mark.steps, mark.next
        self.levels.clear()
        self.levels.extend((t, [values.copy() for values in arrays]) for t, arrays in mark.levels)
        self._restore()

    def shorten(self, h: float) -> None:
        """Try a step of at most `h` next.

        Raises:
            StepFailed: that is shorter than the smallest one.
        """
        if h < self.control.smallest:
            raise StepFailed(self.steps + 1, h, "MESH_CRUSHED")
        self._next = min(self._next, h)

    def resume(self, other: "March", step: float) -> None:
        """Go on where `other` has got to, from the present unknowns, next with `step`."""
        self.time, self.steps, self.rejected = other.time, other.steps, other.rejected
        self.tried, self.helped = other.tried, other.helped
        self._next, self._inherited = step, True

    def count(self, remedy: str) -> None:
        """Record a `remedy` that has helped a step before Newton's method began."""
        self.tried[remedy] += 1
        self.helped[remedy] += 1

    @property
    def next(self) -> float:
        """The size of step to be tried next."""
        return self._next

    def _advance(self, h: float) -> float:
        """Take one step of at most `h`, its error at most one; return the size to try next."""
        failures = 0
        while True:
            if h < self.control.smallest:
                raise StepFailed(self.steps + 1, h, *self._failure)
            last = h * self.control.after_failure < self.control.smallest
            error = self._attempt(h, remedied=failures == PATIENCE or last)
            if error <= 1:
                self._accept(h)
                return self.control.next_step(h, error, self._order)
            self.rejected += 1
            if np.isfinite(error):
                h = self.control.next_step(h, error, self._order)
            else:
                failures, h = failures + 1, h * self.control.after_failure
            self._restore()

    def _accept(self, h: float) -> None:
        self.time, self.steps, self._inherited = self.time + h, self.steps + 1, False
        if self.taken is not None:
            self.taken.append(h)
        self.levels.appendleft((self.time, self._arrays()))
        self.accepted(self.levels)

    @property
    def _order(self) -> int:
        return min(len(self.levels) - 1, 2) or 1

    def _attempt(self, h: float, *, remedied: bool = False) -> float:
        """Solve one step, perhaps with all remedies; return its local error over the tolerance.

        That is infinite where it was not solved.
        """
        (t1, newest), *rest = self.levels
        self._load([(t1, newest), rest[0] if rest else (t1, newest)])
        past, guess = t1 - rest[0][0] if rest else None, self._guess(t1 + h)
        trial = Trial(self.solver, self.scheme, h, past, newest, guess)
        if not trial.solved(guess):
            self._failure = self.solver.reason, self.stuck()
            if not (remedied and self._remedied(trial)):
                return np.inf
        if not rest:
            return 0.0  # nothing to compare the very first step with
        return self._error(guess, h / (t1 + h - self.levels[-1][0]))

    def _remedied(self, trial: Trial, *first: Remedy) -> bool:
        """Return whether a remedy has solved the step; some come `first`."""
        for remedy in (*first, *self.remedies):
            self.tried[remedy.name] += 1
            if remedy.helps(trial):
                self.helped[remedy.name] += 1
                return True
        return False

    def _guess(self, time: float) -> list[np.ndarray]:
        """Return the polynomial through all levels at `time`, a line of what is not controlled.

        On a new mesh that has no past of its own yet, and stays as it is.
        """
        levels, known = list(self.levels), 1 if self._inherited else 2
        smooth, line = extrapolated(levels, time), extrapolated(levels[:known], time)
        found = zip(smooth, line, self.controlled, strict=True)
        return [rough if watched is None else values for values, rough, watched in found]

    def _error(self, guess: Sequence[np.ndarray], share: float) -> float:
        """Return the largest controlled error over the tolerance.

        The difference to the extrapolation through all kept levels, times h over their span, is
        the local error of the scheme.
        """
        worst = 0.0
        newest = self.levels[0][1]
        for u, expected, before, watched in zip(
            self.solver.unknowns, guess, newest, self.controlled, strict=True
        ):
            if watched is not None:
                worst = max(worst, share * watched.error(u.x.array, expected, before))
        return float(self.comm.allreduce(worst, op=MPI.MAX)) / self.control.tolerance

    def _arrays(self) -> list[np.ndarray]:
        return [u.x.array.copy() for u in self.solver.unknowns]

    def _restore(self) -> None:
        for u, values in zip(self.solver.unknowns, self.levels[0][1], strict=True):
            u.x.array[:] = values

    def _load(self, levels: Sequence[Level]) -> None:
        """Put two levels where the forms see them."""
        for functions, (_, arrays) in zip(self.earlier, levels, strict=True):
            for function, values in zip(functions, arrays, strict=True):
                function.x.array[:] = values


def _fitted(h: float, left: float) -> float:
    """Return a step that does not leave a sliver before the end."""
    if h >= (1 - 1e-9) * left:
        return left
    return left / 2 if (1 - 1e-9) * left / 2 < h else h
