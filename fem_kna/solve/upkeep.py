"""When a Jacobian and its preconditioner have served long enough. No physics, and no PETSc."""

import math
from typing import Any

POOR = 8  # linear iterations per Newton iteration from which a new factorisation pays
POOR_IF_CHEAP = 10  # likewise a new multigrid, which needs 7 itself and costs as much as 15
GROWN = 1.25  # times as many as with a new one: likewise where a new one needs more than a few
UNLIKE = 4  # ratio of paces from which a preconditioner made for one is not tried on the other
SLOW = 0.1  # of the residual: where an iteration leaves more, its guess was far
WITHIN = 0.1  # of the residual's tolerance: where an iteration with the last Jacobian must end
# Of the residual: what the last step's Jacobian leaves, or less, where the step is the same. From
# 0.0005 to 0.003 were seen; where the step has grown by a tenth 0.03, which costs as much in linear
# iterations as it saves.
AGED = 0.01
SAME = 1e-9  # of a pace: by how much that of a same step may differ
MANY = 9  # iterations of Newton's: more are not foreseen
SHARE = 0.1  # of what Newton's method itself will leave: what a linear solve may leave
MOST = 1e-3  # of the residual: what a linear solve may leave where nothing is known yet


class Upkeep:
    """What Newton's method has seen of its linear systems, and what is to be made anew for that."""

    def __init__(self, pace: Any = None, *, cheap: bool = False, leaping: bool = False) -> None:
        """Know nothing yet.

        With a `pace`, a form's constant that goes as the inverse of the step, a preconditioner
        serves steps of a like size alone. One may be `cheap` to make. Of matrices that are
        `leaping` it is kept for none but its own: with the flow the viscosity of a power law
        changes by orders from iterate to iterate.
        """
        self._pace, self._made_for, self._cheap = pace, 0.0, cheap
        self._most = POOR_IF_CHEAP if cheap else POOR
        self._poor, self._fresh, self._usual = True, False, 0.0
        self._leaping = leaping
        self._norm, self._before, self._first = 0.0, 0.0, True
        self._fallen = 1.0  # what a solve's first iteration with its own Jacobian has left
        # What is left over the square of the residual, as Newton's method squares it: in a solve's
        # first iteration, and later, when it has gone elsewhere.
        self._bends = [math.inf, math.inf]
        self._assembled_for = 0.0  # the Jacobian: its pace
        self._own = False  # whether it was the last iterate's own, and not one that was kept
        self._wary = True  # of keeping one from step to step

    def due(self) -> bool:
        """Whether the next solve is to begin with a new preconditioner."""
        unlike = self._unlike()  # in any case, as it remembers the step
        return self._leaping or self._poor or unlike

    def renewed(self) -> None:
        """Hear that a preconditioner will be made anew."""
        self._fresh = True

    def solved(self, per_iteration: float) -> None:
        """Hear how many linear iterations each of a solve's took."""
        if self._fresh:
            self._usual, self._fresh = per_iteration, False
        self._poor = per_iteration > max(self._most, GROWN * self._usual)

    def failed(self) -> None:
        """Hear that a solve has failed: what served it is poor."""
        self._poor = self._wary = True

    def iterated(self, number: int, norm: float) -> None:
        """Hear of the residual where the iteration of that `number` begins."""
        self._before, self._norm, self._first = self._norm, norm, number == 0
        if number:
            self._learn(self._norm / self._before, later=number > 1)

    def _learn(self, fallen: float, *, later: bool) -> None:
        """Learn from how the first iteration of a solve, or a later one, changed the residual."""
        if self._own:
            self._bends[later] = fallen / self._before
        if not later:
            self._wary = not self._own and fallen > AGED
            self._fallen = fallen if self._own else self._fallen

    def assembled(self) -> None:
        """Hear that the Jacobian is the present iterate's."""
        self._own = True
        if self._pace is not None:
            self._assembled_for = float(self._pace.value)

    def leaves(self, least: float, tolerance: float) -> float:
        """Return what share of the residual the next linear solve may leave, `least` or more.

        What it leaves beyond a part of what Newton's method will is of no use: the square of how
        the residual has fallen in the last iteration, or in a solve's first one as in the last's,
        if with their own Jacobian. Nor is what it takes off a part of the residual's `tolerance`.
        """
        if not self._cheap or self._leaping:
            return least
        bend = self._norm / self._before**2 if self._own else self._bends[True]
        expected = self._fallen if self._first else bend * self._norm
        return max(min(SHARE * expected, MOST), least, SHARE * tolerance / self._norm)

    def serves(self, tolerance: float) -> bool:
        """Whether the last iterate's Jacobian will bring the residual below its `tolerance`.

        Newton's method converges quadratically: by the factor that the residual has fallen by in
        the last iteration it falls again with the same matrix. To the tolerance, not to round-off:
        charge and atoms are then kept to 1e-12 a step, too little for jumps over cycles. So it is
        for cheap preconditioners alone, where assembly takes more than half of the time.
        """
        serves = self._cheap and self._norm**2 < WITHIN * tolerance * self._before
        self._own = self._own and not serves
        return serves

    def lasts(self, tolerance: float) -> bool:
        """Whether a solve may begin with the last one's Jacobian, for no iteration more.

        Newton's method needs as many iterations as it takes to square what is left down to its
        `tolerance`. Where the step is the same an old Jacobian leaves little; where it leaves more,
        as a reaction's new state may make it, the next solve begins with a new one.
        """
        if not self._cheap or self._leaping or self._pace is None or self._wary:
            return False
        if abs(float(self._pace.value) / self._assembled_for - 1) > SAME:
            return False
        with_it = self._foreseen(AGED * self._norm, tolerance)
        lasts = with_it <= self._foreseen(self._bends[False] * self._norm**2, tolerance) < MANY
        self._own = self._own and not lasts
        return lasts

    def _foreseen(self, norm: float, tolerance: float) -> int:
        """Return how many iterations bring what a first one leaves, `norm`, below `tolerance`."""
        count = 0
        while norm > tolerance and count < MANY:
            norm, count = self._bends[True] * norm**2, count + 1
        return count

    def worn(self, linear: int) -> bool:
        """Whether the last iteration, of so many `linear` ones, asks for a new preconditioner.

        That of a far guess, as on a new mesh or after a leap of the step, would serve the rest of a
        solve badly, or fail it. Where a new one is cheap, none is kept that the residual has hardly
        fallen with.
        """
        usual = self._usual or linear
        if self._fresh:
            self._usual, self._fresh = linear, False
        slow = self._cheap and self._own and self._norm > SLOW * self._before
        return self._leaping or slow or linear > max(self._most, GROWN * usual)

    def _unlike(self) -> bool:
        """Whether the pace is no longer like the one that the preconditioner was made for."""
        if self._pace is None:
            return False
        now, made_for = float(self._pace.value), self._made_for
        if made_for / UNLIKE < now < made_for * UNLIKE:
            return False
        self._made_for = now
        return True
