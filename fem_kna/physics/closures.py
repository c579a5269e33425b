"""How ions move: the flux laws that close the conservation equations.

The potential is the same in both closures: the quasi-electrostatic potential phi referred to the
host cation (K+), whose electrochemical potential is RT ln c + F phi (Newman and Thomas-Alyea,
Electrochemical Systems, 3rd ed., ch. 3 and 12). So the kinetics need not know the closure.

A closure solves the balance of some ions and of charge; electroneutrality gives the last ion.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, runtime_checkable

import ufl

from ..inputs.units import Parameters

DILUTE = 0.1  # ratio of further cations to the host cation up to which they count as dilute


Gradient = Callable[[Any], Any]  # of a scalar field; on a moving mesh that of its `Frame`


class Fluxes(NamedTuple):
    """Molar flux [mol m-2 s-1] of each solved ion, and the current density [A m-2]."""

    ions: dict[str, Any]
    current: Any


class BinarySalt(NamedTuple):
    """The salt as a binary one: diffusivity [m2 s-1] and the host cation's transference number."""

    diffusivity: float
    transference_number: float


@runtime_checkable
class Closure(Protocol):
    """What a flux law must answer."""

    def solved(self, electrolyte: Any) -> tuple[str, ...]:
        """Names of the ions whose balance is solved."""

    def initial(self, electrolyte: Any) -> dict[str, float]:
        """Initial concentration [mol m-3] of each solved ion."""

    def concentrations(self, electrolyte: Any, c: Mapping[str, Any]) -> dict[str, Any]:
        """Concentration of every ion [mol m-3], from the solved ones and electroneutrality."""

    def fluxes(
        self,
        electrolyte: Any,
        medium: Any,
        c: Mapping[str, Any],
        phi: Any,
        nature: Any,
        grad: Gradient = ufl.grad,
    ) -> Fluxes:
        """Fluxes in `medium` at the solved concentrations `c` and the potential `phi`."""

    def binary(self, electrolyte: Any) -> BinarySalt:
        """Return the salt's properties where one cation and one anion matter."""

    def caveats(self, electrolyte: Any) -> list[str]:
        """Return one line per assumption of the law that this electrolyte does not meet."""


class DiluteSolution(Parameters):
    """Electroneutral Nernst-Planck transport of any list of ions.

    N_k = -D_k,eff (grad c_k + z_k c_k grad(phi) F/RT),  i = F sum_k z_k N_k.

    The last ion of the electrolyte is eliminated by electroneutrality. Ion pairs are ignored,
    so the conductivity is the Nernst-Einstein one, about 2.7 times the measured conductivity of
    0.4 M KFSI/DME: use `ConcentratedSolution` for numbers to compare with cells.
    """

    def solved(self, electrolyte: Any) -> tuple[str, ...]:
        """Return all ions but the last."""
        return tuple(ion.name for ion in electrolyte.ions[:-1])

    def initial(self, electrolyte: Any) -> dict[str, float]:
        """Return the electrolyte's own concentrations."""
        return {ion.name: ion.concentration for ion in electrolyte.ions[:-1]}

    def concentrations(self, electrolyte: Any, c: Mapping[str, Any]) -> dict[str, Any]:
        """Return all concentrations; the last one makes the sum of charges zero."""
        *solved, last = electrolyte.ions
        return {**c, last.name: -sum(ion.charge * c[ion.name] for ion in solved) / last.charge}

    def fluxes(
        self,
        electrolyte: Any,
        medium: Any,
        c: Mapping[str, Any],
        phi: Any,
        nature: Any,
        grad: Gradient = ufl.grad,
    ) -> Fluxes:
        """Return the Nernst-Planck fluxes and the current they carry."""
        V_T, F = nature.thermal_voltage, nature.faraday
        everything = self.concentrations(electrolyte, c)
        N = {
            ion.name: ion_flux(
                medium.effective(ion.diffusivity), ion.charge, everything[ion.name], phi, V_T, grad
            )
            for ion in electrolyte.ions
        }
        i = F * sum(ion.charge * N[ion.name] for ion in electrolyte.ions)
        return Fluxes({name: N[name] for name in c}, i)

    def binary(self, electrolyte: Any) -> BinarySalt:
        """Return D = (z+ - z-) D+ D- / (z+ D+ - z- D-), t+ = z+ D+ / (z+ D+ - z- D-).

        The cation is the first ion, the anion the first one with a negative charge.
        """
        cation = electrolyte.ions[0]
        anion = next(ion for ion in electrolyte.ions if ion.charge < 0)
        plus, minus = cation.charge * cation.diffusivity, -anion.charge * anion.diffusivity
        D = (cation.charge - anion.charge) * cation.diffusivity * anion.diffusivity
        return BinarySalt(D / (plus + minus), plus / (plus + minus))

    def caveats(self, electrolyte: Any) -> list[str]:
        """Return nothing: any list of ions will do."""
        return []


class ConcentratedSolution(Parameters):
    """Concentrated binary salt (host cation, all anions as one) with dilute further cations.

    i     = -kappa grad phi + kappa RT/F [2 (1 - t+) X - 1] grad ln c,
    N_-   = -D grad c - (1 - t+) i / F,
    N_k   = -D_k (grad c_k + c_k grad(phi) F/RT)              each further cation (Na+),

    with c the salt (total anion) concentration, X = 1 + dlnf/dlnc the thermodynamic factor, and
    the host cation from electroneutrality, its flux from the current. Univalent ions. Source:
    Newman and Thomas-Alyea, ch. 12; the passive cation is fair while c_Na/c_K is below 0.1.
    Conductivity and salt diffusivity are independent inputs, as measured.
    """

    def solved(self, electrolyte: Any) -> tuple[str, ...]:
        """Return the salt's anion (all anions as one) and the cations after the first."""
        return (self.anion(electrolyte), *(ion.name for ion in self.guests(electrolyte)))

    def initial(self, electrolyte: Any) -> dict[str, float]:
        """Return the total anion concentration and those of the further cations."""
        salt = sum(ion.concentration for ion in electrolyte.ions if ion.charge < 0)
        guests = {ion.name: ion.concentration for ion in self.guests(electrolyte)}
        return {self.anion(electrolyte): salt, **guests}

    def concentrations(self, electrolyte: Any, c: Mapping[str, Any]) -> dict[str, Any]:
        """Return all concentrations; the host cation makes the sum of charges zero."""
        guests = sum(c[ion.name] for ion in self.guests(electrolyte))
        return {**c, self.host(electrolyte): c[self.anion(electrolyte)] - guests}

    def fluxes(
        self,
        electrolyte: Any,
        medium: Any,
        c: Mapping[str, Any],
        phi: Any,
        nature: Any,
        grad: Gradient = ufl.grad,
    ) -> Fluxes:
        """Return the anion's and the dilute cations' fluxes and the current."""
        V_T, F = nature.thermal_voltage, nature.faraday
        D, kappa = (
            medium.effective(electrolyte.salt_diffusivity),
            medium.effective(electrolyte.conductivity),
        )
        t, X = electrolyte.transference_number, electrolyte.thermodynamic_factor
        salt = c[self.anion(electrolyte)]
        i = -kappa * grad(phi) + kappa * V_T * (2 * (1 - t) * X - 1) / salt * grad(salt)
        N = {self.anion(electrolyte): -D * grad(salt) - (1 - t) / F * i}
        for ion in self.guests(electrolyte):
            N[ion.name] = ion_flux(
                medium.effective(ion.diffusivity), ion.charge, c[ion.name], phi, V_T, grad
            )
        return Fluxes(N, i)

    def binary(self, electrolyte: Any) -> BinarySalt:
        """Return the electrolyte's measured salt diffusivity and transference number."""
        return BinarySalt(electrolyte.salt_diffusivity, electrolyte.transference_number)

    def caveats(self, electrolyte: Any) -> list[str]:
        """Say when the further cations are too many to count as dilute."""
        host = electrolyte.ions[0]
        guests = sum(ion.concentration for ion in self.guests(electrolyte))
        if guests <= DILUTE * host.concentration:
            return []
        return [
            f"{guests:.4g} mol/m3 of further cations beside {host.concentration:.4g} mol/m3 of "
            f"{host.name}; ConcentratedSolution takes them as dilute, below {DILUTE:g} of it"
        ]

    @staticmethod
    def host(electrolyte: Any) -> str:
        """Name of the salt's cation: the first ion of the electrolyte."""
        return str(electrolyte.ions[0].name)

    @staticmethod
    def anion(electrolyte: Any) -> str:
        """Name of the anions taken as one."""
        return "+".join(ion.name for ion in electrolyte.ions if ion.charge < 0)

    @staticmethod
    def guests(electrolyte: Any) -> tuple[Any, ...]:
        """Return the dilute cations."""
        return tuple(ion for ion in electrolyte.ions[1:] if ion.charge > 0)


def ion_flux(D: Any, z: int, c: Any, phi: Any, V_T: Any, grad: Gradient = ufl.grad) -> Any:
    """Nernst-Planck flux N = -D (grad c + z c grad(phi) / V_T) [mol m-2 s-1] of one ion.

    Args:
        D: effective diffusivity [m2 s-1].
        z: charge number.
        c: concentration [mol m-3].
        phi: potential [V].
        V_T: thermal voltage RT/F [V].
        grad: gradient of a scalar field.
    """
    return -D * (grad(c) + z / V_T * c * grad(phi))
