"""The films on the electrodes as fields: how they start, and how they ride on a moving front."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from ..geometry.ranks import lasting
from ..inputs.case import Case
from ..inputs.errors import RunError
from ..motion.areas import NodalAreas
from ..physics.film import FilmState, thinned
from .state import Fields

SIDES = ("working", "counter")


@dataclass(frozen=True)
class Films:
    """Area resistance of each electrode's film, and the stretch since it was formed; scaled.

    Functions on the electrodes' mesh; of each resistance only the values on its electrode count, at
    its `places`. `resistance` is the films' after the last step; `acting` is what a step is solved
    and measured with, the same thinned to where the front is expected.
    """

    laws: Mapping[str, Any]
    places: Mapping[str, np.ndarray]
    resistance: Mapping[str, fem.Function]
    acting: Mapping[str, fem.Function]
    stretch: fem.Function

    def expect(self, ratio: np.ndarray) -> None:
        """Let act what the films will be when their areas have changed by the factors `ratio`."""
        for side, places in self.places.items():
            film = self._film(side)
            self.acting[side].x.array[places] = thinned(film, ratio[places]).resistance

    def ride(self, ratio: np.ndarray, time: float) -> None:
        """Let the films follow a step of length `time` that changed their areas so. Collective.

        Raises:
            RunError: a law gives what is no resistance.
        """
        for side, places in self.places.items():
            new = self.laws[side].ridden(self._film(side), ratio[places], time)
            self.resistance[side].x.array[places], self.stretch.x.array[places] = new
            self._check(side, new)

    def _film(self, side: str) -> FilmState:
        places = self.places[side]
        return FilmState(self.resistance[side].x.array[places], self.stretch.x.array[places])

    def _check(self, side: str, film: FilmState) -> None:
        sound = np.isfinite(film).all() and (film.resistance >= 0).all()
        if not lasting(self.stretch.function_space.mesh.comm).allreduce(bool(sound), op=MPI.LAND):
            law = type(self.laws[side]).__name__
            raise RunError(f"{side}.film: '{law}' gives a resistance that is nan, or below zero")

    def functions(self) -> tuple[fem.Function, ...]:
        """Return all that a new mesh must take over."""
        return (*self.resistance.values(), self.stretch)


def films_of(scaled: Case, fields: Fields) -> Films:
    """Return the films of a scaled case as they are at the start: unstretched."""
    laws = {side: getattr(scaled, side).film for side in SIDES}
    stretch = fem.Function(fields.surface)
    stretch.x.array[:] = 1.0
    resistance = {side: film_resistance(scaled, side, fields) for side in SIDES}
    return Films(
        laws,
        {s: places_on(fields, name) for s, name in zip(SIDES, scaled.boundaries, strict=True)},
        resistance,
        {side: film.copy() for side, film in resistance.items()},
        stretch,
    )


def film_resistance(scaled: Case, side: str, fields: Fields) -> fem.Function:
    """Return the film's area resistance along the electrodes, as a field on their facets."""
    law, patch = getattr(scaled, side).film, scaled.mesh.patch
    weak = patch if side == "working" else lambda x: np.zeros_like(x[0])
    resistance = fem.Function(fields.surface)
    resistance.interpolate(lambda x: law.area_resistance(weak(x)))
    return resistance


def places_on(fields: Fields, boundary: str) -> np.ndarray:
    """Return the places of an electrode's values, ghosts included, in arrays on all electrodes."""
    front = fields.domain.front_mesh
    cells = front.tags.find(fields.domain.boundaries[boundary])
    return np.unique(fields.surface.dofmap.list[cells])


class RidingFilms:
    """Lets films follow the steps of a march."""

    def __init__(self, films: Films, areas: NodalAreas) -> None:
        """Begin with the present areas."""
        self._films, self._areas = films, areas
        self.restart()

    def restart(self) -> None:
        """Begin with the areas as they are now. Collective."""
        self._before = self._areas.measure()

    def expect(self, nodes: np.ndarray) -> None:
        """Thin the films to where the mesh's `nodes` (k, 3) are expected. Collective."""
        self._films.expect(self._ratio(self._areas.measure(nodes)))

    def follow(self, time: float) -> None:
        """Take the films along after a step of length `time` (scaled). Collective."""
        after = self._areas.measure()
        self._films.ride(self._ratio(after), time)
        self._before = after

    def _ratio(self, after: fem.Function) -> np.ndarray:
        """Return present over former area at the places of the films' values."""
        ratio = fem.Function(self._films.stretch.function_space)
        nodal = fem.Function(after.function_space)
        nodal.x.array[:] = after.x.array / self._before.x.array
        ratio.interpolate(nodal)
        return ratio.x.array
