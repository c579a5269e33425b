"""One field of an output: its values in SI, on the mesh that it is written with."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import ufl
from dolfinx import fem

from ..motion.nodes import nodes_of
from ..system.build import Model


class Output:
    """One named field: UFL expressions of the state, brought to SI on an output space."""

    def __init__(
        self, name: str, space: Any, scale: float, parts: Sequence[tuple[Any, np.ndarray | None]]
    ) -> None:
        """Compile each expression of `parts`, to be evaluated on its cells (None: on all).

        `scale` is the reference value of the field's unit.
        """
        self.function = fem.Function(space, name=name)
        points = space.element.interpolation_points
        self._parts = [(fem.Expression(expression, points), cells) for expression, cells in parts]
        self._scale = scale

    def evaluated(self) -> fem.Function:
        """Return the field of the present state in SI."""
        for expression, cells in self._parts:
            self.function.interpolate(expression, cells0=cells)
        self.function.x.array[:] *= self._scale
        return self.function


class CellMeans(Output):
    """A field by its mean in each cell, of expressions that live on several meshes.

    Cells of `mesh` that no measure covers have 0; under a rule of one point the mean is the value
    at the midpoint.
    """

    def __init__(
        self, name: str, model: Model, mesh: Any, scale: float, parts: Sequence[tuple[Any, Any]]
    ) -> None:
        """Compile the integrals of `parts`, each an expression and its measure."""
        shape = ufl.as_ufl(parts[0][0]).ufl_shape
        space = fem.functionspace(mesh, ("DG", 0, shape))
        self.function, self._scale = fem.Function(space, name=name), scale
        test, maps = ufl.TestFunction(space), model.fields.entity_maps
        ones = ufl.as_vector([1.0] * shape[0]) if shape else 1.0
        self._forms = [
            fem.form(sum(ufl.inner(value, test) * dx for value, dx in pairs), entity_maps=maps)
            for pairs in (parts, [(ones, dx) for _, dx in parts])
        ]

    def evaluated(self) -> fem.Function:
        """Return the field of the present state in SI."""
        total, size = (fem.assemble_vector(form).array for form in self._forms)
        self.function.x.array[:] = total / np.where(size == 0, 1.0, size) * self._scale
        self.function.x.scatter_forward()
        return self.function


class AtNodes(Output):
    """A field that is known at the nodes of the liquid's mesh, brought to the electrodes' own."""

    def __init__(self, name: str, space: Any, model: Model, values: Callable[[], Any]) -> None:
        """Ask `values` for the field in SI, at this rank's geometry nodes."""
        self.function = fem.Function(space, name=name)
        self._nodes = model.domain.front_mesh.nodes[nodes_of(space)]
        self._values = values

    def evaluated(self) -> fem.Function:
        """Return the field of the present state in SI."""
        self.function.x.array[:] = self._values()[self._nodes]
        return self.function


class AtPlaces(Output):
    """A field by its values in SI at the `places` of its space, or at all; elsewhere it is 0."""

    def __init__(
        self, name: str, space: Any, values: Callable[[], Any], places: Any = slice(None)
    ) -> None:
        """Ask `values` for the field."""
        self.function = fem.Function(space, name=name)
        self._values, self._places = values, places

    def evaluated(self) -> fem.Function:
        """Return the field of the present state."""
        self.function.x.array[self._places] = self._values()
        return self.function


@contextmanager
def in_metres(mesh: Any, length: float) -> Iterator[None]:
    """Bring the scaled `mesh` to metres while a file is written, then back exactly."""
    scaled = mesh.geometry.x.copy()
    mesh.geometry.x[:] = scaled * length
    try:
        yield
    finally:
        mesh.geometry.x[:] = scaled
