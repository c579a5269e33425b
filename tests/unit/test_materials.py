"""The material library: names, origins, refusals, and the base case's numbers."""

import json

import pytest
import typer
from typer.testing import CliRunner

from fem_kna import materials
from fem_kna.commands.materials import materials as command
from fem_kna.inputs.errors import InputError
from fem_kna.inputs.units import mapped
from fem_kna.materials.library import KINDS, find, names
from fem_kna.materials.models import Separator
from fem_kna.materials.tables import build, numbers, tables

EVERYTHING = [(kind, name) for kind, entries in names().items() for name in entries]


@pytest.mark.parametrize(("kind", "name"), EVERYTHING)
def test_every_number_has_an_origin(kind, name):
    for key, value in numbers(KINDS[kind](name)):
        assert value.source, key
        assert value.trust != "chosen" or key == "temperature", key
        if key != "temperature":
            assert value.low <= value <= value.high, key


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (materials.electrolyte("kfsi/dme"), "0.4 M KFSI/DME"),
        (materials.electrolyte("KFSI-NaPF6/DME"), "0.4 M KFSI-NaPF6/DME"),
        (materials.electrolyte(" KPF6/EC/DEC "), "0.8 M KPF6/EC:DEC"),
        (materials.separator("Whatman GF/A"), "GF/A"),
        (materials.separator("gf/d"), "GF/D"),
        (materials.film("sei"), "SEI on K"),
        (materials.kinetics("na"), "Na"),
        (materials.metal("potassium"), "K"),
        (materials.metal("kna-5"), "KNA-5.0"),
        (materials.metal("kna-2.70"), "KNA-2.7"),
    ],
)
def test_names_and_aliases(found, name):
    assert found.name == name


def test_quasi_liquid_metal():
    metal = materials.metal("KNA-3.5")
    assert metal.phases == ("bcc (K)", "liquid")
    assert metal.sodium_mole_fraction == pytest.approx(0.0581, abs=1e-4)
    assert metal.liquid_volume_fraction == pytest.approx(0.19, abs=0.002)
    assert metal.liquid_volume_fraction.low == pytest.approx(0.12, abs=0.01)
    assert metal.liquid_volume_fraction.high == pytest.approx(0.26, abs=0.01)
    assert metal.sodium_mole_fraction_at_solidus == pytest.approx(0.037, abs=1e-3)
    assert metal.sodium_mole_fraction_at_liquidus == pytest.approx(0.145, abs=1e-3)
    assert metal.activity("K") == pytest.approx(0.965, abs=1e-3)
    assert metal.activity("Na") == pytest.approx(0.376, abs=1e-3)
    assert metal.molar_volume("K") == pytest.approx(45.7e-6, abs=0.1e-6)
    assert metal.liquid_volume_fraction.trust == "derived"


def test_metal_depends_on_temperature():
    warm = materials.metal("KNA-3.5", 308.15)
    assert warm.temperature == 308.15
    assert warm.liquid_mole_fraction == pytest.approx(0.39, abs=0.005)


def test_pure_metals():
    potassium, sodium = materials.metal("K"), materials.metal("Na")
    assert (potassium.activity("K"), potassium.activity("Na")) == (1, 0)
    assert (sodium.activity("K"), sodium.activity("Na")) == (0, 1)
    assert potassium.molar_volume("K") == pytest.approx(45.53e-6)
    assert potassium.solidus_temperature == pytest.approx(336.86)
    assert potassium.solidus_temperature.trust == "measured"
    assert sodium.creep.reference_stress == pytest.approx(0.23e6)


def test_alloy_that_may_be_mislabelled_says_so():
    metal = materials.metal("KNA-33.7")
    assert metal.liquid_volume_fraction == 1
    assert "atomic percent" in metal.note


def test_base_case_numbers():
    separator, film, potassium = (
        materials.separator("GF/D"),
        materials.film("SEI"),
        materials.kinetics("K"),
    )
    assert separator.thickness == pytest.approx(675e-6)
    # 121 g/m2 of glass at 2500 kg/m3 in 675 um
    assert separator.porosity == pytest.approx(1 - 0.121 / 2500 / 675e-6, abs=1e-3)
    assert film.resistance == pytest.approx(3e-3)
    assert film.cracked_resistance == pytest.approx(film.resistance / 10)
    assert film.resistance == pytest.approx(film.thickness / film.conductivity)
    assert potassium.exchange_current_density == 10
    assert potassium.reference_concentration == 400
    sodium = materials.kinetics("Na").standard_potential
    assert (sodium, sodium.low, sodium.high) == (0.25, 0.15, 0.32)


@pytest.mark.parametrize("name", names()["separator"])
def test_porosity_follows_from_the_areal_mass(name):
    separator = materials.separator(name)
    solid = separator.areal_mass / (2500 * separator.thickness)
    assert separator.porosity == pytest.approx(1 - solid, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "salt"), [("KFSI/DME", 400), ("KFSI-NaPF6/DME", 400), ("KPF6-NaPF6/EC:DEC", 800)]
)
def test_electrolytes(name, salt):
    electrolyte = materials.electrolyte(name)
    assert electrolyte.salt_concentration == pytest.approx(salt)
    assert electrolyte.ions[0].name == "K+" and electrolyte.ions[-1].charge == -1
    # the ions' diffusivities give back those of the salt: 2 D+ D- / (D+ + D-), D+ / (D+ + D-)
    D_plus, D_minus = electrolyte.ion("K+").diffusivity, electrolyte.anions[-1].diffusivity
    assert 2 * D_plus * D_minus / (D_plus + D_minus) == pytest.approx(
        electrolyte.salt_diffusivity, rel=0.01
    )
    assert D_plus / (D_plus + D_minus) == pytest.approx(0.4, abs=0.005)


def test_mixed_electrolyte_has_the_ratio_of_the_paper():
    mixed = materials.electrolyte("KFSI-NaPF6/DME")
    ratio = mixed.ion("K+").concentration / mixed.ion("Na+").concentration
    assert ratio == pytest.approx(16.2, abs=0.05)


def test_electrolyte_must_be_neutral():
    electrolyte = materials.electrolyte("KFSI/DME")
    ions = [dict(ion) for ion in electrolyte.ions]
    ions[0]["concentration"] = "410 mol/m^3"
    with pytest.raises(InputError) as refusal:
        materials.Electrolyte(**{**dict(electrolyte), "ions": ions})
    assert "net charge +10 mol/m^3 (K+ +410, Na+ +0, FSI- -400)" in str(refusal.value)


def test_concentration_cannot_be_negative():
    with pytest.raises(InputError, match="concentration: '-1 mol/m\\^3' is out of range"):
        materials.Ion(name="K+", charge=1, concentration="-1 mol/m^3", diffusivity="1e-9 m^2/s")


def test_scaled_material_keeps_its_type():
    doubled = mapped(materials.electrolyte("KFSI/DME"), lambda value, unit: 2 * value)
    assert isinstance(doubled, materials.Electrolyte)
    assert doubled.salt_concentration == pytest.approx(800)


@pytest.mark.parametrize(
    ("key", "entry", "message"),
    [
        ("porosity", {"value": "0.9", "range": ["0.8", "1"], "trust": "recalled"}, "no source"),
        ("porosity", {"value": "0.9", "trust": "recalled", "source": "s"}, "no range"),
        ("porosity", {"value": "0.9", "range": ["0.8", "1"], "source": "s"}, "trust 'chosen'"),
        (
            "porosity",
            {"value": "0.9", "range": ["0.1", "0.8"], "trust": "recalled", "source": "s"},
            "0.9 outside its range 0.1 to 0.8",
        ),
        (
            "porosity",
            {"value": "0.9", "range": ["0.8", "1"], "trust": "sure", "source": "s"},
            "trust 'sure'",
        ),
        (
            "thickness",
            {"value": "675", "range": ["600", "700"], "trust": "recalled", "source": "s"},
            "has no unit",
        ),
        ("colour", "white", "unknown key 'colour'"),
    ],
)
def test_data_without_origin_is_refused(key, entry, message):
    table = tables("separator")["GF/D"] | {key: entry}
    with pytest.raises(InputError) as refusal:
        build(Separator, "GF/D", table)
    assert message in str(refusal.value) and "GF/D" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_missing_number_is_refused():
    table = {key: entry for key, entry in tables("separator")["GF/D"].items() if key != "porosity"}
    with pytest.raises(InputError, match="porosity: missing"):
        build(Separator, "GF/D", table)


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: materials.metal("KMA-3.5"), "did you mean 'KNA-3.5'?"),
        (lambda: materials.metal("KNA-120"), "0 < w < 100"),
        (lambda: materials.metal("K", 400.0), "260.55 to 336.86 K"),
        (lambda: materials.metal("K").activity("Li"), "unknown element 'Li'"),
        (lambda: materials.separator("GF/E"), "known: GF/A, GF/B, GF/C, GF/D, GF/F"),
        (lambda: materials.electrolyte("KFSI/DMF"), "did you mean '0.4 M KFSI/DME'?"),
        (lambda: materials.electrolyte("KFSI/DME").ion("Li+"), "known: K+, Na+, FSI-"),
        (lambda: materials.film("SEI on Li"), "did you mean 'SEI on K'?"),
        (lambda: materials.kinetics("Li"), "known: K, Na"),
    ],
)
def test_unknown_names_in_one_line(attempt, message):
    with pytest.raises(InputError) as refusal:
        attempt()
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)


def run(*arguments: str):
    app = typer.Typer()
    app.command()(command)
    return CliRunner(env={"COLUMNS": "160"}).invoke(app, list(arguments))


def test_command_lists_everything():
    output = run().output
    assert all(name in output for _, name in EVERYTHING)


def test_command_shows_a_material(tmp_path):
    file = tmp_path / "metal.json"
    result = run("KNA-3.5", "--json", str(file))
    assert result.exit_code == 0
    assert "liquid_volume_fraction" in result.output and "0.1904" in result.output
    assert "Bale" in result.output and "steep in temperature" in result.output
    entry = json.loads(file.read_text())["metal"]["density"]
    assert entry["unit"] == "kg/m^3" and entry["value"] == pytest.approx(858.6, abs=0.1)


def test_command_shows_readable_units():
    output = run("SEI").output
    assert "30 ohm*cm^2" in output and "10 to 100" in output


def test_command_shows_all_kinds_of_one_name():
    assert set(find("K")) == {"metal", "kinetics"}
    output = run("K").output
    assert "metal: K" in output and "kinetics: K" in output


def test_command_refuses_an_unknown_name():
    result = run("KNB")
    assert isinstance(result.exception, InputError)
    assert str(result.exception).startswith("unknown material 'KNB'; did you mean")
