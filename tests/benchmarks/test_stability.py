"""Growth rates without time stepping against linear theory: collocation, levelling, other signs."""

from dataclasses import replace
from math import pi

import numpy as np
import pytest
from mpi4py import MPI
from scipy.optimize import brentq

from fem_kna import materials
from fem_kna.inputs.errors import RunError
from fem_kna.inputs.overrides import overridden
from fem_kna.inputs.units import Value
from fem_kna.motion.travel import Travel
from fem_kna.physics.rheology import solid_of
from fem_kna.places import load_case
from fem_kna.stability.base import BaseState
from fem_kna.stability.half_wave import growing
from fem_kna.stability.linear import Linear
from fem_kna.stability.split import Split
from fem_kna.stability.sweep import Search
from fem_kna.stability.waves import AMPLITUDE, Waves
from fem_kna.verify.dispersion import combinations, growth_rates
from fem_kna.verify.flowing import FAINT, FINE, SOFT, pressed
from fem_kna.verify.flowing_ripples import FlowingRipple
from fem_kna.verify.front_problem import Base
from fem_kna.verify.levelling import GAMMA, K, Levelling
from fem_kna.verify.ripples import Ripple, growth_rate

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
        return self.of(case_of(problem, k))

    def of(self, case):
        make = (type(case.closure), case.counter.front is None, case.working.rheology is None)
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


def test_above_the_limiting_current_there_is_no_base_state(lattices):
    _, problem, k = SLOW
    case = case_of(problem, k)
    drive = {"current": Value(1.05 * problem.limiting_current, "A/m^2")}
    case = case.model_copy(update={"drive": case.drive.model_copy(update=drive)})
    waves = lattices.of(case)
    with pytest.raises(RunError, match="no steady base state"):
        waves.ripple(2 * pi / k)


@pytest.fixture(scope="module")
def dilute(lattices):
    """A slow front in a dilute solution, whose shares have a closed form."""
    _, problem, k = combinations()[30]
    waves = lattices.at(problem, k)
    found = waves.ripple(2 * pi / k)
    split = Split(waves.linear)
    return problem, found, split.terms(found.pair), split.salt(found.pair)


class TestSplit:
    """What drives and what heals adds up, and is what linear theory says."""

    def test_it_sums_to_the_rate(self, dilute):
        _, found, terms, _ = dilute
        assert sum(terms.values()) == pytest.approx(found.pair.value, rel=1e-10)

    def test_nothing_but_salt_is_left_for_diffusion(self, dilute):
        _, _, terms, salt = dilute
        assert terms["diffusion"].real == pytest.approx(salt.real, rel=1e-4)

    def test_salt_and_field_share_as_concentration_and_overpotential_in_the_kinetics(self, dilute):
        """As di/dc c' to di/deta phi' of the flat front, whatever the wavelength."""
        problem, _, terms, _ = dilute
        base = Base(problem)
        by_eta, by_c = problem.slopes(base.overpotentials[0], float(base.salt(0.0)))
        share = -by_c * base.slope(0.0) / (by_eta * base.field(0.0))
        assert (terms["diffusion"] / terms["field"]).real == pytest.approx(share, rel=1e-4)

    def test_what_does_not_exist_has_no_share(self, dilute):
        _, _, terms, _ = dilute
        assert terms["levelling"] == terms["separator"] == terms["surface diffusion"] == 0


@pytest.mark.slow
class TestMetal:
    """Metal that flows: V9, and growth against levelling, V13."""

    @pytest.mark.parametrize("depth", [6.0, 1.0, 0.05], ids=["deep", "1/k", "thin"])
    def test_levelling_is_orchard_s(self, lattices, depth):
        ripple = Levelling(depth=depth)
        rate = lattices.of(ripple.timed).ripple(2 * pi / K).rate
        assert rate == pytest.approx(-ripple.rate, rel=CLOSE)

    @pytest.mark.parametrize(("number", "stiffness"), [(9, 1.0), (9, 0.1), (22, 1.0), (7, 0.01)])
    def test_growth_and_levelling_add_up(self, lattices, number, stiffness):
        _, problem, k = combinations()[number]
        ripple = FlowingRipple(problem, k, stiffness=stiffness)
        waves = lattices.of(ripple.case)
        found = waves.ripple(2 * pi / k)
        assert found.rate == pytest.approx(ripple.mode.rate.real, abs=CLOSE * ripple.fastest)
        levelling = Split(waves.linear).terms(found.pair)["levelling"].real
        levelling /= waves.linear.scales.of("s")
        # but for the salt that levelling moves, V_m c of it
        assert levelling == pytest.approx(-ripple.levelling, rel=0.03)

    def test_a_higher_ripple_of_creeping_metal_levels_faster(self, lattices):
        """Viscosity goes as 1 over the fourth power of the amplitude, for n = 5."""
        case = Levelling().timed
        creep = case.working.model_copy(update={"rheology": solid_of(materials.metal("K"))})
        case = case.model_copy(update={"working": creep})
        waves, found = lattices.of(case), []
        for amplitude in (5e-7, 1e-6, 5e-6):
            waves.amplitude = amplitude
            found.append(waves.ripple(2 * pi / K))
        waves.amplitude = AMPLITUDE
        low, high, capped = found
        assert low.stress == pytest.approx(GAMMA * K**2 * 5e-7)
        assert high.rate / low.rate == pytest.approx(2**4, rel=1e-3)
        assert capped.rate == pytest.approx(high.rate)  # no higher than a tenth of its length


@pytest.mark.slow
class TestSeparator:
    """A skeleton that is pressed on the front, and rides with it."""

    def test_it_pushes_a_ripple_back(self):
        """With E* k/2 per height; its prestress counts for 0.1 %, its elements for 0.3 %."""
        ripple = Levelling(stack=pressed(SOFT), slope=FAINT, **FINE)
        found = Waves(ripple.timed, MPI.COMM_WORLD).ripple(2 * pi / K)
        assert found.rate == pytest.approx(-ripple.rate, rel=4.5e-3)

    def test_what_it_rides_on_drives_nothing(self):
        """Points slide along the front that travels: what they sweep is told at the instant.

        Swept volumes of a step, since the reference, would drive a ripple with V k/2 of its slide.
        """
        settings = ["working.metal=KNA-3.5", "counter.metal=KNA-3.5"]
        case = overridden(load_case("plating_over_crack").case(), settings).resolved()
        waves = Waves(case, MPI.COMM_WORLD)
        found = waves.ripple(1e-5)
        split, unit = Split(waves.linear), waves.linear.scales.of("s")
        terms = {name: value.real / unit for name, value in split.terms(found.pair).items()}
        salt = split.salt(found.pair).real / unit
        assert terms["diffusion"] == pytest.approx(salt, abs=2e-7 * abs(found.rate))  # not 1e-4
        assert -terms["separator"] > -terms["levelling"] > 1.0
        assert 0 < salt + terms["field"] < 1e-4


def test_a_krylov_space_finds_what_inverse_iteration_does(lattices, monkeypatch):
    """It is looked for there, by SLEPc, where inverse iteration may not be trusted."""
    _, problem, k = SLOW
    waves = lattices.at(problem, k)
    found = waves.ripple(2 * pi / k)
    terms = Split(waves.linear).terms(found.pair)
    monkeypatch.setattr(Waves, "_followed", lambda self, pencil, expected: None)
    sought = waves.ripple(2 * pi / k)
    assert sought.rate == pytest.approx(found.rate, rel=1e-9)
    others = Split(waves.linear).terms(sought.pair)
    assert others == pytest.approx(terms, rel=1e-6, abs=1e-9 * abs(found.pair.value))


@pytest.mark.slow
@pytest.mark.parametrize("number", [9, 22], ids=["growing", "healing"])
def test_stepping_in_time_finds_the_same(lattices, number):
    """Within what a step of second order misses."""
    _, problem, k = combinations()[number]
    found = lattices.at(problem, k).ripple(2 * pi / k)
    assert growth_rate(Ripple(problem, k)) == pytest.approx(found.rate, rel=5e-3)


def test_searches_meet_what_is_known():
    def rate(x):
        return -((np.log(x / 3.0)) ** 2) + 1.0

    known = {x: rate(x) for x in (1.0, 2.0, 10.0)}
    ends = {x: rate(x) for x in (1.0, 2.0)}
    asked = []
    assert Search("fastest", known).found(lambda x: asked.append(x) or rate(x)) == pytest.approx(
        3.0, rel=1e-3
    )
    assert Search("cut-off", ends).found(rate) == pytest.approx(3.0 / np.e, rel=1e-6)
    assert not set(asked) & set(known)  # what is known is not computed again


@pytest.mark.parametrize("first", [0.3, 0.01, 1e-4])
def test_rows_grow_from_the_first_to_the_whole(first):
    heights = growing(np.linspace(0, 1, 21), first, 20)
    steps = np.diff(heights)
    assert heights[0] == 0 and heights[-1] == pytest.approx(1.0)
    assert steps[0] == pytest.approx(min(first, 0.05), rel=1e-6)
    assert (np.diff(steps) > -1e-12).all()


MISTAKES = {
    "curvature of second order": lambda m: m.setattr(Linear, "_sharper", lambda self, test: 0),
    "fronts that do not travel": lambda m: m.setattr(BaseState, "_means", lambda self: (0.0, 1.0)),
    "no normals, so no curvature": lambda m: m.setattr(Travel, "find_normals", lambda self: None),
}


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES)
def test_planted_mistake_is_seen(mistake, monkeypatch):
    MISTAKES[mistake](monkeypatch)
    _, problem, k = SLOW
    with pytest.raises((AssertionError, RunError)):
        check(Lattices(), problem, 2.5 * k)
