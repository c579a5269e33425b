"""The history of a run as a table that grows row by row and can be read at every instant."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from .fronts import Row
from .writing import extend, put


class HistoryFile:
    """``history.csv``: a quantity has a column from the step on at which it is defined."""

    def __init__(self, path: Path, rows: Sequence[Row] = ()) -> None:
        """Begin the file with the `rows` so far."""
        self._path, self._rows = path, list(rows)
        self._columns = list(dict.fromkeys(key for row in rows for key in row))
        self._rewrite()

    def add(self, row: Row) -> None:
        """Append a row."""
        self._rows.append(row)
        new = [key for key in row if key not in self._columns]
        if new:
            self._columns += new
            self._rewrite()
        else:
            extend(self._path, self._lines([row]))

    def _rewrite(self) -> None:
        heading = io.StringIO()
        if self._columns:
            csv.writer(heading).writerow(self._columns)
        put(self._path, (heading.getvalue() + self._lines(self._rows)).encode())

    def _lines(self, rows: Sequence[Row]) -> str:
        text = io.StringIO()
        writer = csv.DictWriter(text, self._columns, restval="")
        writer.writerows({key: repr(float(value)) for key, value in row.items()} for row in rows)
        return text.getvalue()
