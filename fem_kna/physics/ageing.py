"""Ageing of an electrode: what of its metal goes into the SEI or is cut off, cycle by cycle.

Of the metal j that is plated at the rate J_j per area [mol m-2 s-1] the SEI takes a share s, and of
all that leaves the metal where it is stripped a share d is cut off and dead:

    d(a n_j)/dt = a {(1 - s) J_j+ - J_j- / (1 - d)},     J = J+ - J-,
    d(a n_SEI,j)/dt = a s J_j+,     d(a n_dead,j)/dt = a J_j- d / (1 - d),

with a the present over the reference area. No atom is lost: those of SEI and dead metal stay
counted, per metal. Shares may follow the charge Q that has been plated there, d(a Q/F)/dt =
a sum_j J_j+. What is in the SEI resists the current by r per charge, on top of the film's own.

Nothing ages at rest but by what is plated in exchange for another metal. Which solvent or anion is
reduced is left open: the salt is as it was.
"""

from collections.abc import Mapping
from typing import Any, Protocol, Self, runtime_checkable

from numpy import e, exp, inf, log
from pydantic import InstanceOf

from ..inputs.errors import InputError
from ..inputs.units import (
    ArealCharge,
    Fraction,
    Length,
    Parameters,
    ResistancePerCharge,
    VolumePerCharge,
    given,
)

SEI = {"K": "K in SEI", "Na": "Na in SEI"}
DEAD = {"K": "dead K", "Na": "dead Na"}
PLATED = "all that was plated"
AGED = (*SEI.values(), *DEAD.values(), PLATED)


@runtime_checkable
class Loss(Protocol):
    """A share of metal that is lost."""

    def share(self, passed: Any) -> Any:
        """Return the share [-], 0 to 1, after the charge `passed` was plated [C m-2]."""


class ConstantLoss(Parameters):
    """The same share at all times."""

    value: Fraction

    def share(self, passed: Any) -> Any:
        """Return the share, whatever was plated."""
        return self.value + 0 * passed


class ConditionedLoss(Parameters):
    """A share that falls as the surface is conditioned: final + (first - final) exp(-Q/charge)."""

    first: Fraction
    final: Fraction
    charge: ArealCharge

    def share(self, passed: Any) -> Any:
        """Return the share after the charge Q = `passed`."""
        return self.final + (self.first - self.final) * e ** (-passed / self.charge)

    @classmethod
    def calibrated(
        cls, first: float, final: float, cycles: float, plated: Any, dead: float = 0.0
    ) -> Self:
        """Return the loss that has given Coulombic efficiencies on a bare collector.

        Stripped to exhaustion, cycle n has the efficiency
        (1 - dead) (1 - mean share over Q from (n - 1) q to n q), that is

            CE_n = final - (final - first) exp[-(n - 1)/cycles]     exactly.

        Args:
            first, final: efficiency of the first cycle, and of late ones.
            cycles: the one constant of time, in cycles.
            plated: charge q of each cycle [C m-2], a quantity.
            dead: share that dies of what leaves the metal as it is stripped.

        Raises:
            InputError: efficiencies that no shares between 0 and 1 give.
        """
        q = ArealCharge.__metadata__[0].read(plated)  # type: ignore[attr-defined]
        late, early = 1 - final / (1 - dead), 1 - first / (1 - dead)
        # Over the first cycle the share falls already: what counts is its mean.
        fall = float(1 / (cycles * (1 - exp(-1 / cycles))))
        start = late + (early - late) * fall
        if not 0 <= min(late, start) <= max(late, start) <= 1:
            raise InputError(
                f"ConditionedLoss: efficiencies of {first:g} and {final:g} with {dead:g} dead take "
                f"shares of {start:.3g} and {late:.3g}; accepted: shares from 0 to 1"
            )
        source = f"calibrated on efficiencies of {first:g} and {final:g}, {cycles:g} cycles"
        return cls(
            first=given(start, source, trust="derived"),
            final=given(late, source, trust="derived"),
            charge=given(f"{cycles * q} C/m^2", source, trust="derived"),
        )


@runtime_checkable
class AgeingLaw(Protocol):
    """How the metal of an electrode ages. Amounts are by the names of `AGED`."""

    def rates(
        self, gained: Mapping[str, Any], amounts: Mapping[str, Any], faraday: Any
    ) -> dict[str, Any]:
        """Return the rate of every amount of `AGED` [mol m-2 s-1].

        Args:
            gained: what K and Na gain by the current per area and time, negative where stripped.
            amounts: those on the electrode [mol m-2].
            faraday: Faraday's constant.
        """

    def resistance(self, amounts: Mapping[str, Any], faraday: Any) -> Any:
        """Return what ageing adds to the film's resistance [ohm m2]."""


class Ageing(Parameters):
    """SEI out of what is plated, dead metal out of what is stripped, and the SEI's resistance.

    `added_resistance` is per charge in the SEI. A compact film would add its thickness over its
    conductivity; most of what is lost per cycle lies there loose or wet, as a compact film of it
    would stop every cell within a few cycles.
    """

    sei: InstanceOf[Loss]
    dead: InstanceOf[Loss] = ConstantLoss(value=0.0)
    added_resistance: ResistancePerCharge = given(
        "0 ohm*m^4/C", "none: the film keeps its resistance"
    )

    def rates(
        self, gained: Mapping[str, Any], amounts: Mapping[str, Any], faraday: Any
    ) -> dict[str, Any]:
        """Return the rate of every amount, see `AgeingLaw`."""
        passed = faraday * amounts[PLATED]
        s, d = self.sei.share(passed), self.dead.share(passed)
        plated = {metal: _positive(J) for metal, J in gained.items()}
        found = {SEI[metal]: s * J for metal, J in plated.items()}
        found |= {DEAD[metal]: d / (1 - d) * _positive(-J) for metal, J in gained.items()}
        return found | {PLATED: sum(plated.values())}

    def resistance(self, amounts: Mapping[str, Any], faraday: Any) -> Any:
        """Return r times the charge in the SEI [ohm m2]."""
        return self.added_resistance * faraday * sum(amounts[name] for name in SEI.values())


class Reserve(Parameters):
    """The electrolyte of a cell, and how much of it the SEI uses up.

    That it is used up is counted and told; the pores stay wet while there is any.
    """

    volume: Length
    used: VolumePerCharge = given(
        "1.08e-9 m^3/C",
        "estimate: one DME (104 cm3/mol) per electron, were it reduced alone and the salt kept",
        trust="estimated",
        range=("0 m^3/C", "2.2e-9 m^3/C"),
    )

    def left(self, charge: float) -> float:
        """Return the share that is left when `charge` [C m-2] is in the SEI of both electrodes."""
        return float(1 - self.used * charge / self.volume)


class Short(Parameters):
    """When a flaw of the film has grown through the separator: growth rate times cycles.

    A flaw of the height `flaw` that grows at the rate omega while metal is plated for the time t,
    and of whose growth stripping leaves the share `kept`, has crossed `distance` after

        N = ln(distance/flaw) / (kept omega t)

    cycles; never where omega <= 0. The rate is the front's, and no efficiency stands in it: cells
    of one efficiency differ in life.
    """

    distance: Length
    flaw: Length = given(
        "1 um",
        "estimate: texture of the metals' surfaces in Tai et al. 2021, figure 1",
        trust="estimated",
        range=("0.1 um", "10 um"),
    )
    kept: Fraction = given(
        1.0, "assumption: stripping takes from beside the flaw", trust="estimated", range=(0.0, 1.0)
    )

    def cycles(self, rate: float, time: float) -> float:
        """Return N at a growth rate [1/s], plated for `time` [s] per cycle."""
        growth = float(self.kept * rate * time)
        return float(log(self.distance / self.flaw) / growth) if growth > 0 else inf


def _positive(x: Any) -> Any:
    return (x + abs(x)) / 2
