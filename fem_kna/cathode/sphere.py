"""A sphere under a current until its surface is full: the closed form behind rate capability.

All that a cathode delivers when nothing but diffusion in equal spheres holds it back. By Duhamel
the surface filling under a constant current that fills the host in T_f is (tau = t D / R^2)

    x_s = (R^2/D)/(3 T_f) [3 tau + 1/5 - 2 sum exp(-lambda_n^2 tau)/lambda_n^2],
    tan lambda_n = lambda_n

(Crank, The Mathematics of Diffusion, 2nd ed., 6.45), and the discharge ends where it is one.
"""

from functools import cache

import numpy as np
from scipy.optimize import brentq

TERMS = 400


@cache
def _squares() -> np.ndarray:
    lows = np.arange(1, TERMS) * np.pi
    roots = [brentq(lambda x: np.tan(x) - x, low + 1e-9, low + np.pi / 2 - 1e-9) for low in lows]
    return np.array(roots) ** 2


def rise(tau: float) -> float:
    """Return D (c_s - c_0) / (R N) after the time tau = D t / R^2 of a flux N into a sphere."""
    squares = _squares()
    return float(3 * tau + 0.2 - 2 * np.sum(np.exp(-squares * tau) / squares))


def delivered(capacity: float, time: float, current: float) -> float:
    """Return what a sphere takes up before its surface is full [mAh/g].

    Args:
        capacity: of the full host [mAh/g].
        time: R^2/D [s].
        current: per mass [mA/g].
    """
    full = capacity / current * 3600 / time  # T_f in units of R^2/D
    end = brentq(lambda tau: rise(tau) - 3 * full, 1e-12, full)
    return float(capacity * end / full)
