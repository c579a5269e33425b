"""Cycles that are not simulated: what changes slowly is carried over many of them at once.

The unknowns at the end of a cycle change by d over the next one. After two cycles that follow each
other N more are jumped, u -> u + N d, and two are simulated: over the first one what changes fast
settles (else a jump would carry on the error of the one before), over the second they change by
d'. The estimate of the jump's error is that of one step of Euler's explicit method,
N |d' - d| / 2; above the tolerance the jump is undone and tried shorter, below it the next one is
longer. No jump takes more than half of what is left of anything. A sum of unknowns that every
cycle keeps is kept by a jump, too: ions and atoms are, to round-off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any, Self

import numpy as np
from mpi4py import MPI

from .protocols.protocol import Jumps

SIMULATED = 2  # cycles after a jump
SAFETY, GROWTH, SHRINK = 0.8, 4.0, 0.25
NOTHING = 1e-12  # scaled: an error so small says nothing on how far one may jump
SPARED = 0.5  # of any concentration or amount: no jump takes more than the rest


@dataclass(frozen=True)
class Snapshot:
    """All that changes from cycle to cycle: unknowns, charges that were counted, the time."""

    arrays: tuple[np.ndarray, ...]
    charges: dict[str, np.ndarray]
    time: float

    @classmethod
    def of(cls, course: Any) -> Self:
        """Copy the present state of a course."""
        unknowns = course.model.march.solver.unknowns
        charges = course.journal.ledger.charges
        copied = {name: np.array(values) for name, values in charges.items()}
        return cls(tuple(u.x.array.copy() for u in unknowns), copied, course.model.march.time)

    def put(self, course: Any) -> None:
        """Put a course there."""
        for u, values in zip(course.model.march.solver.unknowns, self.arrays, strict=True):
            u.x.array[:] = values
        for name, values in self.charges.items():
            course.journal.ledger.charges[name] = [float(value) for value in values]
        course.model.march.time = self.time

    def combined(self, other: Self, rule: Callable[[Any, Any], Any]) -> Self:
        """Return ``rule(own, other's)`` of every number."""
        return type(self)(
            tuple(rule(a, b) for a, b in zip(self.arrays, other.arrays, strict=True)),
            {name: rule(q, other.charges[name]) for name, q in self.charges.items()},
            rule(self.time, other.time),
        )


@dataclass(frozen=True)
class Jump:
    """A jump under test: from where, after which step of the protocol, how far, by which change."""

    start: Snapshot
    step: int
    cycles: int
    change: Snapshot


class Jumper:
    """Decides after every simulated cycle how many are jumped before the next."""

    def __init__(self, course: Any, law: Jumps) -> None:
        """Begin where the course is, between two cycles."""
        self._course, self._law = course, law
        self._begin: Snapshot | None = None  # of the cycle under way
        self._change: Snapshot | None = None  # over the cycle before it, which it follows
        self.jump: Jump | None = None  # that the cycle under way tests, if it is ...
        self.settled = False  # ... not the first one after it

    @property
    def follows(self) -> bool:
        """Whether the cycle under way follows another one: it is no first one, which differs."""
        return self._change is not None

    def begin(self, *, whole: bool = True) -> None:
        """A cycle begins; one that is not `whole` has begun before, and says nothing on change."""
        self._begin = Snapshot.of(self._course) if whole else None

    def error(self) -> float:
        """Return the error of the jump that the cycle just ended tests; 0 if it tests none."""
        if self.jump is None:
            return 0.0
        return self.jump.cycles / 2 * self._distance(self._over_cycle(), self.jump.change)

    def accepted(self, error: float, step: int, left: int, size: int) -> int:
        """Go on after a cycle whose jump, if any, was good enough; return the cycles jumped.

        Args:
            error: of that jump.
            step: place in the protocol of the next step.
            left: cycles that are still to come of those that are alike.
            size: steps of each.
        """
        if self._begin is None:
            return 0
        change, before = self._over_cycle(), self.jump
        known = self._change if before is None else before.change
        self._change = change
        if known is None or left < 1 + SIMULATED:
            self.jump = None
            return 0
        if before is None:
            wanted = sqrt(2 * self._law.tolerance / max(self._distance(change, known), NOTHING))
        else:
            room = self._law.tolerance / max(error, NOTHING)
            wanted = ceil(before.cycles * min(GROWTH, SAFETY * sqrt(room)))
        return self._jump(
            Snapshot.of(self._course), step, int(min(wanted, left - SIMULATED)), change
        )

    def refused(self) -> tuple[int, int]:
        """Undo a jump that was too far, and jump less; return the step it began at, and cycles."""
        jump = self.jump
        assert jump is not None, "no jump to undo"
        jump.start.put(self._course)
        self._change = jump.change
        return jump.step, self._jump(jump.start, jump.step, int(SHRINK * jump.cycles), jump.change)

    def _jump(self, start: Snapshot, step: int, cycles: int, change: Snapshot) -> int:
        cycles = int(min(cycles, self._law.longest, self._most(start, change)))
        if cycles < 1:
            self.jump = None
            return 0
        start.combined(change, lambda u, d: u + cycles * d).put(self._course)
        self.jump, self.settled = Jump(start, step, cycles, change), False
        return cycles

    def _over_cycle(self) -> Snapshot:
        assert self._begin is not None, "a cycle has been simulated"
        return Snapshot.of(self._course).combined(self._begin, lambda u, v: u - v)

    def _distance(self, one: Snapshot, other: Snapshot) -> float:
        """Return the largest difference of what the time steps control, in coarse units."""
        march = self._course.model.march
        parts = zip(march.controlled, one.arrays, other.arrays, strict=True)
        here = max(w.distance(a, b) for w, a, b in parts if w is not None)
        return float(march.comm.allreduce(here, op=MPI.MAX))

    def _most(self, start: Snapshot, change: Snapshot) -> float:
        """Return the cycles after which the first of what is there is down to `SPARED` of it."""
        march, fastest = self._course.model.march, 0.0
        for watched, u, d in zip(march.controlled, start.arrays, change.arrays, strict=True):
            if watched is not None:
                u, d = u[watched.places], d[watched.places]
                falls = (u > NOTHING) & (d < -NOTHING)
                fastest = max(fastest, (-d[falls] / u[falls]).max(initial=0.0))
        fastest = march.comm.allreduce(fastest, op=MPI.MAX)
        return (1 - SPARED) / fastest if fastest > 0 else np.inf
