"""The lines of the phase diagram as points, for figures and tables."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .elements import POTASSIUM, SODIUM
from .equilibria import (
    COMPOUND,
    INVARIANTS,
    Side,
    bcc_beside_compound,
    liquid_beside_compound,
    tie_line,
)
from .redlich_kister import CENTRAL, Solutions

POINTS = 120


class Line(NamedTuple):
    """A boundary: sodium mole fractions at temperatures [K]."""

    x: np.ndarray
    temperature: np.ndarray


def boundaries(solutions: Solutions = CENTRAL) -> dict[str, Line]:
    """Return every line of the diagram, between the eutectic and the melting points."""
    cold, warm = INVARIANTS.eutectic_temperature, INVARIANTS.peritectic_temperature
    K, Na = POTASSIUM.melting_point, SODIUM.melting_point

    def beside(side: Side, phase: str) -> Callable[[float], float]:
        return lambda T: float(getattr(tie_line(T, side, solutions), phase))

    eutectic = tie_line(cold, "potassium", solutions)
    peritectic = tie_line(warm, "sodium", solutions)
    return {
        "liquidus of bcc (K)": _line(beside("potassium", "liquid"), cold, K),
        "solidus of bcc (K)": _line(beside("potassium", "bcc"), cold, K),
        "liquidus of KNa2": _line(lambda T: liquid_beside_compound(T, solutions), cold, warm),
        "solvus of bcc (Na)": _line(lambda T: bcc_beside_compound(T, solutions), cold, warm),
        "liquidus of bcc (Na)": _line(beside("sodium", "liquid"), warm, Na),
        "solidus of bcc (Na)": _line(beside("sodium", "bcc"), warm, Na),
        "KNa2": _line(lambda T: COMPOUND, cold, warm),
        "eutectic": _level(cold, eutectic.bcc, COMPOUND),
        "peritectic": _level(warm, peritectic.liquid, peritectic.bcc),
    }


def _line(boundary: Callable[[float], float], cold: float, warm: float) -> Line:
    temperatures = np.linspace(cold, warm, POINTS)
    return Line(np.array([boundary(float(T)) for T in temperatures]), temperatures)


def _level(temperature: float, low: float, high: float) -> Line:
    return Line(np.array([low, high]), np.full(2, float(temperature)))
