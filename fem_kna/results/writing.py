"""Files that can be read whenever a run dies: replaced as a whole, or grown by whole lines."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from mpi4py import MPI

from ..geometry.ranks import first_rank_alone
from ..inputs.errors import RunError

ASIDE = ".part"


class CannotWrite(RunError):
    """A run's files could not be written on: the disk is full, the folder gone or closed."""


def alone(comm: MPI.Comm, folder: Path, work: Callable[[], None]) -> None:
    """Do the `work` on files of `folder` on rank 0. Collective.

    Raises:
        CannotWrite: the same one line on all ranks: which file, and why.
    """

    def told(error: Exception) -> Exception:
        if not isinstance(error, OSError):
            return error
        file = Path(str(error.filename or folder)).name.removesuffix(ASIDE)
        return CannotWrite(f"cannot write to '{folder}': {error.strerror or error} ({file})")

    first_rank_alone(comm, work, told)


def put(path: Path, data: bytes) -> None:
    """Write a file beside `path`, then rename it: what stands there is old or new, and whole."""
    aside = path.with_name(path.name + ASIDE)
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except OSError as error:
        error.filename = str(path)
        with suppress(OSError):
            aside.unlink()
        raise
    _remember(path.parent)


def write_json(path: Path, data: Any) -> None:
    """Put `data` into a file as JSON."""
    put(path, (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode())


def extend(path: Path, text: str) -> None:
    """Append whole lines to a file that exists; where there is no room for all, none of them."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    before, left = os.fstat(handle).st_size, text.encode()
    try:
        while left:
            left = left[os.write(handle, left) :]
    except OSError as error:
        with suppress(OSError):
            os.ftruncate(handle, before)
        error.filename = str(path)
        raise
    finally:
        os.close(handle)


def _remember(folder: Path) -> None:
    """Have the disk keep the names in a folder, where its file system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
