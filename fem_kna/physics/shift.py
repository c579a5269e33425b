"""How stress shifts charge transfer: the mechanical work of dissolving metal under load.

M -> M+ + e- takes an atom of molar volume V out of the metal and puts an ion of partial molar
volume V+ into the electrolyte. What the loads do on that way, W [J/mol], raises the potential of
the electrons, so that eta becomes eta + W/F: metal that is pressed dissolves more readily. With the
mean pressures p = -tr sigma/3 of metal and electrolyte, W = V p_m - V+ p_e.
"""

from typing import Any, NamedTuple, Protocol, runtime_checkable

from ..inputs.units import Parameters, PartialMolarVolume, given


class Load(NamedTuple):
    """What bears on a front [Pa], positive where it presses.

    `traction` is the normal one on the metal, p_n = gamma kappa + p_c; `metal` the mean pressure in
    the metal, `electrolyte` that in the separator's skeleton with the liquid in it, 0 in liquid
    alone, to which all pressures refer.
    """

    traction: Any
    metal: Any
    electrolyte: Any


@runtime_checkable
class StressShift(Protocol):
    """A law of how load shifts charge transfer. Any object with this one method can stand in."""

    def work(self, molar_volume: Any, load: Load) -> Any:
        """Return the work W [J/mol] that the load does when a mole of metal dissolves."""


class NoShift(Parameters):
    """Charge transfer does not feel stress: no Gibbs-Thomson effect either."""

    def work(self, molar_volume: Any, load: Load) -> Any:
        """Return 0."""
        return 0 * molar_volume


class FullTraction(Parameters):
    """W = V p_n: an atom leaves against the normal traction on the surface (Gibbs).

    The liquid into which it goes, in the pores, bears none of the load: p_e = 0. In the metal it is
    the traction that counts and not the mean pressure, since accretion moves the surface only.
    """

    def work(self, molar_volume: Any, load: Load) -> Any:
        """Return V p_n."""
        return molar_volume * load.traction


class MonroeNewman(Parameters):
    r"""W = V p_m - V+ p_e, the form of Monroe and Newman (J. Electrochem. Soc. 152 (2005) A396).

    They take the electrolyte for a solid that bears the load. With sigma = -p I + tau on both
    sides and forces in balance on a front of curvature kappa, n out of the metal,

        -p_m + n.tau_m.n = -p_e + n.tau_e.n - gamma kappa,

    W becomes, with mean and difference of p_m and p_e,

        W = (V + V+)/2 [gamma kappa + n.(tau_m - tau_e).n] + (V - V+)/2 (p_m + p_e):

    theirs for a univalent ion. For a ripple A cos kx between incompressible half spaces, where
    n.tau.n = 0 on both sides and p_e = 2 k G* A, it is [(V - V+) 2 k G* + V gamma k^2] A cos kx.

    Here p_e is the mean pressure of the separator's skeleton, as if ions sat in its solid; they sit
    in the liquid of its pores, which is why this form is not the default. V+ is taken as one for
    all ions. p_m is where metal stands that of a liquid, p_n; where it flows it is the one expected
    from the steps before, an error of the order of the step.
    """

    partial_molar_volume: PartialMolarVolume = given(
        "9 cm^3/mol",
        "estimate: K+ in water, conventional scale (Millero, Chem. Rev. 71 (1971) 147, recalled); "
        "none was found for DME, where electrostriction lowers it",
        trust="estimated",
        range=("-20 cm^3/mol", "20 cm^3/mol"),
    )

    def work(self, molar_volume: Any, load: Load) -> Any:
        """Return V p_m - V+ p_e."""
        return molar_volume * load.metal - self.partial_molar_volume * load.electrolyte
