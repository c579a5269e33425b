"""What figures are drawn from: fields of a finished run, gathered on rank 0, in SI. Collective."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..motion.outline import Outline, outline
from ..system.build import Model
from .blunt import BluntedContact
from .fields import current_density, von_mises
from .fronts import Row
from .observe import surface_dofs
from .stress import front_nodes

ON_PLANE = 1e-6  # of the front's extent: what lies this close to a plane lies on it


def front_profile(model: Model) -> tuple[np.ndarray, np.ndarray] | None:
    """Return distance along the front [m] and current density there [A m-2], plating positive.

    The distance is the length of the front from the axis, in 3-D the distance from the axis. None
    on ranks other than 0.
    """
    surface, scales = model.fields.surface, model.scales
    front = outline(model.domain, model.case.boundaries[0])
    dofs = surface_dofs(model, model.case.boundaries[0])
    x = surface.tabulate_dof_coordinates()[dofs]
    i = -model.fields.now[1].x.array[dofs]
    gathered = _gathered(model, _along(front, x) * scales.length, i * scales.of("A/m^2"))
    if gathered is None:
        return None
    order = np.argsort(gathered[0])
    return gathered[0][order], gathered[1][order]


def contact_profile(model: Model) -> tuple[np.ndarray, np.ndarray] | None:
    """Return distance along the front [m] and contact pressure there [Pa], as `front_profile`.

    The pressure is averaged as in summaries (`BluntedContact`). None on ranks other than 0, and
    where no skeleton bears on the front.
    """
    if model.cell.mat is None:
        return None
    nodes, scales = front_nodes(model), model.scales
    front = outline(model.domain, model.case.boundaries[0])
    along = _along(front, model.domain.mesh.geometry.x[nodes]) * scales.length
    pressure = BluntedContact(model).at_nodes()[nodes] * scales.of("Pa")
    gathered = _gathered(model, along, pressure)
    if gathered is None:
        return None
    distance, once = np.unique(gathered[0], return_index=True)
    return distance, gathered[1][once]


def current_map(model: Model) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the triangles (n, 3, 2) [m] of a plane cell and |current density| in each [A m-2].

    None on ranks other than 0, and for cells that are not drawn in a plane.
    """
    if model.domain.mesh.topology.dim != 2:
        return None
    corners = _triangles(model, model.domain.liquid.mesh)
    vectors = current_density(model).evaluated().x.array.reshape(-1, 2)[: len(corners)]
    return _gathered(model, corners, np.linalg.norm(vectors, axis=1))


def stress_map(model: Model) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the triangles (n, 3, 2) [m] of metal that flows and von Mises stress in each [Pa].

    None on ranks other than 0, for cells that are not drawn in a plane, and without such metal.
    """
    if model.domain.mesh.topology.dim != 2 or not model.fields.flow:
        return None
    corners = _triangles(model, model.domain.metal.mesh)  # type: ignore[union-attr]
    stress = von_mises(model).evaluated().x.array[: len(corners)]
    return _gathered(model, corners, stress)


def _triangles(model: Model, mesh: Any) -> np.ndarray:
    """Return the corners (n, 3, 2) [m] of this rank's own triangles of a plane mesh."""
    owned = mesh.topology.index_map(2).size_local
    corners = mesh.geometry.x[mesh.geometry.dofmaps[0][:owned]][:, :, :2]
    return np.asarray(corners * model.scales.length)


def front_lines(
    model: Model, outlines: Sequence[tuple[float, Outline]], history: Sequence[Row]
) -> list[tuple[Row, np.ndarray]]:
    """Return the row of the history and the front's line (k, 2) [m] at each frame.

    In 3-D the line along which the front meets the plane y = 0; nothing in 1-D.
    """
    rows = {row["time [s]"]: row for row in history}
    lines = ((rows[time], section(front)) for time, front in outlines)
    return [(row, line * model.scales.length) for row, line in lines if line is not None]


def section(front: Outline) -> np.ndarray | None:
    """Return the line (k, 2) that a front is in its plane of drawing, in 3-D that of y = 0."""
    if front.dimension == "1d":
        return None
    return (_cut(front) if front.dimension == "3d" else front).polyline


def _cut(front: Outline) -> Outline:
    """Return the edges of a 3-D front that lie in the plane y = 0, seen as a front in 2-D."""
    edges = np.concatenate([front.facets[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
    off = np.abs(front.points[:, 1]) > ON_PLANE * np.ptp(front.points)
    return Outline(front.points[:, [0, 2]], edges[~off[edges].any(axis=1)], "2d")


def _along(front: Outline, x: np.ndarray) -> np.ndarray:
    """Return how far from the axis the points `x` (n, 3) lie along the front."""
    if front.dimension == "1d":
        return np.asarray(x[:, 0])
    if front.dimension == "3d":
        return np.hypot(x[:, 0], x[:, 1])
    starts, ways = _segments(front)
    lengths = np.linalg.norm(ways, axis=1)
    offsets = x[:, None, :2] - starts
    share = np.clip((offsets * ways).sum(axis=2) / lengths**2, 0, 1)
    nearest = np.linalg.norm(offsets - share[:, :, None] * ways, axis=2).argmin(axis=1)
    before = np.concatenate([[0.0], np.cumsum(lengths)])
    return before[nearest] + share[np.arange(len(x)), nearest] * lengths[nearest]


def _segments(front: Outline) -> tuple[np.ndarray, np.ndarray]:
    """Return where the front's segments start and how they go, in order from the axis outward."""
    pieces = [front.points[chain] for chain in front.chains]
    starts = np.concatenate([piece[:-1] for piece in pieces])
    return starts, np.concatenate([np.diff(piece, axis=0) for piece in pieces])


def _gathered(model: Model, *arrays: np.ndarray) -> Any:
    parts = model.domain.comm.gather(arrays, root=0)
    return (
        None if parts is None else tuple(np.concatenate(same) for same in zip(*parts, strict=True))
    )
