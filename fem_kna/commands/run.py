"""`fem-kna run CASE` and `python cases/NAME.py`: the same thing."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ..checkpoint.requests import Every
from ..compare import Comparison
from ..inputs.case import Case
from ..inputs.errors import InputError
from ..places import load_case, mistakes_in
from .session import logged, main, petsc_options

Set = Annotated[
    list[str], typer.Option("--set", metavar="FIELD=VALUE", help="change one field; repeatable")
]
Out = Annotated[Path, typer.Option("--out", help="root of the output: DIR/NAME/HASH")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="print the resolved case and stop")]
Json = Annotated[Path | None, typer.Option("--json", help="also write the table to this file")]
Columns = Annotated[str, typer.Option("--columns", help="other columns of the comparison: A,B")]
Rows = Annotated[str, typer.Option("--rows", help="other rows of the comparison: A,B")]
Resume = Annotated[bool, typer.Option("--resume", help="go on from the last checkpoint")]
Often = Annotated[
    str, typer.Option("--checkpoint", metavar="EVERY", help="a number of steps, or a time")
]


def command_line(
    case: Callable[[], Case], comparison: Comparison | None = None, question: str | None = None
) -> None:
    """Make a case script a program; call it under ``if __name__ == "__main__"``.

    Args:
        case: builds the case; called once the arguments are read, so that a mistake in it is one
            line and not a traceback.
        comparison: variants to run beside each other; None runs the case alone.
        question: what the case asks, for ``--help``; usually the script's docstring.
    """
    app = typer.Typer(add_completion=False, rich_markup_mode=None)

    @app.command(
        help=(question or "") + "\n\nPETSc options may follow after --.",
        context_settings={"allow_extra_args": True},
    )
    def run(
        context: typer.Context,
        settings: Set = [],  # noqa: B006  typer copies it
        out: Out = Path("out"),
        dry_run: DryRun = False,
        json_file: Json = None,
        columns: Columns = "",
        rows: Rows = "",
        resume: Resume = False,
        checkpoint: Often = "5 min",
    ) -> None:
        from .execute import Going, execute  # matplotlib: other commands read cases, too

        options = petsc_options(context.args)
        chosen = _chosen(comparison, columns, rows)
        going = Going(resume, Every.read(checkpoint))
        with mistakes_in(Path(case.__code__.co_filename)):
            built = case()
        with logged(options):
            execute(built, chosen, settings, out, options, going, dry_run, json_file)

    main(app)


def run(
    context: typer.Context,
    case: Annotated[str, typer.Argument(help="a shipped case, or the path of a case script")],
    settings: Set = [],  # noqa: B006  typer copies it
    out: Out = Path("out"),
    dry_run: DryRun = False,
    json_file: Json = None,
    columns: Columns = "",
    rows: Rows = "",
    resume: Resume = False,
    checkpoint: Often = "5 min",
) -> None:
    """Run a case. PETSc options may follow after --."""
    from .execute import Going, execute

    module = load_case(case)
    options = petsc_options(context.args)
    chosen = _chosen(getattr(module, "COMPARISON", None), columns, rows)
    going = Going(resume, Every.read(checkpoint))
    with mistakes_in(Path(str(module.__file__))):
        built = module.case()
    with logged(options):
        execute(built, chosen, settings, out, options, going, dry_run, json_file)


def _chosen(comparison: Comparison | None, columns: str, rows: str) -> Comparison | None:
    if comparison is None:
        if columns or rows:
            raise InputError("--columns, --rows: this case compares nothing; accepted: neither")
        return None
    for values, change in ((columns, Comparison.with_columns), (rows, Comparison.with_rows)):
        if values:
            comparison = change(comparison, tuple(v.strip() for v in values.split(",")))
    return comparison
