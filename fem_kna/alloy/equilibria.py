"""Which phases of K-Na coexist: tie lines between liquid and bcc, and the compound KNa2.

Coexistence is equality of both chemical potentials. KNa2 is a line compound whose Gibbs energy,
linear in temperature, follows from the two temperatures at which three phases meet.
"""

from collections.abc import Callable
from functools import cache
from math import exp, log
from typing import Literal, NamedTuple

from scipy.constants import R
from scipy.optimize import brentq, root

from ..inputs.errors import InputError
from ..inputs.units import Parameters, Temperature, given
from .elements import POTASSIUM, SODIUM
from .redlich_kister import CENTRAL, Potentials, Solutions, curvature

COMPOUND = 2 / 3  # mole fraction of Na in KNa2

Side = Literal["potassium", "sodium"]


class Invariants(Parameters):
    """Temperatures at which three condensed phases coexist at 1 bar."""

    eutectic_temperature: Temperature = given(
        "260.55 K",
        "-12.6 degC, liquid = bcc (K) + KNa2: handbook value, also in Tai et al., Adv. Sci. (2021)",
        trust="measured",
        range=("260.4 K", "260.7 K"),
    )
    peritectic_temperature: Temperature = given(
        "280.05 K",
        "6.9 degC, liquid + bcc (Na) = KNa2: Bale, Bull. Alloy Phase Diagrams 3(3) (1982)",
        trust="recalled",
        range=("279.8 K", "280.3 K"),
    )


INVARIANTS = Invariants()


class TieLine(NamedTuple):
    """Sodium mole fractions of liquid and bcc in equilibrium."""

    liquid: float
    bcc: float


@cache
def tie_line(temperature: float, side: Side, solutions: Solutions = CENTRAL) -> TieLine:
    """Solve mu_K(liquid) = mu_K(bcc), mu_Na(liquid) = mu_Na(bcc) for the two compositions.

    Newton's method in the logarithms of the solvent's impurity, with the analytic Jacobian.

    Args:
        temperature: [K], from the eutectic (K side) or the peritectic (Na side) up to the melting
            point of the side's metal.
        side: whose bcc takes part.
        solutions: the Gibbs energies.

    Raises:
        InputError: the temperature is out of this range, or no tie line was found.
    """
    below = _below_melting(temperature, side)
    if below == 0:
        return _sodium_rich(side, TieLine(0.0, 0.0))
    start = [log(slope * below + bend * below**2) for slope, bend in _START[side]]
    found = root(_mismatch, start, args=(temperature, side, solutions), jac=_jacobian, tol=1e-10)
    line = TieLine(*map(exp, found.x))
    # Not found.success: just below the melting point rounding stops Newton on the solution.
    if max(map(abs, found.fun)) > 1e-10 or line.liquid <= line.bcc:
        raise InputError(f"{temperature:g} K: liquid and bcc ({side}) share no tie line")
    return _sodium_rich(side, line)


# First guess of the impurity's mole fraction: slope and bend per kelvin below the melting point,
# of the liquid and of bcc. Good to 5 %, which Newton needs where the liquidus is flat.
_START: dict[Side, tuple[tuple[float, float], tuple[float, float]]] = {
    "potassium": ((3.4e-3, 1.2e-5), (1.0e-3, -1.9e-6)),
    "sodium": ((2.6e-3, 2.3e-5), (3.3e-4, -1.9e-6)),
}


def _below_melting(temperature: float, side: Side) -> float:
    """How far [K] the temperature lies below the melting point of the side's metal."""
    coldest, warmest = (
        (INVARIANTS.eutectic_temperature, POTASSIUM.melting_point)
        if side == "potassium"
        else (INVARIANTS.peritectic_temperature, SODIUM.melting_point)
    )
    # Temperatures from degC are off in the last digit: -12.6 degC is 260.54999999999995 K.
    if not coldest <= round(temperature, 6) <= warmest:
        raise InputError(
            f"temperature {temperature:g} K of liquid beside bcc ({side}): "
            f"accepted: {coldest:g} to {warmest:g} K"
        )
    return max(0.0, warmest - temperature)


def _sodium_rich(side: Side, impurity: TieLine) -> TieLine:
    if side == "potassium":
        return impurity
    return TieLine(1 - impurity.liquid, 1 - impurity.bcc)


def _mismatch(u: list[float], T: float, side: Side, solutions: Solutions) -> list[float]:
    """(mu_liquid - mu_bcc) / RT of K and Na; `u` holds the logarithms of the impurity fractions."""
    x_liquid, x_bcc = _sodium_rich(side, TieLine(*map(exp, u)))
    liquid = solutions.potentials_in_liquid(x_liquid, T)
    bcc = solutions.potentials_in_bcc(x_bcc, T)
    return [(a - b) / (R * T) for a, b in zip(liquid, bcc, strict=True)]


def _jacobian(u: list[float], T: float, side: Side, solutions: Solutions) -> list[list[float]]:
    """Derivative of `_mismatch`: dmu_K/dx = -x G'', dmu_Na/dx = (1-x) G''."""
    impurity = TieLine(*map(exp, u))
    x_liquid, x_bcc = _sodium_rich(side, impurity)
    sign = 1 if side == "potassium" else -1
    a = sign * impurity.liquid * curvature(solutions.liquid, x_liquid, T) / (R * T)
    b = sign * impurity.bcc * curvature(solutions.bcc, x_bcc, T) / (R * T)
    return [[-x_liquid * a, x_bcc * b], [(1 - x_liquid) * a, -(1 - x_bcc) * b]]


def compound_energy(temperature: float, solutions: Solutions = CENTRAL) -> float:
    """Gibbs energy of KNa2 from bcc K and 2 bcc Na [J per mole of formula].

    The straight line through 2 mu_Na + mu_K of the liquid at the eutectic and at the peritectic.
    """
    cold, warm = INVARIANTS.eutectic_temperature, INVARIANTS.peritectic_temperature
    at_cold, at_warm = _invariant_energies(solutions)
    return at_cold + (at_warm - at_cold) * (temperature - cold) / (warm - cold)


@cache
def _invariant_energies(solutions: Solutions) -> tuple[float, float]:
    sides: dict[Side, float] = {
        "potassium": INVARIANTS.eutectic_temperature,
        "sodium": INVARIANTS.peritectic_temperature,
    }
    cold, warm = (
        _formula(solutions.potentials_in_liquid(tie_line(T, side, solutions).liquid, T))
        for side, T in sides.items()
    )
    return cold, warm


def _formula(mu: Potentials) -> float:
    return 2 * mu.sodium + mu.potassium


@cache
def liquid_beside_compound(temperature: float, solutions: Solutions = CENTRAL) -> float:
    """Sodium mole fraction of the K-rich liquid in equilibrium with KNa2.

    From 2 mu_Na + mu_K = G(KNa2), up to the peritectic temperature.
    """
    return _beside_compound(solutions.potentials_in_liquid, temperature, solutions, 1e-3, COMPOUND)


@cache
def bcc_beside_compound(temperature: float, solutions: Solutions = CENTRAL) -> float:
    """Sodium mole fraction of the Na-rich bcc in equilibrium with KNa2, up to the peritectic."""
    return _beside_compound(solutions.potentials_in_bcc, temperature, solutions, 0.95, 1 - 1e-9)


def _beside_compound(
    potentials: Callable[[float, float], Potentials],
    temperature: float,
    solutions: Solutions,
    low: float,
    high: float,
) -> float:
    energy = compound_energy(temperature, solutions)
    return float(
        brentq(lambda x: _formula(potentials(x, temperature)) - energy, low, high, xtol=1e-14)
    )


@cache
def liquidus_temperature(x: float, solutions: Solutions = CENTRAL) -> float:
    """Temperature [K] above which an alloy with the sodium mole fraction `x` is all liquid."""
    cold, warm = INVARIANTS.eutectic_temperature, INVARIANTS.peritectic_temperature
    if x <= tie_line(cold, "potassium", solutions).liquid:
        return _temperature_where(
            lambda T: tie_line(T, "potassium", solutions).liquid, x, cold, POTASSIUM.melting_point
        )
    if x < tie_line(warm, "sodium", solutions).liquid:
        return _temperature_where(lambda T: liquid_beside_compound(T, solutions), x, cold, warm)
    return _temperature_where(
        lambda T: tie_line(T, "sodium", solutions).liquid, x, warm, SODIUM.melting_point
    )


@cache
def solidus_temperature(x: float, solutions: Solutions = CENTRAL) -> float:
    """Temperature [K] below which an alloy with the sodium mole fraction `x` is all solid."""
    cold, warm = INVARIANTS.eutectic_temperature, INVARIANTS.peritectic_temperature
    if x <= tie_line(cold, "potassium", solutions).bcc:
        return _temperature_where(
            lambda T: tie_line(T, "potassium", solutions).bcc, x, cold, POTASSIUM.melting_point
        )
    if x < COMPOUND:
        return float(cold)
    if x < tie_line(warm, "sodium", solutions).bcc:
        return float(warm)
    return _temperature_where(
        lambda T: tie_line(T, "sodium", solutions).bcc, x, warm, SODIUM.melting_point
    )


def _temperature_where(
    boundary: Callable[[float], float], x: float, cold: float, warm: float
) -> float:
    return float(brentq(lambda T: boundary(T) - x, cold, warm, xtol=1e-9))
