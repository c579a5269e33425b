"""What is recorded of a run's steps: in full, only counted, or held back until it is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .results.fronts import FrontNow, Row
from .results.journal import Done


@dataclass
class Recorder:
    """How the present steps of a course are recorded.

    `detailed`: rows are kept, else only counted; `framed`: fields are written where steps end;
    `holds`: rows are held back, since the cycle tests a jump and may be undone. `told` hears all.
    """

    detailed: bool = True
    framed: bool = True
    holds: bool = False
    held: list[Row] = field(default_factory=list)
    told: Callable[[Row], None] = field(default=lambda row: None)
    share: float | None = None  # of a protocol's steps that are done; its time is not known before

    def record(self, course: Any, dt: float, front: FrontNow | None, frame: bool) -> None:
        """Measure the present state after a step `dt`, and write it where files are kept."""
        observer, journal = course.observer, course.journal
        if not self.detailed:
            self.told(observer.measure_terminals(dt))
            return
        row = observer.measure(dt, front)
        self.told(row)
        if self.holds:
            self.held.append(row)
            return
        self._write(course, row)
        if frame and observer.front is not None:
            journal.outlines.append((row["time [s]"], observer.front.outlines["working"]))
        if frame and self.framed and course.files is not None:
            course.files.frame(row["time [s]"], course.summary())
        share = self.share
        if share is None:
            elapsed = row["time [s]"] - journal.stage.begin_in_seconds
            share = elapsed / course.model.case.drive.duration
        course.progress(Done.of(share, row), course.model.march.steps)

    def keep(self, course: Any) -> None:
        """Put the rows that were held back into the history."""
        for row in self.held:
            self._write(course, row)
        self.drop()

    def drop(self) -> None:
        """Forget the rows that were held back."""
        self.held, self.holds = [], False

    def _write(self, course: Any, row: Row) -> None:
        course.journal.history.append(row)
        if course.files is not None:
            course.files.row(row)
