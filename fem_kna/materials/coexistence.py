"""What an alloy is whose composition is not known beforehand: its phases, diffusion in them."""

from collections.abc import Callable
from functools import cache
from typing import Any

from scipy.constants import R

from ..alloy import VARIANTS, Solutions, tie_line
from ..alloy.equilibria import INVARIANTS, Side
from ..alloy.equilibria import compound_energy as of_compound
from ..alloy.potentials import COMPOUND_ERROR
from ..alloy.ranges import MODEL, spread
from ..alloy.volumes import BCC_K, BCC_NA, LIQUID, Phase, molar_volume
from ..inputs.errors import InputError
from ..inputs.units import Value, at_temperature
from .library import diffusion


def diffusivities(temperature: float) -> dict[str, Any]:
    """Return the interdiffusivity of each phase at a temperature [K].

    Names are those of `physics.composition.Diffusing`.
    """
    found = at_temperature(diffusion("K-Na"), temperature)
    return {name: getattr(found, name) for name in ("in_potassium", "in_liquid", "in_sodium")}


@cache
def compound_energy(temperature: float) -> Value:
    """Return the Gibbs energy of KNa2 from bcc K and 2 bcc Na [J per mole of formula].

    Ranges span the solidus slopes, and how far the temperature is from those that fix it.
    """
    energy = spread((of_compound(temperature, s) for s in VARIANTS), "J/mol", MODEL)
    beyond = max(0.0, temperature - INVARIANTS.peritectic_temperature)
    error = COMPOUND_ERROR.growth * beyond
    low, high = (energy.low or 0.0) - error, (energy.high or 0.0) + error
    return Value(energy, "J/mol", energy.source, "derived", low, high)


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
        """Return the liquid's molar volume over that of bcc beside it, for given energies."""

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
