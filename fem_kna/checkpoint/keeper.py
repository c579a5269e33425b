"""Keeps the checkpoints of one run, and finds the one to go on from."""

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mpi4py import MPI

from ..inputs.case import Case
from ..inputs.describe import fingerprint
from ..inputs.errors import InputError, Stopped
from ..results.folder import peak_memory
from ..results.writing import alone
from .files import FOLDER, Content, sound, write
from .frozen import frozen
from .requests import Requests

WHOLE_HASH = 64


class Keeper:
    """Keeps the checkpoints of one run in its folder. Collective."""

    def __init__(self, folder: Path, case: Case, requests: Requests) -> None:
        """Keep those of the resolved `case` whenever there are `requests`."""
        self._folder, self._case, self._requests = folder, case, requests

    def look(self, course: Any) -> None:
        """Write a checkpoint of a `Course` between two steps, if one is due.

        Raises:
            CannotWrite: it could not be written; the ones before are there.
            Stopped: the system has asked for an end.
        """
        due, signal = self._requests.asked(course.model.march.steps)
        if due:
            self.write(course)
        if signal is not None:
            raise Stopped(f"{signal} at {course.journal.now:.6g} s; to go on: --resume")

    def write(self, course: Any) -> None:
        """Write a checkpoint; raises `CannotWrite`."""
        model, comm = course.model, course.model.domain.comm
        memory = max(course.journal.memory, peak_memory(comm))
        journal = replace(course.journal, spent=course.wall_time, memory=memory)
        content, (arrays, facts) = frozen(model), journal.parts()
        together = Content(
            dict(content.arrays) | arrays,
            _identity(self._case)
            | {"model": content.facts, "journal": facts, "frames": course.files.frames},
        )
        folder, steps = self._folder / FOLDER, model.march.steps
        alone(comm, self._folder, lambda: write(folder, steps, together))
        self._requests.begin(steps)


def found(folder: Path, case: Case, comm: MPI.Comm) -> tuple[Content | None, list[str]]:
    """Return the newest sound checkpoint of a resolved `case`, and warnings, on all ranks.

    None where there is none. Those that are damaged are removed.

    Raises:
        InputError: it is of another case, or of another version of the package.
    """
    content, warnings, problem = comm.bcast(_sought(folder, case) if comm.rank == 0 else None)
    if problem is not None:
        raise InputError(f"--resume: {problem}")
    return content, warnings


def _sought(folder: Path, case: Case) -> tuple[Content | None, list[str], str | None]:
    warnings = []
    for path, content in sound(folder / FOLDER):
        if content is None:
            warnings.append(f"checkpoint '{path}' is damaged: back to the one before, or the start")
            path.unlink(missing_ok=True)
            continue
        return content, warnings, _strange(path, content.facts, case)
    return None, warnings, None


def _strange(path: Path, facts: Any, case: Case) -> str | None:
    """Return why a checkpoint cannot be gone on from."""
    own = _identity(case)
    if facts["version"] != own["version"]:
        return (
            f"checkpoint '{path}' is of fem_kna {facts['version']}, this is {own['version']}; "
            "accepted: the same version, or no --resume"
        )
    if facts["case"] != own["case"]:
        return f"checkpoint '{path}' is of another case; accepted: the same case, or no --resume"
    return None


def _identity(case: Case) -> dict[str, Any]:
    return {"version": version("fem-kna"), "case": fingerprint(case, WHOLE_HASH)}
