"""Drawing a mesh in Gmsh on one rank, and seeing that what was drawn can be used.

Gmsh runs on rank 0 only. Whatever goes wrong there is told to all ranks, so that all raise the
same error and none waits for the others.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpi4py import MPI

from ..inputs.errors import InputError
from .shape import BOUNDARIES, REGIONS

Draw = Callable[[Any], int]

# Quiet and repeatable: sizes come from the size fields alone, and one thread gives one mesh.
OPTIONS = {
    "General.Terminal": 0,
    "General.NumThreads": 1,
    "Mesh.Algorithm": 6,
    "Mesh.Algorithm3D": 1,
    "Mesh.MeshSizeExtendFromBoundary": 0,
    "Mesh.MeshSizeFromPoints": 0,
    "Mesh.MeshSizeFromCurvature": 0,
    "Mesh.RandomSeed": 1,
}


POOR = 0.28  # just below the gamma at which Gmsh's own optimisation of tetrahedra stops


@dataclass(frozen=True)
class Statistics:
    """Size and quality of a mesh, over all ranks.

    `min_quality` is Gmsh's gamma, inscribed over circumscribed radius: 1 for the equilateral
    simplex, 0 for a flat one.
    """

    nodes: int
    cells: int
    min_quality: float


@contextmanager
def session() -> Iterator[Any]:
    """Give the gmsh module with an empty model; leave Gmsh as it was found."""
    import gmsh

    running = bool(gmsh.isInitialized())
    if not running:
        gmsh.initialize(readConfigFiles=False, interruptible=False)
    before = {name: gmsh.option.getNumber(name) for name in OPTIONS}
    try:
        for name, value in OPTIONS.items():
            gmsh.option.setNumber(name, value)
        gmsh.model.add("cell")
        yield gmsh
    finally:
        if running:
            gmsh.model.remove()
            for name, value in before.items():
                gmsh.option.setNumber(name, value)
        else:
            gmsh.finalize()


def current_model(comm: MPI.Comm) -> Any:
    """Return Gmsh's current model on rank 0, None on the others."""
    if comm.rank > 0:
        return None
    import gmsh

    return gmsh.model


def on_first_rank(comm: MPI.Comm, work: Callable[[], Any], subject: str) -> Any:
    """Return what `work` returns on rank 0 to all ranks; `subject` names it in messages.

    Raises:
        InputError: on all ranks, when anything went wrong on rank 0.
    """
    result, problem, cause = None, None, None
    if comm.rank == 0:
        try:
            result = work()
        except InputError as error:
            problem, cause = str(error), error
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            problem, cause = f"{subject}: no mesh: {reason}", error
    result, problem = comm.bcast((result, problem), root=0)
    if problem is not None:
        raise InputError(problem) from cause
    return result


def generate(gmsh: Any, tdim: int) -> None:
    """Mesh the current model, and mend it while its worst tetrahedron is poor."""
    gmsh.model.mesh.generate(tdim)
    for method in ("", "Relocate3D", "Netgen") if tdim == 3 else ():
        if worst_quality(gmsh, tdim) > POOR:
            break
        gmsh.model.mesh.optimize(method)


def validate(gmsh: Any, tdim: int, subject: str) -> None:
    """See that every cell has one region and every boundary is there, before DOLFINx reads it.

    Raises:
        InputError: a group of unknown name or without elements, a cell in no region or in two, a
            facet in two boundaries, no ``front`` or no ``counter``.
    """
    for dim, tag in gmsh.model.getPhysicalGroups():
        name = gmsh.model.getPhysicalName(dim, tag)
        known = {tdim: REGIONS, tdim - 1: BOUNDARIES}.get(dim, ())
        if name not in known:
            raise InputError(
                f"{subject}: group '{name}' of dimension {dim}; accepted: "
                f"regions {', '.join(REGIONS)}, boundaries {', '.join(BOUNDARIES)}"
            )
    _elements_once(gmsh, tdim - 1, subject)
    cells = _elements_once(gmsh, tdim, subject)
    drawn = sum(len(tags) for tags in gmsh.model.mesh.getElements(tdim)[1])
    if len(cells) != drawn:
        raise InputError(f"{subject}: {drawn - len(cells)} of {drawn} cells lie in no region")
    missing = {"front", "counter"} - set(group_names(gmsh, tdim - 1))
    if missing:
        raise InputError(f"{subject}: no boundary '{min(missing)}'")
    if len(gmsh.model.mesh.getElementTypes(tdim)) > 1:
        raise InputError(f"{subject}: cells of several types; accepted: one type")


def group_names(gmsh: Any, dim: int) -> dict[str, int]:
    """Map the names of the physical groups of dimension `dim` to their tags."""
    groups = gmsh.model.getPhysicalGroups(dim)
    return {gmsh.model.getPhysicalName(dim, tag): tag for _, tag in groups}


def _elements_once(gmsh: Any, dim: int, subject: str) -> np.ndarray:
    """Return the elements in the named groups of `dim`; refuse empty and overlapping groups."""
    found: list[np.ndarray] = []
    for name, tag in group_names(gmsh, dim).items():
        entities = gmsh.model.getEntitiesForPhysicalGroup(dim, tag)
        parts = [part for e in entities for part in gmsh.model.mesh.getElements(dim, e)[1]]
        if not sum(map(len, parts)):
            raise InputError(f"{subject}: group '{name}' has no elements")
        new = np.concatenate(parts)
        if len(np.unique(np.concatenate([*found, new]))) < sum(map(len, found)) + len(new):
            raise InputError(f"{subject}: group '{name}' shares elements with another group")
        found.append(new)
    return np.concatenate(found) if found else np.empty(0, dtype=np.uint64)


def statistics(gmsh: Any, tdim: int) -> Statistics:
    """Count nodes and cells of the current model, and find the worst cell."""
    gmsh.model.mesh.renumberNodes()
    cells = sum(len(tags) for tags in gmsh.model.mesh.getElements(tdim)[1])
    nodes = len(gmsh.model.mesh.getNodes()[0])
    return Statistics(nodes, cells, worst_quality(gmsh, tdim))


def worst_quality(gmsh: Any, tdim: int) -> float:
    """Return the least gamma (inscribed over circumscribed radius) of the cells."""
    if tdim == 1:
        return 1.0
    cells = np.concatenate(gmsh.model.mesh.getElements(tdim)[1])
    return float(min(gmsh.model.mesh.getElementQualities(cells, "gamma")))
