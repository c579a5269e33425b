"""KNa2 in a deposit, above its temperature: formed out of what is plated, decaying by itself.

Above 6.9 degC KNa2 is not stable beside K-Na, but by so little that an overpotential can make up
for it. With a_j the activities at which the metals would be in equilibrium with ions and potential
at the surface, so that RT ln a_j is the chemical potential at which they are plated,

    A = RT ln(a_K a_Na^2) - G

is the driving force per mole of formula, G the Gibbs energy of KNa2 from both bcc metals. Of the
formula units that could be made of what is plated, at the rates J_j per area, the share w becomes
KNa2:

    d(a n_c)/dt = a {w min(J_K, J_Na/2)_+ - n_c / tau},     w = S/(1+S),  S = exp[(A - B)/RT],

with a the present over the reference area and n_c per area. At rest, or as one metal dissolves
while the other is plated, none is formed. The atoms in it stay counted among those of both metals;
what is left of these is the alloy that has activities and liquid.

In metal that is meshed KNa2 is buried where it forms: by its concentration s, with n out of the
metal, its velocity v and the mesh's w,

    ds/dt + div(s v) = -s / tau,      (s v - s w) . n = -w min(J_K, J_Na/2)_+ + s (u_n)_+

on the front, u_n the volume of metal dissolved per area and time: what the front passes as metal is
stripped dissolves with it.
"""

from collections.abc import Mapping
from typing import Any

from numpy import e

from ..inputs.units import MolarEnergy, Parameters, Time, given

COMPOUND = "KNa2"
ATOMS = {"K": 1, "Na": 2}  # in a formula unit


class Metastable(Parameters):
    """How KNa2 forms and decays. Nothing measured fixes it: it is not calibrated.

    The paper's diffraction peaks are no measure of an amount, and it does not say how fast they
    fade. `energy` is that of the phase diagram where it is not given.
    """

    barrier: MolarEnergy = given(
        "2 kJ/mol",
        "estimate, per formula: nucleation and strain cost some RT; not calibrated",
        trust="estimated",
        range=("0 kJ/mol", "10 kJ/mol"),
    )
    decay_time: Time = given(
        "10 min",
        "estimate: between sodium's diffusion through a grain and the hours after which a cell is "
        "looked at; not calibrated",
        trust="estimated",
        range=("1 min", "2 h"),
        activation_energy=given(
            "-31 kJ/mol",
            "estimate: that of sodium's diffusion in potassium. A time falls, so it is negative",
            trust="estimated",
            range=("-60 kJ/mol", "-15 kJ/mol"),
        ),
    )
    energy: MolarEnergy | None = None

    def share(self, activities: Mapping[str, Any], RT: Any) -> Any:
        """Return w, the share that becomes KNa2 of what could.

        Args:
            activities: at which K and Na are plated [-].
            RT: thermal energy [J mol-1].
        """
        assert self.energy is not None, "the energy is that of a resolved case"
        S = activities["K"] * activities["Na"] ** 2 * e ** (-(self.energy + self.barrier) / RT)
        return S / (1 + S)

    def rate(
        self, amount: Any, plated: Mapping[str, Any], activities: Mapping[str, Any], RT: Any
    ) -> Any:
        """Return what the formula units gain per area and time [mol m-2 s-1].

        Args:
            amount: formula units per area [mol m-2].
            plated: K and Na per area and time [mol m-2 s-1], negative where they dissolve.
            activities, RT: as of `share`.
        """
        return self.formed(plated, activities, RT) - amount / self.decay_time

    def formed(self, plated: Mapping[str, Any], activities: Mapping[str, Any], RT: Any) -> Any:
        """Return the formula units that form per area and time [mol m-2 s-1], see `rate`."""
        possible = _lesser(plated["K"] / ATOMS["K"], plated["Na"] / ATOMS["Na"])
        return self.share(activities, RT) * (possible + abs(possible)) / 2


def unbound(amounts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the K and Na that are not in KNa2, from all of them and KNa2, per area or volume."""
    bound = amounts.get(COMPOUND)
    return {
        name: amounts[name] if bound is None else amounts[name] - count * bound
        for name, count in ATOMS.items()
    }


def _lesser(a: Any, b: Any) -> Any:
    return (a + b - abs(a - b)) / 2
