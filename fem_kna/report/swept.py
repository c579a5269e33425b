"""A sweep as it stands on disk: its plan, its table, its indices."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..inputs.errors import InputError

PLAN, TABLE, INDICES = "sweep.json", "table.csv", "indices.json"
WORDS = ("point", "status", "reason")
FAILED, OPEN = "failed", ("begun", "waiting")


@dataclass(frozen=True)
class SweptCase:
    """One sweep: what was varied and how, a row per point, what decides.

    `parameters` are the columns of the table that were set; `indices` are None where the sampling
    allows none.
    """

    folder: Path
    case: str
    sampling: str
    parameters: Sequence[str]
    rows: Sequence[Mapping[str, str]]
    indices: Mapping[str, Any] | None

    @property
    def numbers(self) -> list[str]:
        """The columns that came out."""
        keys = self.rows[0] if self.rows else {}
        return [key for key in keys if key not in (*WORDS, *self.parameters)]

    @property
    def failed(self) -> list[Mapping[str, str]]:
        """The points that failed."""
        return [row for row in self.rows if row["status"] == FAILED]

    @property
    def open(self) -> int:
        """How many points have not ended."""
        return sum(row["status"] in OPEN for row in self.rows)

    def values(self, key: str) -> list[float]:
        """Return a column as numbers; what is not there is not a number."""
        return [float(row[key]) if row[key] else float("nan") for row in self.rows]


def swept(folder: Path) -> SweptCase:
    """Read a sweep.

    Raises:
        InputError: it has written no table yet.
    """
    try:
        plan = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        with (folder / TABLE).open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        told = folder / INDICES
        indices = json.loads(told.read_text(encoding="utf-8")) if told.is_file() else None
        parameters = list(plan["points"][0]["parameters"])
        return SweptCase(folder, plan["case"], plan["sampling"], parameters, rows, indices)
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise InputError(
            f"report '{folder}': a sweep without a table ({type(error).__name__}); accepted: one "
            "that fem-kna sweep has ended or left"
        ) from None
