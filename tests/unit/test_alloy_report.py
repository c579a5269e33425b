"""Anchors, ranges, potentials and the driving force for KNa2 against the literature."""

from math import exp, inf, isinf, log

import pytest

from fem_kna.alloy import (
    ANCHORS,
    GENTLE,
    STEEP,
    VARIANTS,
    compound_overpotential,
    driving_force,
    ion_ratio,
    mole_fraction,
    potential_shift,
    report,
    state,
)
from fem_kna.alloy.anchors import solidus_slope
from fem_kna.alloy.potentials import FARADAY, exchange_constant
from fem_kna.inputs.units import Value

ROOM = 298.15
V_T = 8.314462618 * ROOM / 96485.33212
GAP = Value(0.25, "V", "estimate", "estimated", 0.15, 0.32)


def facts(weight, T=ROOM):
    return report(mole_fraction(weight), T, GAP).facts


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda anchor: anchor.name)
def test_anchors(anchor):
    assert anchor.holds(), (anchor.computed(VARIANTS[0]), anchor.value)
    assert anchor.value.source and anchor.value.trust != "chosen"
    assert anchor.value.low <= anchor.value <= anchor.value.high


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda anchor: anchor.name)
def test_outer_fits_miss_the_anchors_by_what_they_are_allowed(anchor):
    """Their solidus slopes are the ends of its range; the liquidus moves by 0.7 at% at most."""
    for solutions, slope in ((GENTLE, 0.8e-3), (STEEP, 1.2e-3)):
        if anchor.name == "limiting solidus slope at K":
            assert solidus_slope("potassium", solutions) == pytest.approx(slope, abs=0.02e-3)
        else:
            off = abs(anchor.computed(solutions) - anchor.value)
            assert off <= 4 * anchor.tolerance


def test_both_activities_deviate_upwards_in_the_liquid():
    # Cafasso, Khanna and Feder (1967)
    for solutions in VARIANTS:
        for x in (0.01, 0.3, 0.7, 0.99):
            assert min(solutions.liquid.partial(x)) > 0


STATED = [  # wt%; volume fraction of the liquid at 25 degC, its range for 0.08 to 0.12 at%/K
    (0.0, 0.0, 0.0, 0.0),
    (1.8, 0.0, 0.0, 0.01),
    (3.5, 0.19, 0.12, 0.26),
    (5.0, 0.41, 0.35, 0.47),
    (33.7, 1.0, 1.0, 1.0),
]


@pytest.mark.parametrize(("percent", "central", "low", "high"), STATED)
def test_liquid_of_the_five_alloys_inside_the_stated_ranges(percent, central, low, high):
    found = facts(percent / 100)["liquid_volume_fraction [-]"]
    assert found == pytest.approx(central, abs=0.005)
    assert low <= found.low <= found <= found.high <= high
    assert found.low == pytest.approx(low, abs=0.01) and found.high == pytest.approx(high, abs=0.01)


@pytest.mark.parametrize("celsius", [-12.6, -5, 6.9, 25, 63.7])
@pytest.mark.parametrize("percent", [0, 1, 3.5, 22.3, 33.7, 58, 90, 99.9, 100])
def test_every_number_lies_in_its_range(percent, celsius):
    found = report(mole_fraction(percent / 100), celsius + 273.15, GAP)
    for entries in (found.facts, *found.phases.values()):
        for key, value in entries.items():
            absent = found.phases.get("liquid", {}) is entries and key.startswith("sodium")
            assert absent or value.low <= value <= value.high, key
            assert value.source and key.endswith("]"), key
    shares = sum(phase["volume_fraction [-]"] for phase in found.phases.values())
    assert shares == pytest.approx(1)


def test_a_phase_that_only_an_outer_fit_has_is_listed_with_none_of_it():
    """At -5 degC KNA-3.5 is solid in the central fit, and holds liquid with the gentle solidus."""
    liquid = report(mole_fraction(0.035), 268.15, GAP).phases["liquid"]
    assert liquid["mole_fraction [-]"] == 0 and liquid["mole_fraction [-]"].high > 0.03


@pytest.mark.parametrize(
    ("x", "potassium", "sodium"),
    [
        (0.0581, 0.9e-3, 25e-3),
        (0.0822, 0.9e-3, 25e-3),
        (0.337, 5.6e-3, 9e-3),
        (0.4636, 8.5e-3, 4.9e-3),
    ],
)
def test_alloy_potentials(x, potassium, sodium):
    found = report(x, ROOM, GAP).facts
    assert found["potassium_potential_vs_K [V]"] == pytest.approx(potassium, abs=0.1e-3)
    assert found["sodium_potential_vs_Na [V]"] == pytest.approx(sodium, abs=0.3e-3)
    assert found["sodium_potential_vs_K [V]"] == pytest.approx(0.25 + sodium, abs=0.3e-3)
    assert found["sodium_potential_vs_K [V]"].low < 0.15 + sodium < 0.32 < 0.33 + sodium


def test_the_potential_is_minus_rt_over_f_ln_a():
    assert potential_shift(0.5, ROOM) == pytest.approx(0.6931471806 * V_T, rel=1e-9)
    assert potential_shift(1.0, ROOM) == 0 and potential_shift(0.0, ROOM) == inf


@pytest.mark.parametrize(
    ("gap", "constant", "ratio"),
    [(0.15, 3.4e2, 1.1e-3), (0.22, 5.2e3, 7e-5), (0.32, 2.6e5, 1.5e-6)],
)
def test_exchange_of_the_ions(gap, constant, ratio):
    assert exchange_constant(gap, ROOM) == pytest.approx(constant, rel=0.03)
    assert ion_ratio(state(0.0581, ROOM), gap) == pytest.approx(ratio, rel=0.08)


@pytest.mark.parametrize("x", [0.02, 0.0581, 0.337, 0.9])
def test_at_the_equilibrium_ratio_both_metals_have_one_potential(x):
    """No current of either metal: the mixed potential vanishes against both."""
    alloy = state(x, ROOM)
    sodium_ions = 400.0 * ion_ratio(alloy, 0.25)
    potassium = -V_T * (log(alloy.activity_of_potassium) - log(400.0 / 400.0))
    sodium = 0.25 - V_T * (log(alloy.activity_of_sodium) - log(sodium_ions / 400.0))
    assert sodium == pytest.approx(potassium, abs=1e-9)


def test_driving_force_for_the_compound_at_room_temperature():
    """Metastable: 0.5 kJ, 2 mV, beside sodium-rich liquid; 4 kJ, 14 mV, in the K-rich alloys."""
    rich, poor = state(0.9, ROOM), state(0.0581, ROOM)
    assert driving_force(rich) == pytest.approx(-540, abs=10)
    assert driving_force(poor) == pytest.approx(-3990, abs=10)
    assert compound_overpotential(rich) == pytest.approx(2e-3, abs=0.2e-3)
    assert compound_overpotential(poor) == pytest.approx(14e-3, abs=0.5e-3)
    force = report(0.9, ROOM, GAP).facts["KNa2_driving_force [J/mol]"]
    assert force.low < -800 and -200 < force.high < 0  # 0.3 kJ of extrapolation on each side


@pytest.mark.parametrize("x", [0.5, 0.6, 0.8])
def test_no_driving_force_where_the_compound_is_present(x):
    alloy = state(x, 270.0)
    assert "KNa2" in [phase.name for phase in alloy.phases]
    assert driving_force(alloy) == pytest.approx(0, abs=1e-6)


def test_driving_force_from_the_overpotential():
    """At the overpotential both activities of the deposit have grown by exp(F eta / RT)."""
    alloy = state(0.0581, ROOM)
    growth = exp(compound_overpotential(alloy) * FARADAY / (8.314462618 * ROOM))
    grown = 8.314462618 * ROOM * 3 * log(growth)
    assert grown == pytest.approx(-driving_force(alloy))


def test_what_a_pure_metal_does_not_define_is_left_out():
    potassium, sodium = facts(0.0), facts(1.0)
    assert "sodium_potential_vs_Na [V]" not in potassium
    assert potassium["potassium_potential_vs_K [V]"] == 0
    assert potassium["equilibrium_Na_ions_per_K_ion [-]"] == 0
    assert "equilibrium_Na_ions_per_K_ion [-]" not in sodium
    assert "KNa2_driving_force [J/mol]" not in {**potassium, **sodium}
    assert isinf(driving_force(state(0.0, ROOM)))
