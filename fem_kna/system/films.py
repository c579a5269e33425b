"""The films on the electrodes as fields: how they start, and how they ride on a moving front."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from dolfinx import fem

from ..inputs.case import Case
from ..motion.areas import NodalAreas
from ..physics.film import FilmState
from .state import Fields

SIDES = ("working", "counter")


@dataclass
class Films:
    """Area resistance of each electrode's film, and the stretch since it was formed; scaled.

    Functions on the electrodes' mesh; of each resistance only the values on its electrode count, at
    its `places`. A step is solved, and measured, with the films as they were before it: what a step
    did to them is kept in `pending` until `catch_up`.
    """

    laws: Mapping[str, Any]
    places: Mapping[str, np.ndarray]
    resistance: Mapping[str, fem.Function]
    stretch: fem.Function
    pending: tuple[np.ndarray, float] | None = None  # ratio of areas, length of the step

    def ride(self, before: fem.Function, after: fem.Function, time: float) -> None:
        """Keep in mind a step of length `time`, from and to these areas of the nodes."""
        ratio = fem.Function(self.stretch.function_space)
        nodal = fem.Function(before.function_space)
        nodal.x.array[:] = after.x.array / before.x.array
        ratio.interpolate(nodal)
        self.pending = ratio.x.array.copy(), time

    def catch_up(self) -> None:
        """Let the films follow the last step, if they have not yet."""
        if self.pending is None:
            return
        ratio, time = self.pending
        for side, places in self.places.items():
            resistance, stretch = self.resistance[side].x.array, self.stretch.x.array
            film = FilmState(resistance[places], stretch[places])
            new = self.laws[side].ridden(film, ratio[places], time)
            resistance[places], stretch[places] = new
        self.pending = None

    def functions(self) -> tuple[fem.Function, ...]:
        """Return all that a new mesh must take over."""
        return (*self.resistance.values(), self.stretch)


def films_of(scaled: Case, fields: Fields) -> Films:
    """Return the films of a scaled case as they are at the start: unstretched."""
    laws = {side: getattr(scaled, side).film for side in SIDES}
    stretch = fem.Function(fields.surface)
    stretch.x.array[:] = 1.0
    return Films(
        laws,
        {s: _places(fields, name) for s, name in zip(SIDES, scaled.boundaries, strict=True)},
        {side: film_resistance(scaled, side, fields) for side in SIDES},
        stretch,
    )


def film_resistance(scaled: Case, side: str, fields: Fields) -> fem.Function:
    """Return the film's area resistance along the electrodes, as a field on their facets."""
    law, patch = getattr(scaled, side).film, scaled.mesh.patch
    weak = patch if side == "working" else lambda x: np.zeros_like(x[0])
    resistance = fem.Function(fields.surface)
    resistance.interpolate(lambda x: law.area_resistance(weak(x)))
    return resistance


def _places(fields: Fields, boundary: str) -> np.ndarray:
    """Return the places of an electrode's values, ghosts included, in arrays on all electrodes."""
    front = fields.domain.front_mesh
    cells = front.tags.find(fields.domain.boundaries[boundary])
    return np.unique(fields.surface.dofmap.list[cells])


class RidingFilms:
    """Lets films follow the steps of a march."""

    def __init__(self, films: Films, areas: NodalAreas) -> None:
        """Begin with the present areas."""
        self.films, self._areas = films, areas
        self.restart()

    def restart(self) -> None:
        """Begin with the areas as they are now. Collective."""
        self._before = self._areas.measure()

    def follow(self, time: float) -> None:
        """Take the films along after a step of length `time` (scaled). Collective."""
        after = self._areas.measure()
        self.films.ride(self._before, after, time)
        self._before = after
