"""`fem-kna alloy`: what the K-Na phase diagram says about an alloy, and the diagram itself."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..alloy.anchors import ANCHORS, Anchor
from ..alloy.naming import Composition, composition_of, temperature_of
from ..alloy.ranges import MODEL
from ..alloy.redlich_kister import CENTRAL
from ..alloy.report import Facts, report
from ..inputs.units import Value
from ..materials.library import kinetics
from ..materials.tables import is_known, proper_name, tables
from .files import checked_figure
from .session import checked_json

# The metals of Tai et al., Adv. Sci. (2021), the liquid one in both readings of its ratio.
PAPER = ("K", "KNA-1.8", "KNA-3.5", "KNA-5.0", "66.3:33.7 at", "66.3:33.7 w/w")
MEASURES = ("mole", "mass", "volume")
WIDE = 120  # columns where the output is no terminal


def alloy(
    composition: Annotated[
        str | None,
        typer.Argument(help="e.g. 3.5wt%, 5.81at%, KNA-3.5, NaK-78, '66.3:33.7 w/w'; sodium's %."),
    ] = None,
    temperature: Annotated[
        str, typer.Option("--T", metavar="TEMPERATURE", help="e.g. 25C or 298.15K.")
    ] = "25C",
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write what is shown to this file, in SI.")
    ] = None,
    figure: Annotated[
        Path | None, typer.Option("--figure", help="Draw the phase diagram: .png, .pdf or .svg.")
    ] = None,
    anchors: Annotated[
        bool, typer.Option("--anchors", help="Hold the model against every measured number.")
    ] = False,
) -> None:
    """Show an alloy in equilibrium, or the paper's alloys; every number with its range."""
    _check(json_file, figure)
    names = PAPER if composition is None else (composition,)
    alloys = {name: composition_of(name) for name in names}
    entries = {name: _entry(name, found, temperature) for name, found in alloys.items()}
    known: dict[str, Any] = {"alloys": entries} if composition is None else entries[composition]
    if anchors:
        known = known | {"anchors": [_anchor(anchor) for anchor in ANCHORS]}
    if figure is not None:
        from ..alloy.figure import draw  # matplotlib

        draw(_drawn(alloys), figure)
    if json_file is not None:
        json_file.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    if composition is None:
        _list(console, entries)
    else:
        _show(console, entries[composition])
    if anchors:
        _show_anchors(console)


def _check(json_file: Path | None, figure: Path | None) -> None:
    """Refuse what cannot be written before anything is shown."""
    checked_json(json_file)
    if figure is not None:
        checked_figure(figure)


def _entry(name: str, composition: Composition, temperature: str) -> dict[str, Any]:
    """One alloy as data: names with units, and a range beside each number that has one."""
    gap = kinetics("Na").standard_potential
    assert isinstance(gap, Value)
    facts, phases = report(composition.sodium_mole_fraction, temperature_of(temperature), gap)
    note = composition.note or _kept_note(composition)
    return {
        "alloy": name,
        **_flat(facts),
        "phases": {phase: _flat(entries) for phase, entries in phases.items()},
        **({"note": note} if note else {}),
        "source": MODEL,
        "source of sodium_potential_vs_K": gap.source,
    }


def _kept_note(composition: Composition) -> str:
    """What the materials know about this alloy of the paper, whatever it was called."""
    name = f"KNA-{100 * composition.sodium_mass_fraction:.6g}"
    if not is_known("metal", name):
        return ""
    return str(tables("metal")[proper_name("metal", name)].get("note", ""))


def _flat(facts: Facts) -> dict[str, Any]:
    """Numbers, each followed by its range unless it was asked for."""
    flat: dict[str, Any] = {}
    for key, value in facts.items():
        flat[key] = float(value)
        if value.trust != "chosen" and value.low is not None and value.high is not None:
            flat[_range_key(key)] = [value.low, value.high]
    return flat


def _range_key(key: str) -> str:
    name, unit = key.rsplit(" ", 1)
    return f"{name}_range {unit}"


def _drawn(alloys: dict[str, Composition]) -> dict[str, float]:
    """The paper's alloys, and the one asked for if it is another."""
    all_of_them = {name: composition_of(name) for name in PAPER[1:]} | alloys
    found: dict[float, str] = {}
    for name, composition in all_of_them.items():
        if 0 < composition.sodium_mole_fraction < 1:
            found.setdefault(composition.sodium_mole_fraction, name)
    return {name: x for x, name in found.items()}


def _show(console: Console, entry: dict[str, Any]) -> None:
    weight, atoms = entry["sodium_mass_fraction [-]"], entry["sodium_mole_fraction [-]"]
    title = f"{entry['alloy']}: {100 * weight:.4g} wt% Na = {100 * atoms:.4g} at% Na"
    table = Table(title=f"{title} at {entry['temperature [K]'] - 273.15:.4g} degC", min_width=60)
    for column in ("quantity", "value", "range"):
        table.add_column(column)
    for key, value in entry.items():
        if isinstance(value, float):
            table.add_row(escape(key), f"{value:.5g}", _limits(entry.get(_range_key(key))))
    console.print(table)
    console.print(_phase_table(entry["phases"]))
    for key in ("note", "source"):
        if key in entry:
            _say(console, key.capitalize(), entry[key])


def _phase_table(phases: dict[str, dict[str, Any]]) -> Table:
    table = Table("phase", *phases)
    for key in next(iter(phases.values())):
        if "_range" not in key:
            table.add_row(escape(key), *(_with_limits(entry, key) for entry in phases.values()))
    return table


def _list(console: Console, entries: dict[str, dict[str, Any]]) -> None:
    """The paper's alloys, one a row."""
    celsius = next(iter(entries.values()))["temperature [K]"] - 273.15
    table = Table(title=f"The alloys of Tai et al. (2021) at {celsius:.4g} degC")
    for column in ("alloy", "phases", "Na wt%", "Na at%", *(f"liquid by {by}" for by in MEASURES)):
        table.add_column(column)
    for name, entry in entries.items():
        sodium = (100 * entry[f"sodium_{by}_fraction [-]"] for by in ("mass", "mole"))
        phases = (p for p, e in entry["phases"].items() if e["mole_fraction [-]"] > 0)
        liquid = (_with_limits(entry, f"liquid_{by}_fraction [-]") for by in MEASURES)
        table.add_row(name, ", ".join(phases), *(f"{s:.3g}" for s in sodium), *liquid)
    console.print(table)
    for note in dict.fromkeys(e["note"] for e in entries.values() if ":" in e["alloy"]):
        _say(console, "Note", note)


def _say(console: Console, what: str, text: str) -> None:
    console.print(f"{what}: {text}", highlight=False, markup=False)


def _with_limits(entry: dict[str, Any], key: str) -> str:
    limits = _limits(entry.get(_range_key(key)))
    return f"{entry[key]:.4g}" + (f" ({limits})" if limits else "")


def _limits(ends: Iterable[float] | None) -> str:
    low, high = ends or (0.0, 0.0)
    return f"{low:.4g} to {high:.4g}" if high - low > 1e-9 * abs(high) else ""


def _anchor(anchor: Anchor) -> dict[str, Any]:
    unit = f"[{anchor.value.unit or '-'}]"
    return {
        "name": anchor.name,
        f"measured {unit}": float(anchor.value),
        f"model {unit}": float(anchor.computed(CENTRAL)),
        f"tolerance {unit}": anchor.tolerance,
        "holds": bool(anchor.holds()),
        "role": anchor.role,
        "source": anchor.value.source,
    }


def _show_anchors(console: Console) -> None:
    sources = list(dict.fromkeys(anchor.value.source for anchor in ANCHORS))
    table = Table(title="Measured, and what the model makes of it")
    for column in ("anchor", "measured", "model", "tolerance", "unit", "holds", "role", "source"):
        table.add_column(column)
    for anchor in ANCHORS:
        numbers = (anchor.value, anchor.computed(CENTRAL), anchor.tolerance)
        table.add_row(
            anchor.name,
            *(f"{float(number):.5g}" for number in numbers),
            anchor.value.unit or "-",
            "yes" if anchor.holds() else "[red]NO[/red]",
            anchor.role,
            str(sources.index(anchor.value.source) + 1),
        )
    console.print(table)
    for index, source in enumerate(sources, 1):
        _say(console, f"Source {index}", source)
