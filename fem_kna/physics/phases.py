"""Thermodynamics of K-Na as laws see it: activities and phases by composition, without kinks."""

from typing import Any, Protocol, runtime_checkable

import numpy as np
import ufl
from numpy import e

from ..inputs.units import Number, Parameters, PositiveNumber, given

NOTHING = 1e-30  # a mole fraction: less of a metal is none


@runtime_checkable
class Phases(Protocol):
    """Thermodynamics of an alloy by its sodium mole fraction x, differentiable everywhere.

    x is a number, an array or a UFL expression.
    """

    def activity(self, element: str, x: Any) -> Any:
        """Return the activity of 'K' or 'Na', pure bcc metal = 1."""

    def compositions(self, x: Any) -> tuple[Any, ...]:
        """Return the composition of each phase: x where it is alone, else what it keeps."""

    def liquid_fraction(self, x: Any) -> Any:
        """Return the liquid's share of the volume."""


class RoundedPhases(Parameters):
    r"""K-Na above the peritectic: bcc (K), liquid, bcc (Na), and what coexists between them.

    One Gibbs energy over RT, in closed form. With y, z, w the compositions of bcc (K), liquid and
    bcc (Na), each kept within its own field while x passes it,

        G(x) = tau(x) + sum_p [G_p(y_p) - tau_p(y_p)],

    tau_p a phase's tangent where it meets the tie line, the first one's for bcc (K) and liquid, the
    second one's for bcc (Na), and tau the first one that bends into the second. Activities are

        ln a_Na = G + (1 - x) G',    ln a_K = G - x G',

    so that x d ln a_Na + (1 - x) d ln a_K = 0 (Gibbs and Duhem) to round-off. Alone every phase
    follows Redlich and Kister; while two coexist their compositions stay.

    Corners are rounded over a small share `rounding` of the dilute metal at them. That leaves
    activities within 0.1 mV of the equilibrium's, and activities of a dilute metal proportional to
    it to round-off.
    """

    bcc_constant: Number
    bcc_asymmetry: Number
    liquid_constant: Number
    liquid_asymmetry: Number
    solidus_at_potassium: PositiveNumber
    liquidus_at_potassium: PositiveNumber
    liquidus_at_sodium: PositiveNumber
    solidus_at_sodium: PositiveNumber
    volume_ratio_at_potassium: PositiveNumber
    volume_ratio_at_sodium: PositiveNumber
    rounding: PositiveNumber = given(0.004, "activities within 0.1 mV of the equilibrium's")

    def activity(self, element: str, x: Any) -> Any:
        """Return the activity of 'K' or 'Na', pure bcc metal = 1."""
        bcc = (self.bcc_constant, self.bcc_asymmetry)
        liquid = (self.liquid_constant, self.liquid_asymmetry)
        first, second, third, fourth = self.corners
        bend = _difference(third, *liquid) - _difference(second, *liquid)
        past, passed = self._past(x)[2], self._passed(x)
        turned = past + (1 - x) * passed[2] if element == "Na" else past - x * passed[2]
        found = _activity[element](first, *bcc) * e ** (bend * turned)
        slopes = (1 - passed[0], passed[1] - passed[2], passed[3])
        phases = zip((bcc, liquid, bcc), (first, second, fourth), strict=True)
        for (law, corner), y, slope in zip(phases, self.compositions(x), slopes, strict=True):
            found = found * _beyond(element, law, corner, x, y, slope)
        return found

    def compositions(self, x: Any) -> tuple[Any, Any, Any]:
        """Return x kept within the fields of bcc (K), liquid and bcc (Na)."""
        past = self._past(x)
        return (
            x - past[0],
            self.liquidus_at_potassium + past[1] - past[2],
            self.solidus_at_sodium + past[3],
        )

    def liquid_fraction(self, x: Any) -> Any:
        """Return the liquid's share of the volume, by the lever rule."""
        past = self._past(x)
        at_K = (past[0] - past[1]) / (self.liquidus_at_potassium - self.solidus_at_potassium)
        at_Na = (past[2] - past[3]) / (self.solidus_at_sodium - self.liquidus_at_sodium)
        melted = _by_volume(at_K, self.volume_ratio_at_potassium)
        return melted - _by_volume(at_Na, 1 / self.volume_ratio_at_sodium)

    @property
    def corners(self) -> tuple[Any, Any, Any, Any]:
        """The ends of the tie lines, from potassium to sodium."""
        return (
            self.solidus_at_potassium,
            self.liquidus_at_potassium,
            self.liquidus_at_sodium,
            self.solidus_at_sodium,
        )

    def _past(self, x: Any) -> tuple[Any, ...]:
        """Return how far x is past each of the four corners, 0 before them."""
        return tuple(_positive(x - corner, width) for corner, width in self._rounded)

    def _passed(self, x: Any) -> tuple[Any, ...]:
        """Return the derivatives of `_past`: 0 before each corner, 1 past it."""
        return tuple(_step(x - corner, width) for corner, width in self._rounded)

    @property
    def _rounded(self) -> list[tuple[Any, Any]]:
        """The corners and over how much they are rounded."""
        first, second, third, fourth = self.corners
        dilute = (first, second, 1 - third, 1 - fourth)
        widths = (self.rounding * share for share in dilute)
        return list(zip(self.corners, widths, strict=True))


def _of_sodium(x: Any, A0: Any, A1: Any) -> Any:
    return x * e ** ((1 - x) ** 2 * (A0 + A1 * (4 * x - 1)))


def _of_potassium(x: Any, A0: Any, A1: Any) -> Any:
    return (1 - x) * e ** (x**2 * (A0 + A1 * (4 * x - 3)))


_activity = {"K": _of_potassium, "Na": _of_sodium}


def _beyond(element: str, law: tuple[Any, Any], corner: Any, x: Any, y: Any, slope: Any) -> Any:
    """Return the factor that G_p(y) - tau_p(y) is in an activity at x; `slope` is y'(x).

    With A and B what ln a_Na and ln a_K of the phase have gained since the corner it is, for Na,
    exp[q A + (1 - q) B] with q = y + (1 - x) y'. A dilute metal's own factor stands apart, so that
    it may be absent, and less.
    """
    gained = _difference(y, *law) - _difference(corner, *law)
    power = y - x * slope if element == "K" else (1 - x) * slope - (1 - y)
    activity = _activity[element]
    return activity(y, *law) / activity(corner, *law) * e ** (power * gained)


def _difference(x: Any, A0: Any, A1: Any) -> Any:
    """Return ln a_Na - ln a_K of a phase."""
    excess = (1 - x) ** 2 * (A0 + A1 * (4 * x - 1)) - x**2 * (A0 + A1 * (4 * x - 3))
    return _ln(x) - _ln(1 - x) + excess


def _ln(x: Any) -> Any:
    """Return ln x, finite where nothing is left: there it is multiplied by zero."""
    ln = ufl.ln if isinstance(x, ufl.core.expr.Expr) else np.log
    return ln((x + abs(x)) / 2 + NOTHING)


def _positive(x: Any, width: Any) -> Any:
    """Return x where it is positive, else 0, rounded over `width`: width ln(1 + exp(x/width))."""
    return (x + abs(x)) / 2 + width * _ln(1 + e ** (-abs(x) / width))


def _step(x: Any, width: Any) -> Any:
    """Return the derivative of `_positive`, 1/(1 + exp(-x/width)), without large exponentials."""
    sign = ufl.sign if isinstance(x, ufl.core.expr.Expr) else np.sign
    small = e ** (-abs(x) / width)
    return (small + (1 - small) * (1 + sign(x)) / 2) / (1 + small)


def _by_volume(share: Any, ratio: Any) -> Any:
    """Return a phase's share of the volume from that of the atoms and the ratio of volumes."""
    return share * ratio / (share * ratio + 1 - share)
