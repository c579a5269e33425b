"""Contact of the separator's skeleton with a front: pressed together, or apart, never pulled.

Between the faces of skeleton and metal lies a film of liquid of thickness g >= 0, nothing where
they touch. The contact pressure is p >= 0, and one of both is zero: p g = 0.
"""

from typing import Any

from ufl import sqrt

SOFTNESS = 1e-3  # of the scale of pressures: how far p g = 0 is rounded off


def complementarity(p: Any, g: Any, scale: Any, length: Any, test: Any, ds: Any) -> Any:
    r"""Either touching or apart: :math:`\int [p + s g - \sqrt{p^2 + (s g)^2 + \delta^2}]\,h`.

    Zero means p, g > 0 and p s g = delta^2/2, with s = scale/length and delta a thousandth of the
    scale. To be integrated at the nodes alone, then it holds at each of them. Source: Fischer,
    Optimization 24 (1992) 269.

    Args:
        p: contact pressure [Pa].
        g: thickness of the liquid film [m].
        scale: a typical pressure [Pa].
        length: a small thickness [m].
        test: scalar test function h.
        ds: measure of the fronts, by their nodes.
    """
    lift, delta = scale / length * g, SOFTNESS * scale
    return (p + lift - sqrt(p**2 + lift**2 + delta**2)) * test * ds
