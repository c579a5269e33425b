"""Where shipped shapes and cases lie: beside the package in a checkout, inside it in a wheel."""

import importlib.util
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from .inputs.errors import InputError
from .inputs.messages import unknown

PACKAGE = Path(__file__).parent


def shipped(folder: str) -> Path:
    """Return the folder `folder` (``meshes`` or ``cases``) that came with the package."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder


def load_case(name: str) -> ModuleType:
    """Return the case script `name`, a path or the name of a shipped one, as a module.

    Raises:
        InputError: there is no such script, or it defines no ``case``.
    """
    module = load_script(name)
    if not callable(getattr(module, "case", None)):
        raise InputError(
            f"case '{name}': the script defines no function case(); accepted: a "
            "script of a cell; a study of metal runs by python cases/NAME.py"
        )
    return module


def load_script(name: str) -> ModuleType:
    """Return a script, a path or the name of a shipped case, as a module.

    Raises:
        InputError: there is no such script, or it cannot be run.
    """
    return _module_at(_case_file(name))


def _case_file(name: str) -> Path:
    if name.endswith(".py"):
        if not Path(name).is_file():
            raise InputError(f"case '{name}': no such file")
        return Path(name)
    known = {file.stem: file for file in sorted(shipped("cases").glob("*.py"))}
    if name not in known:
        raise InputError(unknown("case", name, known))
    return known[name]


def _module_at(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None  # a .py file always has a loader
    module = importlib.util.module_from_spec(spec)
    with mistakes_in(path):
        spec.loader.exec_module(module)
    return module


@contextmanager
def mistakes_in(script: Path) -> Iterator[None]:
    """Turn what goes wrong in a case script into one line.

    Raises:
        InputError: with the line of the script.
    """
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        lines = [
            f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(script)
        ]
        line = error.lineno if isinstance(error, SyntaxError) else (lines or [None])[-1]
        if line is None:
            raise
        told = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
        raise InputError(f"{script}, line {line}: {type(error).__name__}: {told}") from None
