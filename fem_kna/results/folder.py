"""The folder of a run: what is written, when, and so that it can be read whenever a run dies."""

import csv
import json
import os
import platform
import resource
import sys
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from mpi4py import MPI
from petsc4py import PETSc

from ..inputs.describe import described, fingerprint
from ..inputs.errors import InputError
from ..system.build import Model
from ..system.groups import groups, warnings
from .fields import FieldFiles
from .fronts import Row

PACKAGES = ("fem-kna", "fenics-ffcx", "fenics-basix", "fenics-ufl", "gmsh", "mpi4py", "numpy")
SERIES = ("fields*.*", "front*.*", "metal*.*")
WRITTEN = ("history.csv", "summary.json", "run.log", *SERIES, "figure.png")


def run_folder(root: Path, case: Any) -> Path:
    """Return ROOT/NAME/HASH, the folder of a resolved case."""
    return root / str(case.name) / fingerprint(case)


class RunFolder:
    """Writes one run: manifest, history row by row, ParaView frames, summary. Collective."""

    def __init__(self, path: Path, model: Model) -> None:
        """Make the folder and write the manifest of a run that has begun.

        Raises:
            InputError: on all ranks, when the folder cannot be written to.
        """
        self.path, self.model = path, model
        self._root = model.domain.comm.rank == 0
        self._columns: list[str] = []
        problem = model.domain.comm.bcast(_emptied(path) if self._root else None)
        if problem is not None:
            raise InputError(f"--out: cannot write to '{path}': {problem}; accepted: a folder")
        self._manifest({"status": "running"})
        self._fields = FieldFiles(path, model)

    def follow(self, model: Model) -> None:
        """Go on with another model of the same run: on a new mesh, or under another drive."""
        self.model = model
        self._fields.follow(model)

    def row(self, row: Row) -> None:
        """Append one row to ``history.csv`` and a line to ``run.log``."""
        if self._root:
            _append(self.path / "history.csv", self._columns, row)
        march, newton = self.model.march, self.model.newton
        self.log(
            f"step {march.steps}: t = {row['time [s]']:.6g} s, dt = {row['dt [s]']:.3g} s, "
            f"so far {newton.iterations} Newton and {newton.linear_iterations} Krylov iterations, "
            f"{march.rejected} steps rejected"
        )

    def log(self, line: str) -> None:
        """Append one line, with the time of day, to ``run.log``."""
        if self._root:
            with (self.path / "run.log").open("a") as file:
                file.write(f"{datetime.now().isoformat(timespec='seconds')} {line}\n")

    def frame(self, time_in_seconds: float) -> None:
        """Add the present fields to the ParaView series."""
        self._fields.write(time_in_seconds)

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Write ``summary.json`` and complete the manifest."""
        self._fields.close()
        if self._root:
            write_json(self.path / "summary.json", dict(summary))
        self.log(str(summary["status"]))
        costs = {key: summary[key] for key in ("status", "wall_time [s]", "peak_memory [B]")}
        self._manifest(costs)

    def _manifest(self, more: Mapping[str, Any]) -> None:
        if self._root:
            write_json(self.path / "manifest.json", manifest(self.model) | dict(more))


def _emptied(path: Path) -> str | None:
    """Make the folder `path` without what an earlier run wrote there; return why it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        for old in (file for pattern in WRITTEN for file in path.glob(pattern)):
            old.unlink()
        (path / "run.log").touch()
    except OSError as error:
        return error.strerror or str(error)
    return None


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


def write_json(path: Path, data: Any) -> None:
    """Write `data` beside `path`, then rename: the file is whole at every instant."""
    aside = path.with_name(path.name + ".part")
    aside.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    os.replace(aside, path)


def _append(path: Path, columns: list[str], row: Row) -> None:
    new = [key for key in row if key not in columns]
    if new and columns:
        _widen(path, columns, new)
    columns += new
    fresh = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        if fresh:
            writer.writeheader()
        writer.writerow({key: repr(float(value)) for key, value in row.items()})


def _widen(path: Path, columns: list[str], new: list[str]) -> None:
    """Rewrite the file with more columns: a quantity may be defined only from some step on."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    aside = path.with_name(path.name + ".part")
    with aside.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*columns, *new], restval="")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(aside, path)
