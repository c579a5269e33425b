"""How metal flows: its viscosity at a rate of strain.

Rates are equivalent (von Mises) ones, eps = sqrt(2/3 D:D); the equivalent stress is 3 eta eps. In
a bar that is stretched both are the plain stress and strain rate; in shear at the rate gamma and
the stress tau they are gamma/sqrt(3) and sqrt(3) tau.

The laws take numbers, arrays and UFL expressions alike, so they are written with operators only.
"""

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from numpy import e

from ..inputs.nature import Nature
from ..inputs.units import (
    Fraction,
    Parameters,
    PositiveNumber,
    Pressure,
    StrainRate,
    Temperature,
    Value,
    Viscosity,
    given,
)

# Keeps negative powers of the room finite. A suspension packed this closely is stiffer than
# creeping grains by orders of magnitude, so that these alone count.
LEAST_ROOM = 1e-9


@runtime_checkable
class Rheology(Protocol):
    """A law of flow. Any object with this one method can stand in a model."""

    def viscosity(self, rate: Any) -> Any:
        """Return the shear viscosity [Pa s] at the equivalent strain rate [1/s]."""


class Newtonian(Parameters):
    """A liquid: the same viscosity at every rate."""

    constant: Viscosity

    def viscosity(self, rate: Any) -> Any:
        """Return the constant."""
        return self.constant + 0 * rate


class PowerLawCreep(Parameters):
    """Creep of a solid metal (Norton's law) with Arrhenius' temperature, Newtonian at rest.

    eps = A eps_0 (sigma/sigma_0)^n with A = exp[-T_a (1/T - 1/T_0)], T_a = Q/R; below the rate
    A eps_r the power of the rate levels off:

        eta(eps) = sigma_0 / (3 A eps_0) {[(eps/A)^2 + eps_r^2] / eps_0^2}^[(1/n - 1)/2].
    """

    reference_strain_rate: StrainRate
    reference_stress: Pressure
    stress_exponent: PositiveNumber
    rest_strain_rate: StrainRate
    activation_temperature: Temperature
    temperature: Temperature
    reference_temperature: Temperature = given("298.15 K", "where the reference stress is stated")

    def viscosity(self, rate: Any) -> Any:
        """Return the viscosity [Pa s]."""
        return self.weakened(rate, 1.0)

    def weakened(self, rate: Any, factor: Any) -> Any:
        """Return the viscosity [Pa s] of a metal that creeps `factor` times as fast."""
        warmth = 1 / self.reference_temperature - 1 / self.temperature
        factor = factor * e ** (self.activation_temperature * warmth)
        rest = self.rest_strain_rate / self.reference_strain_rate
        relative = rate / (factor * self.reference_strain_rate)
        levelled = (relative**2 + rest**2) ** ((1 / self.stress_exponent - 1) / 2)
        return self.reference_stress / (3 * factor * self.reference_strain_rate) * levelled


class PartlyMolten(Parameters):
    """Grains with liquid between them, from a trace of liquid to a few grains in liquid.

    Two ways of flowing, at rates that add up, so 1/eta = 1/eta_grains + 1/eta_suspension:

    - the grains creep, exp(alpha phi) times as fast as without liquid at the same stress
      (Hirth and Kohlstedt, Geophys. Monogr. 138 (2003) 83), alpha phi_c being the end of it;
    - grains move past each other, only above the critical liquid fraction phi_c, with the
      viscosity of Krieger and Dougherty (Trans. Soc. Rheol. 3 (1959) 137) and a yield stress,
      s = 1 - phi, s_m = 1 - phi_c:

        eta = eta_l (1 - s/s_m)^(-2.5 s_m) + tau_y / (sqrt(3) eps),
        tau_y = tau_0 [(s/s_y - 1) / (1 - s/s_m)]^p  for s > s_y, else 0.

    Without liquid it is `solid`; nothing but liquid has the liquid's viscosity. A mean of the two
    viscosities over a band about phi_c would not do: that of the suspension has no bound there.
    """

    solid: PowerLawCreep
    liquid_viscosity: Viscosity
    liquid_fraction: Fraction
    weakening: PositiveNumber
    critical_liquid_fraction: Fraction
    yield_stress: Pressure
    yield_onset: Fraction
    yield_exponent: PositiveNumber

    def at(self, liquid_fraction: Any) -> "PartlyMolten":
        """Return the law where there is another share of liquid, a number or a UFL expression."""
        return self.model_copy(update={"liquid_fraction": liquid_fraction})

    def viscosity(self, rate: Any) -> Any:
        """Return the viscosity [Pa s]."""
        return 1 / (1 / self.of_grains(rate) + 1 / self.of_suspension(rate))

    def of_grains(self, rate: Any) -> Any:
        """Return the viscosity [Pa s] of grains that creep where they are."""
        phi, end = self.liquid_fraction, self.critical_liquid_fraction
        return self.solid.weakened(rate, e ** (self.weakening * (phi - _positive(phi - end))))

    def of_suspension(self, rate: Any) -> Any:
        """Return the viscosity [Pa s] of grains that move past each other."""
        levelled = (rate**2 + self.solid.rest_strain_rate**2) ** 0.5
        packing = 1 - self.critical_liquid_fraction
        drag = self.liquid_viscosity * self.room ** (-2.5 * packing)
        return drag + self.shear_yield_stress / (3**0.5 * levelled)

    @property
    def shear_yield_stress(self) -> Any:
        """Yield stress of the suspension in shear [Pa]."""
        excess = _positive((1 - self.liquid_fraction) / self.yield_onset - 1)
        return self.yield_stress * (excess / self.room) ** self.yield_exponent

    @property
    def room(self) -> Any:
        """Room that the grains have to move, 1 - s/s_m."""
        packing = 1 - self.critical_liquid_fraction
        return _positive(1 - (1 - self.liquid_fraction) / packing) + LEAST_ROOM


@dataclass(frozen=True)
class Thickened:
    """A law with a Newtonian share, `least` [Pa s], beside the law's own viscosity.

    A liquid metal is thinner than a solid one by ten orders of magnitude, more than one system of
    equations holds. What levels within a millionth of a run levels at once either way.
    """

    law: Rheology
    least: Any

    def viscosity(self, rate: Any) -> Any:
        """Return the viscosity [Pa s]."""
        return self.law.viscosity(rate) + self.least


@dataclass(frozen=True)
class Eased:
    """A law on the way from a Newtonian liquid (`share` 0) to itself (`share` 1).

    eta = eta(eps_1)^(1 - share) eta(eps)^share with a typical rate eps_1: of a power law another
    power law, with 1/n taken from 1 to its own value. Newton's method follows it from rest.
    """

    law: Rheology
    typical_rate: Any
    share: Any

    def viscosity(self, rate: Any) -> Any:
        """Return the viscosity [Pa s]."""
        start = self.law.viscosity(self.typical_rate)
        return start * (self.law.viscosity(rate) / start) ** self.share


def rheology_of(metal: Any) -> Rheology:
    """Return the law of a `Metal`'s flow by its phases: solid, liquid, or both.

    Numbers with their sources and ranges are the metal's own, at its temperature, in SI.
    """
    if metal.liquid_volume_fraction == 0:
        return solid_of(metal)
    if metal.liquid_volume_fraction == 1:
        return Newtonian(constant=metal.liquid_viscosity)
    return mush_of(metal)


def mush_of(metal: Any) -> PartlyMolten:
    """Return the law of a `Metal` that may hold any liquid, now as much as in equilibrium."""
    return PartlyMolten(
        solid=solid_of(metal),
        liquid_viscosity=metal.liquid_viscosity,
        liquid_fraction=metal.liquid_volume_fraction,
        **dict(metal.mush),
    )


def solid_of(metal: Any) -> PowerLawCreep:
    """Return the creep of a `Metal`'s solid."""
    numbers = dict(metal.creep)
    Q = numbers.pop("activation_energy")
    R = Nature(temperature=metal.temperature).gas_constant
    low, high = (None if end is None else end / R for end in (Q.low, Q.high))
    return PowerLawCreep(
        activation_temperature=Value(Q / R, "K", Q.source, Q.trust, low, high),
        temperature=metal.temperature,
        **numbers,
    )


def _positive(x: Any) -> Any:
    """Return x where it is positive, else 0."""
    return (x + abs(x)) / 2
