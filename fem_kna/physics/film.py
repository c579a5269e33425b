"""The film (SEI) between metal and electrolyte: its area resistance along the front.

On a moving front a film rides along: where the front stretches it grows thinner at constant volume,
and with its thickness its resistance falls. `stretch` is the present area over that at which the
film was formed.

A film with strength sticks to its metal, and pulls on it where it is stretched. Its virtual work is

    int T (div_s w_t + kappa w_n) da,

with the membrane tension T [N/m], the same in all directions along the front: the traction
-T kappa n + grad_s T on the metal. The area of such a film grows at the rate

    div_s v_t + kappa (v . n + G)

by the metal's velocity v and by what is deposited under it, G = -sum_j V_j i_j/F: then what the
film stores is what metal and deposit do on it. Where the metal stands v is zero. The points of the
front, by which the film is known, may move along it otherwise; by how much strain passes them is
left out, which of a film whose strain is small, as that of a brittle one is, is smaller by that
strain. As a resistance it thins with the points, like any other film.
"""

from typing import Annotated, Any, ClassVar, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy import e
from pydantic import Field
from ufl import dot, max_value

from ..inputs.units import (
    AreaResistance,
    FilmResistance,
    Length,
    Parameters,
    PoissonNumber,
    PositiveNumber,
    Pressure,
    SquaredResistanceRate,
    given,
)
from .flow import surface_divergence
from .frame import Surface


class FilmState(NamedTuple):
    """Area resistance [ohm m2] and stretch [-] of the film at points of the front."""

    resistance: Any
    stretch: Any


@runtime_checkable
class FilmLaw(Protocol):
    """A film whose resistance may vary along the front."""

    def area_resistance(self, weak: Any) -> Any:
        """Return the area resistance [ohm m2] where the share `weak` (0 to 1) is cracked film."""

    def ridden(self, film: FilmState, ratio: np.ndarray, time: float) -> FilmState:
        """Return the film after its area changed by the factor `ratio` within `time` [s]."""


@runtime_checkable
class StrongFilm(FilmLaw, Protocol):
    """A film that sticks to its metal and pulls on it."""

    def tension(self, film: FilmState) -> Any:
        """Return the membrane tension T [N/m] of a film given as UFL expressions, or numbers."""


def widening(v: Any, kappa: Any, normal: Any, surface: Surface) -> Any:
    r"""Return how fast a film on metal of velocity `v` widens, div_s v_t + kappa v . n [1/s].

    Of a test function in its place it is the film's virtual work over its tension. The tangential
    part v_t = v - (v . nu) nu is by nodal normals: between facets that differ in direction the
    tension would otherwise pull at each kink, see `metal_residual` of the cell.

    Args:
        v: velocity of the metal [m/s].
        kappa: curvature of the front [1/m].
        normal: nodal normals nu out of the metal.
        surface: the front's configuration.
    """
    along = v - dot(v, normal) * normal
    return surface_divergence(along, surface) + kappa * dot(v, surface.n)


def pulling(tension: Any, w: Any, kappa: Any, normal: Any, surface: Surface, ds: Any) -> Any:
    r"""Weak traction of a film: :math:`\int T\,(\nabla_s\cdot w_t + \kappa\,w\cdot n)\;da`.

    Args:
        tension: T [N/m].
        w: vector test function of the metal's balance of forces.
        kappa, normal, surface: as of `widening`.
        ds: measure of the front, seen from the metal.
    """
    return tension * widening(w, kappa, normal, surface) * surface.area * ds


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


class SpreadFilm(Parameters):
    """A film whose resistance varies from place to place, finer than the mesh; in parallel.

    ln R is normal with the deviation `spread` about the `median`. Under one potential drop over the
    film patches conduct in parallel, R_eff = 1/<1/R> = median exp(-spread^2/2).
    """

    median: AreaResistance
    spread: PositiveNumber = given(
        0.5, "estimate: none is measured", trust="estimated", range=(0.3, 1.0)
    )

    def area_resistance(self, weak: Any) -> Any:
        """Return R_eff, whatever `weak` is."""
        return self.median * e ** (-(self.spread**2) / 2) + 0 * weak

    def focus(self, deviations: float = 1.0) -> float:
        """Return local over mean current where ln R is so many deviations below its median.

        exp(spread z - spread^2/2): of a thin film's own share of the voltage, an upper bound.
        """
        return float(e ** (self.spread * deviations - self.spread**2 / 2))

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
        resistance = grown(resistance, self, time)
        thinnest = np.minimum(resistance, self.cracked_resistance)
        return broken(FilmState(resistance, stretch), thinnest, self.critical_stretch)


class ElasticFilm(Parameters):
    """An elastic film that sticks to its metal, pulls on it, and breaks under too much stress.

    In its plane it is stretched by the same in all directions, sqrt(s) at the area's stretch s:

        T = h E/(1 - nu) max(s - 1, 0)/2,       stress T/h,

    with the thickness h, which is `thickness` where the film has its intact resistance and is as
    the resistance elsewhere. Compressed it wrinkles and pushes nothing; it does not resist shear.
    Where its stress passes `crack_stress`, at s = 1 + 2 (1 - nu) crack_stress/E, it cracks: metal
    is bared, on which a film of the cracked resistance forms at once. From there on, and where the
    shape draws a patch, it thickens as a `BrittleFilm`. What is added
    is free of stress: the strain of the whole is as much less as it is thicker.
    """

    needs_patch: ClassVar[bool] = False

    resistance: FilmResistance
    cracked_resistance: FilmResistance
    growth: SquaredResistanceRate
    thickness: Length
    modulus: Pressure
    poisson_number: PoissonNumber
    crack_stress: Pressure

    @property
    def critical_stretch(self) -> Any:
        """Stretch of the area at which the film cracks."""
        return 1 + 2 * (1 - self.poisson_number) * self.crack_stress / self.modulus

    def area_resistance(self, weak: Any) -> Any:
        """Return the resistance at the weak share s = `weak`, of both films in parallel."""
        return 1 / ((1 - weak) / self.resistance + weak / self.cracked_resistance)

    def tension(self, film: FilmState) -> Any:
        """Return T [N/m]."""
        thickness = self.thickness * film.resistance / self.resistance
        stiffness = self.modulus / (2 * (1 - self.poisson_number))
        return stiffness * thickness * max_value(film.stretch - 1, 0)

    def ridden(self, film: FilmState, ratio: np.ndarray, time: float) -> FilmState:
        """Return the film stretched, then grown, then cracked where it was stretched too far."""
        before, stretch = thinned(film, ratio)
        resistance = grown(before, self, time)
        film = FilmState(resistance, 1 + (stretch - 1) * before / resistance)
        return broken(film, self.cracked_resistance, self.critical_stretch)


def grown(resistance: np.ndarray, law: Any, time: float) -> np.ndarray:
    """Return the resistance after `time` [s] of parabolic growth up to that of the intact film."""
    more = np.minimum(np.sqrt(resistance**2 + law.growth * time), law.resistance)
    return np.where(resistance < law.resistance, more, resistance)


def broken(film: FilmState, resistance: Any, critical: Any) -> FilmState:
    """Return the film, of a given `resistance` and unstretched where its stretch was `critical`."""
    cracks = film.stretch > critical
    return FilmState(
        np.where(cracks, resistance, film.resistance), np.where(cracks, 1.0, film.stretch)
    )
