"""Two tests of a metal in a press: compressed to half its height, and under a resting weight.

Solids and mush creep, by the full equations of flow where they stick to the plates. A liquid is
compressed so slowly that its viscous force is nothing beside that of its meniscus.
"""

from collections.abc import Iterator
from itertools import product
from math import log, pi, sqrt
from typing import Annotated, Any, NamedTuple

import numpy as np
from scipy.constants import g

from ..inputs.units import (
    Fraction,
    Length,
    Parameters,
    Pressure,
    StrainRate,
    SurfaceEnergy,
    Time,
    Unit,
    Value,
    given,
)
from ..physics.rheology import Rheology, rheology_of
from .disc import Disc, Moment, at_speed, pressed, rate_under, under_force
from .menisci import borne, gap_left

Mass = Annotated[float, Unit("kg", above=0)]
Angle = Annotated[float, Unit("rad", above=0)]

STEPS, COARSE, FINE = 20, (4, 2), (24, 6)  # a sliding disc stays a cylinder, exactly
POINTS = 3  # of Gauss, in 1/h^2: there the time of a thin liquid disc is a straight line


class Compression(Parameters):
    """A disc between two plates that approach each other at a constant speed."""

    radius: Length = given("5 mm", "chosen: the paper names no sample")
    height: Length = given("2 mm", "chosen: the paper names no sample")
    rate: StrainRate = given("1e-2 1/s", "chosen: speed over first height; the paper names none")
    strain: Fraction = given("0.5", "Tai et al. 2021: the stress at 50 % strain is compared")
    contact_angle: Angle = given("135 deg", "estimate for liquid K-Na on steel; 120 to 150 degrees")

    def disc(self, law: Rheology, sticking: bool) -> Disc:
        """Return the disc."""
        return Disc(self.radius, self.height, law, sticking, FINE if sticking else COARSE)


class Curve(NamedTuple):
    """Engineering strain [-], force over the first area [Pa] and over the present one [Pa]."""

    strain: np.ndarray
    nominal: np.ndarray
    pressure: np.ndarray


def compressed(metal: Any, test: Compression, sticking: bool) -> Curve:
    """Return the metal's curve in `test`; a liquid's is that of its meniscus."""
    if metal.liquid_volume_fraction == 1:
        return _meniscus(metal.surface_energy, test)
    disc = test.disc(rheology_of(metal), sticking)
    press, drive = at_speed(disc, test.rate * test.height)
    moments = list(pressed(press, drive, test.strain, STEPS))
    press.close()
    return _curve(disc, moments)


def viscous_share(metal: Any, test: Compression) -> float:
    """Return the viscous force on a sticking disc over that of its meniscus, at the full strain.

    Stefan's at constant volume, 3 pi eta R^4 V / (2 h^3).
    """
    h = test.height * (1 - test.strain)
    R2 = test.radius**2 * test.height / h
    viscous = 1.5 * metal.liquid_viscosity * R2 * test.rate * test.height / h**3
    return float(viscous / borne(metal.surface_energy, test.contact_angle, h))


def strength_ratio(metal: Any, solid: Any, rate: float) -> tuple[float, float, float]:
    """Return the flow stress of `metal` over that of `solid` at the same rate [1/s], and its range.

    The range is that of the liquid: how much there is, how it weakens grains, what their suspension
    yields at. What the two have in common, as the strength of the solid, falls out.
    """
    own = _strength(metal, rate) / _strength(solid, rate)
    others = [_strength(other, rate) / _strength(solid, rate) for other in variants(metal)]
    return own, min(own, *others), max(own, *others)


def strength_range(metal: Any, rate: float) -> tuple[float, float, float]:
    """Return the flow stress [Pa] of `metal` at a rate [1/s], and its range.

    It is that of the liquid and of the solid's strength, each at its end.
    """
    own = _strength(metal, rate)
    solid = metal.creep.reference_stress
    ends = [own, *(_strength(other, rate) for other in variants(metal))]
    return own, min(ends) * solid.low / solid, max(ends) * solid.high / solid


def variants(metal: Any) -> Iterator[Any]:
    """Yield `metal` with what the liquid does at the ends of its ranges."""
    mush = metal.mush
    numbers = (metal.liquid_volume_fraction, mush.weakening, mush.yield_stress)
    for fraction, weakening, yielding in product(*map(_ends, numbers)):
        other = mush.model_copy(update={"weakening": weakening, "yield_stress": yielding})
        yield metal.model_copy(update={"liquid_volume_fraction": fraction, "mush": other})


class Weight(Parameters):
    """A weight that rests on a flat piece of metal as wide as itself."""

    mass: Mass = given("23 g", "Tai et al. 2021, figure S4: the steel weight")
    diameter: Length = given("10 mm", "chosen: the paper does not tell; 10 to 20 mm")
    height: Length = given("1 mm", "chosen: the paper does not tell")
    time: Time = given("1 h", "chosen: the paper does not tell")
    contact_angle: Angle = given("135 deg", "estimate for liquid K-Na on steel; 120 to 150 degrees")

    @property
    def force(self) -> float:
        """The weight [N]."""
        return self.mass * g

    @property
    def pressure(self) -> float:
        """The mean pressure on the metal [Pa]."""
        return self.force / (pi * self.diameter**2 / 4)

    @property
    def proven_stresses(self) -> tuple[float, float]:
        """Least yield stress [Pa] of a metal that keeps its shape: sticking, and sliding.

        Between plates to which it sticks a plastic disc bears Y [1 + 2 R / (3 sqrt(3) h)].
        """
        held = 1 + self.diameter / (3 * sqrt(3) * self.height)
        return self.pressure / held, self.pressure

    def disc(self, law: Rheology) -> Disc:
        """Return the piece, sticking to both plates."""
        return Disc(self.diameter / 2, self.height, law, sticking=True, divisions=FINE)


def strains(metal: Any, test: Weight) -> tuple[float, float]:
    """Return the strain [-] in the time of `test`, sticking and sliding, at its first rate."""
    law = rheology_of(metal)
    press, drive = under_force(test.disc(law), test.force)
    speed, _ = drive(press)
    press.close()
    sticking = speed * press.rate * test.time
    return float(sticking), float(rate_under(law, test.pressure) * test.time)


class SqueezeOut(NamedTuple):
    """A liquid under a weight: the gap left [m], and times [s] that it takes to get there.

    `viscous` by the formula and `modelled` by the equations of flow; `inertia` of the liquid alone;
    `fall` of the weight. The longest of them rules.
    """

    gap: float
    viscous: float
    modelled: float
    inertia: float
    fall: float


def squeezed_out(metal: Any, test: Weight) -> SqueezeOut:
    """Return how a liquid leaves from under a weight; what has left it bears nothing.

    viscous = (3 pi eta R^4 / 4F) (1/h^2 - 1/h_0^2), sticking (Stefan). Without viscosity it leaves
    at the speed v = sqrt(2 p / rho), in the time R/(2v) ln(h_0/h). No weight falls faster than
    freely.
    """
    R, h0, F, eta = test.diameter / 2, test.height, test.force, metal.liquid_viscosity
    gap = gap_left(metal.surface_energy, test.contact_angle, test.pressure)
    fast = sqrt(2 * test.pressure / metal.density)
    return SqueezeOut(
        gap,
        3 * pi * eta * R**4 / (4 * F) * (1 / gap**2 - 1 / h0**2),
        _time_between(test.disc(rheology_of(metal)), test.force, gap),
        R / (2 * fast) * log(h0 / gap),
        sqrt(2 * (h0 - gap) / g),
    )


def _time_between(disc: Disc, force: float, gap: float) -> float:
    """Return the time [s] in which a liquid disc of constant radius gets as thin as `gap`."""
    press, drive = under_force(disc, force)
    first, end = press.rim, gap / disc.height
    points, weights = np.polynomial.legendre.leggauss(POINTS)
    half, time = (1 / end**2 - 1) / 2, 0.0
    for point, weight in zip(points, weights, strict=True):
        height = (1 + half * (1 + point)) ** -0.5
        press.place(first * [1.0, height])
        speed, _ = drive(press)
        time += weight * half * height**3 / 2 / (speed * press.rate)
    press.close()
    return float(time)


def _ends(number: Value) -> tuple[Value, Value]:
    low, high = (Value(end, number.unit, number.source) for end in (number.low, number.high))
    return low, high


def _strength(metal: Any, rate: float) -> float:
    return float(3 * rheology_of(metal).viscosity(rate) * rate)


def _curve(disc: Disc, moments: list[Moment]) -> Curve:
    _, heights, forces, radii, _ = np.array(moments).T
    return Curve(1 - heights / disc.height, forces / disc.area, forces / (pi * radii**2))


def _meniscus(surface_energy: SurfaceEnergy, test: Compression) -> Curve:
    """Return what the liquid's meniscus bears: 2 gamma |cos theta| / h, on an area that grows."""
    strain = np.linspace(0.0, test.strain, STEPS + 1)
    height = test.height * (1 - strain)
    pressure: Pressure = borne(surface_energy, test.contact_angle, height)
    return Curve(strain, pressure * test.height / height, np.asarray(pressure))
