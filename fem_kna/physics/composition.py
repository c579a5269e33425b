"""The composition of an electrode's metal: activities and liquid where sodium's share varies.

Two ways to know that share x. `WellMixed`: a deposit is thinner than sodium diffuses while it is
plated (in solid K 134 um in 15 min, in which 17 um are plated at 4 mA/cm2), so amounts per area
ride on the front, with a the present over the reference area,

    d(a n_j)/dt = -a i_j / F,      x = n_Na / (n_K + n_Na).

`Diffusing`: the concentration c of sodium in metal that is meshed. Partial volumes are constant, so
that flow has no divergence, c_K = (1 - V_Na c) / V_K, and against the velocity v of the volume
sodium moves by diffusion alone; with n out of the metal and w the mesh's velocity,

    dc/dt + div(c v + N) = 0,      (N + c v - c w) . n = i_Na / F   on the front.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
import ufl
from numpy import e
from pydantic import InstanceOf

from ..inputs.units import (
    ArealAmount,
    Diffusivity,
    Length,
    Number,
    Parameters,
    PositiveNumber,
    given,
)

METALS = ("K", "Na")


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


@dataclass(frozen=True)
class LocalMetal:
    """A metal with its own composition at every point of a front, as kinetics ask for it.

    `metal` has the molar volumes, x is the sodium mole fraction and `cover` multiplies activities.
    """

    metal: Any
    phases: Phases
    x: Any
    cover: Any = 1.0

    def activity(self, element: str) -> Any:
        """Return the activity of 'K' or 'Na', pure bcc metal = 1."""
        return self.cover * self.phases.activity(element, self.x)

    def molar_volume(self, element: str) -> Any:
        """Return the partial molar volume [m3 mol-1], a constant."""
        return self.metal.molar_volume(element)

    @property
    def liquid_fraction(self) -> Any:
        """The liquid's share of the volume."""
        return self.phases.liquid_fraction(self.x)


@runtime_checkable
class Composition(Protocol):
    """How an electrode's composition is known at its front.

    `diffuses` tells whether it is also known behind it, in the metal of the mesh.
    """

    diffuses: ClassVar[bool]
    phases: Any

    def initial(self, metal: Any) -> Mapping[str, float]:
        """Return the amounts of K and Na per area that are counted at the start [mol m-2]."""

    def surface(self, metal: Any, amounts: Mapping[str, Any], sodium: Any = None) -> LocalMetal:
        """Return the metal at the front.

        Args:
            metal: the nominal one, with the molar volumes.
            amounts: of K and Na that are counted per area [mol m-2].
            sodium: concentration of sodium at the front [mol m-3], where it diffuses.
        """


class WellMixed(Parameters):
    """Metal that is mixed over its thickness: at the start a layer of the electrode's metal.

    Less than a `monolayer` n_1 is no metal: activities are those of the alloy times n / (n + n_1),
    so that nothing is stripped off a bare collector, nor what is left held to be a metal.
    """

    diffuses: ClassVar[bool] = False

    depth: Length
    phases: InstanceOf[Phases] | None = None
    monolayer: ArealAmount = given(
        "8.3e-6 mol/m^2", "sqrt(2)/a^2 atoms on K (110), a = 0.533 nm", trust="derived"
    )

    def initial(self, metal: Any) -> dict[str, float]:
        """Return the amounts of K and Na per area at the start [mol m-2]."""
        x = metal.sodium_mole_fraction
        atoms = self.depth / (x * metal.molar_volume("Na") + (1 - x) * metal.molar_volume("K"))
        return {"K": (1 - x) * atoms, "Na": x * atoms}

    def surface(self, metal: Any, amounts: Mapping[str, Any], sodium: Any = None) -> LocalMetal:
        """Return the metal at the front, see `Composition`."""
        assert self.phases is not None, "phases are those of a resolved case"
        n = sum(amounts.values())
        return LocalMetal(metal, self.phases, amounts["Na"] / n, n / (n + self.monolayer))


class Diffusing(Parameters):
    """Sodium that diffuses in the metal behind the front, which is meshed.

    Each phase p has its diffusivity and diffuses along its own composition,

        N = -sum_p D_p grad c_p,

    c_p being c while p is alone. Where two phases coexist both compositions stay, and so does the
    sodium: no potential drives it, however much the liquid fraction varies. Only flow
    moves it there.
    """

    diffuses: ClassVar[bool] = True

    in_potassium: Diffusivity | None = None
    in_liquid: Diffusivity | None = None
    in_sodium: Diffusivity | None = None
    phases: InstanceOf[Phases] | None = None

    def initial(self, metal: Any) -> dict[str, float]:
        """Return zeros: counted is what is plated, from the start on."""
        return dict.fromkeys(METALS, 0.0)

    def surface(self, metal: Any, amounts: Mapping[str, Any], sodium: Any = None) -> LocalMetal:
        """Return the metal at the front, see `Composition`."""
        assert self.phases is not None, "phases are those of a resolved case"
        return LocalMetal(metal, self.phases, mole_fraction(sodium, metal))

    def flux(self, sodium: Any, metal: Any, grad: Any) -> Any:
        """Return the flux N of sodium [mol m-2 s-1] against the volume's velocity.

        Args:
            sodium: its concentration c [mol m-3].
            metal: the nominal one, with the molar volumes.
            grad: gradient of a scalar field.
        """
        assert self.phases is not None, "phases are those of a resolved case"
        of_phases = self.phases.compositions(mole_fraction(sodium, metal))
        diffusivities = (self.in_potassium, self.in_liquid, self.in_sodium)
        return -sum(
            D * grad(concentration(x, metal)) for D, x in zip(diffusivities, of_phases, strict=True)
        )


def concentration(x: Any, metal: Any) -> Any:
    """Return the sodium per volume of an alloy [mol m-3] at its mole fraction."""
    return x / (x * metal.molar_volume("Na") + (1 - x) * metal.molar_volume("K"))


def potassium(sodium: Any, metal: Any) -> Any:
    """Return the potassium per volume [mol m-3] beside a concentration of sodium."""
    return (1 - metal.molar_volume("Na") * sodium) / metal.molar_volume("K")


def mole_fraction(sodium: Any, metal: Any) -> Any:
    """Return the sodium mole fraction at a concentration of sodium [mol m-3]."""
    return sodium / (sodium + potassium(sodium, metal))
