"""A case as plain data: for the manifest, for the hash that names its folder, for the screen."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from .units import Parameters, Value, units_of


def described(item: Any) -> Any:
    """Return `item` as JSON-ready data: every number with unit, source, trust and range.

    And with the law, by name, that takes it from 25 degC to its temperature.
    """
    if isinstance(item, Parameters):
        entries = {name: described(getattr(item, name)) for name in type(item).model_fields}
        return {"kind": type(item).__name__} | entries
    if isinstance(item, Value):
        entry = {"value": float(item), "unit": item.unit, "source": item.source}
        entry["trust"] = item.trust
        if item.law is not None:
            entry[type(item.law).__name__.lower()] = described(item.law.number)
        return entry if item.low is None else entry | {"range": [item.low, item.high]}
    if isinstance(item, (tuple, list)):
        return [described(entry) for entry in item]
    if isinstance(item, dict):
        return {str(key): described(value) for key, value in item.items()}
    return item if isinstance(item, (str, int, float, bool, type(None))) else repr(item)


def fingerprint(item: Any, length: int = 10) -> str:
    """Return a hash of the values of `item`; sources and notes do not count."""
    text = json.dumps(_bare(described(item)), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def _bare(data: Any) -> Any:
    if isinstance(data, dict):
        if "value" in data and "unit" in data:
            return [data["value"], data["unit"]]
        return {key: _bare(value) for key, value in data.items() if key not in ("source", "note")}
    return [_bare(entry) for entry in data] if isinstance(data, list) else data


def lines(item: Parameters, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (path, value with unit, source) for every field of `item`, in order."""
    for name in type(item).model_fields:
        yield from _lines(getattr(item, name), f"{path}{name}", units_of(type(item)))


def _lines(value: Any, path: str, units: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, Parameters):
        if not hasattr(value, "name"):
            yield path, type(value).__name__, ""
        yield from lines(value, f"{path}.")
    elif isinstance(value, tuple) and value and isinstance(value[0], Parameters):
        for index, entry in enumerate(value):
            yield from lines(entry, f"{path}.{getattr(entry, 'name', index)}.")
    elif isinstance(value, Value):
        trust = "" if value.trust == "chosen" else f" ({value.trust})"
        yield path, f"{float(value):.6g} {value.unit}".strip(), value.source + trust
    elif value is not None and value != "":
        yield path, str(value), ""
