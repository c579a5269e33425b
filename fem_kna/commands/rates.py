"""What `fem-kna stability` prints of growth rates: tables of ripples, or of modes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from ..stability.report import ends
from ..stability.split import TERMS

NEGLIGIBLE = 1e-6  # of a rate: terms that are smaller all along have no column


def show_sweep(console: Console, told: Mapping[str, Any]) -> None:
    """Print growth rates of ripples by wavelength, as `report.of_sweep` tells them."""
    rows = told["wavelengths"]
    columns: dict[str, Callable[[Mapping[str, Any]], str]] = {
        "wavelength\\[um]": lambda row: f"{row['wavelength [m]'] * 1e6:.4g}",
        "growth rate\\[1/s]": lambda row: f"{row['growth_rate [1/s]']:.4e}",
    }
    columns |= _term_columns(rows)
    if "viscosity [Pa*s]" in rows[0]:
        columns["viscosity\\[Pa s]"] = lambda row: f"{row['viscosity [Pa*s]']:.3g}"
    title = f"{told['case']}: ripples of a flat front, {told['base_state']}"
    _print(console, title, columns, rows)
    for line in (ends(told), *told["notes"]):
        console.print(line, highlight=False, markup=False)


def _term_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a column for each term that is not negligible everywhere."""
    largest = max(abs(row[f"{name} [1/s]"]) for row in rows for name in TERMS)
    kept = [
        name
        for name in TERMS
        if any(abs(row[f"{name} [1/s]"]) > NEGLIGIBLE * largest for row in rows)
    ]
    return {name: lambda row, key=f"{name} [1/s]": f"{row[key]:+.3e}" for name in kept}


def show_modes(console: Console, told: Mapping[str, Any]) -> None:
    """Print modes and their growth rates, each as `report.of_mode` tells it."""
    rows = [{"number": n + 1} | row for n, row in enumerate(told["modes"])]
    columns: dict[str, Callable[[Mapping[str, Any]], str]] = {
        "mode": lambda row: str(row["number"]),
        "growth rate\\[1/s]": lambda row: f"{row['growth_rate [1/s]']:.4e}",
    }
    if any("angular_frequency [1/s]" in row for row in rows):
        key = "angular_frequency [1/s]"
        columns["angular frequency\\[1/s]"] = lambda row: f"{row.get(key, 0.0):.4e}"
    _print(console, f"{told['case']}: {told['base_state']}", columns | _term_columns(rows), rows)
    for line in told["notes"]:
        console.print(line, highlight=False, markup=False)


def _print(console: Console, title: str, columns: Mapping[str, Any], rows: Sequence[Any]) -> None:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*(shown_as(row) for shown_as in columns.values()))
    console.print(table)
