"""What figures are drawn from: fields of a finished run, gathered on rank 0, in SI. Collective."""

from typing import Any

import numpy as np

from ..system.build import Model
from .fields import current_density
from .observe import surface_dofs


def front_profile(model: Model) -> tuple[np.ndarray, np.ndarray] | None:
    """Return distance along the front [m] and current density there [A m-2], plating positive.

    The distance is the first coordinate, in 3-D that from the axis. None on ranks other than 0.
    """
    surface, scales = model.fields.surface, model.scales
    dofs = surface_dofs(model, model.case.boundaries[0])
    x = surface.tabulate_dof_coordinates()[dofs]
    along = np.hypot(x[:, 0], x[:, 1]) if model.domain.dimension == "3d" else x[:, 0]
    i = -model.fields.now[1].x.array[dofs]
    gathered = _gathered(model, along * scales.length, i * scales.of("A/m^2"))
    if gathered is None:
        return None
    order = np.argsort(gathered[0])
    return gathered[0][order], gathered[1][order]


def current_map(model: Model) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the triangles (n, 3, 2) [m] of a plane cell and |current density| in each [A m-2].

    None on ranks other than 0, and for cells that are not drawn in a plane.
    """
    mesh = model.domain.mesh
    if mesh.topology.dim != 2:
        return None
    owned = mesh.topology.index_map(2).size_local
    corners = mesh.geometry.x[mesh.geometry.dofmaps[0][:owned]][:, :, :2] * model.scales.length
    vectors = current_density(model).evaluated().x.array.reshape(-1, 2)[:owned]
    return _gathered(model, corners, np.linalg.norm(vectors, axis=1))


def _gathered(model: Model, *arrays: np.ndarray) -> Any:
    parts = model.domain.comm.gather(arrays, root=0)
    return (
        None if parts is None else tuple(np.concatenate(same) for same in zip(*parts, strict=True))
    )
