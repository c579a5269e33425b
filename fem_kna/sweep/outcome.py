"""What has become of the points of a sweep: told by their own run folders, and by notes on them.

A run that has ended says so in its summary. What leaves no summary is noted beside the plan: a case
that could not be built, a process that died without a word.
"""

import json
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ..checkpoint.files import FOLDER as CHECKPOINTS
from ..results.writing import write_json
from .plan import NOTES, Plan, Point


class State(StrEnum):
    """Where a point stands."""

    FINISHED = "finished"  # at the end of its drive, or by an event
    FAILED = "failed"
    BEGUN = "begun"  # goes on from its checkpoint, or from the start
    WAITING = "waiting"


ENDED = (State.FINISHED, State.FAILED)


@dataclass(frozen=True)
class Outcome:
    """Where a point stands, and why: the run's own line."""

    state: State
    reason: str = ""


def outcome(plan: Plan, point: Point) -> Outcome:
    """Return where a point stands, by what is on disk."""
    status = str(_json(plan.run(point) / "summary.json").get("status", ""))
    if status == "finished" or status.startswith("event: "):
        return Outcome(State.FINISHED, status)
    note = _json(_note(plan, point))
    if note.get("state") == State.FAILED:
        return Outcome(State.FAILED, note["reason"])
    if status.startswith("failed: "):
        return Outcome(State.FAILED, status.removeprefix("failed: "))
    return Outcome(State.BEGUN if status or note else State.WAITING)


def outcomes(plan: Plan, points: Iterable[Point]) -> dict[str, Outcome]:
    """Return where points stand, by their hash."""
    return {point.hash: outcome(plan, point) for point in points}


def note(plan: Plan, point: Point, state: State, reason: str = "") -> None:
    """Note that a point has begun, or how it failed; of one that has finished its summary tells."""
    if state == State.FINISHED:
        _note(plan, point).unlink(missing_ok=True)
    else:
        write_json(_note(plan, point), {"state": state, "reason": reason})


def begun(plan: Plan, points: Iterable[Point]) -> list[Point]:
    """Return the points that a process has begun and said nothing more about."""
    return [p for p in points if _json(_note(plan, p)).get("state") == State.BEGUN]


def forget(plan: Plan, point: Point) -> None:
    """Have a failed point start anew."""
    _note(plan, point).unlink(missing_ok=True)
    (plan.run(point) / "summary.json").unlink(missing_ok=True)
    shutil.rmtree(plan.run(point) / CHECKPOINTS, ignore_errors=True)


def _note(plan: Plan, point: Point) -> Path:
    return plan.folder / NOTES / f"{point.hash}.json"


def _json(path: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        found = json.loads(path.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    return {}
