r"""Diffusion in particles, by polynomials: fields at every point of a porous electrode.

The guest diffuses in d directions: three in spheres, one in plates. With the depth s = r/R from the
middle (0) to the surface (1), where R is the radius or half the thickness, the concentration is
c(s) = sum_n c_n P_n(s) with the even polynomials

    P_n(s) = Jacobi P_n^(0, d/2 - 1)(2 s^2 - 1),   P_n(1) = 1,   P_0 = 1,

orthogonal over the particle's volume, so that c_0 is the mean concentration and sum_n c_n that at
the surface: Zernike's radial polynomials of the ball, Legendre's of even order in a plate. With the
flux N into the particle the balance dc/dt = div(D(x) grad c), x = c/c_max, tested with P_n, reads

    M_n dc_n/dt + int_0^1 (D/R^2) c'(s) P_n'(s) d s^(d-1) ds = (d/R) N,     M_n = d/(4 n + d).

This is Galerkin's method; P_0' = 0, so that the mean takes up what enters, whatever D is.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

Coefficients = Sequence[Any]


def at_surface(c: Coefficients) -> Any:
    """Return the concentration at the surface of particles with the coefficients `c` [mol m-3]."""
    return sum(c[n] for n in range(len(c)))


def area_per_volume(directions: int, radius: Any) -> Any:
    """Return the surface of particles per their volume, d/R [m-1]."""
    return directions / radius


def mass(n: int, directions: int) -> float:
    """Return M_n, the mean over the particle of P_n^2."""
    return directions / (4 * n + directions)


def within(c: Coefficients, v: Coefficients, material: Any, full: Any) -> Any:
    r"""Weak form of diffusion, :math:`\int_0^1 (D/R^2) c'(s)\,v'(s)\,d\,s^{d-1} ds`.

    Args:
        c: coefficients of the concentration [mol m-3].
        v: those of the test function.
        material: an `ActiveMaterial`, with the particles' shape and law of diffusion.
        full: concentration in the full host, c_max [mol m-3].
    """
    law, modes, total = material.diffusion, len(c), 0.0
    for weight, P, slopes in exactly(modes, material.shape.directions, law.degree):
        D = material.diffusivity * law.relative(sum(P[n] * c[n] for n in range(modes)) / full)
        along, tested = (sum(slopes[n] * of[n] for n in range(1, modes)) for of in (c, v))
        total += weight * D / material.particle_radius**2 * along * tested
    return total


Rule = Sequence[tuple[float, Sequence[float], Sequence[float]]]


def exactly(modes: int, directions: int, degree: int) -> Rule:
    """Return weight, P_n and P_n' at each point of a rule of Gauss that is exact in `within`.

    For D(x) of a polynomial `degree`. The weights, over the particle's volume, add up to one.
    """
    power = 2 * (2 + degree) * (modes - 1) + directions - 3  # of s; all even: half the points do
    half = power // 4 + 1
    s, w = (of[half:] for of in np.polynomial.legendre.leggauss(2 * half))
    weights = w * directions * s ** (directions - 1)
    P, slopes = (np.transpose(of).tolist() for of in polynomials(modes, s, directions))
    return tuple(zip(weights.tolist(), P, slopes, strict=True))


def polynomials(modes: int, s: np.ndarray, directions: int) -> tuple[list[Any], list[Any]]:
    """Return P_n and P_n' at the depths `s`, by the three-term recurrence of Jacobi's polynomials.

    `directions` are odd.
    """
    b, x, dx = directions / 2 - 1, 2 * s**2 - 1, 4 * s
    P, slopes = [np.zeros_like(s), np.ones_like(s)], [np.zeros_like(s)] * 2
    for j in range(1, modes):
        q = 2 * j + b
        by = (q - 1) / (2 * j * (j + b) * (q - 2))
        along, across = by * q * (q - 2), by * b * b
        back = (j - 1) * (j + b - 1) * q / (j * (j + b) * (q - 2))
        P.append((along * x - across) * P[-1] - back * P[-2])
        slopes.append(
            along * (x * slopes[-1] + dx * P[-2]) - across * slopes[-1] - back * slopes[-2]
        )
    return P[1:], slopes[1:]
