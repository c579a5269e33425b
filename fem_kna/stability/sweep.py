"""Growth rates over wavelengths: a table, the fastest mode, and where growth ends."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from ..inputs.case import Case
from ..inputs.errors import InputError
from ..inputs.messages import shown
from ..inputs.units import Unit
from .flat import Profile
from .roots import crossing, peak
from .split import TERMS, Split
from .waves import Ripple, Waves

LENGTH = Unit("m", above=0)
MOST = 1000  # wavelengths of one table
CLOSE = 1e-6  # relative, of a wavelength where growth ends
PEAK = 1e-4  # of the logarithm of the fastest one, some -10: a thousandth of the wavelength


@dataclass(frozen=True)
class Found:
    """What is told of one wavelength, in SI; can be sent between ranks.

    `terms` are the shares of `split.TERMS` in the rate, real parts, empty where not asked for;
    `role` is '' in the table, else 'fastest' or 'cut-off'.
    """

    wavelength: float
    rate: complex
    counter: complex
    viscosity: float | None
    stress: float | None
    residual: float
    terms: dict[str, float]
    role: str = ""


def wavelengths_of(text: str) -> list[float]:
    """Return the wavelengths [m] of '1um:200um:40', evenly apart on a logarithmic scale, or of one.

    Raises:
        InputError: in one line.
    """
    parts = text.split(":")
    accepted = "accepted: FROM:TO:NUMBER as in 1um:200um:40, or one length"
    try:
        ends = [LENGTH.checked(LENGTH.read(part), part) for part in parts[:2]]
        count = int(parts[2]) if len(parts) == 3 else 1
    except Exception:
        raise InputError(f"--wavelengths '{shown(text)}'; {accepted}") from None
    if len(parts) == 1:
        return [float(ends[0])]
    if len(parts) != 3 or not 2 <= count <= MOST or ends[0] >= ends[1]:
        raise InputError(f"--wavelengths '{shown(text)}'; {accepted}, rising, 2 to {MOST}")
    return [float(x) for x in np.geomspace(*ends, count)]


class Sweep:
    """Rates of one case at any wavelength, on the ranks of a team; built when first asked."""

    def __init__(self, case: Case, amplitude: float, profile: Profile | None = None) -> None:
        """Of a resolved `case`, with ripples of an `amplitude` [m] where metal softens.

        About its steady state, or about the `profile` that a run of it has come to.
        """
        self._case, self._amplitude = case if profile is None else profile.case, amplitude
        self._profile = profile
        self._waves: Waves | None = None
        self._split: Split | None = None

    def at(self, wavelength: float, team: MPI.Comm, role: str = "") -> Found:
        """Return what is told of a `wavelength` [m]. Collective on the team."""
        ripple = self.waves(team).ripple(wavelength)
        unit = self.waves(team).linear.scales.of("s")
        assert self._split is not None
        terms = self._split.terms(ripple.pair)
        shares = {name: float(terms[name].real / unit) for name in TERMS}
        return _told(ripple, shares, role)

    def waves(self, team: MPI.Comm) -> Waves:
        """Return the half-wave cell on the team. Collective on it."""
        if self._waves is None:
            self._waves = Waves(self._case, team, self._amplitude, profile=self._profile)
            self._split = Split(self._waves.linear)
        return self._waves

    def rate(self, wavelength: float, team: MPI.Comm) -> float:
        """Return the growth rate [1/s] alone. Collective on the team."""
        return float(np.real(self.waves(team).ripple(wavelength).rate))


def _told(ripple: Ripple, terms: dict[str, float], role: str) -> Found:
    return Found(
        ripple.wavelength,
        ripple.rate,
        ripple.counter,
        ripple.viscosity,
        ripple.stress,
        ripple.pair.residual,
        terms,
        role,
    )


@dataclass(frozen=True)
class Search:
    """A wavelength to be looked for between two [m]: where rates change sign, or are highest.

    `known` are the rates [1/s] of wavelengths [m] that have been found already: of both ends, and
    for the highest one between them.
    """

    role: str
    known: Mapping[float, float]

    def found(self, rate: Callable[[float], float]) -> float:
        """Return the wavelength, by Brent's method from the rates that are known."""
        known = {float(np.log(wavelength)): value for wavelength, value in self.known.items()}

        def at(x: float) -> float:
            return rate(float(np.exp(x)))

        if self.role == "cut-off":
            return float(np.exp(crossing(at, known, CLOSE)))
        return float(np.exp(peak(at, known, PEAK)))


def searches(table: Sequence[Found]) -> list[Search]:
    """Return what is to be looked for between the wavelengths of a table.

    The fastest mode, unless it is at an end of the table; a cut-off wherever the sign changes.
    """
    known = [(found.wavelength, float(np.real(found.rate))) for found in table]
    top, wanted = max(range(len(known)), key=lambda k: known[k][1]), []
    if 0 < top < len(table) - 1:
        wanted.append(Search("fastest", dict(known[top - 1 : top + 2])))
    for one, other in itertools.pairwise(known):
        if one[1] * other[1] < 0:
            wanted.append(Search("cut-off", dict([one, other])))
    return wanted
