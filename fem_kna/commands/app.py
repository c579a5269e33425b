"""The program `fem-kna`."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from .session import main as program

# Each in the module of its name. PETSc's options may follow after what a run is told.
COMMANDS: dict[str, dict[str, Any]] = {
    "run": {"context_settings": {"allow_extra_args": True}},
    "mesh": {},
    "materials": {},
    "alloy": {},
    "stability": {},
    "sweep": {"context_settings": {"allow_extra_args": True}},
    "scaling": {},
    "verify": {},
    "reproduce": {},
    "report": {},
}


class Commands(TyperGroup):
    """The commands, imported when they are asked for: what one of them needs holds up no other."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {name: TyperCommand(name) for name in COMMANDS}

    def get_command(self, ctx: Any, name: str) -> Any:
        """Return the command of a name, None if there is none."""
        if name not in COMMANDS:
            return None
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        work = getattr(import_module(f".{name}", __package__), name)
        alone.command(name, **COMMANDS[name])(work)
        return typer.main.get_command(alone)


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    help="Plating on potassium and quasi-liquid K-Na anodes: finite elements on DOLFINx and PETSc.",
)


@app.callback()
def commands() -> None:
    """Make a group of it, though no command is known before it is asked for."""


def main() -> None:
    """Run the program with the arguments of the command line."""
    program(app)
