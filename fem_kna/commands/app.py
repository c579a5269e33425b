"""The program `fem-kna`."""

import typer

from .alloy import alloy
from .materials import materials
from .mesh import mesh
from .report import report
from .run import run
from .session import main as program
from .stability import stability
from .verify import verify

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    help="Plating on potassium and quasi-liquid K-Na anodes: finite elements on DOLFINx and PETSc.",
)
app.command(context_settings={"allow_extra_args": True})(run)
app.command()(mesh)
app.command()(materials)
app.command()(alloy)
app.command()(stability)
app.command()(verify)
app.command()(report)


def main() -> None:
    """Run the program with the arguments of the command line."""
    program(app)
