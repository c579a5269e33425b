"""Gibbs energies of K-Na solutions: liquid and bcc, after Redlich and Kister.

G_ex = x (1-x) [A0 + A1 (2x - 1)], x the mole fraction of sodium, A0 and A1 independent of
temperature. Chemical potentials refer to the pure bcc metals at the same temperature.
"""

from math import inf, log
from typing import NamedTuple

from scipy.constants import R

from ..inputs.units import MolarEnergy, Parameters, Value
from .elements import POTASSIUM, SODIUM

_TARGETS = (
    "least-squares fit to the liquidus at 25 degC, 14.70 and 70.31 at% Na (Xue et al., J. Am. "
    "Chem. Soc. 140 (2018) 3292), the eutectic, 33 at% Na at -12.6 degC, and the limiting solidus "
    "slopes, {slope} at%/K at K and 0.033 at%/K at Na (Bale, Bull. Alloy Phase Diagrams 3(3) "
    "(1982): 0.10 at K)"
)


class Potentials(NamedTuple):
    """Chemical potentials [J mol-1] of the two metals in one phase."""

    potassium: float
    sodium: float


class Excess(Parameters):
    """Excess Gibbs energy of one phase."""

    constant: MolarEnergy
    asymmetry: MolarEnergy

    def energy(self, x: float) -> float:
        """G_ex [J mol-1]."""
        return x * (1 - x) * (self.constant + self.asymmetry * (2 * x - 1))

    def partial(self, x: float) -> Potentials:
        """Partial excess Gibbs energies G_ex - x G_ex' and G_ex + (1-x) G_ex' [J mol-1]."""
        A0, A1 = self.constant, self.asymmetry
        d = 2 * x - 1
        return Potentials(
            x**2 * (A0 + A1 * d - 2 * A1 * (1 - x)), (1 - x) ** 2 * (A0 + A1 * d + 2 * A1 * x)
        )

    def curvature(self, x: float) -> float:
        """G_ex'' [J mol-1]."""
        return -2 * self.constant + self.asymmetry * (6 - 12 * x)


class Solutions(Parameters):
    """The two solution phases of K-Na, liquid and bcc."""

    liquid: Excess
    bcc: Excess

    def potentials_in_liquid(self, x: float, temperature: float) -> Potentials:
        """Chemical potentials in the liquid [J mol-1]."""
        solution = _potentials(self.liquid, x, temperature)
        return Potentials(
            solution.potassium + POTASSIUM.melting_energy(temperature),
            solution.sodium + SODIUM.melting_energy(temperature),
        )

    def potentials_in_bcc(self, x: float, temperature: float) -> Potentials:
        """Chemical potentials in bcc [J mol-1]."""
        return _potentials(self.bcc, x, temperature)


def _potentials(excess: Excess, x: float, temperature: float) -> Potentials:
    partial, RT = excess.partial(x), R * temperature
    return Potentials(RT * _log(1 - x) + partial.potassium, RT * _log(x) + partial.sodium)


def _log(x: float) -> float:
    return log(x) if x > 0 else -inf


def curvature(excess: Excess, x: float, temperature: float) -> float:
    """G'' = RT / (x (1-x)) + G_ex'' [J mol-1] of a solution; positive where it is stable."""
    return float(R * temperature / (x * (1 - x)) + excess.curvature(x))


# The solidus slope at K is the least certain of the five targets, and decides how much liquid an
# alloy holds: the same fit at its central value and at both ends of its range.
# Slope [at%/K]: A0 and A1 of the liquid, A0 and A1 of bcc [J mol-1]. The outer fits weigh the five
# residuals by 1 at% (compositions), 0.01 at%/K (slope at K) and 0.0033 at%/K (slope at Na); these
# weights would give 2776, 529, 7702, 1736 in the middle, within 2 % of the central fit.
_FITS = {
    "0.10": (2755, 540, 7673, 1734),
    "0.08": (2935, 439, 8072, 1433),
    "0.12": (2596, 631, 7355, 2007),
}


def _fitted(slope: str) -> Solutions:
    """Return the fit to one solidus slope; each coefficient's range spans the fits."""
    A = [
        Value(value, "J/mol", _TARGETS.format(slope=slope), "derived", min(fits), max(fits))
        for value, fits in zip(_FITS[slope], zip(*_FITS.values(), strict=True), strict=True)
    ]
    return Solutions(
        liquid=Excess(constant=A[0], asymmetry=A[1]), bcc=Excess(constant=A[2], asymmetry=A[3])
    )


CENTRAL, GENTLE, STEEP = VARIANTS = tuple(_fitted(slope) for slope in _FITS)
