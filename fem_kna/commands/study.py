"""`python cases/NAME.py` of a study: its tables, its data, its figure."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI
from rich.console import Console
from rich.table import Table

from ..mechanics import findings
from .session import checked_json, main

WIDE = 140  # columns where the output is no terminal


def study_line(study: Callable[[], findings.Findings], question: str | None = None) -> None:
    """Make the script of a study a program; call it under ``if __name__ == "__main__"``.

    Args:
        study: does the work; called on all ranks once the arguments are read.
        question: what is asked, for ``--help``; usually the script's docstring.
    """
    app = typer.Typer(add_completion=False, rich_markup_mode=None)

    @app.command(help=question or "")
    def run(
        json_file: Annotated[
            Path | None, typer.Option("--json", help="also write the numbers to this file, in SI")
        ] = None,
        out: Annotated[Path, typer.Option("--out", help="root of the figure: DIR/NAME")] = Path(
            "out"
        ),
    ) -> None:
        checked_json(json_file)
        found = study()
        if MPI.COMM_WORLD.rank == 0:
            show(found, out, json_file)

    main(app)


def show(found: findings.Findings, out: Path, json_file: Path | None) -> None:
    """Print the tables, draw the figure, write the numbers."""
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    for table in found.tables:
        console.print(_table(table))
    for note in found.notes:
        console.print(note, highlight=False, markup=False)
    folder = out / found.name
    folder.mkdir(parents=True, exist_ok=True)
    found.draw(folder / "figure.png")
    console.print(f"figure: {folder / 'figure.png'}", highlight=False, markup=False, soft_wrap=True)
    if json_file is not None:
        json_file.write_text(json.dumps(found.data, indent=2) + "\n", encoding="utf-8")


def _table(shown: findings.Table) -> Table:
    columns = list(dict.fromkeys(key for row in shown.rows.values() for key in row))
    table = Table(title=shown.title, title_justify="left")
    for column in ("", *columns):
        table.add_column(column.replace("[", "\\["), overflow="fold")
    for name, row in shown.rows.items():
        table.add_row(name, *(row.get(column, "") for column in columns))
    return table
