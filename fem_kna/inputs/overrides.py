"""Changing one field of a frozen case by its path: ``--set drive.current="2 mA/cm^2"``."""

from collections.abc import Iterable
from typing import Any

from .errors import InputError
from .messages import shown, unknown
from .units import Given, Parameters, units_of


def overridden[P: Parameters](item: P, settings: Iterable[str]) -> P:
    """Return `item` with every ``path.to.field=value`` of `settings` applied, in order.

    A path goes through fields by name, through tuples by the entry's name or index, through
    dictionaries by key. ``none`` empties an optional field.

    Raises:
        InputError: no '=', an unknown key (with the nearest known one), or a value that the
            field refuses.
    """
    for setting in settings:
        path, equals, text = setting.partition("=")
        if not equals or not path.strip():
            raise InputError(f"--set '{shown(setting)}': accepted: path.to.field=value")
        item = _changed(item, path.strip(), path.strip().split("."), text.strip())
    return item


def _changed(item: Any, path: str, keys: list[str], text: str) -> Any:
    """Return `item` with the field at `keys` replaced; `path` is the whole path, for messages."""
    key, rest = keys[0], keys[1:]
    entries = _entries(item)
    if key not in entries:
        raise InputError(f"--set {path}: {unknown('key', key, entries)}")
    new = _changed(entries[key], path, rest, text) if rest else _read(item, key, text)
    try:
        return _replaced(item, key, new)
    except InputError as error:
        told = str(error).removeprefix(f"--set {path}: ")
        told = told.removeprefix(f"{type(item).__name__}.{key}: ")
        raise InputError(f"--set {path}: {told}") from None


def _entries(item: Any) -> dict[str, Any]:
    """What can be named inside `item`."""
    if isinstance(item, Parameters):
        return {name: getattr(item, name) for name in type(item).model_fields}
    if isinstance(item, dict):
        return {str(key): value for key, value in item.items()}
    if isinstance(item, tuple):
        return {getattr(entry, "name", str(index)): entry for index, entry in enumerate(item)}
    return {}


def _read(item: Any, key: str, text: str) -> Any:
    if text.lower() == "none":
        return None
    if isinstance(item, Parameters) and key in units_of(type(item)):
        return Given(text, source="command line")
    return text


def _replaced(item: Any, key: str, new: Any) -> Any:
    entries = _entries(item) | {key: new}
    if isinstance(item, Parameters):
        return type(item)(**entries)
    if isinstance(item, dict):
        return entries
    return tuple(entries.values())
