"""Which row of a vector is what: one vector for the unknowns of all spaces, own rows of a rank."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from dolfinx import fem

from ..system.state import Fields

NAMES = ("c", "phi", "i", "voltage", "v", "p", "plate", "d", "kappa", "mu", "gap")
# Of the same kind where residuals are compared: a lone scalar and the field that it bounds.
ALIKE = {"voltage": "phi", "plate": "d"}


class Layout:
    """The rows of the unknowns of `fields`, of which `conditions` hold some."""

    def __init__(self, fields: Fields, conditions: Sequence[Any]) -> None:
        """See the class."""
        self._fields, self._conditions = fields, conditions

    @cached_property
    def sizes(self) -> list[int]:
        """Own rows of each space."""
        maps = (space.dofmap for space in self._fields.spaces)
        return [one.index_map.size_local * one.index_map_bs for one in maps]

    def parts(self, rows: np.ndarray) -> list[np.ndarray]:
        """Return the own rows of a vector space by space, as views."""
        return np.split(rows, np.cumsum(self.sizes)[:-1])

    def put(self, rows: np.ndarray, functions: Sequence[fem.Function]) -> None:
        """Put the own rows of a vector into one function per space. Collective."""
        for function, part in zip(functions, self.parts(rows), strict=False):
            function.x.array[: len(part)] = part
            function.x.scatter_forward()

    def taken(self, functions: Sequence[fem.Function]) -> np.ndarray:
        """Return the own rows of a vector from one function per space."""
        parts = zip(functions, self.sizes, strict=False)
        return np.concatenate([function.x.array[:size] for function, size in parts])

    def rows(self, *names: str) -> np.ndarray:
        """Return which own rows belong to unknowns, by their names in `State`."""
        return np.isin(self._names, [NAMES.index(name) for name in names])

    @cached_property
    def kinds(self) -> np.ndarray:
        """Of which kind each own row is, by a number."""
        alike = [NAMES.index(ALIKE.get(name, name)) for name in NAMES]
        return np.array(alike)[self._names]

    @cached_property
    def held(self) -> np.ndarray:
        """Whether each own row is that of an unknown that is held."""
        found = np.zeros(sum(self.sizes), dtype=bool)
        parts = self.parts(found)
        for condition in self._conditions:
            dofs, own = condition.dof_indices()
            spaces = enumerate(self._fields.spaces)
            (place,) = (
                k for k, one in spaces if one._cpp_object.contains(condition.function_space)
            )
            parts[place][dofs[:own]] = True
        return found

    @cached_property
    def _names(self) -> np.ndarray:
        """The place in `NAMES` of each own row."""
        components = self._components
        found = [
            np.resize([NAMES.index(name) for name in names], size)
            for names, size in zip(components, self.sizes, strict=True)
        ]
        return np.concatenate(found)

    @property
    def _components(self) -> list[list[str]]:
        """What the components of each space are."""
        fields, dim = self._fields, self._fields.domain.mesh.geometry.dim
        found = [["c"] * len(fields.ions) + ["phi"], ["i"], ["voltage"]]
        found += [["v"] * dim, ["p"]] if fields.flow else []
        found += [["plate"] for _ in fields.plate]
        return [*found, ["d"] * dim + ["kappa", "mu"] + ["gap"] * len(fields.plate)]
