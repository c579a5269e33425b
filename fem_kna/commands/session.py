"""How a command behaves as a program: one voice, one line per mistake, exit codes, no hang."""

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from mpi4py import MPI
from petsc4py import PETSc

from ..inputs.errors import InputError, RunError, Stopped
from ..solve.compiled import compiler_needed

FAILED, USER, STOPPED = 1, 2, 3


def speak_once() -> None:
    """Let rank 0 alone write to the terminal."""
    if MPI.COMM_WORLD.rank > 0:
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115  lives as long as the process


def checked_json(path: Path | None, option: str = "--json") -> None:
    """Refuse a file of an `option` that cannot be written, before anything is computed or shown."""
    if path is not None and not path.parent.is_dir():
        raise InputError(f"{option} '{path}': accepted: a file in a folder that exists")


def checked_out(root: Path) -> None:
    """Refuse a root of the output that cannot be a folder, before anything is compiled."""
    there = next(place for place in (root, *root.absolute().parents) if place.exists())
    if not (there.is_dir() and os.access(there, os.W_OK)):
        raise InputError(f"--out: cannot write to '{root}'; accepted: a folder")


def main(app: typer.Typer, arguments: list[str] | None = None) -> None:
    """Run `app` and leave with its exit code.

    0 done, 1 failed while running, 2 the user's input, 3 stopped with a checkpoint. A mistake of
    the user is one line. An unexpected error ends all ranks, see `together`.
    """
    speak_once()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # PETSc would call it a crash
    sys.exit(_guarded(lambda: app(arguments, standalone_mode=False)))


def _guarded(work: Callable[[], Any]) -> int:
    try:
        with compiler_needed():
            return int(work() or 0)
    except InputError as error:
        return _said(f"error: {error}", USER)
    except typer.TyperException as error:
        return _said(f"error: {error}", USER)
    except RunError as error:
        return _said(f"failed: {error}", FAILED)
    except Stopped as error:
        return _said(f"stopped: {error}", STOPPED)
    except BrokenPipeError:
        return _unheard()
    except (typer.Abort, KeyboardInterrupt):
        return _said("stopped", FAILED)


def _said(line: str, code: int) -> int:
    print(" ".join(line.split()), file=sys.stderr)
    return code


def _unheard() -> int:
    """End without a word: whoever read the output, such as `head`, has left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if MPI.COMM_WORLD.size > 1:
        MPI.COMM_WORLD.Abort(FAILED)
    return FAILED


def petsc_options(arguments: list[str]) -> dict[str, Any]:
    """Return PETSc options given after ``--`` as names and values, and set them for all of PETSc.

    Raises:
        InputError: an argument that is neither an option nor the value of one.
    """
    options: dict[str, Any] = {}
    name = None
    for argument in arguments:
        if argument.startswith("-") and not _is_number(argument):
            name = argument.lstrip("-")
            options[name] = None
        elif name is not None and options[name] is None:
            options[name] = argument
        else:
            raise InputError(f"PETSc option '{argument}'; accepted after --: -name [value]")
    for key, value in options.items():
        PETSc.Options().setValue(key, value)
    if "log_view" in options:
        PETSc.Log.begin()
    return options


@contextlib.contextmanager
def logged(options: dict[str, Any]) -> Any:
    """Print PETSc's timing summary at the end when ``-log_view`` was asked for."""
    yield
    if "log_view" in options:
        PETSc.Log.view()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
