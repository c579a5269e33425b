"""Newton's method from afar: a ladder of problems from an easy one to the one that is meant."""

from collections.abc import Sequence
from typing import Any, Protocol


class Solvable(Protocol):
    """A nonlinear problem with unknowns that hold guess and solution."""

    unknowns: tuple[Any, ...]

    def solve(self) -> bool:
        """Solve from the unknowns' values; return whether it converged."""

    @property
    def reason(self) -> str:
        """Why the last solve ended."""


class Ladder:
    """Solves a problem that holds a constant `share`: 0 is easy, 1 is meant.

    Where the share is 1 already, the problem is solved from the guess alone; else, and if that is
    too far away, all rungs are climbed.
    """

    def __init__(self, problem: Solvable, share: Any, rungs: Sequence[float]) -> None:
        """`rungs` are shares that rise to 1."""
        self._problem, self._share, self._rungs = problem, share, tuple(rungs)
        self.unknowns = problem.unknowns

    def solve(self) -> bool:
        """Solve from the unknowns' values; return whether it converged."""
        guess = [u.x.array.copy() for u in self.unknowns]
        if self._share.value == 1.0 and self._problem.solve():
            return True
        for u, values in zip(self.unknowns, guess, strict=True):
            u.x.array[:] = values
        return all(self._climbed(rung) for rung in self._rungs)

    def _climbed(self, rung: float) -> bool:
        self._share.value = rung
        return self._problem.solve()

    @property
    def reason(self) -> str:
        """Why the last solve ended."""
        return self._problem.reason
