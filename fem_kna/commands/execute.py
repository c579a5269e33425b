"""From the arguments to the result: show a case, run it, or run its comparison and print it."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from mpi4py import MPI
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..checkpoint.requests import OFTEN, Every
from ..compare import Comparison, Variant, alike, table
from ..inputs.case import Case
from ..inputs.describe import fingerprint, lines
from ..inputs.overrides import overridden
from ..progress import progress
from ..results.evolution import animate
from ..results.figure import Curve, draw
from ..results.folder import run_folder
from ..results.profiles import (
    contact_profile,
    current_map,
    front_lines,
    front_profile,
    stress_map,
)
from ..results.writing import write_json
from ..run import Result, simulate
from ..system.groups import groups, warnings
from ..teams import shared_out
from .session import checked_json, checked_out

CAPACITY = "capacity_to_"


@dataclass(frozen=True)
class Going:
    """Whether to go on from the last checkpoint, and how often one is written."""

    resume: bool = False
    checkpoint: Every = OFTEN

    @property
    def on(self) -> dict[str, Any]:
        """The same as arguments of `simulate`."""
        return {"resume": self.resume, "checkpoint": self.checkpoint}


def execute(
    case: Case,
    comparison: Comparison | None,
    settings: list[str],
    out: Path,
    options: Mapping[str, Any],
    going: Going,
    dry_run: bool,
    json_file: Path | None,
) -> None:
    """Apply `settings` to `case`, then show it, run it, or run its comparison.

    Raises:
        InputError: before anything is written.
        RunError: a run failed.
    """
    checked_json(json_file)
    checked_out(out)
    variants = (
        [Variant("", "", overridden(case, settings))]
        if comparison is None
        else list(comparison.variants(case, settings))
    )
    for variant in variants:
        variant.case.resolved().mesh.check()
    if dry_run:
        show(variants)
        return
    _warn(variants)
    if comparison is None:
        _single(variants[0].case, out, options, json_file, going)
    else:
        _compared(comparison, variants, out, options, json_file, going)


def show(variants: list[Variant]) -> None:
    """Print the resolved case with its dimensionless groups; of further variants what differs."""
    console = Console(width=160, soft_wrap=True)
    first = {path: rest for path, *rest in lines(variants[0].case.resolved())}
    for variant in variants:
        resolved = variant.case.resolved()
        entries = {path: rest for path, *rest in lines(resolved)}
        console.rule(f"{variant.column} {variant.row}".strip() or resolved.name)
        for path, (value, source) in entries.items():
            if variant is variants[0] or first.get(path, [""])[0] != value:
                console.print(f"{path:58s} {value:24s} {source}", markup=False, highlight=False)
        for name, number in groups(resolved).items():
            console.print(f"{name:58s} {number:.5g}", markup=False, highlight=False)
    _warn(variants)


def _warn(variants: list[Variant]) -> None:
    said = dict.fromkeys(line for v in variants for line in warnings(v.case.resolved()))
    for line in said:
        print(f"warning: {line}", file=sys.stderr)


def _single(
    case: Case, out: Path, options: Mapping[str, Any], json_file: Path | None, going: Going
) -> None:
    folder = run_folder(out, case.resolved())
    with progress(case.name) as report:
        result = simulate(case, folder=folder, options=options, progress=report, **going.on)
    if MPI.COMM_WORLD.rank == 0:
        _print_summary(result, folder)
    curve = _curve(result, "", case.name)
    _drawn([curve], folder, case.name)
    _animated(curve, folder)
    _json(json_file, result.summary)


def _compared(
    comparison: Comparison,
    variants: list[Variant],
    out: Path,
    options: Mapping[str, Any],
    json_file: Path | None,
    going: Going,
) -> None:
    name = variants[0].case.name
    folder = out / name / fingerprint([variant.case.resolved() for variant in variants])

    def run(variant: Variant, comm: MPI.Comm) -> tuple[Curve | None, dict[str, Any]]:
        own = folder / variant.folder
        with progress(f"{variant.column}, {variant.row}") as report:
            result = simulate(
                variant.case, comm, folder=own, options=options, progress=report, **going.on
            )
        curve = _curve(result, variant.row, variant.column)
        _animated(curve, own)
        names = {comparison.rows.name: variant.row, comparison.columns.name: variant.column}
        return curve, names | {"folder": variant.folder} | result.summary

    done = shared_out(variants, MPI.COMM_WORLD, run)
    curves, summaries = [curve for curve, _ in done], [summary for _, summary in done]
    if MPI.COMM_WORLD.rank == 0:
        report_table(comparison, summaries)
        write_json(folder / "comparison.json", {"runs": summaries})
        print(f"written to {folder}")
    _drawn(curves, folder, name)
    _json(json_file, {"runs": summaries})


def report_table(comparison: Comparison, summaries: list[dict[str, Any]]) -> None:
    """Print one table per row of the comparison: quantity, one value per column, ratio."""
    columns, same = comparison.columns.values, True
    for row in comparison.rows.values:
        own = {s[comparison.columns.name]: s for s in summaries if s[comparison.rows.name] == row}
        shown = Table(title=row, title_justify="left", title_style="bold")
        for heading in ("", *columns, "ratio"):
            shown.add_column(heading, justify="right" if heading else "left")
        for entries in table(columns, own):
            shown.add_row(*map(escape, entries))
        Console().print(shown)
        same = same and alike(columns, own)
    if comparison.if_alike and same and len(columns) > 1:
        print(comparison.if_alike)


def _print_summary(result: Result, folder: Path) -> None:
    shown = Table(title=result.model.case.name, title_justify="left")
    shown.add_column("")
    shown.add_column("", justify="right")
    for key, value in result.summary.items():
        shown.add_row(escape(key), f"{value:.6g}" if isinstance(value, float) else str(value))
    Console().print(shown)
    print(f"written to {folder}")


def _curve(result: Result, row: str, column: str) -> Curve | None:
    """Gather what the figure needs; None on ranks other than 0. Collective."""
    profile, mapped = front_profile(result.model), current_map(result.model)
    stress, contact = stress_map(result.model), contact_profile(result.model)
    if profile is None:
        return None
    lines = front_lines(result.model, result.outlines, result.history)
    events = {
        key.removeprefix(CAPACITY).removesuffix(" [C/m2]"): value
        for key, value in result.summary.items()
        if key.startswith(CAPACITY)
    }
    patch = getattr(result.model.case.mesh, "half_width", None)
    reach = float(profile[0].max())
    if lines:
        reach = float(max(np.nanmax(line[:, 0]) for _, line in lines))
    elif patch is not None:
        reach = 6 * float(patch)
    history = result.history
    return Curve(
        row, column, history, profile, mapped, reach, lines, events, stress, contact, patch
    )


def _drawn(curves: list[Curve | None], folder: Path, title: str) -> None:
    drawn = [curve for curve in curves if curve is not None]
    if drawn:
        draw(drawn, folder / "figure.png", title)


def _animated(curve: Curve | None, folder: Path) -> None:
    """Write ``front.gif`` into the folder of a run whose front moves."""
    if curve is not None and curve.lines:
        animate(curve.lines, folder / "front.gif", f"{curve.column}, {curve.row}".strip(", "))


def _json(path: Path | None, data: Mapping[str, Any]) -> None:
    if path is not None and MPI.COMM_WORLD.rank == 0:
        path.write_text(json.dumps(data, indent=2) + "\n")
