"""One tidy table over all points: a row per point, a column per number, units in the names."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..results.writing import put
from ..studies.verdict import bump_of
from .outcome import State, outcome
from .plan import Plan, Point

Row = dict[str, Any]

POINT, STATUS, REASON = "point", "status", "reason"
LATE_GROWTH, HEALS = "late_tip_growth [-]", "heals [-]"


def rows(plan: Plan) -> list[Row]:
    """Return a row per point: parameters, status, and of those that have finished all numbers.

    Numbers are those of the summary, in SI; parameters have the unit of their column. Where a front
    moves there are `late_tip_growth [-]`, what the tip gained over the last quarter of the charge
    over what the mean front gained, and `heals [-]`, 1 or 0, by the verdict of the studies.
    """
    return [_row(plan, point) for point in plan.points]


def _row(plan: Plan, point: Point) -> Row:
    told = outcome(plan, point)
    status = told.reason if told.state == State.FINISHED else str(told.state)
    reason = told.reason if told.state == State.FAILED else ""
    row: Row = {POINT: point.hash, **point.parameters, STATUS: status, REASON: reason}
    if told.state == State.FINISHED:
        folder = plan.run(point)
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        row |= {k: v for k, v in summary.items() if isinstance(v, (int, float)) and k not in row}
        row |= _healing(folder, history(folder))
    return row


def _healing(folder: Path, past: Sequence[Mapping[str, float]]) -> Row:
    if not past or not {"tip_height [m]", "front_advance [m]"} <= set(past[-1]):
        return {}
    if past[-1]["front_advance [m]"] == past[0].get("front_advance [m]"):
        return {}
    mesh = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["case"]["mesh"]
    half_width = mesh.get("half_width")
    bump = bump_of(past, float(half_width["value"]) if isinstance(half_width, dict) else 0.0)
    return {LATE_GROWTH: bump.growth, HEALS: float(bump.heals)}


def history(folder: Path) -> list[dict[str, float]]:
    """Return the history of a run, a row per step; what was not defined is absent."""
    with suppress(OSError), (folder / "history.csv").open(newline="", encoding="utf-8") as file:
        return [{k: float(v) for k, v in row.items() if v} for row in csv.DictReader(file)]
    return []


def columns(table: Sequence[Row]) -> list[str]:
    """Return the names of all columns, in order."""
    return list(dict.fromkeys(key for row in table for key in row))


def write_table(path: Path, table: Sequence[Row]) -> None:
    """Put the table as CSV; what a point does not have is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns(table), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    put(path, text.getvalue().encode())
