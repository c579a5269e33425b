"""The folder of a run: what is written, when, and so that it can be read whenever a run dies."""

import platform
import resource
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from mpi4py import MPI
from petsc4py import PETSc

from ..inputs.describe import described, fingerprint
from ..system.build import Model
from ..system.groups import groups, warnings
from .claim import Claim
from .fields import FieldFiles
from .fronts import Row
from .series import FOLDER as FRAMES
from .table import HistoryFile
from .writing import alone, extend, write_json

PACKAGES = ("fem-kna", "fenics-ffcx", "fenics-basix", "fenics-ufl", "gmsh", "mpi4py", "numpy")
SERIES = ("fields*.*", "front*.*", "metal*.*")
WRITTEN = ("history.csv", "cycles.csv", "summary.json", "run.log", *SERIES, "figure.png")


def run_folder(root: Path, case: Any) -> Path:
    """Return ROOT/NAME/HASH, the folder of a resolved case."""
    return root / str(case.name) / fingerprint(case)


@dataclass(frozen=True)
class Kept:
    """What a run that goes on keeps: rows of its history and cycles, times of its frames [s]."""

    rows: Sequence[Row] = ()
    cycles: Sequence[Row] = ()
    frames: Sequence[float] = ()


class RunFolder:
    """Writes one run: manifest, history row by row, ParaView frames, summary. Collective.

    All that writes raises `CannotWrite`, on all ranks, when that fails.
    """

    def __init__(self, claim: Claim, model: Model, kept: Kept | None = None) -> None:
        """Write the manifest of a run that has begun, in the folder that is claimed for it.

        What an earlier run left there goes, but for what is `kept` of this one.
        """
        self.path, self.model = claim.folder, model
        self._comm = model.domain.comm
        kept = kept or Kept()
        self._alone(lambda: _cleared(self.path, len(kept.frames)))
        self._alone(partial(self._begin, kept))
        self.fields = FieldFiles(self.path, model, kept.frames)
        if kept.frames:
            self.fields.series.list(self.fields.names)

    def _begin(self, kept: Kept) -> None:
        self._history = HistoryFile(self.path / "history.csv", kept.rows)
        if hasattr(self.model.case.drive, "steps"):
            self._cycles = HistoryFile(self.path / "cycles.csv", kept.cycles)
        self._manifest({"status": "running"})

    @property
    def frames(self) -> list[float]:
        """Times of the ParaView frames there are [s]."""
        return self.fields.series.times

    def follow(self, model: Model) -> None:
        """Go on with another model of the same run: on a new mesh, or under another drive."""
        self.model = model
        self.fields.follow(model)

    def row(self, row: Row) -> None:
        """Append one row to ``history.csv`` and a line to ``run.log``."""
        march, newton = self.model.march, self.model.newton
        line = (
            f"step {march.steps}: t = {row['time [s]']:.6g} s, dt = {row['dt [s]']:.3g} s, "
            f"so far {newton.iterations} Newton and {newton.linear_iterations} Krylov iterations, "
            f"{march.rejected} steps rejected"
            + "".join(f", {times} {name.replace('_', ' ')}" for name, times in march.helped.items())
        )

        def write() -> None:
            self._history.add(row)
            self._log(line)

        self._alone(write)

    def log(self, line: str) -> None:
        """Append one line, with the time of day, to ``run.log``."""
        self._alone(partial(self._log, line))

    def cycle(self, row: Row) -> None:
        """Append a row to ``cycles.csv``."""
        self._alone(lambda: self._cycles.add(row))

    def frame(self, time: float, summary: Mapping[str, Any]) -> None:
        """Add the present fields at `time` [s] to the series, and put the `summary` so far."""
        self.fields.write(time)
        self.summary(summary)

    def summary(self, summary: Mapping[str, Any]) -> None:
        """Put ``summary.json``."""
        self._alone(lambda: write_json(self.path / "summary.json", dict(summary)))

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Put ``summary.json`` and complete the manifest."""
        costs = {key: summary[key] for key in ("status", "wall_time [s]", "peak_memory [B]")}
        self.summary(summary)
        self.log(str(summary["status"]))
        self._alone(partial(self._manifest, costs))

    def _log(self, line: str) -> None:
        now = datetime.now().isoformat(timespec="seconds")
        extend(self.path / "run.log", f"{now} {line}\n")

    def _manifest(self, more: Mapping[str, Any]) -> None:
        write_json(self.path / "manifest.json", manifest(self.model) | dict(more))

    def _alone(self, work: Callable[[], None]) -> None:
        alone(self._comm, self.path, work)


def _cleared(path: Path, frames: int) -> None:
    """Remove what an earlier run wrote; of one that goes on keep its log and so many frames."""
    patterns = WRITTEN if frames == 0 else ("summary.json",)
    for old in (file for pattern in patterns for file in path.glob(pattern)):
        old.unlink()
    (path / FRAMES).mkdir(exist_ok=True)
    for folder in (path / FRAMES).iterdir():
        if not (folder.name.isdigit() and int(folder.name) < frames):
            shutil.rmtree(folder)
    (path / "run.log").touch()


def manifest(model: Model) -> dict[str, Any]:
    """Return what it takes to repeat a run: resolved case, groups, mesh, versions."""
    domain = model.domain
    return {
        "case": described(model.case),
        "groups": groups(model.case),
        "warnings": warnings(model.case),
        "mesh": {
            "nodes": domain.statistics.nodes,
            "cells": domain.statistics.cells,
            "min_quality": domain.statistics.min_quality,
            "regions": sorted(domain.regions),
            "boundaries": sorted(domain.boundaries),
        },
        "dofs": dofs(model),
        "ranks": domain.comm.size,
        "versions": versions(),
        "command": sys.argv,
    }


def dofs(model: Model) -> int:
    """Return the number of unknowns over all ranks."""
    return sum(
        u.function_space.dofmap.index_map.size_global * u.function_space.dofmap.index_map_bs
        for u in model.fields.now
    )


def versions() -> dict[str, str]:
    """Return the versions of what computed the numbers."""
    import dolfinx

    found = {"python": platform.python_version(), "dolfinx": dolfinx.__version__}
    found["petsc"] = ".".join(str(part) for part in PETSc.Sys.getVersion())
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def peak_memory(comm: MPI.Comm) -> int:
    """Return the largest memory the run has held, all ranks added [B]."""
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return int(comm.allreduce(here, op=MPI.SUM))
