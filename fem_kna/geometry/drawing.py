"""Drawing a mesh in Gmsh on one rank, and seeing that what was drawn can be used.

Gmsh runs on rank 0 only. Whatever goes wrong there is told to all ranks, so that all raise the
same error and none waits for the others.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from mpi4py import MPI

from ..inputs.errors import InputError
from ..inputs.messages import unknown
from .ranks import first_rank_alone, said
from .shape import BOUNDARIES, REGIONS

Draw = Callable[[Any], int]

# Quiet and repeatable: sizes come from the size fields alone, and one thread gives one mesh.
# 6 is the frontal Delaunay method in 2-D, 10 the parallel Delaunay (HXT), better and faster in 3-D.
OPTIONS = {
    "General.Terminal": 0,
    "General.NumThreads": 1,
    "Mesh.Algorithm": 6,
    "Mesh.Algorithm3D": 10,
    "Mesh.MeshSizeExtendFromBoundary": 0,
    "Mesh.MeshSizeFromPoints": 0,
    "Mesh.MeshSizeFromCurvature": 0,
    "Mesh.RandomSeed": 1,
    "Mesh.MeshSizeFactor": 1,
}

# Gmsh's optimisers, each with the gamma of the worst tetrahedron that makes it needless. The first
# stops at 0.3 by itself; the last takes several times as long as the mesh.
MENDERS = (("", 0.28), ("Relocate3D", 0.28), ("Netgen", 0.2))


@dataclass(frozen=True)
class Statistics:
    """Size and quality of a mesh, over all ranks.

    `min_quality` is Gmsh's gamma, inscribed over circumscribed radius: 1 for the equilateral
    simplex, 0 for a flat one.
    """

    nodes: int
    cells: int
    min_quality: float


class Facts(NamedTuple):
    """What all ranks are told about a drawing: its names with their tags, and its size."""

    regions: dict[str, int]
    boundaries: dict[str, int]
    statistics: Statistics


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

    def told(error: Exception) -> InputError:
        known = isinstance(error, InputError)
        return InputError(str(error) if known else f"{subject}: no mesh: {said(error)}")

    return comm.bcast(first_rank_alone(comm, work, told), root=0)


def mend(gmsh: Any, tdim: int) -> None:
    """Improve the tetrahedra of the current mesh while the worst is poor; faces stay."""
    for method, enough in MENDERS if tdim == 3 else ():
        if worst_quality(gmsh, tdim) > enough:
            return
        gmsh.model.mesh.optimize(method)


def examined(gmsh: Any, tdim: int, subject: str) -> Facts:
    """Return the names in the current model and its size, once it can be given to DOLFINx.

    Raises:
        InputError: a group of unknown name or without elements, a cell in no region or in two, a
            facet in two boundaries, no ``front`` or no ``counter``, cells of several types, nodes
            in no cell.
    """
    regions, cells = _groups(gmsh, tdim, REGIONS, subject)
    boundaries, _ = _groups(gmsh, tdim - 1, BOUNDARIES, subject)
    drawn = sum(len(tags) for tags in gmsh.model.mesh.getElements(tdim)[1])
    if cells != drawn:
        raise InputError(f"{subject}: {drawn - cells} of {drawn} cells lie in no region")
    for name in ("front", "counter"):
        if name not in boundaries:
            raise InputError(f"{subject}: no boundary '{name}'")
    if len(gmsh.model.mesh.getElementTypes(tdim)) > 1:
        raise InputError(f"{subject}: cells of several types; accepted: one type")
    # DOLFINx's reader needs every node to belong to a cell, and stops all ranks otherwise.
    nodes = len(np.unique(np.concatenate(gmsh.model.mesh.getElements(tdim)[2])))
    stray = len(gmsh.model.mesh.getNodes()[0]) - nodes
    if stray:
        raise InputError(f"{subject}: {stray} nodes lie in no cell; accepted: none")
    gmsh.model.mesh.renumberNodes()
    return Facts(regions, boundaries, Statistics(nodes, cells, worst_quality(gmsh, tdim)))


def _groups(gmsh: Any, dim: int, known: Sequence[str], subject: str) -> tuple[dict[str, int], int]:
    """Return the tag of each named group of `dim`, and how many elements they hold together."""
    tags: dict[str, int] = {}
    held: list[np.ndarray] = []
    for _, tag in gmsh.model.getPhysicalGroups(dim):
        name = gmsh.model.getPhysicalName(dim, tag)
        if name not in known:
            raise InputError(f"{subject}: {unknown(f'name in dimension {dim}', name, known)}")
        elements = _elements(gmsh, dim, tag)
        if len(elements) == 0:
            raise InputError(f"{subject}: group '{name}' has no elements")
        tags[name] = tag
        held.append(elements)
    together = np.concatenate([*held, np.empty(0, dtype=np.uint64)])
    if len(np.unique(together)) < len(together):
        raise InputError(f"{subject}: an element lies in two of the groups {', '.join(tags)}")
    return tags, len(together)


def _elements(gmsh: Any, dim: int, group: int) -> np.ndarray:
    entities = gmsh.model.getEntitiesForPhysicalGroup(dim, group)
    parts = [part for entity in entities for part in gmsh.model.mesh.getElements(dim, entity)[1]]
    return np.concatenate([*parts, np.empty(0, dtype=np.uint64)])


def worst_quality(gmsh: Any, tdim: int) -> float:
    """Return the least gamma (inscribed over circumscribed radius) of the cells."""
    if tdim == 1:
        return 1.0
    cells = np.concatenate(gmsh.model.mesh.getElements(tdim)[1])
    return float(min(gmsh.model.mesh.getElementQualities(cells, "gamma")))
