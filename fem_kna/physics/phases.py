"""Thermodynamics of K-Na as laws see it: activities and phases by composition, without kinks."""

from typing import Any, Protocol, runtime_checkable

import numpy as np
import ufl
from numpy import e

from ..inputs.units import Number, Parameters, PositiveNumber, given


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
    """K-Na above the peritectic: bcc (K), liquid, bcc (Na), and what coexists between them.

    Alone every phase follows Redlich and Kister; while two coexist their compositions stay at the
    ends of the tie line. So with y, z, w the compositions of bcc (K), liquid and bcc (Na), each
    kept within its own field, activities are products of three factors,

        a_Na = f(y) l(z)/l(x_L) g(w)/g(x_S'),     f(x) = x exp(excess potential of Na / RT), ...

    Corners are rounded over a small share `rounding` of the dilute metal at them. That leaves
    activities within 0.1 mV of the equilibrium's, and activities of a dilute metal proportional to
    it to round-off. Energies are over RT.
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
        y, z, w = self.compositions(x)
        bcc = (self.bcc_constant, self.bcc_asymmetry)
        liquid = (self.liquid_constant, self.liquid_asymmetry)
        a = _activity[element]
        in_liquid = a(z, *liquid) / a(self.liquidus_at_potassium, *liquid)
        return a(y, *bcc) * in_liquid * a(w, *bcc) / a(self.solidus_at_sodium, *bcc)

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
        first, second, third, fourth = self.corners
        dilute = (first, second, 1 - third, 1 - fourth)
        return tuple(
            _positive(x - corner, self.rounding * width)
            for corner, width in zip(self.corners, dilute, strict=True)
        )


def _of_sodium(x: Any, A0: Any, A1: Any) -> Any:
    return x * e ** ((1 - x) ** 2 * (A0 + A1 * (4 * x - 1)))


def _of_potassium(x: Any, A0: Any, A1: Any) -> Any:
    return (1 - x) * e ** (x**2 * (A0 + A1 * (4 * x - 3)))


_activity = {"K": _of_potassium, "Na": _of_sodium}


def _positive(x: Any, width: Any) -> Any:
    """Return x where it is positive, else 0, rounded over `width`: width ln(1 + exp(x/width))."""
    ln = ufl.ln if isinstance(x, ufl.core.expr.Expr) else np.log
    return (x + abs(x)) / 2 + width * ln(1 + e ** (-abs(x) / width))


def _by_volume(share: Any, ratio: Any) -> Any:
    """Return a phase's share of the volume from that of the atoms and the ratio of volumes."""
    return share * ratio / (share * ratio + 1 - share)
