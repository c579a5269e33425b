"""What is measured of the K-Na phase diagram, and how near the model must come to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scipy.constants import R

from ..inputs.units import Trust, Value
from .composition import mass_fraction, mole_fraction
from .elements import POTASSIUM, SODIUM
from .equilibria import (
    COMPOUND,
    INVARIANTS,
    Side,
    liquidus_temperature,
    solidus_temperature,
    tie_line,
)
from .redlich_kister import CENTRAL, Solutions

Role = Literal["put in", "fitted", "independent"]
ROOM = 298.15

_BALE = "Bale, Bull. Alloy Phase Diagrams 3(3) (1982), after himikatus.ru"
_XUE = "Xue et al., J. Am. Chem. Soc. 140 (2018) 3292: 9.2 to 58.2 wt% Na is liquid at 25 degC"
_OTT = (
    "Xue et al. (2018) as a temperature; the assessment of Bale (1982) meets the liquidus of Ott "
    "et al., Trans. Faraday Soc. 65 (1969) 2870, within 1 K"
)
_NAK = "NaK-78 and NaK-77, 22 and 23 wt% Na, are called the eutectic in handbooks"
_HANDBOOK = "handbooks: 40 to 90 wt% K is liquid at room temperature, in round numbers"
_CALORIMETRY = (
    "Yokokawa and Kleppa, J. Chem. Phys. 40 (1964) 46: the maximum enthalpy of mixing, equal to "
    "the excess Gibbs energy as far as the excess entropy is small"
)
_VAN_T_HOFF = "H_fus / R T_m^2 of potassium: thermodynamics of dilute solutions"


@dataclass(frozen=True)
class Anchor:
    """A measured number with its source and range, and the model's number beside it.

    `role` says whether the model could fail it: an anchor is put into the model, was a target of
    its fit, or is independent. `place` is where it lies in the phase diagram, (x_Na, T [K]).
    """

    name: str
    value: Value
    tolerance: float
    computed: Callable[[Solutions], float]
    role: Role
    place: tuple[float, float] | None = None

    def holds(self, solutions: Solutions = CENTRAL) -> bool:
        """Whether the model comes within the tolerance."""
        return abs(self.computed(solutions) - self.value) <= self.tolerance


def solidus_slope(side: Side, solutions: Solutions = CENTRAL) -> float:
    """Limiting slope of the solidus at a pure metal [1/K]: the other metal's share per kelvin."""
    return _dilute(side, solutions)[1]


def slope_difference(side: Side, solutions: Solutions = CENTRAL) -> float:
    """Limiting slope of the liquidus less that of the solidus at a pure metal [1/K]."""
    liquid, bcc = _dilute(side, solutions)
    return liquid - bcc


def _dilute(side: Side, solutions: Solutions) -> tuple[float, float]:
    """Impurity per kelvin in liquid and bcc, 0.01 K below the melting point of the metal."""
    step = 0.01
    metal = POTASSIUM if side == "potassium" else SODIUM
    liquid, bcc = tie_line(metal.melting_point - step, side, solutions)
    if side == "sodium":
        liquid, bcc = 1 - liquid, 1 - bcc
    return liquid / step, bcc / step


def _liquidus_at_room(side: Side) -> Callable[[Solutions], float]:
    return lambda solutions: tie_line(ROOM, side, solutions).liquid


def _eutectic_composition(solutions: Solutions) -> float:
    return tie_line(INVARIANTS.eutectic_temperature, "potassium", solutions).liquid


def _slope_by_van_t_hoff() -> float:
    return float(POTASSIUM.enthalpy_of_fusion / (R * POTASSIUM.melting_point**2))


def _from(number: float) -> Value:
    """A number of the model, which carries its own source."""
    assert isinstance(number, Value)
    return number


def _read(
    number: float, spread: float, source: str, unit: str = "", trust: Trust = "measured"
) -> Value:
    return Value(number, unit, source, trust, number - spread, number + spread)


_WEIGHTS = {"potassium": mole_fraction(0.092), "sodium": mole_fraction(0.582)}

ANCHORS: tuple[Anchor, ...] = (
    Anchor(
        "melting point of K",
        _from(POTASSIUM.melting_point),
        0.05,
        lambda s: liquidus_temperature(0.0, s),
        "put in",
        (0.0, POTASSIUM.melting_point),
    ),
    Anchor(
        "melting point of Na",
        _from(SODIUM.melting_point),
        0.05,
        lambda s: liquidus_temperature(1.0, s),
        "put in",
        (1.0, SODIUM.melting_point),
    ),
    Anchor(
        "eutectic temperature",
        _from(INVARIANTS.eutectic_temperature),
        0.15,
        lambda s: solidus_temperature(0.33, s),
        "put in",
    ),
    Anchor(
        "peritectic temperature",
        _from(INVARIANTS.peritectic_temperature),
        0.25,
        lambda s: solidus_temperature(0.9, s),
        "put in",
    ),
    Anchor(
        "sodium in KNa2",
        Value(2 / 3, "", "a Laves phase, C14 (MgZn2): " + _BALE, "measured", 2 / 3, 2 / 3),
        1e-12,
        lambda s: COMPOUND,
        "put in",
        (2 / 3, INVARIANTS.peritectic_temperature),
    ),
    Anchor(
        "eutectic composition",
        _read(0.3305, 0.0065, _NAK),
        0.0065,
        _eutectic_composition,
        "fitted",
        (0.3305, INVARIANTS.eutectic_temperature),
    ),
    Anchor(
        "liquidus at 25 degC beside bcc (K)",
        _read(_WEIGHTS["potassium"], 0.002, _XUE),
        0.002,
        _liquidus_at_room("potassium"),
        "fitted",
        (_WEIGHTS["potassium"], ROOM),
    ),
    Anchor(
        "liquidus at 25 degC beside bcc (Na)",
        _read(_WEIGHTS["sodium"], 0.002, _XUE),
        0.002,
        _liquidus_at_room("sodium"),
        "fitted",
        (_WEIGHTS["sodium"], ROOM),
    ),
    Anchor(
        "liquidus of 9.2 wt% Na",
        _read(ROOM, 1.0, _OTT, "K"),
        1.0,
        lambda s: liquidus_temperature(_WEIGHTS["potassium"], s),
        "fitted",
    ),
    Anchor(
        "liquidus of 58.2 wt% Na",
        _read(ROOM, 1.0, _OTT, "K"),
        1.0,
        lambda s: liquidus_temperature(_WEIGHTS["sodium"], s),
        "fitted",
    ),
    Anchor(
        "limiting solidus slope at K",
        Value(1.0e-3, "1/K", _BALE, "measured", 0.8e-3, 1.2e-3),
        0.02e-3,
        lambda s: solidus_slope("potassium", s),
        "fitted",
    ),
    Anchor(
        "limiting solidus slope at Na",
        _read(0.33e-3, 0.01e-3, _BALE, "1/K"),
        0.01e-3,
        lambda s: solidus_slope("sodium", s),
        "fitted",
    ),
    Anchor(
        "limiting slope at K, liquidus less solidus",
        _read(_slope_by_van_t_hoff(), 0.012e-3, _VAN_T_HOFF, "1/K", "derived"),
        0.012e-3,
        lambda s: slope_difference("potassium", s),
        "put in",
    ),
    Anchor(
        "excess Gibbs energy of the liquid at 50 at%",
        _read(730.0, 100.0, _CALORIMETRY, "J/mol", "recalled"),
        100.0,
        lambda s: s.liquid.energy(0.5),
        "independent",
    ),
    Anchor(
        "least sodium liquid at 25 degC, by mass",
        _read(0.10, 0.02, _HANDBOOK),
        0.02,
        lambda s: mass_fraction(_liquidus_at_room("potassium")(s)),
        "independent",
    ),
    Anchor(
        "most sodium liquid at 25 degC, by mass",
        _read(0.60, 0.05, _HANDBOOK),
        0.05,
        lambda s: mass_fraction(_liquidus_at_room("sodium")(s)),
        "independent",
    ),
)
