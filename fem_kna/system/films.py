"""The films on the electrodes as fields: how they start, and how they ride on a moving front."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from ..geometry.ranks import lasting
from ..inputs.case import Case
from ..inputs.errors import RunError
from ..inputs.units import mapped
from ..motion.areas import NodalAreas
from ..physics.film import FilmState, StrongFilm, thinned
from .state import Fields

SIDES = ("working", "counter")


@dataclass(frozen=True)
class Films:
    """Area resistance of each electrode's film, and the stretch since it was formed; scaled.

    Functions on the electrodes' mesh; of each resistance only the values on its electrode count, at
    its `places`. `resistance` is the films' after the last step; `acting` is what a step is solved
    and measured with, the same thinned to where the front is expected. Of strong films `growth` is
    the rate at which deposit widens them, after the last step; `step` is the length of the present
    one.
    """

    laws: Mapping[str, Any]
    places: Mapping[str, np.ndarray]
    resistance: Mapping[str, fem.Function]
    acting: Mapping[str, fem.Function]
    stretch: fem.Function
    growth: fem.Function
    step: Any

    def is_strong(self, side: str) -> bool:
        """Whether a film pulls on its metal."""
        return isinstance(self.laws[side], StrongFilm)

    def acting_film(self, side: str, widening: Any = 0.0) -> FilmState:
        """Return the film that acts in a step, on metal that widens it at the rate `widening`.

        By backward Euler, so that the tension yields to the metal's velocity within the step.
        """
        return FilmState(self.acting[side], self.stretch * (1 + self.step * widening))

    def tension(self, side: str) -> Any:
        """Return the tension of a strong film after the last step, on the electrodes' mesh."""
        mesh = self.stretch.function_space.mesh
        law = mapped(self.laws[side], lambda value, unit: fem.Constant(mesh, float(value)))
        return law.tension(FilmState(self.resistance[side], self.stretch))

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
        return (*self.resistance.values(), self.stretch, self.growth)


def films_of(scaled: Case, fields: Fields, step: Any = 0.0) -> Films:
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
        fem.Function(fields.surface),
        step,
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


class Widths(Protocol):
    """How fast strong films widen."""

    sides: list[str]

    def rate(self, side: str) -> np.ndarray:
        """Return the rate [1/s], scaled, in an array on all electrodes; asked once per step."""


class RidingFilms:
    """Lets films follow the steps of a march."""

    def __init__(self, films: Films, areas: NodalAreas, widths: Widths | None = None) -> None:
        """Begin with the present areas; `widths` tells how strong films widen."""
        self._films, self._areas, self._widths = films, areas, widths
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
        ratio = self._ratio(after)
        for side in self._widths.sides if self._widths else ():
            # What strains a film is how its metal widens, and not how the points of the front move.
            places = self._films.places[side]
            widened = np.exp(time * self._widths.rate(side)[places])
            self._films.stretch.x.array[places] *= widened / ratio[places]
        self._films.ride(ratio, time)
        self._before = after

    def _ratio(self, after: fem.Function) -> np.ndarray:
        """Return present over former area at the places of the films' values."""
        ratio = fem.Function(self._films.stretch.function_space)
        nodal = fem.Function(after.function_space)
        nodal.x.array[:] = after.x.array / self._before.x.array
        ratio.interpolate(nodal)
        return ratio.x.array
