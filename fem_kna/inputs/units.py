"""Numbers with a unit and a source: the only door through which a number enters.

A field of a parameter class is declared with the unit it is kept in (always SI):

    class Film(Parameters):
        resistance: AreaResistance

and takes a text ("30 ohm*cm^2"), a pint quantity, a `given(...)` with its source, or a table
``{value = "...", source = "..."}`` from a data file. It keeps a `Value`: a float in SI that
remembers unit, source, plausible range, trust, and how it follows temperature. A bare number is
refused unless the field is dimensionless.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Annotated, Any, get_args

import pint
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from .errors import InputError
from .messages import one_line, shown
from .values import ROOM as ROOM
from .values import TRUST as TRUST
from .values import Arrhenius, Linear
from .values import Given as Given
from .values import Trust as Trust
from .values import Value as Value
from .values import given as given

registry = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


# Whole numbers are taken to powers exactly: without an end, if the power is large or of a power.
ENDLESS = re.compile(r"(\*\*|\^)[\s(+-]*(\d{4,}|[\d.]+[\s)]*(\*\*|\^))")


def quantity_of(raw: Any) -> Any:
    """Return what pint makes of text or a number; raises whatever pint does, ValueError beside."""
    if isinstance(raw, str) and ENDLESS.search(raw):
        raise ValueError(f"'{raw}' has a power without an end")
    return registry.Quantity(raw)


@dataclass(frozen=True)
class Unit:
    """Marks a field: its SI unit, and the open or closed interval its values must lie in."""

    symbol: str
    above: float | None = None
    least: float | None = None
    most: float | None = None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def read(self, raw: Any) -> Value:
        """Turn what the user wrote into a `Value` in SI.

        Raises a pydantic error in one line when the unit is missing or wrong, or when the number
        is not finite or lies outside the interval.
        """
        if isinstance(raw, Value) and raw.unit == self.symbol:
            return self.checked(raw, raw)
        if isinstance(raw, Mapping):
            raw = _given_from_table(raw)
        entry = raw if isinstance(raw, Given) else Given(raw)
        low, high = (None, None) if entry.range is None else (self.in_si(v) for v in entry.range)
        value = Value(self.in_si(entry.value), self.symbol, entry.source, entry.trust, low, high)
        return self.checked(self.followed(value, entry), entry.value)

    def followed(self, value: Value, entry: Given) -> Value:
        """Return `value` with the law by which it follows temperature, if `entry` names one."""
        if entry.activation_energy is not None and entry.slope is not None:
            raise _refused("{raw}; {wanted}", "two laws of temperature", "accepted: one of them")
        if entry.activation_energy is not None:
            return value.with_law(Arrhenius(value, Unit("J/mol").read(entry.activation_energy)))
        if entry.slope is not None:
            per_kelvin = Unit(f"{self.symbol}/K" if self.symbol else "1/K")
            return value.with_law(Linear(value, per_kelvin.read(entry.slope)))
        return value

    def in_si(self, raw: Any) -> float:
        """Return the magnitude of `raw` in this field's SI unit."""
        try:  # a quantity of another pint registry comes over by its text
            foreign = isinstance(raw, pint.Quantity) and raw._REGISTRY is not registry
            quantity = quantity_of(f"{raw.magnitude!r} {raw.units}" if foreign else raw)
        except Exception:
            raise _refused("'{raw}' is not a quantity; {wanted}", raw, self.wanted) from None
        if not isinstance(quantity.magnitude, (int, float)):
            raise _refused("'{raw}' is not a number; {wanted}", raw, self.wanted)
        try:
            return float(quantity.to(self.symbol or "dimensionless").magnitude)
        except pint.DimensionalityError:
            problem = "has no unit" if quantity.unitless else "has the wrong unit"
            raise _refused(f"'{{raw}}' {problem}; {{wanted}}", raw, self.wanted) from None
        except OverflowError:
            raise _refused("'{raw}' is out of range; {wanted}", raw, self.wanted) from None

    def checked(self, value: Value, raw: Any) -> Value:
        """Return `value` if it is finite and inside the interval, else refuse it."""
        inside = (
            isfinite(value)
            and (self.above is None or value > self.above)
            and (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
        )
        if not inside:
            raise _refused("'{raw}' is out of range; {wanted}", raw, self.wanted)
        return value

    @property
    def wanted(self) -> str:
        """What this field accepts, in words."""
        unit = f"in {self.symbol}" if self.symbol else "without unit"
        bounds = [
            text.format(bound)
            for text, bound in (
                ("> {:g}", self.above),
                (">= {:g}", self.least),
                ("<= {:g}", self.most),
            )
            if bound is not None
        ]
        return f"accepted: a number {unit}" + (", " + " and ".join(bounds) if bounds else "")


def _refused(message: str, raw: Any, wanted: str) -> PydanticCustomError:
    return PydanticCustomError("quantity", message, {"raw": shown(raw), "wanted": wanted})


TABLE = ("value", "source", "trust", "range", "activation_energy", "slope")  # keys of a number


def _given_from_table(table: Mapping[str, Any]) -> Given:
    unknown = set(table) - set(TABLE)
    if unknown or "value" not in table:
        problem = f"unknown key '{sorted(unknown)[0]}'" if unknown else "no 'value'"
        raise _refused(
            "{raw} in a number's table; {wanted}", problem, f"accepted keys: {', '.join(TABLE)}"
        )
    if table.get("trust", "chosen") not in TRUST:
        raise _refused("trust '{raw}'; {wanted}", table["trust"], f"accepted: {', '.join(TRUST)}")
    bounds = table.get("range")
    return Given(
        table["value"],
        table.get("source", ""),
        table.get("trust", "chosen"),
        None if bounds is None else (bounds[0], bounds[1]),
        table.get("activation_energy"),
        table.get("slope"),
    )


Length = Annotated[float, Unit("m", above=0)]
Extent = Annotated[float, Unit("m", least=0)]
Area = Annotated[float, Unit("m^2", above=0)]
Time = Annotated[float, Unit("s", above=0)]
Temperature = Annotated[float, Unit("K", above=0)]
Concentration = Annotated[float, Unit("mol/m^3", least=0)]
ReferenceConcentration = Annotated[float, Unit("mol/m^3", above=0)]
Diffusivity = Annotated[float, Unit("m^2/s", above=0)]
Conductivity = Annotated[float, Unit("S/m", above=0)]
CurrentDensity = Annotated[float, Unit("A/m^2")]
ArealCharge = Annotated[float, Unit("C/m^2", above=0)]
Frequency = Annotated[float, Unit("1/s", above=0)]
ExchangeCurrentDensity = Annotated[float, Unit("A/m^2", above=0)]
AreaResistance = Annotated[float, Unit("ohm*m^2", least=0)]
FilmResistance = Annotated[float, Unit("ohm*m^2", above=0)]
ResistancePerCharge = Annotated[float, Unit("ohm*m^4/C", least=0)]
VolumePerCharge = Annotated[float, Unit("m^3/C", least=0)]
SquaredResistanceRate = Annotated[float, Unit("ohm^2*m^4/s", least=0)]
Potential = Annotated[float, Unit("V")]
MolarVolume = Annotated[float, Unit("m^3/mol", above=0)]
PartialMolarVolume = Annotated[float, Unit("m^3/mol")]
SpecificCharge = Annotated[float, Unit("C/kg", above=0)]
MolarMass = Annotated[float, Unit("kg/mol", above=0)]
MolarEnergy = Annotated[float, Unit("J/mol")]
Density = Annotated[float, Unit("kg/m^3", above=0)]
SurfaceEnergy = Annotated[float, Unit("J/m^2", least=0)]
MullinsCoefficient = Annotated[float, Unit("m^4/s", least=0)]
Pressure = Annotated[float, Unit("Pa", above=0)]
Bedding = Annotated[float, Unit("Pa/m", above=0)]
StrainRate = Annotated[float, Unit("1/s", above=0)]
Viscosity = Annotated[float, Unit("Pa*s", above=0)]
ArealAmount = Annotated[float, Unit("mol/m^2", above=0)]
ArealMass = Annotated[float, Unit("kg/m^2", above=0)]
Number = Annotated[float, Unit("")]
PositiveNumber = Annotated[float, Unit("", above=0)]
Fraction = Annotated[float, Unit("", least=0, most=1)]
Blocking = Annotated[float, Unit("", least=0, most=0.99)]  # at 1 a full host takes nothing up
PoissonNumber = Annotated[float, Unit("", above=-1, most=0.49)]  # beyond, linear elements lock


class Parameters(BaseModel):
    """Base of everything that holds numbers: frozen, validated, no unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, validate_default=True
    )

    def __init__(self, **fields: Any) -> None:
        """Validate the fields; raise `InputError` in one line when one is wrong."""
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise InputError(one_line(error, type(self))) from None


@cache
def units_of(model: type[Parameters]) -> dict[str, Unit]:
    """Map each field of `model` that carries a unit to that unit."""
    found = {
        name: _unit_in(field.metadata) or _unit_in(get_args(field.annotation))
        for name, field in model.model_fields.items()
    }
    return {name: unit for name, unit in found.items() if unit is not None}


def _unit_in(annotations: Any) -> Unit | None:
    for entry in annotations:
        found = entry if isinstance(entry, Unit) else _unit_in(getattr(entry, "__metadata__", ()))
        if found is not None:
            return found
    return None


def at_temperature[T](item: T, temperature: float) -> T:
    """Return `item` with every number that follows temperature as it is at `temperature` [K].

    Raises:
        InputError: there is one, and the temperature is out of the range of the laws.
    """

    def there(value: Any, unit: Unit) -> Any:
        return value.at(temperature) if isinstance(value, Value) else value

    found: T = mapped(item, there)
    return found


def mapped(item: Any, change: Callable[[float, Unit], Any]) -> Any:
    """Return `item` with every number that carries a unit replaced by ``change(number, unit)``.

    Walks nested parameters, tuples and dictionaries. The result has the same types, so whoever
    reads it cannot tell scaled numbers, or numbers turned into form constants, from SI ones.
    """
    if isinstance(item, tuple):
        return tuple(mapped(entry, change) for entry in item)
    if isinstance(item, dict):
        return {key: mapped(entry, change) for key, entry in item.items()}
    if not isinstance(item, Parameters):
        return item
    units = units_of(type(item))
    update = {}
    for name in type(item).model_fields:
        value = getattr(item, name)
        if value is not None:
            update[name] = change(value, units[name]) if name in units else mapped(value, change)
    return item.model_copy(update=update)
