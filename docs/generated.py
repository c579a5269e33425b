"""Pages made from data: every number of the materials with its source, and the checks' results."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fem_kna.inputs.readable import number, unit_shown
from fem_kna.inputs.units import TRUST, Value
from fem_kna.materials.library import find, names
from fem_kna.materials.tables import numbers
from fem_kna.report.differences import pretty


def written(folder: Path, checks: Path) -> None:
    """Write both pages into a folder; `checks` is the file of ``fem-kna verify --json``."""
    folder.mkdir(exist_ok=True)
    rows = json.loads(checks.read_text(encoding="utf-8")) if checks.is_file() else []
    for name, lines in (("materials", materials()), ("verification", verification(rows))):
        (folder / f"{name}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def materials() -> Iterator[str]:
    """Yield the page of all materials at 25 degC."""
    yield "# Materials\n"
    yield "Every number that ships with the package, at 25 °C. How far each is trusted:\n"
    yield from (f"- *{trust}*: {meaning}" for trust, meaning in TRUST.items())
    for kind, found in names().items():
        yield f"\n## {kind.capitalize()}"
        for name in found:
            yield from _material(name, find(name, 298.15)[kind])


def _material(name: str, item: Any) -> Iterator[str]:
    found = list(numbers(item))
    sources = list(dict.fromkeys(value.source for _, value in found if value.source))
    yield f"\n### {name}\n"
    if getattr(item, "note", ""):
        yield f"{item.note}\n"
    if not found:
        return
    yield "| property | value | range | trust | source |\n|---|---|---|---|---|"
    for key, value in found:
        place = sources.index(value.source) + 1 if value.source else ""
        yield f"| `{key}` | {_shown(value, value)} | {_range(value)} | {value.trust} | {place} |"
    yield ""
    yield from (f"{place}. {_plain(text)}" for place, text in enumerate(sources, 1))


def _shown(value: float, like: Value) -> str:
    return f"{number(value, like.unit)} {pretty(unit_shown(like.unit))}".strip()


def _range(value: Value) -> str:
    if value.low is None or value.high is None or value.low >= value.high:
        return ""
    return f"{number(value.low, value.unit)} to {_shown(value.high, value)}"


def _plain(text: str) -> str:
    """Return text in which Markdown finds nothing."""
    for sign in "\\*_<[|$":
        text = text.replace(sign, f"\\{sign}")
    return text


def verification(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the page of checks against manufactured and analytic solutions."""
    yield "# Verification\n"
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["group"], []).append(row)
    if not groups:
        yield "No results here yet: `fem-kna verify --json build/verification.json`, then again."
        return
    count = sum(len(found) for found in groups.values())
    passed = sum(row["passed"] for found in groups.values() for row in found)
    yield f"Written by `fem-kna verify --json`: {passed} of {count} checks passed."
    for group, found in groups.items():
        yield f"\n## {group}\n\n| check | expected | got | tolerance | |\n|---|---|---|---|---|"
        for row in found:
            told = [_number(row[key]) for key in ("expected", "got", "tolerance")]
            well = "yes" if row["passed"] else "**no**"
            yield f"| {_plain(row['name'])} | {' | '.join(told)} {row['kind']} | {well} |"


def _number(value: float | None) -> str:
    return "not finite" if value is None else f"{value:.6g}"
