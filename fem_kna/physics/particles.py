r"""Diffusion in spheres, by radial polynomials: fields at every point of a porous electrode.

The concentration in a sphere of radius R is c(r) = sum_n c_n P_n(r/R) with the even polynomials

    P_n(s) = Jacobi P_n^(0, 1/2)(2 s^2 - 1),   P_n(1) = 1,   P_0 = 1,

orthogonal over the sphere's volume, so that c_0 is the mean concentration, sum_n c_n that at the
surface, and the balance tested with P_n reads (Galerkin's method; nothing is lost in any mode)

    M_n dc_n/dt + (D/R^2) sum_m K_nm c_m = (3/R) N,     M_n = 3/(4 n + 3),

with the flux N into the sphere and K_nm = int_0^1 P_n' P_m' 3 s^2 ds. These are the radial
polynomials of Zernike's functions of the ball.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.polynomial import Polynomial

Coefficients = Sequence[Any]


def at_surface(c: Coefficients) -> Any:
    """Return the concentration at the surface of spheres with the coefficients `c` [mol m-3]."""
    return sum(c[n] for n in range(len(c)))


def mass(n: int) -> float:
    """Return M_n, the mean over the sphere of P_n^2."""
    return 3 / (4 * n + 3)


def within(c: Coefficients, n: int, diffusivity: Any, radius: Any) -> Any:
    """Return (D/R^2) sum_m K_nm c_m, what diffusion takes from mode `n` [mol m-3 s-1]."""
    K = stiffness(len(c))
    return diffusivity / radius**2 * sum(K[n][m] * c[m] for m in range(1, len(c)))


def stiffness(modes: int) -> tuple[tuple[float, ...], ...]:
    """Return K_nm of the first `modes` polynomials."""
    slopes = [polynomial(n).deriv() for n in range(modes)]
    weight = Polynomial([0, 0, 3])

    def integral(f: Polynomial) -> float:
        whole = f.integ()
        return float(whole(1.0) - whole(0.0))

    return tuple(tuple(integral(a * b * weight) for b in slopes) for a in slopes)


def polynomial(n: int) -> Polynomial:
    """Return P_n in s = r/R, by the three-term recurrence of Jacobi's polynomials."""
    x, b = Polynomial([-1, 0, 2]), 0.5
    before, now = Polynomial([0.0]), Polynomial([1.0])
    for k in range(n):
        if k == 0:
            before, now = now, (x * (b + 2) - b) / 2
            continue
        j, q = k + 1, 2 * (k + 1) + b
        along = (q - 1) * (q * (q - 2) * x - b * b) * now
        back = 2 * (j - 1) * (j + b - 1) * q * before
        before, now = now, (along - back) / (2 * j * (j + b) * (q - 2))
    return now


def profile(c: Sequence[float], s: Any) -> Any:
    """Return the concentration at the radii `s` = r/R (numpy)."""
    return sum(value * polynomial(n)(np.asarray(s)) for n, value in enumerate(c))
