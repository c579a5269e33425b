"""How fast strong films widen: with the metal they stick to, and by what grows under them."""

from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.la import InsertMode

from ..physics.film import widening
from .cell import Cell
from .films import SIDES, Films
from .pieces import Metal
from .state import Fields, surface_space


class FilmWidths:
    """Rates of widening as means around the nodes of the fronts; see `physics.film`.

    What the metal's velocity does is seen from the metal, what deposit does from the liquid.
    """

    def __init__(self, films: Films, fields: Fields, cell: Cell) -> None:
        """Compile the integrals for the sides whose film is strong."""
        self._films, self._maps = films, fields.entity_maps
        self._space = surface_space(fields.domain.front_mesh.mesh, 1)
        state, h = fields.view(fields.now), ufl.TestFunction(self._space)
        sides = dict(zip(SIDES, cell.sides(state), strict=True))
        self.sides = [s for s in SIDES if films.is_strong(s) and sides[s].front is not None]
        self._size, self._growth, self._flow = {}, {}, {}
        for name in self.sides:
            side = sides[name]
            front: Any = side.front
            rate, weight = -state.kappa * cell.dissolved(state, side), h * side.area
            self._size[name] = self._form(weight * side.ds)
            self._growth[name] = self._form(rate * weight * side.ds)
            if front.metal is not None:
                self._flow[name] = self._form(_flowing(state, front.metal, front.nodal_normal, h))

    def rate(self, side: str) -> np.ndarray:
        """Return the rate of the step just taken, and keep that of deposit for the next one."""
        rate = self._films.growth.x.array.copy()
        if side in self._flow:
            rate += self._means(side, self._flow)
        places = self._films.places[side]
        self._films.growth.x.array[places] = self._means(side, self._growth)[places]
        return rate

    def _form(self, form: Any) -> Any:
        return fem.form(form, entity_maps=self._maps)

    def _means(self, side: str, forms: dict[str, Any]) -> np.ndarray:
        """Return integrals by nodes over those of one, on the space of the films. Collective."""
        total, size = fem.Function(self._space), fem.Function(self._space)
        for found, form in ((total, forms[side]), (size, self._size[side])):
            fem.assemble_vector(found.x.array, form)
            found.x.scatter_reverse(InsertMode.add)
            found.x.scatter_forward()
        total.x.array[:] /= np.where(size.x.array > 0, size.x.array, 1.0)
        means = fem.Function(self._films.growth.function_space)
        means.interpolate(total)
        return means.x.array


def _flowing(state: Any, metal: Metal, normal: Any, h: Any) -> Any:
    surface = metal.surface(state)
    rate = widening(state.v, state.kappa, normal, surface)
    return rate * h * surface.area * metal.ds
