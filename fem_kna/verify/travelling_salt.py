r"""A binary salt ahead of a flat front that travels: `binary_salt` with the front's way in it.

Both electrodes travel upwards with the velocity w = V_m J/F, so that the gap stays. In their frame
eps c_t = (D c_y + eps w c)_y, and the blocked anion leaves D c_y + eps w c = q at the fronts, where
q = (1 - t) J/F. What follows is exact. The flux u = D c_y + eps w c solves the same equation with
given values at the fronts; ahead of one alone, with a = D/eps, it is (Ogata and Banks, USGS Prof.
Paper 411-A, 1961, with the flow reversed)

    u = eps w c0 + (q - eps w c0)/2 [erfc((y + w s)/(2 sqrt(a s)))
                                     + exp(-w y/a) erfc((y - w s)/(2 sqrt(a s)))],

whose slope at y = 0 is eps times the rate at which the salt falls there.
"""

from math import erf, exp, pi, sqrt

from scipy.integrate import quad
from scipy.optimize import brentq

from .binary_salt import FARADAY, GAP, SALT, BinarySalt


def sand_time(law: BinarySalt, J: float, V_m: float) -> float:
    """Return when `J` [A m-2] has emptied the cathode, whose metal has `V_m` [m3 mol-1]; [s].

    The front gathers the salt that it meets: later than if it stood still.
    """
    w, a = V_m * J / FARADAY, law.D / law.eps
    excess = (1 - law.t) * J / FARADAY / law.eps - w * SALT

    def fallen(root: float) -> float:
        """Return the fall over 2 root d(root), root the root of time."""
        along = w * root / (2 * sqrt(a))
        return excess * (2 * exp(-(along**2)) / sqrt(pi * a) + root * w / a * (1 + erf(along)))

    def left(time: float) -> float:
        return SALT - float(quad(fallen, 0.0, sqrt(time))[0])

    still = law.sand_time(J)
    return float(brentq(left, 0.5 * still, 10 * still, rtol=1e-12))


def limiting_current(law: BinarySalt, V_m: float) -> float:
    """Return the current density [A m-2] whose steady salt is zero at the cathode.

    c = q/(eps w) (1 - exp(-eps w y/D)), of the mean c0; q/w does not depend on the current.
    """
    whole = (1 - law.t) / (V_m * law.eps)

    def mean(peclet: float) -> float:
        return whole * (1 - (1 - exp(-peclet)) / peclet) - SALT

    peclet = brentq(mean, 1e-6, 10.0, rtol=1e-12)
    return float(peclet * law.D / (law.eps * GAP) * FARADAY / V_m)


def surface_salt(law: BinarySalt, J: float, V_m: float) -> float:
    """Return the steady salt at the cathode [mol m-3] under `J` [A m-2]."""
    whole, peclet = (1 - law.t) / (V_m * law.eps), law.eps * V_m * J / FARADAY * GAP / law.D
    # c = whole + (c_0 - whole) exp(-peclet y/L), of the mean c0
    return whole + (SALT - whole) * peclet / (1 - exp(-peclet))
