"""What an alloy is whose composition is not known beforehand: its phases, diffusion in them."""

from collections.abc import Callable
from functools import cache
from math import exp
from typing import Any

from scipy.constants import R

from ..alloy import VARIANTS, Solutions, tie_line
from ..alloy.equilibria import INVARIANTS, Side
from ..alloy.ranges import MODEL, spread
from ..alloy.volumes import BCC_K, BCC_NA, LIQUID, Phase, molar_volume
from ..inputs.errors import InputError
from ..inputs.units import Diffusivity, MolarEnergy, Parameters, Value, given


class Hopping(Parameters):
    """Diffusion in a solid, D = prefactor exp(-activation_energy / RT)."""

    prefactor: Diffusivity
    activation_energy: MolarEnergy

    def at(self, temperature: float) -> Value:
        """Return the diffusivity [m2 s-1] at a temperature [K]."""
        D = self.prefactor * exp(-self.activation_energy / (R * temperature))
        return Value(D, "m^2/s", self.prefactor.source, "recalled")  # type: ignore[attr-defined]


_IN_POTASSIUM = Hopping(
    prefactor=given("5.8e-6 m^2/s", "Na in solid K: Barr, Mundy and Rowe, 1969", trust="recalled"),
    activation_energy=given("31.2 kJ/mol", "Barr, Mundy and Rowe, 1969", trust="recalled"),
)
_IN_SODIUM = Hopping(
    prefactor=given(
        "2.4e-5 m^2/s",
        "self-diffusion of Na, for want of K in Na: Mundy, Phys. Rev. B 3 (1971) 2431",
        trust="recalled",
    ),
    activation_energy=given("43.8 kJ/mol", "Mundy, Phys. Rev. B 3 (1971) 2431", trust="recalled"),
)
_IN_LIQUID = given(
    "2e-9 m^2/s",
    "estimate from self-diffusion, 2e-9 to 4e-9 m2/s; a tendency to demix lowers it",
    trust="estimated",
    range=("1e-9 m^2/s", "3e-9 m^2/s"),
)


def diffusivities(temperature: float) -> dict[str, Any]:
    """Return the interdiffusivity of each phase at a temperature [K].

    Names are those of `physics.composition.Diffusing`. That of the liquid does not vary with
    temperature: it is an estimate for 25 degC.
    """
    return {
        "in_potassium": _IN_POTASSIUM.at(temperature),
        "in_liquid": _IN_LIQUID,
        "in_sodium": _IN_SODIUM.at(temperature),
    }


@cache
def coexistence(temperature: float) -> dict[str, Value]:
    """Return the ends of both tie lines and the excess energies over RT at a temperature [K].

    Names are those of `physics.composition.RoundedPhases`; ranges span the solidus slopes.

    Raises:
        InputError: KNa2 is stable, or potassium melts.
    """
    least = INVARIANTS.peritectic_temperature
    if temperature < least:
        raise InputError(
            f"temperature: {temperature:.6g} K with a composition that varies; accepted: from "
            f"{least:.6g} K (6.9 degC) on, below which KNa2 is stable"
        )
    RT = R * temperature

    def of(number: Callable[[Solutions], float]) -> Value:
        return spread(map(number, VARIANTS), source=MODEL)

    def ratio(side: Side, name: str) -> Callable[[Solutions], float]:
        def found(solutions: Solutions) -> float:
            line = tie_line(temperature, side, solutions)
            liquid = molar_volume(Phase(LIQUID, 1.0, line.liquid), temperature)
            return liquid / molar_volume(Phase(name, 1.0, line.bcc), temperature)

        return found

    return {
        "bcc_constant": of(lambda s: s.bcc.constant / RT),
        "bcc_asymmetry": of(lambda s: s.bcc.asymmetry / RT),
        "liquid_constant": of(lambda s: s.liquid.constant / RT),
        "liquid_asymmetry": of(lambda s: s.liquid.asymmetry / RT),
        "solidus_at_potassium": of(lambda s: tie_line(temperature, "potassium", s).bcc),
        "liquidus_at_potassium": of(lambda s: tie_line(temperature, "potassium", s).liquid),
        "liquidus_at_sodium": of(lambda s: tie_line(temperature, "sodium", s).liquid),
        "solidus_at_sodium": of(lambda s: tie_line(temperature, "sodium", s).bcc),
        "volume_ratio_at_potassium": of(ratio("potassium", BCC_K)),
        "volume_ratio_at_sodium": of(ratio("sodium", BCC_NA)),
    }
