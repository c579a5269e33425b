"""Numbers that follow temperature: by hand, the same at 25 degC, in every place of a case."""

from math import asinh, exp
from typing import Any

import pytest

import fem_kna as kna
from fem_kna import materials
from fem_kna.inputs.describe import described
from fem_kna.inputs.errors import InputError
from fem_kna.inputs.overrides import overridden
from fem_kna.inputs.units import Parameters, SurfaceEnergy, Viscosity, at_temperature
from fem_kna.materials.library import KINDS, names
from fem_kna.materials.tables import build, numbers
from fem_kna.stability.atlas import Atlas
from fem_kna.stability.axes import axes_of
from fem_kna.system.groups import groups, limiting_current, warnings

R, F = 8.31446261815324, 96485.33212
WARM = 313.15
COLD = (1 / WARM - 1 / 298.15) / R
MATERIALS = [(kind, name) for kind, entries in names().items() for name in entries]


def cell(temperature: str = "40 degC", **fields: Any) -> kna.Case:
    """K against K in one dimension, its film's resistance handed over from the library."""
    film = kna.UniformFilm(resistance=kna.film("SEI on K").resistance)
    electrode = kna.Electrode(metal="K", film=film, front=kna.MovingFront())
    defaults = {
        "name": "warm",
        "mesh": kna.shape("planar_cell")(dimension="1d"),
        "electrolyte": "KFSI/DME",
        "separator": "GF/A",
        "working": electrode,
        "counter": electrode,
        "drive": kna.Galvanostatic(current="1 mA/cm^2", duration="1 s"),
        "temperature": temperature,
    }
    return kna.Case(**(defaults | fields))


def test_arrhenius_and_slope_by_hand() -> None:
    """Both the number and its range: 0.7 S/m, 0.4 to 1.1, by 6 kJ/mol, 3 to 10."""
    warm = at_temperature(materials.electrolyte("KFSI/DME"), WARM)
    kappa = warm.conductivity
    assert kappa == pytest.approx(0.7 * exp(-6e3 * COLD), rel=1e-12)
    assert kappa.low == pytest.approx(0.4 * exp(-3e3 * COLD), rel=1e-12)
    assert kappa.high == pytest.approx(1.1 * exp(-10e3 * COLD), rel=1e-12)
    assert "0.7 S/m at 25 degC, activation energy 6 kJ/mol" in kappa.source
    resistance = at_temperature(materials.film("SEI"), WARM).resistance
    assert resistance == pytest.approx(30e-4 * exp(50e3 * COLD), rel=1e-12)
    assert resistance.low == pytest.approx(10e-4 * exp(70e3 * COLD), rel=1e-12)
    sodium = at_temperature(materials.kinetics("Na"), WARM)
    assert sodium.standard_potential == pytest.approx(0.25 + 15 * 0.3e-3, rel=1e-12)
    assert sodium.standard_potential.low == pytest.approx(0.15 - 15 * 0.2e-3, rel=1e-12)
    assert sodium.exchange_current_density == pytest.approx(10 * exp(-40e3 * COLD), rel=1e-12)
    metal = materials.metal("KNA-3.5", WARM)
    assert metal.surface_energy == pytest.approx(0.11 - 15 * 7e-5, rel=1e-12)
    assert metal.liquid_viscosity == pytest.approx(0.7e-3 * exp(5.4e3 * COLD), rel=1e-12)
    assert materials.diffusivities(WARM)["in_liquid"] == pytest.approx(2e-9 * exp(-8e3 * COLD))


@pytest.mark.parametrize(("kind", "name"), MATERIALS)
def test_at_25_degc_every_number_is_what_it_was(kind: str, name: str) -> None:
    """To the last bit, however often asked, and again after it was warmed."""
    item = KINDS[kind](name)
    warm = at_temperature(item, 303.15)
    for again in (at_temperature(item, 298.15), at_temperature(warm, 298.15)):
        assert described(again) == described(item)
    assert described(at_temperature(warm, 303.15)) == described(warm)
    follow = [key for key, value in numbers(item) if value.law is not None]
    was = dict(numbers(item))
    assert {key for key, value in numbers(warm) if value != was[key]} == {
        key for key in follow if was[key] and was[key].law.number
    }


def test_where_not_even_the_sign_is_known_the_range_widens_alone() -> None:
    """0.40, 0.25 to 0.55, with a slope of 0, -0.002 to 0.002, in 15 K; the separator likewise."""
    t = at_temperature(materials.electrolyte("KFSI/DME"), WARM).transference_number
    assert (t, t.low, t.high) == pytest.approx((0.40, 0.22, 0.58), rel=1e-12)
    X = at_temperature(materials.electrolyte("KFSI/DME"), WARM).thermodynamic_factor
    assert (X, X.low, X.high) == pytest.approx((1.0, 0.725, 1.675), rel=1e-12)
    E = at_temperature(materials.separator("GF/D"), WARM).compressive_modulus
    assert (E, E.low, E.high) == pytest.approx((0.1e6, 47e3, 203e3), rel=1e-12)


def test_the_salt_and_its_ions_stay_in_step() -> None:
    """One activation energy: D and t+ of the salt follow from those of the ions as at 25 degC."""
    for name in names()["electrolyte"]:
        salt = materials.electrolyte(name)
        warm = at_temperature(salt, WARM)
        ratio = warm.salt_diffusivity / salt.salt_diffusivity
        for ion, was in zip(warm.ions, salt.ions, strict=True):
            assert ion.diffusivity / was.diffusivity == pytest.approx(ratio, rel=1e-12)


def test_everything_in_a_case_follows() -> None:
    """What is named and what was handed over from the library, but not what a case states."""
    case = cell().resolved()
    assert case.working.film.resistance == pytest.approx(30e-4 * exp(50e3 * COLD))
    assert case.working.front.surface_energy == pytest.approx(0.11 - 15 * 7e-5)
    i0 = 10 * exp(-40e3 * COLD)
    found = groups(case)
    assert found["charge_transfer_resistance [ohm m2]"] == pytest.approx(R * WARM / F / i0)
    room = cell("25 degC").resolved()
    assert limiting_current(case) / limiting_current(room) == pytest.approx(exp(-10.5e3 * COLD))
    assert described(case.resolved()) == described(case)
    stated = overridden(cell(), ["electrolyte.conductivity=9 mS/cm"]).resolved()
    assert stated.electrolyte.conductivity == pytest.approx(0.9, rel=1e-15)
    own = kna.UniformFilm(resistance=kna.given("1 ohm*m^2", "own", activation_energy="-1 kJ/mol"))
    electrode = cell().working.model_copy(update={"film": own})
    warmed = cell(working=electrode).resolved().working.film.resistance
    assert warmed == pytest.approx(exp(1e3 * COLD), rel=1e-12)
    assert warnings(case) == []


def test_a_warm_run_has_the_warm_polarisation() -> None:
    """V = J (L / kappa_eff + 2 R) + 4 RT/F asinh(J / 2 i0) before any gradient of salt."""
    result = kna.simulate(cell())
    J, i0 = 10.0, 10 * exp(-40e3 * COLD)
    separator = kna.separator("GF/A")
    kappa = 0.7 * exp(-6e3 * COLD) * separator.porosity**1.5
    ohmic = J * (separator.thickness / kappa + 2 * 30e-4 * exp(50e3 * COLD))
    by_hand = ohmic + 4 * R * WARM / F * asinh(J / (2 * i0))
    assert -result.history[0]["voltage [V]"] == pytest.approx(by_hand, rel=1e-5)


def test_a_map_over_temperature_warms_the_cell() -> None:
    atlas = Atlas(cell(), axes_of("temperature,current"), [1e-5], 1e-6)
    case = atlas.case_at(40.0, 0.5)
    assert case.electrolyte.conductivity == pytest.approx(0.7 * exp(-6e3 * COLD))
    assert case.reactions[0].kinetics.exchange_current_density == pytest.approx(
        10 * exp(-40e3 * COLD)
    )


@pytest.mark.parametrize(
    ("temperature", "message"),
    [
        ("70 degC", "accepted: 260.55 to 336.86 K"),
        ("-20 degC", "accepted: 260.55 to 336.86 K"),
    ],
)
def test_out_of_range_is_one_line(temperature: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refusal:
        cell(temperature).resolved()
    assert "\n" not in str(refusal.value)


def test_laws_have_a_range_of_their_own() -> None:
    """Where no metal of the library is asked."""
    with pytest.raises(InputError, match=r"345 K of numbers that follow it; accepted: 260 to 340"):
        at_temperature(materials.film("SEI"), 345.0)


class Melt(Parameters):
    """Numbers as a table of the library has them."""

    gamma: SurfaceEnergy
    eta: Viscosity


ORIGIN = {"trust": "estimated", "source": "a guess"}


@pytest.mark.parametrize(
    ("law", "problem"),
    [
        ({"slope": {"value": "1 mN/m/K", "range": ["0 N/m/K", "1 N/m/K"]}}, "no source"),
        ({"slope": {"value": "1 mN/m/K", **ORIGIN}}, "law of temperature: no range"),
        ({"slope": "1 mN/m"}, "wrong unit; accepted: a number in J/m.2/K"),
        ({"activation_energy": "1 K"}, "wrong unit; accepted: a number in J/mol"),
        ({"activation_energy": "1 J/mol", "slope": "1 N/m/K"}, "two laws of temperature"),
        ({"warmth": "1 J/mol"}, "accepted keys: .*activation_energy, slope"),
    ],
)
def test_a_law_needs_an_origin_and_a_unit(law: Any, problem: str) -> None:
    number = {"value": "1 N/m", "range": ["1 N/m", "1 N/m"], **ORIGIN}
    table = {"gamma": number | law, "eta": {**number, "value": "1 Pa*s", "range": ["1 Pa*s"] * 2}}
    with pytest.raises(InputError, match=problem) as refusal:
        build(Melt, "melt", table)
    assert "\n" not in str(refusal.value)
