"""Charge transfer at an electrode: overpotential in, current density out (anodic positive)."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Protocol, runtime_checkable

from pydantic import InstanceOf
from ufl import exp

from ..inputs.units import (
    ExchangeCurrentDensity,
    Fraction,
    Parameters,
    Potential,
    ReferenceConcentration,
)


@runtime_checkable
class Kinetics(Protocol):
    """A law of charge transfer. Any object with this one method can stand in a case."""

    def current(self, overpotential: Any, concentration: Any, activity: Any, V_T: Any) -> Any:
        """Return the partial current density [A m-2], anodic positive.

        Args:
            overpotential: metal minus liquid potential, minus the standard potential [V].
            concentration: of the ion in the liquid at the surface [mol m-3].
            activity: of the metal in the electrode [-].
            V_T: thermal voltage RT/F [V].
        """


class ButlerVolmer(Parameters):
    """Butler-Volmer kinetics with mass action of ion and metal.

    i = i0 { a exp(alpha_a eta / V_T) - (c / c_ref) exp(-alpha_c eta / V_T) },

    with i0 the exchange current density at c = c_ref over the pure metal (a = 1). At zero net
    current it gives Nernst's law, eta = V_T ln(c / (c_ref a)), when alpha_a + alpha_c = 1.
    """

    exchange_current_density: ExchangeCurrentDensity
    reference_concentration: ReferenceConcentration
    anodic_transfer_coefficient: Fraction = 0.5
    cathodic_transfer_coefficient: Fraction = 0.5

    def current(self, overpotential: Any, concentration: Any, activity: Any, V_T: Any) -> Any:
        """Return the partial current density [A m-2], anodic positive."""
        i0, eta = self.exchange_current_density, overpotential / V_T
        alpha_a, alpha_c = self.anodic_transfer_coefficient, self.cathodic_transfer_coefficient
        c = concentration / self.reference_concentration
        return i0 * (activity * exp(alpha_a * eta) - c * exp(-alpha_c * eta))

    def saturation(self, overpotential: Any, concentration: Any, V_T: Any) -> Any:
        """Return the activity of the metal at which no current flows [-].

        (c / c_ref) exp[-(alpha_a + alpha_c) eta / V_T]; RT ln of it is the chemical potential at
        which the metal is plated.
        """
        alphas = self.anodic_transfer_coefficient + self.cathodic_transfer_coefficient
        return concentration / self.reference_concentration * exp(-alphas * overpotential / V_T)


class Reaction(Parameters):
    """One metal and its ion: M -> M+ + e-, with the law that drives it."""

    name: str
    ion: str
    standard_potential: Potential
    kinetics: Annotated[Kinetics, InstanceOf()]


Shift = Callable[[str], Any]


def no_shift(metal: str) -> float:
    """Return 0: a flat surface without stress."""
    return 0.0


def partial_currents(
    reactions: tuple[Reaction, ...],
    metal: Any,
    potential_step: Any,
    c: Mapping[str, Any],
    V_T: Any,
    shift: Shift = no_shift,
) -> dict[str, Any]:
    """Return each ion's partial current density [A m-2] at one electrode, anodic positive.

    i_j = f_j(phi_s - phi - R i - E_j + s_j, c_j, a_j). Every metal has its own standard potential,
    so cementation (one metal plating at the other's expense at zero net current) comes out.

    Args:
        reactions: the metals of the electrode and their laws.
        metal: the electrode's metal; ``metal.activity(name)`` is asked for each reaction.
        potential_step: metal minus liquid potential behind the film, phi_s - phi - R i [V].
        c: concentration of every ion at the surface [mol m-3].
        V_T: thermal voltage RT/F [V].
        shift: by metal's name, s_j = V_j p_n / F [V], what a normal pressure p_n on the metal adds
            to the work of dissolving it; on a curved surface p_n = gamma kappa (Gibbs-Thomson).
    """
    return {
        r.ion: r.kinetics.current(
            potential_step - r.standard_potential + shift(r.name),
            c[r.ion],
            metal.activity(r.name),
            V_T,
        )
        for r in reactions
    }


def saturations(
    reactions: tuple[Reaction, ...],
    potential_step: Any,
    c: Mapping[str, Any],
    V_T: Any,
    shift: Shift = no_shift,
) -> dict[str, Any]:
    """Return by metal the activity at which it would be in equilibrium with its ion and potential.

    Above that of the electrode's metal where it is plated; arguments are those of
    `partial_currents`. Asks the laws for their `saturation`, which `ButlerVolmer` has.
    """
    laws: dict[str, Any] = {r.name: r.kinetics for r in reactions}
    steps = {r.name: potential_step - r.standard_potential + shift(r.name) for r in reactions}
    return {r.name: laws[r.name].saturation(steps[r.name], c[r.ion], V_T) for r in reactions}
