"""The transport equations in strong form, expanded by hand: which sources chosen fields need.

Nothing here calls the package's flux laws or weak terms, so that a wrong sign or factor on either
side shows as an order of convergence that is lost.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import ufl
from ufl import div, dot, grad, ln

from ..inputs.nature import Nature
from ..materials.models import Electrolyte


class Exact(NamedTuple):
    """Chosen fields: concentration of each solved ion [mol m-3], potential of the liquid [V]."""

    c: Mapping[str, Any]
    phi: Any


class Balance(NamedTuple):
    """What the equations leave over for chosen fields.

    `sources` [mol m-3 s-1] of the solved ions and `charge` [A m-3]; concentration [mol m-3] and
    flux [mol m-2 s-1] of every ion, the negative ones of which `anions` names.
    """

    concentrations: Mapping[str, Any]
    sources: Mapping[str, Any]
    charge: Any
    fluxes: Mapping[str, Any]
    anions: Sequence[str]


@dataclass(frozen=True)
class Mat:
    """A porous mat full of electrolyte, with the calculus of its coordinates."""

    electrolyte: Electrolyte
    nature: Nature
    porosity: float
    exponent: float
    time: Any
    radius: Any = None  # the distance from the axis, in an axisymmetric cell

    @property
    def thermal_voltage(self) -> Any:
        """RT/F [V]."""
        return self.nature.gas_constant * self.nature.temperature / self.nature.faraday

    def effective(self, property: Any) -> Any:
        """Bruggeman: per total cross-section a property is porosity**exponent times its own."""
        return self.porosity**self.exponent * property

    def rate(self, c: Any) -> Any:
        """Rate of the amount per volume of the mat, porosity dc/dt."""
        return self.porosity * ufl.diff(c, self.time)

    def lap(self, u: Any) -> Any:
        """Laplacian; about an axis u_rr + u_r / r + u_zz."""
        return div(grad(u)) + (0 if self.radius is None else grad(u)[0] / self.radius)


def dilute_balance(mat: Mat, exact: Exact) -> Balance:
    """Nernst-Planck (Newman and Thomas-Alyea, 3rd ed., ch. 11), all ions but the last one solved.

    N_k = -D_k (grad c_k + z_k c_k grad(phi) F/RT); by the product rule

        div N_k = -D_k [lap c_k + z_k (grad c_k . grad phi + c_k lap phi) F/RT].

    The last concentration makes the sum of charges zero; div i = F sum_k z_k div N_k.
    """
    phi, V_T, ions = exact.phi, mat.thermal_voltage, mat.electrolyte.ions
    net = sum(ion.charge * exact.c[ion.name] for ion in ions[:-1])
    c = {**exact.c, ions[-1].name: -net / ions[-1].charge}
    N, div_N = {}, {}
    for ion in ions:
        k, D, z = ion.name, mat.effective(ion.diffusivity), ion.charge
        N[k] = -D * grad(c[k]) - D * z / V_T * c[k] * grad(phi)
        drift = dot(grad(c[k]), grad(phi)) + c[k] * mat.lap(phi)
        div_N[k] = -D * (mat.lap(c[k]) + z / V_T * drift)
    return Balance(
        concentrations=c,
        sources={k: mat.rate(c[k]) + div_N[k] for k in exact.c},
        charge=mat.nature.faraday * sum(ion.charge * div_N[ion.name] for ion in ions),
        fluxes=N,
        anions=[ion.name for ion in ions if ion.charge < 0],
    )


def concentrated_balance(mat: Mat, exact: Exact) -> Balance:
    """Concentrated binary salt (Newman and Thomas-Alyea, ch. 12) with dilute Na+.

    With the potential U of a reference electrode of the host metal, U = phi + RT/F ln c, with the
    anion's concentration c, and t, X its cation's transference number and thermodynamic factor,

        i = -kappa grad U + 2 kappa RT/F (1 - t) X grad ln c,
        N_+ = -D grad c + t i/F,   so that i = F (N_+ - N_-) gives N_- = -D grad c - (1 - t) i/F.

    Na+ moves by Nernst-Planck in phi. Its charge is part of i, so N_K = i/F + N_- - N_Na.
    """
    electrolyte, V_T, F = mat.electrolyte, mat.thermal_voltage, mat.nature.faraday
    (salt, c), (guest, c_guest) = exact.c.items()
    D, kappa = mat.effective(electrolyte.salt_diffusivity), mat.effective(electrolyte.conductivity)
    D_guest = mat.effective(electrolyte.ion(guest).diffusivity)
    share = 1 - electrolyte.transference_number
    U, diffusion = exact.phi + V_T * ln(c), 2 * V_T * share * electrolyte.thermodynamic_factor
    i = -kappa * grad(U) + kappa * diffusion * grad(ln(c))
    div_i = -kappa * mat.lap(U) + kappa * diffusion * mat.lap(ln(c))
    N_salt = -D * grad(c) - share / F * i
    N_guest = -D_guest * (grad(c_guest) + c_guest / V_T * grad(exact.phi))
    drift = dot(grad(c_guest), grad(exact.phi)) + c_guest * mat.lap(exact.phi)
    host = electrolyte.ions[0].name
    return Balance(
        concentrations={**exact.c, host: c - c_guest},
        sources={
            salt: mat.rate(c) - D * mat.lap(c) - share / F * div_i,
            guest: mat.rate(c_guest) - D_guest * (mat.lap(c_guest) + drift / V_T),
        },
        charge=div_i,
        fluxes={host: i / F + N_salt - N_guest, guest: N_guest, salt: N_salt},
        anions=[salt],
    )


BalanceOf = Callable[[Mat, Exact], Balance]
