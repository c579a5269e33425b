"""When a Jacobian and its preconditioner are made anew: told by counts and residuals alone."""

from types import SimpleNamespace
from typing import Any

import pytest

from fem_kna.solve.upkeep import Upkeep


def after(upkeep: Upkeep, *norms: float) -> Upkeep:
    """Return an upkeep that has heard of these residuals, with a Jacobian for each but the last."""
    for number, norm in enumerate(norms):
        if number:
            upkeep.assembled()
        upkeep.iterated(number, norm)
    return upkeep


def test_a_jacobian_serves_once_more_where_quadratic_convergence_nears_its_end() -> None:
    """From 1e-5 to 1e-10 it falls by 1e-5; once more, and 1e-15 is left."""
    assert after(Upkeep(cheap=True), 1e-5, 1e-10).serves(1e-13)
    assert not after(Upkeep(cheap=True), 1e-5, 1e-10).serves(1e-15)
    assert not after(Upkeep(cheap=True), 1e-5, 1e-8).serves(1e-13)  # 1e-11 would be left
    assert not after(Upkeep(), 1e-5, 1e-10).serves(1e-13)  # round-off is wanted


def test_a_preconditioner_is_poor_by_what_a_new_one_takes() -> None:
    upkeep = Upkeep()
    assert upkeep.due()  # there is none yet
    upkeep.renewed()
    upkeep.solved(10.0)  # a new one takes ten
    upkeep.solved(12.0)
    assert not upkeep.due()
    upkeep.solved(13.0)  # over a quarter more
    assert upkeep.due()


@pytest.mark.parametrize(("cheap", "few"), [(False, 8.0), (True, 10.0)])
def test_few_iterations_are_never_too_many(cheap: bool, few: float) -> None:
    upkeep = Upkeep(cheap=cheap)
    upkeep.renewed()
    upkeep.solved(2.0)
    upkeep.solved(few)
    assert not upkeep.due()
    upkeep.solved(few + 1)
    assert upkeep.due()


def test_one_of_a_far_guess_is_made_anew_within_the_solve() -> None:
    upkeep = Upkeep()
    upkeep.renewed()
    upkeep.solved(10.0)
    upkeep.renewed()
    assert upkeep.worn(22)  # a new one, and yet it takes twice as many
    assert not upkeep.worn(23)  # what it takes is known now
    assert upkeep.worn(30)


def test_cheap_ones_serve_steps_of_a_like_size_and_no_slow_convergence() -> None:
    step = SimpleNamespace(value=1.0)
    upkeep = Upkeep(step, cheap=True)
    upkeep.due()
    upkeep.renewed()
    upkeep.solved(9.0)
    for size, due in ((3.9, False), (4.0, True), (15.0, False), (1.0, True)):
        step.value = size
        assert upkeep.due() == due, size
    assert after(upkeep, 1.0, 0.2).worn(9)
    assert not after(upkeep, 1.0, 0.01).worn(9)
    assert not after(Upkeep(), 1.0, 0.2).worn(8)  # a dear one is kept


def test_none_is_kept_for_matrices_that_leap() -> None:
    for leaping in (True, False):
        upkeep = Upkeep(SimpleNamespace(value=1.0), cheap=True, leaping=leaping)
        upkeep.due()
        upkeep.renewed()
        upkeep.solved(9.0)
        assert upkeep.due() == leaping
        assert after(upkeep, 1.0, 0.01).worn(9) == leaping


def test_linear_solves_leave_a_tenth_of_what_newton_will() -> None:
    upkeep = after(Upkeep(cheap=True), 1.0)
    assert upkeep.leaves(1e-6, 1e-13) == 1e-3  # nothing is known yet
    upkeep.assembled()
    upkeep.iterated(1, 0.02)  # falls by 0.02, and by its square next
    assert upkeep.leaves(1e-6, 1e-13) == pytest.approx(0.1 * 0.02**2)
    upkeep.iterated(2, 1e-5)
    assert upkeep.leaves(1e-6, 1e-13) == 1e-6  # never less than that
    upkeep.iterated(0, 5.0)  # the next solve's first iteration: as the last one's, 0.1 * 0.02
    assert upkeep.leaves(1e-6, 1e-13) == 1e-3
    upkeep.iterated(1, 5e-3)
    upkeep.iterated(0, 5.0)
    assert upkeep.leaves(1e-6, 1e-13) == pytest.approx(0.1 * 1e-3)
    assert upkeep.leaves(0.1, 1e-13) == 0.1  # as the user wants
    upkeep.iterated(4, 2e-13)
    assert upkeep.leaves(1e-6, 1e-13) == pytest.approx(0.05)  # a tenth of the tolerance


@pytest.mark.parametrize("upkeep", [Upkeep(), Upkeep(cheap=True, leaping=True)])
def test_factors_and_flows_are_given_all_digits(upkeep: Upkeep) -> None:
    assert after(upkeep, 1.0, 0.5).leaves(1e-8, 1e-13) == 1e-8


def stepped(**kind: bool) -> tuple[Upkeep, Any]:
    """Return an upkeep, its pace; of r Newton has left 10 r^2 in a first iteration, later r^2."""
    pace = SimpleNamespace(value=1.0)
    return after(Upkeep(pace, cheap=True, **kind), 1e-3, 1e-5, 1e-10), pace


def test_the_last_steps_jacobian_lasts_where_it_costs_no_iteration() -> None:
    """With its own one Newton's method goes from 1e-3 to 1e-5, from 1e-4 to 1e-7, to 1e-14.

    An old one is counted on to leave 1e-5 of 1e-3, as much, but of 1e-4 1e-6, and then 1e-12.
    """
    for norm, lasts in ((1e-3, True), (1e-4, False)):
        upkeep, _ = stepped()
        assert after(upkeep, norm).lasts(1e-13) == lasts


def test_it_lasts_for_a_same_step_alone() -> None:
    upkeep, pace = stepped()
    for value, lasts in ((1.0 + 1e-12, True), (1.01, False), (1.0, True)):
        pace.value = value
        assert after(upkeep, 1e-3).lasts(1e-13) == lasts


def test_one_that_has_left_much_is_not_kept_for_the_next_step() -> None:
    for left, lasts in ((9e-6, True), (2e-5, False)):
        upkeep, _ = stepped()
        assert after(upkeep, 1e-3).lasts(1e-13)
        upkeep.iterated(1, left)
        assert not upkeep.worn(9)  # the preconditioner is not to blame
        upkeep.assembled()
        assert after(upkeep, 1e-3).lasts(1e-13) == lasts


def test_none_lasts_where_too_little_is_known_or_more_is_wanted() -> None:
    upkeep, _ = stepped()
    upkeep.failed()
    assert not after(upkeep, 1e-3).lasts(1e-13)
    for unlike in (
        Upkeep(SimpleNamespace(value=1.0), cheap=True),  # new: there is no Jacobian yet
        after(Upkeep(SimpleNamespace(value=1.0), cheap=True), 1e-3, 1e-5),  # what comes later?
        after(Upkeep(SimpleNamespace(value=1.0)), 1e-3, 1e-5, 1e-10),  # round-off is wanted
        stepped(leaping=True)[0],
        after(Upkeep(cheap=True), 1e-3, 1e-5, 1e-10),  # a problem without steps
    ):
        assert not after(unlike, 1e-3).lasts(1e-13)


def test_linear_solves_after_it_leave_a_tenth_of_what_newton_will() -> None:
    """Not of the square of how the residual has fallen, which an old Jacobian does not tell."""
    upkeep, _ = stepped()
    assert after(upkeep, 1e-3).lasts(1e-13)
    upkeep.iterated(1, 8e-6)  # 8e-6 of it will be left; (8e-3)^2 it would be
    assert upkeep.leaves(1e-8, 1e-13) == pytest.approx(0.1 * 8e-6)
