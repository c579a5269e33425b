"""`fem-kna reproduce`: run the paper's experiments again, and say what comes out of which kind."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from mpi4py import MPI
from rich.console import Console
from rich.table import Table

from ..inputs.errors import InputError, RunError
from ..inputs.messages import unknown
from ..reproduce.experiments import EXPERIMENTS
from ..reproduce.figure import draw
from ..reproduce.item import PREDICTED, Experiment, Found, Item
from ..reproduce.keeping import Store
from .session import checked_json, checked_out

WIDE = 150  # columns where the output is no terminal
PASSED = {True: "yes", False: "NO", None: ""}


def reproduce(
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="EXPERIMENT", help="run this one; repeatable"),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="also write the table to this file")
    ] = None,
    figure: Annotated[
        Path | None, typer.Option("--figure", help="also draw the curves, to this PNG")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", help="folder of what is computed, and kept for the next time")
    ] = Path("out/reproduce"),
) -> None:
    """Run the paper's experiments again; what comes out otherwise is told, and is no failure.

    Each run is kept as it ends: what is stopped goes on from there, and what shows it anew, in
    another selection or figure, takes seconds.
    """
    checked_out(out)
    checked_json(json_file)
    checked_json(figure, "--figure")
    found = [survived(experiment, Store(out)) for experiment in chosen(only or ())]
    items = [item for one in found for item in one.items]
    panels = [panel for one in found for panel in one.panels]
    if MPI.COMM_WORLD.rank == 0:
        console = Console(width=None if sys.stdout.isatty() else WIDE)
        console.print(table(items))
        console.print(summed(items))
        if json_file is not None:
            json_file.write_text(json.dumps(entries(items), indent=2) + "\n", encoding="utf-8")
        if figure is not None and panels:
            draw(panels, figure)


def survived(experiment: Experiment, store: Store) -> Found:
    """Return what an experiment came to; one that fails is an item that fails, and no end."""
    try:
        return experiment.run(store)
    except RunError as error:
        return Found([Item("-", experiment.what, "-", f"failed: {error}", PREDICTED, False)])


def chosen(names: Iterable[str]) -> Sequence[Experiment]:
    """Return the experiments of these names, all if there are none.

    Raises:
        InputError: there is no such experiment.
    """
    known = {experiment.name: experiment for experiment in EXPERIMENTS}
    for name in names:
        if name not in known:
            raise InputError(f"--only: {unknown('experiment', name, known)}")
    return [known[name] for name in dict.fromkeys(names)] or list(EXPERIMENTS)


def entries(items: Iterable[Item]) -> list[dict[str, Any]]:
    """Return the items as data for JSON."""
    return [asdict(item) | {"numbers": dict(item.numbers)} for item in items]


def table(items: Iterable[Item]) -> Table:
    """Return the items as a table for people."""
    shown = Table(box=None, pad_edge=False)
    for column in ("place", "item", "paper", "model", "kind", "pass"):
        shown.add_column(column, overflow="fold")
    for item in items:
        kind = f"{item.kind}: {item.on}" if item.on else item.kind
        cells = (item.place, item.item, item.paper, item.model, kind, PASSED[item.passed])
        shown.add_row(*(cell.replace("[", "\\[") for cell in cells))
    return shown


def summed(items: Sequence[Item]) -> str:
    """Return how many of the items that can be told come out as in the paper."""
    told = [item for item in items if item.passed is not None]
    passed = sum(item.passed is True for item in told)
    return f"{passed} of {len(told)} come out as in the paper; {len(items) - len(told)} are no test"
