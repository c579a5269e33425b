"""How numbers and settings enter: units, bounds, sources, overrides, one-line messages."""

from typing import Any

import pint
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some
from pydantic import Field

from fem_kna.inputs.describe import described, fingerprint, lines
from fem_kna.inputs.errors import InputError
from fem_kna.inputs.overrides import overridden
from fem_kna.inputs.units import (
    CurrentDensity,
    Fraction,
    Length,
    Parameters,
    Temperature,
    Value,
    given,
    mapped,
    registry,
    units_of,
)


class Part(Parameters):
    """A nested parameter."""

    name: str = "part"
    share: Fraction = 0.5


class Sample(Parameters):
    """A few kinds of fields."""

    size: Length
    load: CurrentDensity = given("4 mA/cm^2", "a paper")
    depth: Length | None = None
    warmth: Temperature = given("25 degC", "room")
    part: Part = Part()
    parts: tuple[Part, ...] = (Part(name="a"), Part(name="b"))
    table: dict[str, Part] = Field(default_factory=lambda: {"K": Part()})
    count: int = 3


def test_values_are_kept_in_si_with_their_provenance() -> None:
    """4 mA/cm2 = 40 A/m2; 25 degC = 298.15 K; 2 um = 2e-6 m."""
    size = given("2 um", "seen", trust="estimated", range=("1 um", "3 um"))
    sample = Sample(size=size)
    assert sample.load == pytest.approx(40.0, rel=1e-15)
    assert sample.warmth == pytest.approx(298.15, rel=1e-15)
    assert isinstance(sample.size, Value)
    assert (sample.size.source, sample.size.trust) == ("seen", "estimated")
    assert (sample.size.low, sample.size.high) == pytest.approx((1e-6, 3e-6))


def test_pint_quantities_enter_from_any_registry() -> None:
    own, other = registry.Quantity(2.0, "um"), pint.UnitRegistry().Quantity(2.0, "um")
    assert Sample(size=own).size == Sample(size=other).size == pytest.approx(2e-6)


REFUSED = [
    ("2", "has no unit", "> 0"),
    (2.0, "has no unit", "in m"),
    ("2 s", "has the wrong unit", "in m"),
    ("-2 m", "is out of range", "> 0"),
    ("0 m", "is out of range", "> 0"),
    ("nan m", "is out of range", "> 0"),
    ("inf m", "is out of range", "> 0"),
    ("two metres", "is not a quantity", "in m"),
    ([1, 2], "is not a number", "in m"),
    ({"value": "2 m", "sauce": "x"}, "unknown key 'sauce'", "value, source, trust, range"),
    ({"value": "2 m", "trust": "faith"}, "trust 'faith'", "measured"),
]


@pytest.mark.parametrize(("raw", "problem", "accepted"), REFUSED)
def test_a_bad_number_is_one_line(raw: Any, problem: str, accepted: str) -> None:
    with pytest.raises(InputError) as error:
        Sample(size=raw)
    line = str(error.value)
    assert line.startswith("Sample.size: ")
    assert problem in line and accepted in line and "\n" not in line


@for_all(some.text(max_size=30))
def test_any_text_is_a_length_or_one_line(text: str) -> None:
    try:
        outcome = f"Sample.size: {Sample(size=text).size}"
    except InputError as error:
        outcome = str(error)
    assert outcome.startswith("Sample.size: ") and "\n" not in outcome


def test_overrides_go_through_fields_tuples_and_tables() -> None:
    sample = overridden(
        Sample(size="1 m"),
        ["load=2 mA/cm^2", "part.share=0.1", "parts.b.share=0.2", "table.K.share=0.3", "count=5"],
    )
    assert sample.load == pytest.approx(20.0)
    assert (sample.part.share, sample.parts[1].share, sample.table["K"].share) == (0.1, 0.2, 0.3)
    assert sample.parts[0].share == 0.5 and sample.count == 5
    assert sample.load.source == "command line"  # type: ignore[attr-defined]
    assert overridden(Sample(size="1 m", depth="2 m"), ["depth=none"]).depth is None


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("lode=1 A/m^2", "did you mean 'load'?"),
        ("part.sahre=0.1", "did you mean 'share'?"),
        ("parts.c.share=0.1", "known: a, b"),
        ("load=1", "'1' has no unit"),
        ("part.share=2", "'2' is out of range"),
        ("count=many", "'many'"),
        ("load", "path.to.field=value"),
    ],
)
def test_a_bad_override_names_its_path(setting: str, wanted: str) -> None:
    with pytest.raises(InputError) as error:
        overridden(Sample(size="1 m"), [setting])
    assert str(error.value).startswith("--set ") and wanted in str(error.value)


def test_unknown_keys_name_the_nearest() -> None:
    with pytest.raises(InputError, match="unknown key 'siize'; did you mean 'size'"):
        Sample(siize="1 m")
    with pytest.raises(InputError, match=r"Sample\.size: missing"):
        Sample()


def test_mapped_reaches_every_number_and_nothing_else() -> None:
    doubled = mapped(Sample(size="1 m"), lambda value, unit: 2 * value)
    assert (doubled.size, doubled.part.share, doubled.parts[1].share) == (2.0, 1.0, 1.0)
    assert doubled.table["K"].share == 1.0 and doubled.count == 3 and doubled.depth is None


def test_units_are_found_behind_options_and_unions() -> None:
    assert {name: unit.symbol for name, unit in units_of(Sample).items()} == {
        "size": "m",
        "load": "A/m^2",
        "depth": "m",
        "warmth": "K",
    }


def test_fingerprint_follows_values_not_sources() -> None:
    one, same = Sample(size="1 m"), Sample(size=given("100 cm", "other"))
    assert fingerprint(one) == fingerprint(same) != fingerprint(Sample(size="2 m"))


def test_description_keeps_unit_and_source() -> None:
    data = described(Sample(size="1 m"))
    assert data["load"] == {
        "value": pytest.approx(40.0),
        "unit": "A/m^2",
        "source": "a paper",
        "trust": "chosen",
    }
    assert ("load", "40 A/m^2", "a paper") in list(lines(Sample(size="1 m")))


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", ["10**10**10 um", "10^(10^10) um", "9**999999999 um"])
def test_a_power_without_an_end_is_refused_at_once(text: str) -> None:
    with pytest.raises(InputError, match="is not a quantity"):
        Sample(size=text)
