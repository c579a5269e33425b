"""`fem-kna verify`: hold the solver against formulas, and say how close it comes."""

import json
import sys
from collections.abc import Iterable, Iterator
from math import isfinite, nan
from pathlib import Path
from typing import Annotated, Any

import typer
from mpi4py import MPI
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..inputs.errors import InputError, RunError
from ..inputs.messages import unknown
from ..verify.check import Check, CheckFunction
from ..verify.groups import GROUPS

WIDTHS = {"group": 12, "expected": 13, "got": 13, "tolerance": 16, "passed": 6}
WIDE = 120  # columns where the output is no terminal


def verify(
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="GROUP", help="run this group; repeatable")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="also write the table to this file")
    ] = None,
) -> None:
    """Compare the solver with exact solutions; exit code 1 if one is missed."""
    names = chosen(only or list(GROUPS))
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    rows: list[dict[str, Any]] = []
    for group, check in checked(names):
        console.print(_line(console, group, check, heading=not rows))
        rows.append(entry(group, check))
    if json_file is not None and MPI.COMM_WORLD.rank == 0:
        json_file.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    failed = [row["name"] for row in rows if not row["passed"]]
    if failed:
        raise RunError(f"{len(failed)} of {len(rows)} checks: {'; '.join(failed)}")
    console.print(f"{len(rows)} checks passed")


def chosen(names: Iterable[str]) -> list[str]:
    """Return the names of groups, each once.

    Raises:
        InputError: there is no such group.
    """
    for name in names:
        if name not in GROUPS:
            raise InputError(f"--only: {unknown('group', name, GROUPS)}")
    return list(dict.fromkeys(names))


def checked(names: Iterable[str]) -> Iterator[tuple[str, Check]]:
    """Run the groups `names`; yield each check with its group as soon as it is done."""
    for name in names:
        for function in GROUPS[name]:
            for check in survived(function):
                yield name, check


def survived(function: CheckFunction) -> Iterator[Check]:
    """Yield the checks of `function`; a run that fails is a check that fails, and no end."""
    try:
        yield from function()
    except RunError as error:
        yield Check(f"{function.__name__.replace('_', ' ')}: {error}", 0.0, nan, 0.0)


def entry(group: str, check: Check) -> dict[str, Any]:
    """Return one row of the table as data for JSON; a number that is not finite is None."""
    return {
        "name": check.name,
        "group": group,
        "expected": float(check.expected),
        "got": float(check.got) if isfinite(check.got) else None,
        "tolerance": float(check.tolerance),
        "kind": check.kind,
        "passed": bool(check.passed),
    }


def _line(console: Console, group: str, check: Check, *, heading: bool) -> Table:
    """Return one line of the table: columns of fixed width, to be printed as results come in."""
    table = Table(show_header=heading, box=None, pad_edge=False)
    fixed = sum(WIDTHS.values()) + 2 * len(WIDTHS)
    table.add_column("name", width=max(20, console.width - fixed), overflow="fold")
    for column, width in WIDTHS.items():
        right = column in ("expected", "got")
        table.add_column(column, width=width, justify="right" if right else "left")
    table.add_row(
        escape(check.name),
        group,
        f"{check.expected:.7g}",
        f"{check.got:.7g}",
        f"{check.tolerance:.0e} {check.kind}" if check.tolerance else "exact",
        "yes" if check.passed else "[red]NO[/red]",
    )
    return table
