"""What presses on fronts, on the electrodes' own mesh: skeleton, liquid films, metal's pressure."""

import numpy as np
from dolfinx import fem

from ..motion.nodes import nodes_of
from .state import Fields, surface_space

PRESSURE, GAP = 1, 2  # places in the layer's unknown, behind the displacement


def on_fronts(fields: Fields, layer: fem.Function, place: int) -> fem.Function:
    """Return what the layer's unknown has at `place`, as a function on the fronts."""
    front = fields.domain.front_mesh
    found = fem.Function(fem.functionspace(front.mesh, ("Lagrange", 1)))
    values = np.zeros(len(fields.domain.mesh.geometry.x))
    values[_nodes(fields)] = _column(fields, layer, place)
    found.x.array[:] = values[front.nodes[nodes_of(found.function_space)]]
    return found


class MetalPressure:
    """The pressure of metal that flows at its front, which the liquid's side cannot see.

    `function` is on the electrodes' mesh: what is expected in the next step, by the guess of it.
    """

    def __init__(self, fields: Fields) -> None:
        """Make the function, zero where no metal flows."""
        self._fields, front = fields, fields.domain.front_mesh
        self.function = fem.Function(surface_space(front.mesh, 1))
        self._nodes = front.nodes[nodes_of(self.function.function_space)]

    def expect(self) -> None:
        """Take the pressure from the unknown. Collective."""
        if not self._fields.flow:
            return
        p, found = self._fields.flowing[1], np.zeros(len(self._fields.domain.mesh.geometry.x))
        found[self._fields.domain.metal.nodes[nodes_of(p.function_space)]] = p.x.array
        self.function.x.array[:] = found[self._nodes]
        self.function.x.scatter_forward()


def put_on_fronts(fields: Fields, found: fem.Function, layer: fem.Function, place: int) -> None:
    """Put a function on the fronts into the layer's unknown at `place`."""
    values = np.zeros(len(fields.domain.mesh.geometry.x))
    values[fields.domain.front_mesh.nodes[nodes_of(found.function_space)]] = found.x.array
    _column(fields, layer, place)[:] = values[_nodes(fields)]
    layer.x.scatter_forward()


def scale_film(fields: Fields, layer: fem.Function, there: np.ndarray, factor: float) -> None:
    """Multiply the thickness at the nodes `there`, a mask over those of the displacement."""
    mark = np.zeros(len(fields.domain.mesh.geometry.x), dtype=bool)
    mark[nodes_of(fields.place)] = there
    _column(fields, layer, GAP)[mark[_nodes(fields)]] *= factor


def _column(fields: Fields, layer: fem.Function, place: int) -> np.ndarray:
    """Return what the unknown has at a place at the layer's nodes, a writable view."""
    dim = fields.domain.mesh.geometry.dim
    return layer.x.array.reshape(-1, fields.front.dofmap.index_map_bs)[:, dim + place]


def _nodes(fields: Fields) -> np.ndarray:
    """Return the nodes of the mesh's geometry that are the layer's, in the unknown's order."""
    return fields.layer.nodes[nodes_of(fields.front)]
