"""What is tried with a step that Newton's method fails at, before it is cut once more. No physics.

The step itself starts from the extrapolation of the past and, where that fails, with a Jacobian
factorised anew at every iteration (see `Newton.solve`). Then come these, in order, each recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

Arrays = Sequence[np.ndarray]


@dataclass(frozen=True)
class Trial:
    """A step of size `h` after one of size `past`, from the `newest` state to one near `guess`."""

    solver: Any
    scheme: Any
    h: float
    past: float | None
    newest: Arrays
    guess: Arrays

    def solved(self, start: Arrays, share: float = 1.0) -> bool:
        """Solve a `share` of the step, beginning at `start`; return whether it converged."""
        self.scheme.set_step(share * self.h, self.past)
        for u, values in zip(self.solver.unknowns, start, strict=True):
            u.x.array[:] = values
        return bool(self.solver.solve())

    def found(self) -> list[np.ndarray]:
        """Return what the last solve has found."""
        return [u.x.array.copy() for u in self.solver.unknowns]


@dataclass(frozen=True)
class Wreck:
    """Where Newton's method got stuck: the last iterate and its residual, unknown by unknown."""

    iterations: int
    iterate: list[np.ndarray]
    residual: list[np.ndarray]


class Remedy(Protocol):
    """One way to solve a step after all."""

    @property
    def name(self) -> str:
        """How it is called in summaries, a plural."""

    def helps(self, trial: Trial) -> bool:
        """Return whether the step is solved now, the unknowns holding the solution. Collective."""


@dataclass(frozen=True)
class FromLastState:
    """Newton's method from the last state: the extrapolation may have left what makes sense."""

    name: str = "restarts_from_last_state"

    def helps(self, trial: Trial) -> bool:
        """Return whether the step is solved now."""
        return trial.solved(trial.newest)


@dataclass(frozen=True)
class Longer:
    """A longer step in the place of one that only balances what is not stored.

    Round-off of what is stored, over a very short step, is more than Newton's method can leave.
    """

    times: float = 100.0
    name: str = "longer_starts"

    def helps(self, trial: Trial) -> bool:
        """Return whether the longer step is solved now."""
        return replace(trial, h=self.times * trial.h).solved(trial.newest)


@dataclass(frozen=True)
class Continuation:
    """From short steps of the same past to the whole one, each from the line through the last."""

    shares: tuple[float, ...] = (1 / 64, 1 / 16, 1 / 4, 1 / 2, 1.0)
    name: str = "continuations"

    def helps(self, trial: Trial) -> bool:
        """Return whether the step is solved now."""
        start: Arrays = trial.newest
        for share, longer in zip(self.shares, (*self.shares[1:], 1.0), strict=True):
            if not trial.solved(start, share):
                return False
            pairs = zip(trial.newest, trial.found(), strict=True)
            start = [old + longer / share * (new - old) for old, new in pairs]
        return True


class Escalating(Protocol):
    """A solver that can be told to factorise every matrix."""

    def escalate(self) -> bool:
        """Do so from now on; return whether that is new."""


@dataclass(frozen=True)
class DirectSolver:
    """Linear systems by a factorisation each, for the rest of the run on this mesh."""

    newton: Escalating
    name: str = "escalations_to_direct"

    def helps(self, trial: Trial) -> bool:
        """Return whether the step is solved now."""
        return self.newton.escalate() and (trial.solved(trial.guess) or trial.solved(trial.newest))


def remedies_of(newton: Escalating) -> tuple[Remedy, ...]:
    """Return the remedies, the cheapest first."""
    return FromLastState(), Continuation(), DirectSolver(newton)
