"""Steps as an electrochemist writes them.

    Plate at 4 mA/cm^2 for 15 min               Strip at C/2 until 1 V or for 3 h
    Hold at -50 mV until 0.1 mA/cm^2            Rest for 10 min
    Plate at 1 mA/cm^2 until 1 mAh/cm^2         Strip at 0.5 mA/cm^2 until exhausted
    Discharge at 0.2C until 2 V                 Charge at C/5 until 4.2 V
    Repeat 4000 times

What a limit limits follows from its unit. Case and full stops do not matter.
"""

import re
from typing import Any, get_args

import pint

from ..inputs.messages import unknown
from ..inputs.units import quantity_of, registry
from .steps import Action, Repeat, Step

ACTIONS = get_args(Action)
STEP = re.compile(r"(?P<action>\w+)(?:\s+at\s+(?P<kept>.+?))?(?P<ends>(?:\s+(?:for|until)\s.*)?)")
LIMIT = re.compile(r"\s+(?:or\s+)?(for|until)\s+|\s+or\s+", re.IGNORECASE)
RATE = re.compile(r"(?:(?P<times>\d*\.?\d+)\s*)?C(?:\s*/\s*(?P<hours>\d*\.?\d+))?")
REPEAT = re.compile(r"repeat\s+(?P<times>\S+)\s+times?", re.IGNORECASE)
EVENT = re.compile(r"[A-Za-z_-][A-Za-z0-9_-]*")
LIMITS = ("duration", "capacity", "until_voltage", "until_current", "until_concentration")
KEPT = ("current", "voltage")
UNITS = {
    "current": "A/m^2",
    "voltage": "V",
    "duration": "s",
    "capacity": "C/m^2",
    "until_voltage": "V",
    "until_current": "A/m^2",
    "until_concentration": "mol/m^3",
}
EXAMPLE = "accepted: e.g. 'Plate at 4 mA/cm^2 for 15 min', 'Strip at C/2 until 1 V or for 3 h'"


def lines_of(text: str) -> list[str]:
    """Return the entries of a protocol written in one text: by line, or between semicolons."""
    return [line for part in re.split(r"[;\n]", text) if (line := part.strip())]


def read(text: str) -> Step | Repeat:
    """Return the step, or the repeat, that `text` says.

    Raises:
        ValueError: it says none; the message tells what is accepted.
        InputError: a number is not one that its field accepts.
    """
    text = text.strip().removesuffix(".")
    repeat = REPEAT.fullmatch(text)
    if repeat is not None:
        return _repeat(repeat["times"])
    found = STEP.fullmatch(text) or STEP.fullmatch(text.lower())
    word = text.split()[0].lower() if text else ""
    if word not in ACTIONS:
        raise ValueError(unknown("word", word, (*ACTIONS, "repeat")))
    if found is None:
        raise ValueError(f"cannot be read; {EXAMPLE}")
    fields: dict[str, Any] = {"action": word}
    if found["kept"] is not None:
        fields |= _kept(found["kept"])
    for preposition, limit in _limits(found["ends"]):
        name, value = _limit(preposition, limit)
        if name in fields:
            raise ValueError(f"two limits of a kind, '{fields[name]}' and '{value}'; accepted: one")
        fields[name] = value
    return Step(**fields)


def _repeat(times: str) -> Repeat:
    if not times.isdigit() or int(times) < 1:
        raise ValueError(f"'{times}' times; accepted: a whole number, 1 or more")
    return Repeat(times=int(times))


def _kept(text: str) -> dict[str, Any]:
    """Return what a step keeps: a current, a voltage or a C-rate."""
    rate = RATE.fullmatch(text)
    if rate is not None:
        return {
            "rate": f"{float(rate['times'] or 1) / (float(rate['hours'] or 1) or 1e-300)!r} 1/h"
        }
    name = _named_by_unit(text, KEPT)
    if name is None:
        raise ValueError(f"{_no_unit(text)}; accepted: a current density, a voltage or a C-rate")
    return {name: text}


def _limits(text: str) -> list[tuple[str, str]]:
    """Split ``until 1 V or for 3 h`` into prepositions and limits; the last preposition stays."""
    parts, found, preposition = LIMIT.split(text), [], ""
    for word, limit in zip(parts[1::2], parts[2::2], strict=True):
        preposition = (word or preposition).lower()
        found.append((preposition, limit.strip()))
    return found


def _limit(preposition: str, text: str) -> tuple[str, str]:
    name = _named_by_unit(text, LIMITS)
    if name is not None and not (preposition == "for" and name != "duration"):
        return name, text
    if name is None and preposition == "until" and EVENT.fullmatch(text):
        return "until", text
    wanted = (
        "a time"
        if preposition == "for"
        else (
            "a time, capacity, voltage, current density or concentration with its unit, "
            "'exhausted', or the name of an event"
        )
    )
    problem = _no_unit(text) if name is None else f"'{text}' is no time"
    raise ValueError(f"{problem}; accepted: {wanted}")


def _named_by_unit(text: str, names: tuple[str, ...]) -> str | None:
    """Return which of the fields `names` takes a quantity of the unit of `text`."""
    if not re.match(r"[-+.\d]", text):
        return None
    try:
        dimension = quantity_of(text).dimensionality
    except Exception:  # whatever pint makes of what is no quantity
        return None
    return next(
        (name for name in names if dimension == registry.Unit(UNITS[name]).dimensionality), None
    )


def _no_unit(text: str) -> str:
    try:
        bare = quantity_of(text).unitless
    except (pint.errors.PintError, ValueError, TypeError, SyntaxError, AttributeError):
        bare = False
    return f"'{text}' has no unit" if bare else f"'{text}' is none of what can stand here"
