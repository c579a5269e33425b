"""Reading `data/*.toml`: one table per material, one line per number, no number without origin.

A number is a table {value = "675 um", range = ["600 um", "700 um"], trust = "...", source = "..."},
which holds at 25 degC; how it follows temperature, if it does, is another such table in it, under
`activation_energy` or `slope`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ..inputs.errors import InputError
from ..inputs.messages import unknown
from ..inputs.units import Parameters, Value

PROPERTY_TRUST = ("measured", "recalled", "estimated", "derived")


@cache
def tables(kind: str) -> dict[str, dict[str, Any]]:
    """Return the tables of one kind of material by name, without their aliases."""
    return {
        name: {key: entry for key, entry in table.items() if key != "aliases"}
        for name, table in _file(kind).items()
    }


def is_known(kind: str, name: str) -> bool:
    """Whether something of this kind is kept under `name`, in any case, or as an alias."""
    return name.strip().casefold() in _proper_names(kind)


def proper_name(kind: str, name: str) -> str:
    """Return the name under which `name` (any case, or an alias) is kept.

    Raises:
        InputError: nothing of this kind has that name; tells the nearest and all known ones.
    """
    if not is_known(kind, name):
        raise InputError(unknown(kind, name, tables(kind)))
    return _proper_names(kind)[name.strip().casefold()]


@cache
def _proper_names(kind: str) -> dict[str, str]:
    return {
        alias.casefold(): proper
        for proper, table in _file(kind).items()
        for alias in (proper, *table.get("aliases", ()))
    }


@cache
def _file(kind: str) -> dict[str, Any]:
    text = files(__package__).joinpath("data", f"{kind}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def build[P: Parameters](model: type[P], name: str, table: Mapping[str, Any]) -> P:
    """Build `model` from a material's table.

    Raises:
        InputError: an unknown or missing key, a wrong unit, or a number without source, trust or
            range, or outside its range. One line that names the material and the key.
    """
    try:
        item = model(**{"name": name, **table} if "name" in model.model_fields else table)
    except InputError as error:
        raise InputError(f"material '{name}': {error}") from None
    for key, value in numbers(item):
        problem = _missing_origin(value) or _missing_origin_of_law(value)
        if problem:
            raise InputError(f"material '{name}': {key}: {problem}")
    return item


def numbers(item: Parameters) -> Iterator[tuple[str, Value]]:
    """Yield every number of `item` with its path, e.g. ``ions.K+.diffusivity``."""
    for key in type(item).model_fields:
        value = getattr(item, key)
        if isinstance(value, Value):
            yield key, value
        for part, path in _parts(key, value):
            yield from ((f"{path}.{inner}", number) for inner, number in numbers(part))


def _parts(key: str, value: Any) -> Iterator[tuple[Parameters, str]]:
    if isinstance(value, Parameters):
        yield value, key
    elif isinstance(value, tuple):
        yield from (
            (v, f"{key}.{getattr(v, 'name', index)}")
            for index, v in enumerate(value)
            if isinstance(v, Parameters)
        )


def _missing_origin_of_law(value: Value) -> str:
    problem = "" if value.law is None else _missing_origin(value.law.number)
    return problem and f"law of temperature: {problem}"


def _missing_origin(value: Value) -> str:
    if not value.source.strip():
        return "no source"
    if value.trust not in PROPERTY_TRUST:
        return f"trust '{value.trust}'; accepted: {', '.join(PROPERTY_TRUST)}"
    if value.low is None or value.high is None:
        return 'no range; accepted: range = ["low unit", "high unit"]'
    if not value.low <= value <= value.high:
        return f"{value:g} outside its range {value.low:g} to {value.high:g} {value.unit}"
    return ""
