"""What people call an alloy: 3.5wt%, 5.8at%, KNA-3.5, NaK-78, 66.3:33.7 w/w; and 25C."""

import re
from typing import NamedTuple

from ..inputs.errors import InputError
from ..inputs.messages import shown
from .composition import mass_fraction, mole_fraction

ACCEPTED = (
    "sodium in 0 to 100 %, as 3.5wt%, 5.81at%, '78wt% K', KNA-3.5, NaK-78, '66.3:33.7 w/w', "
    "'66.3:33.7 at', K or Na"
)

# Tai et al. call their liquid alloy 66.3:33.7 (w/w), liquid to -12.6 degC; both cannot be.
_SWAPPED = 0.337
BY_WEIGHT = (
    "33.7 wt% Na is 46.4 at% Na. Printed for an alloy liquid to -12.6 degC this is probably "
    "an atomic ratio mislabelled: 33.7 at% Na (23.0 wt%) is the eutectic, while 33.7 wt% begins to "
    "freeze near +1.5 degC. Both are liquid at 25 degC. For the other reading: '66.3:33.7 at'"
)
BY_ATOMS = (
    "33.7 at% Na is 23.0 wt% Na, the eutectic, liquid to -12.6 degC: probably what is meant where "
    "66.3:33.7 is printed as a ratio of weights. For the printed reading: '66.3:33.7 w/w'"
)

_NUMBER = r"([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)"
_BASES = {
    "mass": ("w/w", "wt", "wt%", "wt.%", "weight%", "mass%", "w%"),
    "moles": ("at", "at%", "at.%", "atom%", "mol", "mol%"),
}
_BASIS = {spelling: basis for basis, spellings in _BASES.items() for spelling in spellings}
_PERCENT = re.compile(_NUMBER + r"\s*([a-z./]+\s*%)\s*(k|na)?")
_NAME = re.compile(r"(kna|nak)-" + _NUMBER + r"\s*([a-z./]+%?)?")
_RATIO = re.compile(
    r"(?:(k:na|na:k)\s*=?\s*)?" + _NUMBER + r"\s*:\s*" + _NUMBER + r"\s*([a-z./]*%?)"
)


class Composition(NamedTuple):
    """How much sodium an alloy holds, and what its name may hide."""

    sodium_mole_fraction: float
    note: str = ""

    @property
    def sodium_mass_fraction(self) -> float:
        """The same by mass."""
        return mass_fraction(self.sodium_mole_fraction)


def composition_of(text: str) -> Composition:
    """Return the composition that `text` names; see `ACCEPTED`.

    A plain percentage is sodium's, a ratio is K:Na, KNA-w holds w wt% Na and NaK-w holds w wt% K.
    A ratio must say of what: 66.3:33.7 has been printed as one of weights where atoms were meant.

    Raises:
        InputError: no such name, or a composition outside 0 to 100 %.
    """
    plain = " ".join(text.casefold().split())
    if plain in ("k", "na"):
        return Composition(float(plain == "na"))
    for pattern, read in ((_PERCENT, _of_percent), (_NAME, _of_name), (_RATIO, _of_ratio)):
        if match := pattern.fullmatch(plain):
            fraction, basis = read(text, match)
            return _composition(text, fraction, basis)
    raise _refused(text)


def _of_percent(text: str, match: re.Match[str]) -> tuple[float, str]:
    fraction = float(match[1]) / 100
    return (1 - fraction if match[3] == "k" else fraction), _basis(text, match[2])


def _of_name(text: str, match: re.Match[str]) -> tuple[float, str]:
    fraction = float(match[2]) / 100
    return (1 - fraction if match[1] == "nak" else fraction), _basis(text, match[3] or "wt%")


def _of_ratio(text: str, match: re.Match[str]) -> tuple[float, str]:
    first, second = float(match[2]), float(match[3])
    if not match[4]:
        raise InputError(
            f"alloy '{shown(text)}': a ratio of weights or of atoms? "
            f"accepted: '{shown(text)} w/w' or '{shown(text)} at'"
        )
    if min(first, second) < 0 or first + second == 0:
        raise _refused(text)
    sodium = first if match[1] == "na:k" else second
    return sodium / (first + second), _basis(text, match[4])


def _basis(text: str, spelling: str) -> str:
    basis = _BASIS.get(spelling.replace(" ", ""))
    if basis is None:
        raise _refused(text)
    return basis


def _composition(text: str, fraction: float, basis: str) -> Composition:
    if not 0 <= fraction <= 1:
        raise _refused(text)
    note = {"mass": BY_WEIGHT, "moles": BY_ATOMS}[basis] if _is_swapped(fraction) else ""
    return Composition(mole_fraction(fraction) if basis == "mass" else fraction, note)


def _is_swapped(fraction: float) -> bool:
    return abs(fraction - _SWAPPED) < 1e-9


def _refused(text: str) -> InputError:
    return InputError(f"alloy '{shown(text)}': accepted: {ACCEPTED}")


def temperature_of(text: str) -> float:
    """Return the temperature [K] of a text such as 25C, -5 degC or 298.15K.

    Raises:
        InputError: it has no unit, or another one.
    """
    match = re.fullmatch(_NUMBER + r"\s*(°c|degc|c|k)", text.strip().casefold())
    if match is None:
        raise InputError(f"temperature '{shown(text)}': accepted: a number in C or K, as 25C, 298K")
    return float(match[1]) + (0.0 if match[2] == "k" else 273.15)
