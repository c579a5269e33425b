"""Progress of a run on the terminal: a bar where there is one, a few lines where there is none."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from mpi4py import MPI
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

QUARTERS = 4
SHOWN = (
    ("time [s]", 1.0, "{:.4g} s"),
    ("charge [C/m2]", 1 / 3.6e4, "{:.3g} mAh/cm²"),
    ("tip_height [m]", 1e6, "tip {:.3g} µm"),
)


@contextmanager
def progress(label: str) -> Iterator[Callable[[float, int], None]]:
    """Give a function to call with the share of the run that is done and the steps taken."""
    if MPI.COMM_WORLD.rank > 0:
        yield lambda share, steps: None
    elif sys.stderr.isatty():
        yield from _bar(label)
    else:
        yield _quarters(label)


def where(row: Mapping[str, float]) -> str:
    """Return simulated time, plated charge and tip height of a row, as far as it has them."""
    return ", ".join(form.format(row[key] * factor) for key, factor, form in SHOWN if key in row)


def _bar(label: str) -> Iterator[Callable[[float, int], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(20),
        TextColumn("{task.percentage:3.0f} %"),
        TextColumn("{task.fields[steps]} steps, {task.fields[where]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), speed_estimate_period=120) as bar:
        task = bar.add_task(label, total=1.0, steps=0, where="")

        def report(share: float, steps: int) -> None:
            here = where(getattr(share, "row", {}))
            bar.update(task, completed=share, steps=steps, where=here)

        yield report


def _quarters(label: str) -> Callable[[float, int], None]:
    said = [0]

    def report(share: float, steps: int) -> None:
        quarter = int(share * QUARTERS + 1e-9)
        if quarter > said[0]:
            said[0] = quarter
            here = where(getattr(share, "row", {}))
            line = f"{label}: {100 * quarter // QUARTERS} %, {steps} steps, {here}"
            print(line.rstrip(", "), file=sys.stderr, flush=True)

    return report
