"""Progress of a run on the terminal: a bar where there is one, a few lines where there is none."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mpi4py import MPI
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

QUARTERS = 4


@contextmanager
def progress(label: str) -> Iterator[Callable[[float, int], None]]:
    """Give a function to call with the share of the run that is done and the steps taken."""
    if MPI.COMM_WORLD.rank > 0:
        yield lambda share, steps: None
    elif sys.stderr.isatty():
        yield from _bar(label)
    else:
        yield _quarters(label)


def _bar(label: str) -> Iterator[Callable[[float, int], None]]:
    columns = (
        TextColumn("{task.description:40s}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TextColumn("{task.fields[steps]} steps"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=1.0, steps=0)
        yield lambda share, steps: bar.update(task, completed=share, steps=steps)


def _quarters(label: str) -> Callable[[float, int], None]:
    said = [0]

    def report(share: float, steps: int) -> None:
        quarter = int(share * QUARTERS + 1e-9)
        if quarter > said[0]:
            said[0] = quarter
            line = f"{label}: {100 * quarter // QUARTERS} %, {steps} steps"
            print(line, file=sys.stderr, flush=True)

    return report
