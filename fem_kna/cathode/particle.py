"""A particle under a current until its surface is full: what rate capability comes down to.

All that a cathode delivers when nothing but diffusion in equal particles holds it back: the
discharge ends where the filling at the surface is one. At constant diffusivity the concentration
there is known in closed form, `rise`; at one that follows the filling the equations of
`physics.particles` are solved in time. What share of the host is filled depends on nothing but the
current in full hosts per R^2/D_0.
"""

from functools import cache
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq
from scipy.special import jv

from ..materials.hosts import DiffusionLaw, ParticleShape
from ..physics.particles import exactly, mass

TERMS = 400
MODES = 16
SLOWEST, FASTEST, KNOTS = 0.02, 60.0, 25  # of the currents that are computed; others follow


@cache
def _squares(directions: int) -> np.ndarray:
    nu = directions / 2
    near = np.pi * (np.arange(1, TERMS) + nu / 2 - 0.25)
    return np.array([brentq(lambda x: jv(nu, x), x - 1, x + 0.5) for x in near]) ** 2


def rise(tau: float, directions: int) -> float:
    """Return D (c_s - c_0) / (R N) after the time tau = D t / R^2 of a flux N into a particle.

    By Duhamel, with the zeros lambda_n of the Bessel function J_(d/2): d tau + 1/(d + 2)
    - 2 sum exp(-lambda_n^2 tau)/lambda_n^2. In a sphere tan lambda_n = lambda_n, in a plate
    lambda_n = n pi (Crank, The Mathematics of Diffusion, 2nd ed., 6.45 and 4.55).
    """
    squares = _squares(directions)
    fading = 2 * np.sum(np.exp(-squares * tau) / squares)
    return float(directions * tau + 1 / (directions + 2) - fading)


def filled(shape: ParticleShape, law: DiffusionLaw, current: float) -> float:
    """Return the share of an empty host that is filled when the surface of its particles is full.

    Under a `current` in full hosts per R^2/D_0.
    """
    d = shape.directions
    M = np.array([mass(n, d) for n in range(MODES)])
    w, P, slopes = (np.array(of) for of in zip(*exactly(MODES, d, law.degree), strict=True))

    def rate(_: float, x: np.ndarray) -> np.ndarray:
        return np.asarray((current - (w * law.relative(P @ x) * (slopes @ x)) @ slopes) / M)

    def full(_: float, x: np.ndarray) -> float:
        return float(x.sum()) - 1

    full.terminal = True  # type: ignore[attr-defined]
    start, span = np.zeros(MODES), (0, 1 / current)
    run = solve_ivp(rate, span, start, "LSODA", events=full, rtol=1e-6, atol=1e-8)
    return float(current * run.t[-1])


@cache
def _curve(shape: Any, law: Any) -> CubicSpline:
    currents = np.geomspace(SLOWEST, FASTEST, KNOTS)
    return CubicSpline(np.log(currents), [filled(shape, law, one) for one in currents])


def delivered(material: Any, capacity: float, time: float, current: float) -> float:
    """Return what particles of a `material` take up before their surface is full [mAh/g].

    Beyond the currents of a table the lag of the middle grows with the current when it is slow, and
    what is filled falls with it when it is fast.

    Args:
        material: an `ActiveMaterial`; its shape and law of diffusion count.
        capacity: of the full host [mAh/g].
        time: R^2/D_0 [s].
        current: per mass [mA/g].
    """
    rate = current / capacity * time / 3600
    known = min(max(rate, SLOWEST), FASTEST)
    share = float(_curve(material.shape, material.diffusion)(np.log(known)))
    if rate < known:
        share = 1 - (1 - share) * rate / known
    return capacity * share * min(1.0, known / rate)
