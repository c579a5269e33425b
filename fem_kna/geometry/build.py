"""From a shape to a distributed mesh: drawn by Gmsh on rank 0, told to all ranks."""

from contextlib import ExitStack
from typing import Any

import dolfinx.mesh as dmesh
from dolfinx.io.gmsh import model_to_mesh
from mpi4py import MPI

from ..inputs.errors import InputError
from ..inputs.units import mapped
from .domain import Domain
from .drawing import Draw, Facts, current_model, examined, on_first_rank, session
from .shape import Dimension, Shape

CELLS_PER_FACET = 2


def build(shape: Shape, comm: MPI.Comm, finer: float = 1.0) -> Domain:
    """Mesh `shape` on rank 0, with elements so many times `finer`, and distribute it over `comm`.

    The shape is drawn in units of its gap, so that Gmsh's tolerances fit whatever unit its lengths
    come in, and brought back to that unit before it is distributed.

    Raises:
        InputError: the same one line on all ranks, when the shape cannot be drawn or meshed.
    """
    shape.check()
    unit = float(shape.gap)  # type: ignore[arg-type]  # check() refuses a missing gap
    drawn = mapped(shape, lambda value, kept: _ratio(value, unit) if kept.symbol == "m" else value)

    def draw(gmsh: Any) -> int:
        gmsh.option.setNumber("Mesh.MeshSizeFactor", 1 / finer)
        return drawn.draw(gmsh)

    return mesh_drawing(draw, shape.dimension, comm, unit, type(shape).__name__)


def mesh_drawing(
    draw: Draw, dimension: Dimension, comm: MPI.Comm, unit: float = 1.0, subject: str = "mesh"
) -> Domain:
    """Run ``draw(gmsh)`` on rank 0 in a fresh model, scale the nodes by `unit` and distribute.

    `draw` returns the topological dimension; `subject` names the drawing in messages.

    Raises:
        InputError: the same one line on all ranks, when anything went wrong on rank 0.
    """
    with ExitStack() as stack:
        facts = on_first_rank(
            comm, lambda: _drawn(stack.enter_context(session()), draw, unit, subject), subject
        )
        return _distributed(facts, dimension, comm)


def _drawn(gmsh: Any, draw: Draw, unit: float, subject: str) -> Facts:
    facts = examined(gmsh, draw(gmsh), subject)
    gmsh.model.mesh.affineTransform([unit, 0, 0, 0, 0, unit, 0, 0, 0, 0, unit, 0])
    return facts


def _distributed(facts: Facts, dimension: Dimension, comm: MPI.Comm) -> Domain:
    gdim = {"1d": 1, "3d": 3}.get(dimension, 2)
    # Both cells of an interface must be known to the rank that integrates over it.
    ghosts = dmesh.create_cell_partitioner(dmesh.GhostMode.shared_facet, CELLS_PER_FACET)
    data = model_to_mesh(current_model(comm), comm, 0, gdim=gdim, partitioner=ghosts)
    regions, boundaries, statistics = facts
    domain = Domain(
        data.mesh, data.cell_tags, data.facet_tags, regions, boundaries, dimension, statistics
    )
    if domain.liquid_on_both_sides("front"):
        raise InputError(
            "mesh: the front has liquid on both sides; accepted: metal or nothing behind"
        )
    return domain


def _ratio(length: float, unit: float) -> float:
    """Return length / unit without the last digits: the same in metres, micrometres or scaled."""
    return float(f"{length / unit:.12g}")
