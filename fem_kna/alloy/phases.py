"""The state of a K-Na alloy: which phases, how much of each, and the activities.

Between two single-phase fields the lever rule shares the alloy among their ends.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

from scipy.constants import R

from ..inputs.errors import InputError
from .composition import checked_fraction
from .elements import POTASSIUM
from .equilibria import (
    COMPOUND,
    INVARIANTS,
    bcc_beside_compound,
    liquid_beside_compound,
    tie_line,
)
from .redlich_kister import CENTRAL, Potentials, Solutions
from .volumes import (
    BCC_K,
    BCC_NA,
    KNA2,
    LIQUID,
    MolarVolumes,
    Phase,
    molar_mass,
    molar_volume,
    molar_volumes,
)


class Field(NamedTuple):
    """The sodium mole fractions between which one phase exists alone."""

    phase: str
    low: float
    high: float


@dataclass(frozen=True)
class AlloyState:
    """An alloy in equilibrium at one temperature [K]. Activities refer to the pure bcc metals."""

    sodium_mole_fraction: float
    temperature: float
    phases: tuple[Phase, ...]
    activity_of_potassium: float
    activity_of_sodium: float

    @property
    def liquid_mole_fraction(self) -> float:
        """Share of the liquid by atoms."""
        return self._liquid_share(lambda phase: 1.0)

    @property
    def liquid_mass_fraction(self) -> float:
        """Share of the liquid by mass."""
        return self._liquid_share(lambda phase: molar_mass(phase.sodium_mole_fraction))

    @property
    def liquid_volume_fraction(self) -> float:
        """Share of the liquid by volume."""
        return self._liquid_share(lambda phase: molar_volume(phase, self.temperature))

    def _liquid_share(self, amount: Callable[[Phase], float]) -> float:
        """Share of the liquid in the sum over the phases of `amount` per mole of atoms."""
        liquid = sum(p.share * amount(p) for p in self.phases if p.name == LIQUID)
        return liquid / sum(p.share * amount(p) for p in self.phases)

    @property
    def molar_volume(self) -> float:
        """Molar volume of the alloy [m3 mol-1]."""
        return sum(p.share * molar_volume(p, self.temperature) for p in self.phases)

    @property
    def molar_volumes(self) -> MolarVolumes:
        """Molar volumes [m3 mol-1] of K and Na, each averaged over where its atoms are.

        So that x V_Na + (1-x) V_K is the molar volume of the alloy.
        """
        volumes = [molar_volumes(phase, self.temperature) for phase in self.phases]
        sodium = [phase.share * phase.sodium_mole_fraction for phase in self.phases]
        potassium = [phase.share * (1 - phase.sodium_mole_fraction) for phase in self.phases]
        return MolarVolumes(
            _mean([v.potassium for v in volumes], potassium),
            _mean([v.sodium for v in volumes], sodium),
        )

    @property
    def density(self) -> float:
        """Density [kg m-3]."""
        return molar_mass(self.sodium_mole_fraction) / self.molar_volume


def _mean(values: list[float], weights: list[float]) -> float:
    """Weighted mean; where the element is absent, its value in the first phase."""
    total = sum(weights)
    if total == 0:
        return values[0]
    return sum(v * w for v, w in zip(values, weights, strict=True)) / total


def state(
    sodium_mole_fraction: float, temperature: float, solutions: Solutions = CENTRAL
) -> AlloyState:
    """Return the equilibrium state of an alloy between -12.6 and 63.7 degC.

    Continuous in composition, but with kinks at every phase boundary: between two phases the
    activities do not change with composition. In temperature the phases' shares jump at the
    peritectic. For Newton's method see `smooth`.

    Args:
        sodium_mole_fraction: 0 to 1.
        temperature: [K].
        solutions: the Gibbs energies; `redlich_kister.VARIANTS` spans their uncertainty.

    Raises:
        InputError: composition or temperature out of range.
    """
    x = checked_fraction("sodium mole fraction", sodium_mole_fraction)
    phases = _phases(x, single_phase_fields(temperature, solutions))
    activities = _activities(phases, temperature, solutions)
    return AlloyState(x, temperature, phases, *activities)


def single_phase_fields(temperature: float, solutions: Solutions = CENTRAL) -> tuple[Field, ...]:
    """Return the single-phase fields at a temperature [K], from K to Na.

    Raises:
        InputError: the temperature is below the eutectic, where all is solid, or above the
            melting point of potassium.
    """
    cold, warm = INVARIANTS.eutectic_temperature, POTASSIUM.melting_point
    if not cold <= round(temperature, 6) <= warm:  # -12.6 degC is 260.54999999999995 K
        raise InputError(
            f"alloy temperature {temperature:g} K, {temperature - 273.15:g} degC: accepted: "
            f"{cold:g} to {warm:g} K (-12.6 degC, the eutectic, to 63.7 degC, the melting point "
            "of potassium)"
        )
    potassium = tie_line(temperature, "potassium", solutions)
    first = Field(BCC_K, 0.0, potassium.bcc)
    if round(temperature, 6) < INVARIANTS.peritectic_temperature:
        return (
            first,
            Field(LIQUID, potassium.liquid, liquid_beside_compound(temperature, solutions)),
            Field(KNA2, COMPOUND, COMPOUND),
            Field(BCC_NA, bcc_beside_compound(temperature, solutions), 1.0),
        )
    sodium = tie_line(temperature, "sodium", solutions)
    return (
        first,
        Field(LIQUID, potassium.liquid, sodium.liquid),
        Field(BCC_NA, sodium.bcc, 1.0),
    )


def _phases(x: float, fields: tuple[Field, ...]) -> tuple[Phase, ...]:
    """Single phase inside a field, else the lever rule between the two neighbours.

    A compound has no width: an alloy of its composition ends the field before it.
    """
    index = next(i for i, field in enumerate(fields) if x <= field.high)
    right = fields[index]
    if index == 0 or (right.low < right.high and x >= right.low):
        return (Phase(right.phase, 1.0, x),)
    left = fields[index - 1]
    share = (x - left.high) / (right.low - left.high)
    return (Phase(left.phase, 1 - share, left.high), Phase(right.phase, share, right.low))


def _activities(
    phases: tuple[Phase, ...], temperature: float, solutions: Solutions
) -> tuple[float, float]:
    """Activities of K and Na, exp(mu / RT), from any phase that is a solution."""
    solution = next(phase for phase in phases if phase.name != KNA2)
    potentials = (
        solutions.potentials_in_liquid if solution.name == LIQUID else solutions.potentials_in_bcc
    )
    mu: Potentials = potentials(solution.sodium_mole_fraction, temperature)
    return exp(mu.potassium / (R * temperature)), exp(mu.sodium / (R * temperature))
