"""Rippled fronts to compare with: every regime of growth and healing, in SI units.

Numbers are those of potassium in a glyme or carbonate electrolyte, spread over what is known of
them. The steepest salt gradients go with short waves, so that a mesh of some forty elements per
half wavelength along the front resolves the base state, too.
"""

from math import pi
from typing import Any, NamedTuple

from .front_problem import FrontProblem


class Combination(NamedTuple):
    """A problem and a wavenumber k = 2 pi/wavelength [m-1], with a name of its numbers."""

    name: str
    problem: FrontProblem
    wavenumber: float


SALT, MOLAR_VOLUME, MICRO = 400.0, 4.54e-5, 1e-6
# Effective D [m2 s-1], kappa [S m-1] at SALT, X: an electrolyte alone and in a mat.
FREE = {"diffusivity": 6e-10, "conductivity": 0.9, "thermodynamic_factor": 1.3, "porosity": 1.0}
MAT = {"diffusivity": 2.5e-10, "conductivity": 0.35, "thermodynamic_factor": 1.1, "porosity": 0.8}

# Wavelength and gap [um], gamma [N m-1], i0 [A m-2], t, J per limiting current, medium, others.
CONCENTRATED: tuple[tuple[Any, ...], ...] = (
    # growth over capillarity, from slow to fast kinetics
    (100, 100, 0.11, 1, 0.35, 0.10, MAT, {}),
    (100, 20, 0.11, 100, 0.35, 0.40, MAT, {}),
    (100, 50, 0.30, 1e4, 0.20, 0.04, FREE, {}),
    (50, 50, 0.11, 10, 0.20, 0.20, MAT, {}),
    (50, 20, 0.11, 1000, 0.60, 0.30, FREE, {}),
    (30, 100, 0.00, 1, 0.50, 0.60, MAT, {}),
    (20, 20, 0.11, 1e4, 0.35, 0.04, MAT, {}),
    (20, 50, 0.30, 100, 0.40, 0.50, FREE, {}),
    (20, 100, 0.11, 1000, 0.20, 0.95, MAT, {}),
    (10, 50, 0.11, 10, 0.35, 0.10, MAT, {}),
    (10, 20, 0.00, 1e4, 0.35, 0.30, FREE, {}),
    (10, 100, 0.20, 30, 0.60, 0.80, MAT, {}),
    (5, 50, 0.11, 1, 0.35, 0.90, FREE, {}),
    (5, 20, 0.11, 100, 0.20, 0.20, MAT, {}),
    (3, 20, 0.05, 1000, 0.50, 0.95, MAT, {}),
    (2, 30, 0.11, 10, 0.35, 0.60, MAT, {}),
    (1, 20, 0.11, 100, 0.30, 0.90, FREE, {}),
    (1, 20, 0.00, 10, 0.35, 0.30, MAT, {}),
    # capillarity over growth
    (10, 50, 0.30, 1000, 0.35, 0.04, MAT, {}),
    (5, 100, 0.30, 1e4, 0.40, 0.04, MAT, {}),
    (3, 50, 0.30, 10, 0.20, 0.04, MAT, {}),
    (2, 20, 0.20, 100, 0.35, 0.05, MAT, {}),
    (1, 20, 0.11, 1000, 0.60, 0.10, MAT, {}),
    (1, 50, 0.30, 1, 0.35, 0.30, MAT, {}),
    # stripping, which smooths
    (50, 50, 0.11, 100, 0.35, -0.30, MAT, {}),
    (10, 20, 0.20, 1e4, 0.50, -0.10, FREE, {}),
    (5, 50, 0.11, 10, 0.20, -0.80, MAT, {}),
    # a film, unequal transfer coefficients, a salt off the kinetics' reference
    (20, 50, 0.11, 100, 0.35, 0.30, MAT, {"film_resistance": 3e-3}),
    (10, 30, 0.11, 30, 0.35, 0.50, MAT, {"anodic": 0.35, "cathodic": 0.65}),
    (15, 40, 0.20, 200, 0.45, 0.40, FREE, {"reference_concentration": 1000.0}),
)
# The same, with cation and anion diffusivity [m2 s-1] in the place of t, of dilute solutions.
DILUTE: tuple[tuple[Any, ...], ...] = (
    (50, 50, 0.11, 10, (2e-10, 3e-10), 0.40, 1.0, {}),
    (20, 100, 0.11, 1000, (1.5e-10, 6e-10), 0.10, 0.9, {}),
    (10, 20, 0.11, 100, (3e-10, 2e-10), 0.95, 0.9, {}),
    (5, 20, 0.30, 1e4, (2e-10, 3e-10), 0.20, 1.0, {}),
    (2, 20, 0.30, 1000, (2e-10, 3e-10), 0.06, 0.9, {}),
    (10, 50, 0.11, 10, (2e-10, 3e-10), -0.50, 0.9, {"film_resistance": 1e-3}),
)


def combinations() -> tuple[Combination, ...]:
    """Return all combinations; every electrode's front moves and ripples."""
    return tuple(map(_concentrated, CONCENTRATED)) + tuple(map(_dilute, DILUTE))


def _concentrated(row: tuple[Any, ...]) -> Combination:
    *front, t, load, medium, others = row
    return _combination("concentrated", front, load, medium | others | {"transference_number": t})


def _dilute(row: tuple[Any, ...]) -> Combination:
    *front, (cation, anion), load, porosity, others = row
    ions = {"cation": cation, "anion": anion, "porosity": porosity}
    return _combination("dilute", front, load, ions | others)


def _combination(law: str, front: list[float], load: float, others: dict) -> Combination:
    wavelength, gap, gamma, i0 = front
    numbers = {
        "concentration": SALT,
        "gap": gap * MICRO,
        "exchange_current": float(i0),
        "reference_concentration": SALT,
        "surface_energy": gamma,
        "molar_volume": MOLAR_VOLUME,
    } | others
    make = FrontProblem.dilute if law == "dilute" else FrontProblem
    limit = make(current=0.0, **numbers).limiting_current
    # A rounded current, so that it can be written into a case.
    problem = make(current=float(f"{load * limit:.4g}"), **numbers)
    name = f"{law}, {wavelength} um, gap {gap} um, gamma {gamma:g}, i0 {i0:g}, J {load:g} J_lim"
    return Combination(name, problem, 2 * pi / (wavelength * MICRO))
