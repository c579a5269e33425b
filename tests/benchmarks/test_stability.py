"""Growth rates without time stepping against linear theory: collocation, levelling, other signs."""

from dataclasses import replace
from math import pi

import pytest
from mpi4py import MPI
from scipy.optimize import brentq

from fem_kna.stability.waves import Waves
from fem_kna.verify.dispersion import combinations, growth_rates
from fem_kna.verify.ripples import Ripple

CLOSE, NEUTRAL = 2e-4, 1e-9  # relative; absolute [1/s]
TRUSTED = 1e-8
SLOW = combinations()[9]  # 10 um, i0 10 A/m2, a tenth of the limiting current


def case_of(problem, k):
    return Ripple(problem, k).case


class Lattices:
    """One half-wave cell per make of case, taken from problem to problem."""

    def __init__(self):
        self._known = {}

    def at(self, problem, k):
        case = case_of(problem, k)
        make = (type(case.closure), problem.counter_moves)
        if make not in self._known:
            self._known[make] = Waves(case, MPI.COMM_WORLD)
        waves = self._known[make]
        waves.turn_to(case)
        return waves


@pytest.fixture(scope="module")
def lattices():
    return Lattices()


def check(lattices, problem, k):
    found = lattices.at(problem, k).ripple(2 * pi / k)
    exact = growth_rates(problem, k).working
    assert found.pair.residual < TRUSTED
    assert found.rate == pytest.approx(exact, rel=CLOSE, abs=NEUTRAL)
    return found.rate, exact


GROUPS = [combinations()[n : n + 9] for n in range(0, 36, 9)]


@pytest.mark.parametrize("group", GROUPS, ids=["slow", "fast", "healing", "others"])
def test_rates_are_those_of_the_collocation(lattices, group):
    for _, problem, k in group:
        check(lattices, problem, k)


def test_next_to_the_cutoff(lattices):
    """Where growth and capillarity cancel, to 1e-9 1/s; and both signs beside it."""
    _, problem, _ = SLOW
    cutoff = brentq(lambda k: growth_rates(problem, k).working, 2 * pi / 10e-6, 2 * pi / 2e-6)
    rates = [check(lattices, problem, cutoff * share)[0] for share in (0.98, 1.0, 1.02)]
    assert rates[0] > 1e-6 > abs(rates[1]) * 1e3 and rates[2] < -1e-6


@pytest.mark.parametrize("kL", [0.6, 1.0, 1.5])
def test_thin_cells_couple_their_electrodes(lattices, kL):
    _, problem, _ = SLOW
    rate, _ = check(lattices, problem, kL / problem.gap)
    alone = growth_rates(replace(problem, counter_moves=False), kL / problem.gap).working
    assert abs(alone - rate) > 1e-3 * abs(rate)


def test_close_to_the_limiting_current(lattices):
    _, problem, k = SLOW
    check(lattices, replace(problem, current=0.98 * problem.limiting_current), k)
