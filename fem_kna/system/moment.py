"""A moment of a run on one mesh, to come back to: levels of the march, place of the mesh, films."""

from dataclasses import dataclass

import numpy as np

from ..solve.march import Mark
from .build import Model


@dataclass(frozen=True)
class Moment:
    """All of a model that changes from step to step."""

    mark: Mark
    nodes: np.ndarray
    films: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, model: Model) -> "Moment":
        """Copy the present state of `model`."""
        return cls(
            model.march.mark(),
            model.domain.mesh.geometry.x.copy(),
            tuple(film.x.array.copy() for film in model.films.functions()),
        )

    def restore(self, model: Model) -> None:
        """Put `model` back. Collective where its mesh moves."""
        for film, values in zip(model.films.functions(), self.films, strict=True):
            film.x.array[:] = values
        model.march.rewind(self.mark)
        if model.travel is not None:
            model.travel.put(self.nodes)
            model.march.solver.restart()
