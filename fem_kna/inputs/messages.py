"""One line for the user out of whatever went wrong with an input."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that `name` is not a known `what`, with the nearest known one and the whole list.

    >>> unknown("separator", "GF/E", ["GF/A", "GF/D"])
    "unknown separator 'GF/E'; did you mean 'GF/D'? known: GF/A, GF/D"
    """
    names = [str(entry) for entry in known]
    folded = {entry.casefold(): entry for entry in names}
    near = get_close_matches(str(name).casefold(), list(folded), n=1, cutoff=0.4)
    hint = f"did you mean '{folded[near[0]]}'? " if near else ""
    return f"unknown {what} '{shown(name)}'; {hint}known: {', '.join(names)}"


def one_line(error: ValidationError, model: type[BaseModel]) -> str:
    """Turn the first problem of a pydantic error into ``field: what is wrong; what is accepted``.

    An unknown key comes first: misspelt, it is also why another one is missing.
    """
    problems: list[Any] = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    first = problems[0]
    path = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{model.__name__}: {unknown('key', first['loc'][-1], model.model_fields)}"
    if first["type"] == "missing":
        return f"{model.__name__}.{path}: missing"
    if first["type"] == "quantity":
        return f"{model.__name__}.{path}: {first['msg']}"
    message = first["msg"].removeprefix("Value error, ")
    where = f"{model.__name__}.{path}" if path else model.__name__
    given = "" if first["type"] == "value_error" else f"'{shown(first['input'])}': "
    return f"{where}: {given}{message}"


def shown(value: Any) -> str:
    """Return what the user wrote so that it fits into a line."""
    text = "".join(c if c.isprintable() else " " for c in str(getattr(value, "value", value)))
    return text if len(text) <= 60 else text[:57] + "..."
