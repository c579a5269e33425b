"""Insertion of the host's ion into particles: potential of the guest, charge transfer, network."""

from collections.abc import Sequence
from typing import Any

from ufl import exp, ln, max_value, min_value, sqrt

FAR = 25.0  # in exponents: ten decades above any exchange current
BARE = 1e-9  # of filling times what is left: where Newton's method looks beyond an empty host


def tabulated(points: Sequence[tuple[Any, Any]], x: Any, rounding: Any) -> Any:
    r"""Return the polygon through `points` (x_k, U_k) at `x`, its corners rounded over `rounding`.

    U_0 + s_0 (x - x_0) + sum_k (s_k - s_{k-1}) w ln[1 + exp((x - x_k)/w)], with the slopes s_k: as
    smooth as Newton's method wants it, off the polygon by at most w ln 2 times the change of slope,
    and straight beyond its ends.
    """
    steps = range(1, len(points))
    rises = [tuple(points[k][of] - points[k - 1][of] for of in (0, 1)) for k in steps]
    slopes = [dU / dx for dx, dU in rises]
    x_0, u_0 = points[0]
    value = u_0 + slopes[0] * (x - x_0)
    for (corner, _), before, after in zip(points[1:-1], slopes[:-1], slopes[1:], strict=True):
        value += (after - before) * rounding * _softened((x - corner) / rounding)
    return value


def _softened(z: Any) -> Any:
    """Return ln(1 + exp z) without overflow."""
    return max_value(z, 0.0) + ln(1 + exp(-abs(z)))


def _exp(z: Any) -> Any:
    """Return exp z, straight on from `FAR`: where Newton's method looks it does not overflow."""
    return exp(min_value(z, FAR)) * (1 + max_value(z - FAR, 0.0))


def open_circuit_potential(material: Any, filling: Any) -> Any:
    """Return U(x) [V] of an `ActiveMaterial` against its guest's metal, by its table."""
    points = [(point.filling, point.potential) for point in material.potentials]
    return tabulated(points, filling, material.rounding)


def exchange(i0: Any, filling: Any) -> Any:
    """Return i0 2 sqrt(x (1 - x)): the exchange current density at the surface filling x [A m-2].

    `i0` is that of the half filled host. With the mass action of the ion in the liquid this is the
    usual i0 ~ c^(1/2) (c_max - c_s)^(1/2) c_s^(1/2) of Doyle, Fuller and Newman, J. Electrochem.
    Soc. 140 (1993) 1526.
    """
    return i0 * 2 * sqrt(max_value(filling * (1 - filling), BARE))


def charge_transfer(material: Any, step: Any, concentration: Any, filling: Any, V_T: Any) -> Any:
    r"""Return the current density on the particles [A m-2], anodic positive: the guest leaves.

    i = i0(x) { exp(alpha_a eta/V_T) - (c/c_ref) exp(-alpha_c eta/V_T) },   eta = step - U(x),

    so that at no current step = U(x) + V_T ln(c/c_ref), Nernst's law, against the same electrode as
    the metals'.

    Args:
        material: an `ActiveMaterial`.
        step: solid minus liquid potential [V].
        concentration: of the guest's ion in the liquid [mol m-3].
        filling: of the host at the particles' surface, x = c_s/c_max [-].
        V_T: thermal voltage RT/F [V].
    """
    eta = (step - open_circuit_potential(material, filling)) / V_T
    c = concentration / material.reference_concentration
    forth = _exp(material.anodic_transfer_coefficient * eta)
    back = c * _exp(-material.cathodic_transfer_coefficient * eta)
    return exchange(material.exchange_current_density, filling) * (forth - back)
