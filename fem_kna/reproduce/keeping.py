"""What was computed once is kept: as JSON, under what was run and the code that ran it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mpi4py import MPI

from ..inputs.describe import fingerprint
from ..places import PACKAGE
from ..results.writing import alone, write_json

TELLING = {"reproduce", "commands", "report"}  # rooms that tell what others compute


@cache
def code() -> str:
    """Return a hash of the sources that what is computed may depend on."""
    told = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] not in TELLING:
            told.update(path.read_bytes())
    return told.hexdigest()


@dataclass(frozen=True)
class Store:
    """A folder of results, one file for each: NAME_HASH.json."""

    folder: Path

    def kept(
        self, name: str, what: Mapping[str, Any], comm: MPI.Comm, compute: Callable[[], Any]
    ) -> Any:
        """Return ``compute()`` as it came out before, if ever. Collective.

        Args:
            name: for people.
            what: all that the result depends on, besides the code: resolved cases, numbers.
            comm: the ranks that compute it, each of which returns it.
            compute: what takes long; its result must be data of JSON.
        """
        path = self.folder / f"{name}_{fingerprint({'code': code(), **what})}.json"
        found = comm.bcast(_read(path) if comm.rank == 0 else None)
        if found is None:
            found = comm.bcast(compute())
            alone(comm, self.folder, lambda: _write(path, found))
        return found


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, data)
