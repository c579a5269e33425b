"""What the alloy's activities mean at an electrode, and for the compound KNa2.

Potentials refer to the pure solid metal in the same electrolyte, activities to the pure bcc metals.
"""

from math import exp, inf, log
from typing import Annotated

from scipy.constants import R, physical_constants

from ..inputs.units import Parameters, Unit, Value, given
from .equilibria import INVARIANTS, compound_energy
from .phases import AlloyState
from .ranges import spread
from .redlich_kister import CENTRAL, VARIANTS, Solutions

FARADAY = physical_constants["Faraday constant"][0]
ELECTRONS = 3  # K+ + 2 Na+ + 3 e- = KNa2


_EXTRAPOLATION = (
    "KNa2: 0.3 kJ per mole of formula at 25 degC, 18 K above the peritectic; its entropy rests on "
    "two temperatures 20 K apart"
)


class CompoundError(Parameters):
    """How uncertain the Gibbs energy of KNa2 is away from the two temperatures that fix it."""

    growth: Annotated[float, Unit("J/mol/K")] = given(
        "16.6 J/mol/K",
        _EXTRAPOLATION,
        trust="estimated",
        range=("5 J/mol/K", "30 J/mol/K"),
    )


COMPOUND_ERROR = CompoundError()


def potential_shift(activity: float, temperature: float) -> float:
    """Potential [V] of a metal in an alloy against the pure metal, -(RT/F) ln a.

    Infinite where the metal is absent.
    """
    if activity <= 0:
        return inf
    return float(-R * temperature / FARADAY * log(activity))


def exchange_constant(gap: float, temperature: float) -> float:
    """Equilibrium constant of K(alloy) + Na+ = Na(alloy) + K+, exp(F gap / RT).

    Args:
        gap: standard potential of Na+/Na minus that of K+/K [V] in the electrolyte.
        temperature: [K].
    """
    return exp(FARADAY * gap / (R * temperature))


def ion_ratio(alloy: AlloyState, gap: float) -> float:
    """Sodium ions per potassium ion in the electrolyte that neither plates nor strips the alloy.

    c_Na / c_K = a_Na / (a_K K_ex). Infinite over pure sodium.
    """
    if alloy.activity_of_potassium <= 0:
        return inf
    ratio = alloy.activity_of_sodium / alloy.activity_of_potassium
    return ratio / exchange_constant(gap, alloy.temperature)


def driving_force(alloy: AlloyState, solutions: Solutions = CENTRAL) -> float:
    """Gibbs energy [J per mole of formula] set free when K + 2 Na of the alloy form KNa2.

    RT ln(a_K a_Na^2) - G(KNa2). Zero where KNa2 is present, negative where it would dissolve, minus
    infinity in the pure metals.
    """
    if alloy.activity_of_potassium <= 0 or alloy.activity_of_sodium <= 0:
        return -inf
    mixed = log(alloy.activity_of_potassium) + 2 * log(alloy.activity_of_sodium)
    return R * alloy.temperature * mixed - compound_energy(alloy.temperature, solutions)


def compound_overpotential(alloy: AlloyState, solutions: Solutions = CENTRAL) -> float:
    """How far below the alloy's potential [V] plating K and Na can form KNa2, -driving force / 3F.

    Both ions in equilibrium with the alloy before the overpotential is applied.
    """
    return -driving_force(alloy, solutions) / (ELECTRONS * FARADAY)


def ranged_driving_force(alloys: tuple[AlloyState, ...]) -> Value:
    """`driving_force` of one alloy by each of `VARIANTS`, with the range these and KNa2 give."""
    force = spread(map(driving_force, alloys, VARIANTS), "J/mol")
    beyond = max(0.0, alloys[0].temperature - INVARIANTS.peritectic_temperature)
    error = COMPOUND_ERROR.growth * beyond
    low, high = (force.low or 0.0) - error, (force.high or 0.0) + error
    source = f"{force.source}; {_EXTRAPOLATION}"
    return Value(force, "J/mol", source, "derived", low, high)
