"""Progress of a sweep: points done and failed, time left; few lines where there is no terminal."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

QUARTERS = 4


@contextmanager
def counting(
    label: str, before: Mapping[str, Any], retry: bool
) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Give a function to call with the outcomes of the points that are under way, by their hash.

    `before` are those of all points at the start, of which with `retry` the failed ones count anew.
    """
    known = {name: one for name, one in before.items() if not (retry and one.state == "failed")}
    if sys.stderr.isatty():
        yield from _bar(label, known, len(before))
    else:
        yield _quarters(label, known, len(before))


def _counts(known: Mapping[str, Any]) -> tuple[int, int]:
    states = [one.state for one in known.values()]
    return states.count("finished"), states.count("failed")


def _bar(label: str, known: dict[str, Any], total: int) -> Iterator[Callable[[Any], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f} points"),
        TextColumn("{task.fields[failed]} failed"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        done, failed = _counts(known)
        task = bar.add_task(label, total=total, completed=done + failed, failed=failed)

        def report(told: Mapping[str, Any]) -> None:
            known.update(told)
            done, failed = _counts(known)
            bar.update(task, completed=done + failed, failed=failed)

        yield report


def _quarters(label: str, known: dict[str, Any], total: int) -> Callable[[Any], None]:
    said = [QUARTERS * sum(_counts(known)) // max(1, total)]

    def report(told: Mapping[str, Any]) -> None:
        known.update(told)
        done, failed = _counts(known)
        quarter = QUARTERS * (done + failed) // max(1, total)
        if quarter > said[0]:
            said[0] = quarter
            line = f"{label}: {done + failed} of {total} points, {failed} failed"
            print(line, file=sys.stderr, flush=True)

    return report
