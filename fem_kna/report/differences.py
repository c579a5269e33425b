"""What sets cases apart, from how their manifests describe them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..inputs.readable import number, unit_shown

SIMPLE = (str, int, float, bool)
ABSENT = "-"
TINY = 1e-3  # a number that would be smaller in the unit it is usually shown in stands in SI
FEW = 3  # fields that name a run; with more its folder does


@dataclass(frozen=True)
class Entry:
    """One number or word of a case, ready to be shown."""

    path: str
    value: str
    limits: str = ""
    trust: str = ""
    source: str = ""


def entries(described: Any, path: str = "") -> Iterator[Entry]:
    """Yield what a described case holds, in order; what is not given is left out."""
    if isinstance(described, Mapping):
        if "value" in described and "unit" in described:
            yield _number(path, described)
            laws = {key: item for key, item in described.items() if isinstance(item, Mapping)}
            yield from entries(laws, path)  # how it follows temperature
            return
        for key, item in described.items():
            if key not in ("kind", "note") or (key == "kind" and "name" not in described):
                yield from entries(item, path if key == "kind" else f"{path}.{key}".strip("."))
    elif isinstance(described, (list, tuple)):
        for place, item in enumerate(described):
            yield from entries(item, f"{path}.{_called(item, place)}")
    elif isinstance(described, SIMPLE):
        yield Entry(path, str(described))


def _called(item: Any, place: int) -> str:
    """Return what an entry of a list is called: by its name, kind or place."""
    named = item if isinstance(item, Mapping) else {}
    return str(named.get("name") or named.get("kind") or place)


def _number(path: str, item: Mapping[str, Any]) -> Entry:
    ends = item.get("range")
    limits = ""
    if ends is not None and ends[0] < ends[1]:
        limits = _range(*(_shown(path, end, item["unit"]) for end in ends))
    value = " ".join(_shown(path, item["value"], item["unit"])).strip()
    return Entry(path, value, limits, item.get("trust", ""), item.get("source", ""))


def _range(low: tuple[str, str], high: tuple[str, str]) -> str:
    """Return two ends in words, the unit once where both have the same."""
    first = low[0] if low[1] == high[1] else " ".join(low)
    return f"{first} to {' '.join(high)}".strip()


def _shown(path: str, value: float, unit: str) -> tuple[str, str]:
    """Return a number and the unit it is shown in.

    An activation temperature is an energy over R, not a temperature.
    """
    usual = number(value, unit)
    if "activation" in path or 0 < abs(float(usual)) < TINY:
        return f"{value:.4g}", pretty(unit)
    return usual, pretty(unit_shown(unit))


def pretty(unit: str) -> str:
    """Return a unit as it is printed: mA/cm², µm, °C.

    >>> pretty("ohm*cm^2")
    'Ω cm²'
    """
    words = {"um": "µm", "degC": "°C", "ohm": "Ω", "^2": "²", "^3": "³", "^4": "⁴", "*": " "}
    for plain, printed in words.items():
        unit = unit.replace(plain, printed)
    return unit


def differing(cases: Sequence[Any]) -> dict[str, list[str]]:
    """Return the fields in which cases differ, each with its value in every case."""
    tables = [{entry.path: entry.value for entry in entries(case)} for case in cases]
    paths = dict.fromkeys(path for table in tables for path in table)
    found = {path: [table.get(path, ABSENT) for table in tables] for path in paths}
    return {path: values for path, values in found.items() if len(set(values)) > 1}


def labels(cases: Sequence[Any]) -> list[str]:
    """Return a name for each case out of what was chosen to set them apart; '' if that is too much.

    What follows from a choice, e.g. the numbers of a metal from its name, is left out.
    """
    chosen = {e.path for case in cases for e in entries(case) if e.trust == "chosen"}
    found = {
        path: values
        for path, values in differing(cases).items()
        if ABSENT not in values and (path in chosen or path.endswith(".name"))
    }
    parts = [path.removesuffix("name") for path in found if path.endswith(".name")]
    kept = {
        path: values
        for path, values in found.items()
        if not any(path.startswith(part) and path != f"{part}name" for part in parts)
    }
    if not 0 < len(kept) <= FEW:
        return ["" for _ in cases]
    return [
        ", ".join(f"{path.removesuffix('.name')} {values[k]}" for path, values in kept.items())
        for k in range(len(cases))
    ]
