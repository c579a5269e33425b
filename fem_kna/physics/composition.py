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
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

from pydantic import InstanceOf, model_validator

from ..inputs.units import (
    ArealAmount,
    Diffusivity,
    Length,
    Parameters,
    given,
)
from .ageing import AgeingLaw
from .compound import COMPOUND, Metastable, unbound
from .phases import Phases

METALS = ("K", "Na")


@dataclass(frozen=True)
class LocalMetal:
    """A metal with its own composition at every point of a front, as kinetics ask for it.

    `metal` has the molar volumes, x is the sodium mole fraction and `cover` multiplies activities.
    Of the atoms the share `bound` is in KNa2; `alloy` is the composition of the rest.
    """

    metal: Any
    phases: Phases
    x: Any
    cover: Any = 1.0
    bound: Any = 0.0
    alloy: Any = None

    def activity(self, element: str) -> Any:
        """Return the activity of 'K' or 'Na', pure bcc metal = 1."""
        return self.cover * self.phases.activity(element, self._free)

    def molar_volume(self, element: str) -> Any:
        """Return the partial molar volume [m3 mol-1], a constant."""
        return self.metal.molar_volume(element)

    @property
    def liquid_fraction(self) -> Any:
        """The liquid's share of the volume."""
        liquid, V, x = self.phases.liquid_fraction(self._free), self.molar_volume, self.x
        if self.alloy is None:
            return liquid
        bound = self.bound * (V("K") + 2 * V("Na")) / 3
        return liquid * (1 - bound / (x * V("Na") + (1 - x) * V("K")))

    @property
    def _free(self) -> Any:
        """The composition of what is not in KNa2."""
        return self.x if self.alloy is None else self.alloy


@runtime_checkable
class Composition(Protocol):
    """How an electrode's composition is known at its front.

    `diffuses` tells whether it is also known behind it, in the metal of the mesh.
    """

    diffuses: ClassVar[bool]
    phases: Any

    def initial(self, metal: Any) -> Mapping[str, float]:
        """Return the amounts of K and Na per area that are counted at the start [mol m-2]."""

    def surface(
        self, metal: Any, amounts: Mapping[str, Any], sodium: Any = None, bound: Any = None
    ) -> LocalMetal:
        """Return the metal at the front.

        Args:
            metal: the nominal one, with the molar volumes.
            amounts: of K and Na, and of KNa2 in them where it forms, per area [mol m-2].
            sodium: concentration of sodium at the front [mol m-3], where it diffuses.
            bound: concentration of KNa2 there [mol m-3], where it forms.
        """


class WellMixed(Parameters):
    """Metal that is mixed over its thickness: at the start a layer of the electrode's metal.

    Less than a `monolayer` n_1 is no metal: activities are the alloy's times n / (|n| + n_1), so
    that nothing is stripped off a bare collector, nor what is left held to be a metal. With a
    `compound` KNa2 forms in it, see `compound`; n is then what is not bound in it. With `ageing`
    some of it is lost, see there.
    """

    diffuses: ClassVar[bool] = False

    depth: Length
    phases: InstanceOf[Phases] | None = None
    monolayer: ArealAmount = given(
        "8.3e-6 mol/m^2", "sqrt(2)/a^2 atoms on K (110), a = 0.533 nm", trust="derived"
    )
    compound: InstanceOf[Metastable] | None = None
    ageing: InstanceOf[AgeingLaw] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.compound is not None and self.ageing is not None:
            raise ValueError("compound, ageing: both; accepted: one, what KNa2 loses is not known")
        return self

    def initial(self, metal: Any) -> dict[str, float]:
        """Return the amounts of K and Na per area at the start [mol m-2]."""
        x = metal.sodium_mole_fraction
        atoms = self.depth / (x * metal.molar_volume("Na") + (1 - x) * metal.molar_volume("K"))
        return {"K": (1 - x) * atoms, "Na": x * atoms}

    def surface(
        self, metal: Any, amounts: Mapping[str, Any], sodium: Any = None, bound: Any = None
    ) -> LocalMetal:
        """Return the metal at the front, see `Composition`."""
        assert self.phases is not None, "phases are those of a resolved case"
        free = unbound(amounts)
        n, atoms = sum(free.values()), amounts["K"] + amounts["Na"]
        cover = n / (abs(n) + self.monolayer)
        if COMPOUND not in amounts:
            return LocalMetal(metal, self.phases, _share(free), cover)
        share = 3 * amounts[COMPOUND] / atoms
        return LocalMetal(metal, self.phases, amounts["Na"] / atoms, cover, share, _share(free))


class Diffusing(Parameters):
    """Sodium that diffuses in the metal behind the front, which is meshed.

    Each phase p has its diffusivity and diffuses along its own composition,

        N = -grad P,     P = sum_p D_p c_p,

    c_p being c while p is alone. Where two phases coexist both compositions stay, and so does the
    sodium: no potential drives it, however much the liquid fraction varies. Only flow
    moves it there. With a `compound` KNa2 forms at the front and is buried there, see `compound`;
    what is not in it is the alloy that diffuses.
    """

    diffuses: ClassVar[bool] = True

    in_potassium: Diffusivity | None = None
    in_liquid: Diffusivity | None = None
    in_sodium: Diffusivity | None = None
    phases: InstanceOf[Phases] | None = None
    compound: InstanceOf[Metastable] | None = None

    def initial(self, metal: Any) -> dict[str, float]:
        """Return zeros: counted is what is plated, from the start on."""
        return dict.fromkeys(METALS, 0.0)

    def surface(
        self, metal: Any, amounts: Mapping[str, Any], sodium: Any = None, bound: Any = None
    ) -> LocalMetal:
        """Return the metal at the front, see `Composition`."""
        assert self.phases is not None, "phases are those of a resolved case"
        x = mole_fraction(sodium, metal)
        if bound is None:
            return LocalMetal(metal, self.phases, x)
        share = 3 * bound / (sodium + potassium(sodium, metal))
        return LocalMetal(metal, self.phases, x, 1.0, share, _free(sodium, bound, metal))

    def potential(self, metal: Any, sodium: Any, bound: Any = None) -> Any:
        """Return P = sum_p D_p c_p [mol m-1 s-1]: sodium's flux against the volume is -grad P.

        Args:
            metal: the nominal one, with the molar volumes.
            sodium: its concentration c [mol m-3].
            bound: concentration of KNa2 [mol m-3], where it forms.
        """
        assert self.phases is not None, "phases are those of a resolved case"
        of_phases = self.phases.compositions(_free(sodium, bound, metal))
        diffusivities = (self.in_potassium, self.in_liquid, self.in_sodium)
        pairs = zip(diffusivities, of_phases, strict=True)
        return sum(D * concentration(x, metal) for D, x in pairs)


def concentration(x: Any, metal: Any) -> Any:
    """Return the sodium per volume of an alloy [mol m-3] at its mole fraction."""
    return x / (x * metal.molar_volume("Na") + (1 - x) * metal.molar_volume("K"))


def potassium(sodium: Any, metal: Any) -> Any:
    """Return the potassium per volume [mol m-3] beside a concentration of sodium."""
    return (1 - metal.molar_volume("Na") * sodium) / metal.molar_volume("K")


def _free(sodium: Any, bound: Any, metal: Any) -> Any:
    """Return the sodium mole fraction of what is not in KNa2, by concentrations [mol m-3]."""
    if bound is None:
        return mole_fraction(sodium, metal)
    return _share(unbound({"K": potassium(sodium, metal), "Na": sodium, COMPOUND: bound}))


def _share(free: Mapping[str, Any]) -> Any:
    """Return sodium's share of what is free of both metals.

    Where Newton's method looks beyond the last atom it must stay finite.
    """
    n, least = sum(free.values()), (abs(free["K"]) + abs(free["Na"])) / 3
    return 2 * free["Na"] / (n + least + abs(n - least))


def mole_fraction(sodium: Any, metal: Any) -> Any:
    """Return the sodium mole fraction at a concentration of sodium [mol m-3]."""
    return sodium / (sodium + potassium(sodium, metal))
