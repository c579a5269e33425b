"""Compositions and temperatures by name, the mislabelled 66.3:33.7 among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fem_kna.alloy import composition_of, state, temperature_of
from fem_kna.inputs.errors import InputError

SAME_ALLOY = ["3.5wt%", "3.5 wt%", "3.5 WT% Na", "96.5wt% K", "3.5mass%", "KNA-3.5", "kna-3.50"]


@pytest.mark.parametrize("name", [*SAME_ALLOY, "NaK-96.5", "96.5:3.5 w/w", "3.5w%"])
def test_one_alloy_by_many_names(name):
    assert composition_of(name).sodium_mass_fraction == pytest.approx(0.035, rel=1e-12)


@pytest.mark.parametrize(
    "name", ["5.81at%", "5.81 mol%", "KNA-5.81at%", "94.19:5.81 at", "94.19at%K"]
)
def test_atomic_percent(name):
    assert composition_of(name).sodium_mole_fraction == pytest.approx(0.0581, rel=1e-12)


@pytest.mark.parametrize("name", ["K:Na = 16.2:1 mol", "16.2:1 at%", "Na:K = 1:16.2 at"])
def test_a_ratio_is_potassium_to_sodium_unless_it_says_otherwise(name):
    assert composition_of(name).sodium_mole_fraction == pytest.approx(1 / 17.2)


def test_both_readings_of_the_liquid_alloy():
    """33.7 at% Na, the eutectic, is liquid at -11 degC; 33.7 wt% is not; each says so."""
    by_weight, by_atoms = composition_of("66.3:33.7 w/w"), composition_of("66.3:33.7 at")
    assert 100 * by_weight.sodium_mole_fraction == pytest.approx(46.4, abs=0.05)
    assert 100 * by_atoms.sodium_mass_fraction == pytest.approx(23.0, abs=0.05)
    assert "mislabelled" in by_weight.note and "probably what is meant" in by_atoms.note
    assert composition_of("KNA-33.7") == by_weight == composition_of("33.7wt%")
    cold = [state(c.sodium_mole_fraction, 262.15) for c in (by_weight, by_atoms)]
    assert cold[0].liquid_mole_fraction < 0.7 < 0.99 < cold[1].liquid_mole_fraction
    assert composition_of("3.5wt%").note == ""


def test_pure_metals_and_ends():
    ends = [composition_of(name).sodium_mole_fraction for name in ("K", "0wt%", "na", "100at%")]
    assert ends == [0, 0, 1, 1]


@given(some.floats(0, 100))
def test_every_percentage_comes_back(percent):
    text = f"{percent:.6f}"
    assert 100 * composition_of(f"{text}wt%").sodium_mass_fraction == pytest.approx(float(text))
    assert 100 * composition_of(f"{text}at%").sodium_mole_fraction == pytest.approx(float(text))


@pytest.mark.parametrize("read", [composition_of, temperature_of])
@given(
    text=some.text(max_size=20).filter(lambda text: not any(c in "0123456789kKnN" for c in text))
)
def test_any_other_text_is_one_line(read, text):
    with pytest.raises(InputError, match=r"^[^\n]*accepted:[^\n]*$"):
        read(text)


@pytest.mark.parametrize(
    "name",
    [
        "3.5",
        "120wt%",
        "-1at%",
        "101 wt% K",
        "KNA-100.5",
        "KNA-",
        "LiK-3",
        "3.5vol%",
        "0:0 at",
        "-1:2 at",
    ],
)
def test_refusals_name_what_is_accepted(name):
    with pytest.raises(InputError, match=rf"alloy '{name}': accepted: sodium in 0 to 100 %"):
        composition_of(name)


def test_a_bare_ratio_asks_of_what():
    with pytest.raises(InputError, match=r"weights or of atoms\? accepted: '66.3:33.7 w/w' or"):
        composition_of("66.3:33.7")


@pytest.mark.parametrize("text", ["25C", "25 °C", "25degC", "298.15K", " 298.15 k "])
def test_temperatures(text):
    assert temperature_of(text) == pytest.approx(298.15)


@pytest.mark.parametrize("text", ["25", "77F", "", "warm", "nanC"])
def test_a_temperature_needs_a_unit(text):
    with pytest.raises(InputError, match=f"temperature '{text}': accepted: a number in C or K"):
        temperature_of(text)
