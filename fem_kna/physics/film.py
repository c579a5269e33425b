"""The film (SEI) between metal and electrolyte: its area resistance along the front.

On a moving front a film rides along: where the front stretches it grows thinner at constant volume,
and with its thickness its resistance falls. `stretch` is the present area over that at which the
film was formed.
"""

from typing import Annotated, Any, ClassVar, NamedTuple, Protocol, runtime_checkable

import numpy as np
from pydantic import Field

from ..inputs.units import AreaResistance, Parameters, SquaredResistanceRate


class FilmState(NamedTuple):
    """Area resistance [ohm m2] and stretch [-] of the film at points of the front, arrays."""

    resistance: np.ndarray
    stretch: np.ndarray


@runtime_checkable
class FilmLaw(Protocol):
    """A film whose resistance may vary along the front."""

    def area_resistance(self, weak: Any) -> Any:
        """Return the area resistance [ohm m2] where the share `weak` (0 to 1) is cracked film."""

    def ridden(self, film: FilmState, ratio: np.ndarray, time: float) -> FilmState:
        """Return the film after its area changed by the factor `ratio` within `time` [s]."""


def thinned(film: FilmState, ratio: np.ndarray) -> FilmState:
    """Return the film after its area changed by the factor `ratio`, its volume kept."""
    return FilmState(film.resistance / ratio, film.stretch * ratio)


class UniformFilm(Parameters):
    """The same resistance everywhere; zero is a bare electrode."""

    resistance: AreaResistance

    def area_resistance(self, weak: Any) -> Any:
        """Return the resistance, whatever `weak` is."""
        return self.resistance + 0 * weak

    def ridden(self, film: FilmState, ratio: np.ndarray, time: float) -> FilmState:
        """Return the stretched film."""
        return thinned(film, ratio)


class CrackedFilm(Parameters):
    """An intact film with a crack of low resistance, where the shape draws its patch.

    Both conduct in parallel at the patch's edge: 1/R = (1 - s)/R_intact + s/R_cracked.
    """

    needs_patch: ClassVar[bool] = True  # without one it would have no crack, ever

    resistance: AreaResistance
    cracked_resistance: AreaResistance

    def area_resistance(self, weak: Any) -> Any:
        """Return the resistance at the weak share s = `weak`."""
        return 1 / ((1 - weak) / self.resistance + weak / self.cracked_resistance)

    def ridden(self, film: FilmState, ratio: np.ndarray, time: float) -> FilmState:
        """Return the stretched film; intact or cracked, it stays what it is."""
        return thinned(film, ratio)


class BrittleFilm(CrackedFilm):
    """A film that cracks where it is stretched too far, and grows again.

    Where the stretch passes `critical_stretch` the film cracks: its resistance falls to the cracked
    one and its stretch starts from one. A film below its intact resistance thickens by Peled's
    parabolic law, d(R^2)/dt = `growth` (thickness and resistance in proportion), up to it. It
    starts cracked where the shape draws a patch, intact everywhere else.
    """

    needs_patch: ClassVar[bool] = False

    critical_stretch: Annotated[float, Field(gt=1)]
    growth: SquaredResistanceRate

    def ridden(self, film: FilmState, ratio: np.ndarray, time: float) -> FilmState:
        """Return the film stretched, then grown, then cracked where it was stretched too far."""
        resistance, stretch = thinned(film, ratio)
        grown = np.minimum(np.sqrt(resistance**2 + self.growth * time), self.resistance)
        resistance = np.where(resistance < self.resistance, grown, resistance)
        cracks = stretch > self.critical_stretch
        return FilmState(
            np.where(cracks, np.minimum(resistance, self.cracked_resistance), resistance),
            np.where(cracks, 1.0, stretch),
        )
