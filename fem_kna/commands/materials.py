"""`fem-kna materials`: what is in the library, and every number of one material with its origin."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..alloy.naming import temperature_of
from ..inputs.describe import described
from ..inputs.errors import InputError
from ..inputs.messages import unknown
from ..inputs.readable import number, unit_shown
from ..inputs.units import TRUST, Parameters, Value
from ..materials.library import find, names
from ..materials.metals import ANY_ALLOY
from ..materials.tables import numbers


def materials(
    name: Annotated[
        str | None, typer.Argument(help="A material, e.g. KNA-3.5, KFSI/DME, GF/D, SEI, Na.")
    ] = None,
    temperature: Annotated[
        str, typer.Option("--T", metavar="TEMPERATURE", help="e.g. 40C or 313.15K.")
    ] = "25C",
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write what is shown to this file, in SI.")
    ] = None,
) -> None:
    """List the materials, or show one: every number with unit, range, trust and source.

    And by what law it follows temperature, if it does.
    """
    console = Console()
    if name is None:
        _show_names(console)
        shown: Any = names()
    else:
        found = _found(name, temperature_of(temperature))
        for kind, item in found.items():
            _show(console, kind, item)
        shown = {kind: described(item) for kind, item in found.items()}
    if json_file is not None:
        json_file.write_text(json.dumps(shown, indent=2) + "\n", encoding="utf-8")


def _found(name: str, temperature: float) -> dict[str, Parameters]:
    found = find(name, temperature)
    if not found:
        known = _unique(entry for entries in names().values() for entry in entries)
        raise InputError(unknown("material", name, [*known, ANY_ALLOY]))
    return found


def _show_names(console: Console) -> None:
    table = Table("kind", "names")
    for kind, entries in names().items():
        more = [ANY_ALLOY] if kind == "metal" else []
        table.add_row(kind, "\n".join(entries + more))
    console.print(table)


def _show(console: Console, kind: str, item: Parameters) -> None:
    """Print the table. Sources are long and shared: a column of numbers, and a list below."""
    found = list(numbers(item))
    everything = [one for _, value in found for one in (value, *_law(value))]
    sources = {text: index for index, text in enumerate(_unique(v.source for v in everything), 1)}
    table = Table(title=f"{kind}: {getattr(item, 'name', '')}")
    for column in ("property", "value", "range", "trust", "source", "with temperature"):
        table.add_column(column, overflow="fold")
    for key, text in _texts(item):
        table.add_row(key, text)
    for key, value in found:
        follows = [f"{_worded(law)} [{sources[law.source]}]" for law in _law(value)]
        row = (key, *_columns(value), str(sources[value.source]), *follows)
        table.add_row(*(escape(cell) for cell in row))
    console.print(table)
    trusts = _unique(value.trust for value in everything)
    _say(console, "Trust", "; ".join(f"{trust}: {TRUST[trust]}" for trust in trusts))
    for text, index in sources.items():
        _say(console, f"Source {index}", text)
    _say(console, "Note", getattr(item, "note", ""))


def _say(console: Console, what: str, text: str) -> None:
    if text:
        console.print(f"{what}: {text}", highlight=False, markup=False)


def _unique[T](entries: Iterable[T]) -> dict[T, None]:
    return dict.fromkeys(entries)


def _texts(item: Parameters) -> Iterator[tuple[str, str]]:
    """The fields that are words: a metal's phases, an electrolyte's solvent."""
    for key in type(item).model_fields:
        value = getattr(item, key)
        words = (value,) if isinstance(value, str) else value
        worded = isinstance(words, tuple) and all(isinstance(word, str) for word in words)
        if worded and key not in ("name", "note"):
            yield key, ", ".join(words)


def _columns(value: Value) -> tuple[str, str, str]:
    limits = ""
    if value.low is not None and value.high is not None and value.low < value.high:
        limits = f"{number(value.low, value.unit)} to {number(value.high, value.unit)}"
    return f"{number(value, value.unit)} {unit_shown(value.unit)}".strip(), limits, value.trust


def _law(value: Value) -> list[Value]:
    """Return the number of the law by which a value follows temperature, if it has one."""
    return [] if value.law is None else [value.law.number]


def _worded(law: Value) -> str:
    """Return an activation energy, or a slope, with its range."""
    text, limits, trust = _columns(law)
    return f"{text} ({limits}, {trust})" if limits else f"{text} ({trust})"
