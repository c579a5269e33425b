"""Reads what runs, comparisons and stability analyses left on disk."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..inputs.errors import InputError
from .differences import labels
from .swept import PLAN, SweptCase, swept

ACCEPTED = (
    "accepted: the folder of a run, a comparison or a sweep (it holds summary.json, "
    "comparison.json or sweep.json), or a file of fem-kna stability --json"
)
WRITTEN_LAST = "summary.json"
NOT_AXES = 2  # of a comparison: the entries before "folder" are its row and its column


@dataclass(frozen=True)
class Run:
    """One run by its files: `row` and `column` are its place in a comparison."""

    folder: Path
    summary: Mapping[str, Any]  # names with units, SI
    history: Sequence[dict[str, float]]  # a row per step; what was not defined is absent
    manifest: Mapping[str, Any]
    row: str = ""
    column: str = ""
    cycles: Sequence[dict[str, float]] = ()  # a row per cycle, of a run under a protocol

    @property
    def label(self) -> str:
        """Column and row, for legends."""
        return ", ".join(part for part in (self.column, self.row) if part)

    @property
    def name(self) -> str:
        """Name of the case."""
        return str(self.manifest["case"]["name"])

    @property
    def dimension(self) -> str:
        """Kind of the mesh: 1d, 2d, axisymmetric, 3d."""
        return str(self.manifest["case"]["mesh"]["dimension"])


@dataclass(frozen=True)
class Study:
    """What one report shows: runs, and what stability analyses told, by the name of their file."""

    runs: Sequence[Run]
    analyses: Mapping[str, Mapping[str, Any]]
    compared: str = ""  # what a comparison varies, e.g. "electrolyte, metal"
    sweeps: Sequence[SweptCase] = ()

    @property
    def rows(self) -> list[str]:
        """The rows of the comparison, in order."""
        return list(dict.fromkeys(run.row for run in self.runs))

    @property
    def columns(self) -> list[str]:
        """The columns of the comparison, in order."""
        return list(dict.fromkeys(run.column for run in self.runs))


def read(paths: Sequence[Path]) -> Study:
    """Read folders of runs and comparisons, and files of stability analyses.

    Raises:
        InputError: in one line, for the first that holds nothing finished.
    """
    runs: list[Run] = []
    analyses: dict[str, Mapping[str, Any]] = {}
    compared: list[str] = []
    sweeps: list[SweptCase] = []
    for path in paths:
        if path.is_file():
            analyses[path.name] = _analysis(path)
        elif (path / PLAN).is_file():
            sweeps.append(swept(path))
        elif (path / "comparison.json").is_file():
            found, axes = _comparison(path)
            runs += found
            compared.append(axes)
        else:
            runs.append(_run(path))
    if len(compared) == len(paths) == 1:
        return Study(runs, analyses, compared[0])
    return Study(_named(runs), analyses, sweeps=sweeps)


def _named(runs: Sequence[Run]) -> list[Run]:
    """Return runs that belong to no one comparison, each called by what sets it apart."""
    names = labels([run.manifest["case"] for run in runs])
    return [
        replace(run, row="", column=name or (run.folder.name if len(runs) > 1 else run.name))
        for run, name in zip(runs, names, strict=True)
    ]


def _comparison(folder: Path) -> tuple[list[Run], str]:
    """Return the runs of a comparison, and the names of what it varies."""
    entries = _json(folder / "comparison.json")["runs"]
    axes = list(entries[0])[:NOT_AXES]
    runs = [
        replace(_run(folder / entry["folder"]), row=entry[axes[0]], column=entry[axes[1]])
        for entry in entries
    ]
    return runs, ", ".join(axes)


def _run(folder: Path) -> Run:
    if not (folder / "manifest.json").is_file():
        raise InputError(f"report '{folder}': {_what_is_there(folder)}; {ACCEPTED}")
    manifest = _json(folder / "manifest.json")
    for name in (WRITTEN_LAST, "history.csv"):
        if not (folder / name).is_file():
            state = manifest.get("status", "unknown")
            raise InputError(
                f"report '{folder}': a run that is not finished (its manifest says '{state}', and "
                f"there is no {name}); accepted: one that has ended"
            )
    cycles = folder / "cycles.csv"
    return Run(
        folder,
        _json(folder / WRITTEN_LAST),
        _history(folder / "history.csv"),
        manifest,
        cycles=_history(cycles) if cycles.is_file() else (),
    )


def _what_is_there(folder: Path) -> str:
    if not folder.is_dir():
        return "no such file or folder"
    names = ("summary.json", "comparison.json")
    inside = [file.parent for name in names for file in sorted(folder.glob(f"*/{name}"))]
    inside += [file.parent for name in names for file in sorted(folder.glob(f"*/*/{name}"))]
    return f"no run here, but one in '{inside[0]}'" if inside else "no run here"


def _analysis(path: Path) -> Mapping[str, Any]:
    told = _json(path)
    if not isinstance(told, dict) or "base_state" not in told:
        raise InputError(f"report '{path}': no stability analysis; {ACCEPTED}")
    return told


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"report '{path}': cannot be read ({type(error).__name__}); {ACCEPTED}"
        ) from None


def _history(path: Path) -> list[dict[str, float]]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [{key: float(value) for key, value in row.items() if value} for row in rows]
