"""What of a case is not known well, put to the ends of its range."""

from collections.abc import Iterator
from typing import Any

from ..inputs.case import Case
from ..inputs.overrides import overridden
from ..inputs.units import Value

# What is not known well, with the fields that hold it; the first that a case has counts. A * is all
# reactions at once: one estimate is theirs.
RANGES = {
    "solidus slope": ("working.rheology.liquid_fraction",),
    "reference stress": (
        "working.rheology.solid.reference_stress",
        "working.rheology.reference_stress",
    ),
    "stress exponent": (
        "working.rheology.solid.stress_exponent",
        "working.rheology.stress_exponent",
    ),
    "weakening by liquid": ("working.rheology.weakening",),
    "exchange current density": ("reactions.*.kinetics.exchange_current_density",),
    "salt diffusivity": ("electrolyte.salt_diffusivity",),
    "surface energy": ("working.front.surface_energy",),
}


def variations(case: Case) -> Iterator[tuple[str, bool]]:
    """Yield the ends of the ranges that a resolved case has."""
    for name in RANGES:
        if _uncertain(case, name):
            yield from ((name, False), (name, True))


def varied(case: Case, variation: tuple[str, bool] | None) -> Case:
    """Return a resolved case with one number at an end of its range, as it was if it has none."""
    if variation is None:
        return case
    name, high = variation
    return overridden(
        case,
        [
            f"{path}={(value.high if high else value.low)!r} {value.unit}".strip()
            for path, value in _uncertain(case, name)
        ],
    )


def _uncertain(case: Case, name: str) -> list[tuple[str, Value]]:
    """Return paths and values of a number of `RANGES` that have a range, if the case has any."""
    for pattern in RANGES[name]:
        names = [reaction.name for reaction in case.reactions] if "*" in pattern else [""]
        paths = [pattern.replace("*", each) for each in names]
        found = [(path, value) for path in paths if (value := _ranged(case, path)) is not None]
        if found:
            return found
    return []


def _ranged(case: Case, path: str) -> Value | None:
    value: Any = case
    for key in path.split("."):
        value = _named(value, key) if isinstance(value, tuple) else getattr(value, key, None)
    known = isinstance(value, Value) and value.low is not None and value.low < (value.high or 0)
    return value if known else None


def _named(entries: tuple[Any, ...], name: str) -> Any:
    return next((entry for entry in entries if entry.name == name), None)
