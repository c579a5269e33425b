"""The K-Na phase diagram against the literature and an independent hand calculation."""

from math import exp, log

import pytest

from fem_kna.alloy import (
    CENTRAL,
    GENTLE,
    STEEP,
    VARIANTS,
    liquidus_temperature,
    mass_fraction,
    mass_fraction_of_name,
    mole_fraction,
    solidus_temperature,
    state,
    tie_line,
    volume_fraction,
)
from fem_kna.alloy.elements import POTASSIUM, SODIUM
from fem_kna.alloy.equilibria import (
    bcc_beside_compound,
    compound_energy,
    liquid_beside_compound,
)
from fem_kna.alloy.redlich_kister import curvature
from fem_kna.alloy.volumes import MIXING
from fem_kna.inputs.errors import InputError
from fem_kna.materials.tables import numbers

ROOM = 298.15
RT = 8.314462618 * ROOM


def at(celsius: float) -> float:
    return celsius + 273.15


# degC; liquidus at%, wt%; solidus at%, wt%; liquid mole fraction of KNA-1.8, 3.5, 5.0: computed
# with an independent program from the same Gibbs energies.
POTASSIUM_SIDE = [
    (55.0, 3.07, 1.83, 0.87, 0.51, 0.98, 1.00, 1.00),
    (45.0, 6.71, 4.06, 1.84, 1.09, 0.24, 0.82, 1.00),
    (35.0, 10.51, 6.46, 2.79, 1.66, 0.03, 0.39, 0.70),
    (30.0, 12.48, 7.73, 3.25, 1.94, 0.00, 0.28, 0.54),
    (25.0, 14.51, 9.07, 3.70, 2.21, 0.00, 0.20, 0.42),
    (20.0, 16.60, 10.48, 4.14, 2.48, 0.00, 0.13, 0.33),
    (10.0, 21.02, 13.53, 4.97, 2.98, 0.00, 0.05, 0.20),
    (0.0, 25.86, 17.02, 5.73, 3.45, 0.00, 0.00, 0.12),
    (-12.6, 32.83, 22.32, 6.56, 3.96, 0.00, 0.00, 0.06),
]


@pytest.mark.parametrize("row", POTASSIUM_SIDE, ids=lambda row: f"{row[0]} degC")
def test_potassium_side(row):
    celsius, liquidus, liquidus_w, solidus, solidus_w, *liquid = row
    line = tie_line(at(celsius), "potassium")
    found = [line.liquid, mass_fraction(line.liquid), line.bcc, mass_fraction(line.bcc)]
    assert [100 * f for f in found] == pytest.approx(
        [liquidus, liquidus_w, solidus, solidus_w], abs=0.006
    )
    amounts = [state(mole_fraction(w), at(celsius)) for w in (0.018, 0.035, 0.05)]
    assert [s.liquid_mole_fraction for s in amounts] == pytest.approx(liquid, abs=0.006)


@pytest.mark.parametrize(
    ("celsius", "atomic", "weight"),
    [(90, 97.9, 96.5), (60, 88.1, 81.3), (25, 70.3, 58.2), (6.9, 57.2, 44.0)],
)
def test_sodium_side(celsius, atomic, weight):
    liquid = tie_line(at(celsius), "sodium").liquid
    assert 100 * liquid == pytest.approx(atomic, abs=0.06)
    assert 100 * mass_fraction(liquid) == pytest.approx(weight, abs=0.06)


def test_liquid_range_at_room_temperature_as_measured():
    # Xue et al., JACS 140 (2018) 3292: 9.2 to 58.2 wt% Na
    assert 100 * mass_fraction(tie_line(ROOM, "potassium").liquid) == pytest.approx(9.2, abs=0.2)
    assert 100 * mass_fraction(tie_line(ROOM, "sodium").liquid) == pytest.approx(58.2, abs=0.2)


def test_eutectic_as_in_handbooks():
    # NaK-78, NaK-77: 22 to 23 wt% Na freezes last, at -12.6 degC
    eutectic = tie_line(260.55, "potassium").liquid
    assert 0.22 < mass_fraction(eutectic) < 0.23
    assert liquid_beside_compound(260.55) == pytest.approx(eutectic, abs=1e-9)


@pytest.mark.parametrize(
    ("solutions", "slope"),
    [(CENTRAL, 0.10), (GENTLE, 0.08), (STEEP, 0.12)],
    ids=["central", "gentle", "steep"],
)
def test_limiting_slopes(solutions, slope):
    # Bale (1982): solidus 0.10 at%/K at K, 0.033 at%/K at Na. The enthalpy of fusion then gives the
    # liquidus: the two slopes differ by H / (R T^2) = 0.247 at%/K.
    line = tie_line(336.86 - 0.01, "potassium", solutions)
    assert 100 * line.bcc / 0.01 == pytest.approx(slope, abs=0.002)
    assert 100 * (line.liquid - line.bcc) / 0.01 == pytest.approx(0.247, abs=0.001)
    sodium = tie_line(370.95 - 0.01, "sodium", solutions)
    assert 100 * (1 - sodium.bcc) / 0.01 == pytest.approx(0.033, abs=0.001)


def test_excess_energies():
    assert CENTRAL.liquid.energy(0.5) == pytest.approx(690, abs=3)  # calorimetry: 730 J/mol
    assert exp(CENTRAL.liquid.partial(0.0).sodium / RT) == pytest.approx(2.44, abs=0.01)
    assert exp(CENTRAL.bcc.partial(0.0).sodium / RT) == pytest.approx(11.0, abs=0.1)


def test_compound():
    assert compound_energy(260.55) == pytest.approx(-774, abs=1)
    assert compound_energy(280.05) == pytest.approx(-870, abs=1)
    assert compound_energy(ROOM) == pytest.approx(-960, abs=5)


def test_quasi_liquid_alloys_at_room_temperature():
    # lever rule at 25 degC: x_S = 0.037, x_L = 0.145
    quasi_liquid, mushy = (state(mole_fraction(w), ROOM) for w in (0.035, 0.05))
    assert quasi_liquid.liquid_mole_fraction == pytest.approx(0.195, abs=0.001)
    assert quasi_liquid.liquid_mass_fraction == pytest.approx(0.188, abs=0.001)
    assert quasi_liquid.liquid_volume_fraction == pytest.approx(0.19, abs=0.002)
    assert mushy.liquid_mole_fraction == pytest.approx(0.418, abs=0.001)
    assert mushy.liquid_mass_fraction == pytest.approx(0.407, abs=0.001)
    assert mushy.liquid_volume_fraction == pytest.approx(0.41, abs=0.002)
    assert [phase.name for phase in quasi_liquid.phases] == ["bcc (K)", "liquid"]
    assert [phase.name for phase in state(mole_fraction(0.018), ROOM).phases] == ["bcc (K)"]


def test_uncertain_solidus_moves_the_liquid_fraction():
    x = mole_fraction(0.035)
    assert state(x, ROOM, STEEP).liquid_volume_fraction == pytest.approx(0.12, abs=0.01)
    assert state(x, ROOM, GENTLE).liquid_volume_fraction == pytest.approx(0.26, abs=0.01)


def test_activities_of_the_two_phase_alloy():
    alloy = state(0.0581, ROOM)
    assert alloy.activity_of_potassium == pytest.approx(0.965, abs=0.001)
    assert alloy.activity_of_sodium == pytest.approx(0.376, abs=0.001)
    # potential against the pure metals, -RT/F ln a
    assert -25.69 * log(alloy.activity_of_potassium) == pytest.approx(0.9, abs=0.05)
    assert -25.69 * log(alloy.activity_of_sodium) == pytest.approx(25, abs=0.3)
    assert state(0.0822, ROOM).activity_of_sodium == pytest.approx(alloy.activity_of_sodium)


def test_activities_of_liquid_alloys():
    eutectic, weight = state(0.337, ROOM), state(0.4636, ROOM)
    assert -25.69 * log(eutectic.activity_of_potassium) == pytest.approx(5.6, abs=0.1)
    assert -25.69 * log(eutectic.activity_of_sodium) == pytest.approx(9, abs=0.3)
    assert weight.activity_of_potassium == pytest.approx(0.72, abs=0.005)
    assert weight.activity_of_sodium == pytest.approx(0.83, abs=0.005)


@pytest.mark.parametrize(
    ("weight", "solidus", "liquidus"),
    [(0.018, 32, 55), (0.035, -1, 47), (0.05, -12.6, 41), (0.337, -12.6, 1.5)],
)
def test_melting_ranges(weight, solidus, liquidus):
    x = mole_fraction(weight)
    assert solidus_temperature(x) - 273.15 == pytest.approx(solidus, abs=0.6)
    assert liquidus_temperature(x) - 273.15 == pytest.approx(liquidus, abs=0.6)


def test_melting_range_of_sodium_rich_alloys():
    assert solidus_temperature(0.8) == pytest.approx(280.05)  # peritectic
    assert liquidus_temperature(0.8811) == pytest.approx(at(60), abs=0.1)
    assert solidus_temperature(1.0) == liquidus_temperature(1.0) == pytest.approx(370.95)
    assert solidus_temperature(0.0) == liquidus_temperature(0.0) == pytest.approx(336.86)


@pytest.mark.parametrize("solutions", VARIANTS, ids=["central", "gentle", "steep"])
@pytest.mark.parametrize(
    ("side", "celsius"), [("potassium", 60), ("potassium", -12), ("sodium", 25)]
)
def test_potentials_are_equal_along_a_tie_line(solutions, side, celsius):
    T = at(celsius)
    line = tie_line(T, side, solutions)
    liquid = solutions.potentials_in_liquid(line.liquid, T)
    bcc = solutions.potentials_in_bcc(line.bcc, T)
    assert liquid == pytest.approx(bcc, abs=1e-6)


def test_compound_is_in_equilibrium_with_both_neighbours():
    liquid = CENTRAL.potentials_in_liquid(liquid_beside_compound(270.0), 270.0)
    bcc = CENTRAL.potentials_in_bcc(bcc_beside_compound(270.0), 270.0)
    energies = [2 * mu.sodium + mu.potassium for mu in (liquid, bcc)]
    assert energies == pytest.approx([compound_energy(270.0)] * 2, abs=1e-6)


@pytest.mark.parametrize("x", [0.02, 0.145, 0.5, 0.9])
@pytest.mark.parametrize("potentials", [CENTRAL.potentials_in_liquid, CENTRAL.potentials_in_bcc])
def test_gibbs_duhem(potentials, x):
    h = 1e-5
    low, high = potentials(x - h, ROOM), potentials(x + h, ROOM)
    potassium, sodium = ((b - a) / (2 * h) for a, b in zip(low, high, strict=True))
    assert x * sodium + (1 - x) * potassium == pytest.approx(0, abs=1e-3 * RT * h / x + 1e-3)


@pytest.mark.parametrize("x", [0.1, 0.5, 0.8])
def test_curvature_is_the_derivative_of_the_potentials(x):
    # G'' = d(mu_Na - mu_K)/dx, which Newton's method for the tie lines relies on
    h = 1e-5
    low, high = (CENTRAL.potentials_in_bcc(x + step, ROOM) for step in (-h, h))
    slope = ((high.sodium - high.potassium) - (low.sodium - low.potassium)) / (2 * h)
    assert curvature(CENTRAL.bcc, x, ROOM) == pytest.approx(slope, abs=0.01)


@pytest.mark.parametrize("celsius", [-12.6, -5, 6.8, 6.9, 7.0, 25, 50, 63.7])
def test_states_conserve_atoms_at_every_composition(celsius):
    for percent in range(101):
        alloy = state(percent / 100, at(celsius))
        assert sum(phase.share for phase in alloy.phases) == pytest.approx(1)
        sodium = sum(phase.share * phase.sodium_mole_fraction for phase in alloy.phases)
        assert sodium == pytest.approx(percent / 100)
        assert all(0 <= phase.share <= 1 for phase in alloy.phases)
        assert 0 <= alloy.activity_of_potassium <= 1 and 0 <= alloy.activity_of_sodium <= 1


def test_phases_of_sodium_rich_alloys():
    def phases(x, celsius):
        return [phase.name for phase in state(x, at(celsius)).phases]

    assert phases(0.9, 25) == ["liquid", "bcc (Na)"]
    assert phases(0.995, 25) == ["bcc (Na)"]
    assert phases(0.6, 0) == ["liquid", "KNa2"]
    assert phases(0.8, 0) == ["KNa2", "bcc (Na)"]
    assert phases(1.0, 25) == ["bcc (Na)"]


def test_pure_metals():
    potassium, sodium = state(0.0, ROOM), state(1.0, ROOM)
    assert (potassium.activity_of_potassium, potassium.activity_of_sodium) == (1, 0)
    assert (sodium.activity_of_potassium, sodium.activity_of_sodium) == (0, 1)
    assert potassium.density == pytest.approx(858, rel=0.002)
    assert sodium.density == pytest.approx(968, rel=0.001)


def test_volumes():
    alloy = state(0.0581, ROOM)
    V = alloy.molar_volumes
    assert 0.0581 * V.sodium + 0.9419 * V.potassium == pytest.approx(alloy.molar_volume)
    assert V.potassium == pytest.approx(45.7e-6, abs=0.1e-6)
    assert V.sodium == pytest.approx(23.5e-6, abs=0.1e-6)
    assert state(mole_fraction(0.22), at(20)).density == pytest.approx(866, abs=2)  # NaK-78
    # liquid K at its melting point: 827.7 kg/m3, 47.2 cm3/mol
    assert POTASSIUM.liquid_molar_volume(336.86) == pytest.approx(47.2e-6, rel=2e-3)


def test_composition():
    assert 100 * mole_fraction(0.035) == pytest.approx(5.81, abs=0.005)
    assert 100 * mole_fraction(0.337) == pytest.approx(46.4, abs=0.05)
    assert 100 * mass_fraction(0.337) == pytest.approx(23.0, abs=0.05)
    assert mass_fraction(mole_fraction(0.3)) == pytest.approx(0.3)
    x = mole_fraction(0.035)
    assert (1 - x) / x == pytest.approx(16.21, abs=0.005)  # the paper's K:Na = 16.2:1
    # 0.035/968 against 0.965/858.7 by volume
    assert volume_fraction(x) == pytest.approx(0.0312, abs=1e-4)
    assert mass_fraction_of_name("kna-3.5") == pytest.approx(0.035)


@pytest.mark.parametrize("item", [POTASSIUM, SODIUM, MIXING, *VARIANTS])
def test_every_number_has_an_origin(item):
    for key, value in numbers(item):
        assert value.source and value.trust != "chosen", key
        assert value.low <= value <= value.high, key


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: state(0.1, 250.0), "260.55 to 336.86 K"),
        (lambda: state(0.1, 340.0), "260.55 to 336.86 K"),
        (lambda: state(1.1, ROOM), "sodium mole fraction 1.1: accepted: 0 to 1"),
        (lambda: mole_fraction(-0.1), "sodium mass fraction -0.1"),
        (lambda: mass_fraction_of_name("KNA-100"), "weight percent"),
        (lambda: mass_fraction_of_name("NaK-78"), "weight percent"),
        (lambda: tie_line(340.0, "potassium"), "accepted: 260.55 to 336.86 K"),
        (lambda: tie_line(150.0, "sodium"), "accepted: 280.05 to 370.95 K"),
    ],
)
def test_refusals_in_one_line(attempt, message):
    with pytest.raises(InputError) as refusal:
        attempt()
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)
