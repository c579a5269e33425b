"""Who writes to a folder: one run at a time.

The system's own lock on a file: it falls with the process that holds it, however that ends, so that
no lock is ever left behind. What stands in the file is for the message alone.
"""

import fcntl
import json
import os
import socket
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from mpi4py import MPI

from ..inputs.errors import InputError

FILE = ".owner"


class Claim:
    """A folder taken by a run, until `close`. Collective."""

    def __init__(self, folder: Path, comm: MPI.Comm) -> None:
        """Make the folder if there is none, and take it.

        Raises:
            InputError: on all ranks, when it cannot be made, or another run has it.
        """
        self.folder = folder
        self._handle: int | None = None
        problem = comm.bcast(self._taken(folder) if comm.rank == 0 else None)
        if problem is not None:
            raise InputError(f"--out: {problem}")

    def close(self) -> None:
        """Give the folder back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _taken(self, folder: Path) -> str | None:
        """Take the folder; return why that cannot be."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            return f"cannot write to '{folder}': {error.strerror or error}; accepted: a folder"
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = _owner(handle)
            os.close(handle)
            return f"'{folder}' is being written to by {owner}; accepted: another --out, or later"
        except OSError:  # a file system without locks: nobody can be told apart
            pass
        self._handle = handle
        return _signed(handle, folder)


def _signed(handle: int, folder: Path) -> str | None:
    """Write down who holds the folder; return why that cannot be."""
    who = {"pid": os.getpid(), "host": socket.gethostname()}
    who["since"] = datetime.now().isoformat(timespec="seconds")
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(who).encode(), 0)
    except OSError as error:
        return f"cannot write to '{folder}': {error.strerror or error}; accepted: a folder"
    return None


def _owner(handle: int) -> str:
    with suppress(ValueError, KeyError, TypeError):
        who = json.loads(os.pread(handle, 4096, 0))
        return f"process {who['pid']} on {who['host']} since {who['since']}"
    return "another process"
