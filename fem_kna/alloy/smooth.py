"""A K-Na alloy without kinks: for Newton's method across the phase boundaries.

In equilibrium (`phases.state`) the activities are continuous in composition, but their slopes jump
at every phase boundary, and vanish between two phases; the liquid fraction has kinks there too, and
jumps in temperature at the peritectic. Here every phase p keeps a grand potential Omega_p(m), m the
chemical potential of sodium less that of potassium, and instead of the least of them

    Omega(m) = -e ln sum_p exp(-Omega_p(m) / e),    e = RT / atoms,

as if the phases came in independent clusters of `atoms` atoms. Then x = -dOmega/dm, the shares of
the phases are the terms' weights, mu_K = Omega and mu_Na = Omega + m: infinitely smooth, with
Gibbs-Duhem exact and activities that grow with their metal. Equilibrium is the limit of many atoms.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import exp, log
from typing import NamedTuple

import numpy as np
from scipy.constants import R
from scipy.optimize import brentq

from ..inputs.errors import InputError
from .composition import checked_fraction
from .equilibria import COMPOUND, compound_energy
from .phases import single_phase_fields
from .redlich_kister import CENTRAL, Excess, Potentials, Solutions, curvature
from .volumes import BCC_K, BCC_NA, KNA2, LIQUID

PhasePotentials = Callable[[float, float], Potentials]
_REACH = 12.0  # |G_ex'| / RT of every phase stays below this


class Branch(NamedTuple):
    """One phase at a given m: grand potential [J mol-1], sodium mole fraction and its slope."""

    omega: float
    x: float
    slope: float


class Solved(NamedTuple):
    """The mixture of phases at a given m."""

    omega: float
    x: float
    slope: float
    shares: dict[str, float]


@dataclass(frozen=True)
class SmoothState:
    """An alloy at one composition. Slopes are derivatives by the sodium mole fraction."""

    shares: dict[str, float]
    activity_of_potassium: float
    activity_of_sodium: float
    slope_of_potassium: float
    """d a_K / dx [-]."""
    slope_of_sodium: float
    """d a_Na / dx [-]."""

    @property
    def liquid_mole_fraction(self) -> float:
        """Share of the liquid by atoms."""
        return self.shares[LIQUID]


@dataclass(frozen=True)
class SmoothAlloy:
    """K-Na at one temperature with rounded phase boundaries.

    Args:
        temperature: [K], -12.6 to 63.7 degC.
        solutions: the Gibbs energies.
        atoms: per cluster; 10 000 keep sodium's potential within 0.2 mV of the equilibrium's.
    """

    temperature: float
    solutions: Solutions = CENTRAL
    atoms: float = 10_000.0

    def __post_init__(self) -> None:
        single_phase_fields(self.temperature, self.solutions)  # refuses what is out of range
        if not self.atoms >= 1:
            raise InputError(f"atoms {self.atoms:g} of a cluster: accepted: 1 or more")

    def state(self, sodium_mole_fraction: float) -> SmoothState:
        """Return shares, activities and their slopes at a composition.

        Raises:
            InputError: the composition is not in 0 to 1.
        """
        x = checked_fraction("sodium mole fraction", sodium_mole_fraction)
        if x in (0, 1):
            return self._pure(x)
        m = self._difference(x)
        found, RT = self.at_difference(m), R * self.temperature
        a_K, a_Na = exp(found.omega / RT), exp((found.omega + m) / RT)
        slope = 1 / (found.slope * RT)
        return SmoothState(found.shares, a_K, a_Na, -x * slope * a_K, (1 - x) * slope * a_Na)

    def at_difference(self, m: float) -> Solved:
        """Return the mixture at m = mu_Na - mu_K [J mol-1]."""
        branches = {name: branch(m) for name, branch in self._branches.items()}
        e = R * self.temperature / self.atoms
        least = min(branch.omega for branch in branches.values())
        terms = {name: exp((least - branch.omega) / e) for name, branch in branches.items()}
        total = sum(terms.values())
        shares = {name: term / total for name, term in terms.items()}
        x = sum(shares[name] * branch.x for name, branch in branches.items())
        slope = sum(
            shares[name] * (branch.slope + (branch.x - x) ** 2 / e)
            for name, branch in branches.items()
        )
        return Solved(least - e * log(total), x, slope, shares)

    def _difference(self, x: float) -> float:
        """Solve x(m) = x; x(m) grows from 0 to 1."""
        RT = R * self.temperature
        target = log(x / (1 - x))
        middle, reach = RT * target, _REACH * RT

        def miss(m: float) -> float:
            found = self.at_difference(m).x
            return log(found / (1 - found)) - target

        return float(brentq(miss, middle - reach, middle + reach, xtol=1e-11, rtol=1e-15))

    @cached_property
    def _branches(self) -> dict[str, Callable[[float], Branch]]:
        """The phases; bcc is two, on either side of its spinodals."""
        low, high = _spinodals(self.solutions.bcc, self.temperature)
        return {
            BCC_K: lambda m: self._solution(m, self.solutions.bcc, 0.0, low),
            LIQUID: lambda m: self._solution(m, self.solutions.liquid, 0.0, 1.0),
            KNA2: self._compound,
            BCC_NA: lambda m: self._solution(m, self.solutions.bcc, high, 1.0),
        }

    def _compound(self, m: float) -> Branch:
        energy = compound_energy(self.temperature, self.solutions) / 3
        return Branch(energy - COMPOUND * m, COMPOUND, 0.0)

    def _solution(self, m: float, excess: Excess, low: float, high: float) -> Branch:
        """A solution between two compositions; kept at its end beyond, where its share is nil."""
        T, potentials = self.temperature, self._potentials(excess)

        def difference(x: float) -> float:
            return _difference_of(potentials(x, T))

        if low > 0 and m < difference(low):
            return _kept(potentials(low, T), low, m)
        if high < 1 and m > difference(high):
            return _kept(potentials(high, T), high, m)
        x = _inverted(difference, m, R * T, low, high)
        return Branch(potentials(x, T).potassium, x, 1 / curvature(excess, x, T))

    def _potentials(self, excess: Excess) -> PhasePotentials:
        if excess is self.solutions.liquid:
            return self.solutions.potentials_in_liquid
        return self.solutions.potentials_in_bcc

    def _pure(self, x: float) -> SmoothState:
        """The limits x to 0 and to 1: Henry's law gives the slope of the absent metal."""
        near = abs(x - 1e-9)
        beside = self.state(near)
        slopes = (beside.slope_of_potassium, beside.slope_of_sodium)
        return SmoothState(beside.shares, 1.0 - x, x, *slopes)


def _difference_of(mu: Potentials) -> float:
    return mu.sodium - mu.potassium


def _kept(mu: Potentials, x: float, m: float) -> Branch:
    return Branch(mu.potassium - x * (m - _difference_of(mu)), x, 0.0)


def _inverted(
    difference: Callable[[float], float], m: float, RT: float, low: float, high: float
) -> float:
    """Solve difference(x) = m between `low` and `high`, in ln(x / (1-x))."""

    def miss(u: float) -> float:
        return difference(_fraction(u)) - m

    ends = [
        log(end / (1 - end)) if 0 < end < 1 else m / RT + side * _REACH
        for end, side in ((low, -1), (high, 1))
    ]
    return _fraction(float(brentq(miss, *ends, xtol=1e-13, rtol=1e-15)))


def _fraction(u: float) -> float:
    return 1 / (1 + exp(-u))


def _spinodals(excess: Excess, temperature: float) -> tuple[float, float]:
    """The two compositions where G'' = 0: x (1-x) G'' is a cubic."""
    A0, A1 = excess.constant, excess.asymmetry
    first, second = 6 * A1 - 2 * A0, -12 * A1
    roots = np.roots([-second, second - first, first, R * temperature])
    low, high = sorted(float(root.real) for root in roots if 0 < root.real < 1)
    return low, high
