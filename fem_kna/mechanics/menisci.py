"""What surface tension does where metal meets walls that it does not wet.

The contact angle is measured through the metal, above 90 degrees. Pressures are those of the metal
above that of the liquid around it. Formulas only.
"""

from math import cos, pi, sin, sqrt

import numpy as np
from scipy.constants import g

PLACES = 400  # of a meniscus between two fibres that are tried


def entry_pressure(surface_energy: float, angle: float, diameter: float) -> float:
    """Return the pressure [Pa] that pushes metal into a round pore: 4 gamma |cos theta| / d.

    Args:
        surface_energy: of the metal against what fills the pore [J/m2].
        angle: contact angle [rad], above a right one.
        diameter: of the pore [m].
    """
    return -4 * surface_energy * cos(angle) / diameter


def between_fibres(surface_energy: float, angle: float, gap: float, diameter: float) -> float:
    """Return the pressure [Pa] that pushes metal through between two parallel fibres.

    A meniscus that meets both fibres at the angle alpha past their narrowest place has the radius
    of curvature [gap/2 + r (1 - cos alpha)] / -cos(theta + alpha); the least of these must be
    passed. At theta = 180 degrees it is that of a slit, 2 gamma / gap.

    Args:
        surface_energy: of the metal against what lies between the fibres [J/m2].
        angle: contact angle [rad].
        gap: distance of the fibres' surfaces [m].
        diameter: of the fibres [m].
    """
    past = np.linspace(0.0, pi - angle, PLACES)
    half = gap / 2 + diameter / 2 * (1 - np.cos(past))
    return float(surface_energy * np.max(-np.cos(angle + past) / half))


def gap_left(surface_energy: float, angle: float, pressure: float) -> float:
    """Return the height [m] of a liquid between plates that `pressure` [Pa] squeezes no thinner.

    2 gamma |cos theta| / p: the meniscus at the rim bears the plates; wide, so that the rim's
    curvature around the axis does not count.
    """
    return -2 * surface_energy * cos(angle) / pressure


def borne(surface_energy: float, angle: float, height: float) -> float:
    """Return the pressure [Pa] that a liquid `height` [m] high between plates bears at rest."""
    return -2 * surface_energy * cos(angle) / height


def puddle_height(surface_energy: float, angle: float, density: float) -> float:
    """Return the height [m] of a wide puddle at rest: 2 sqrt(gamma/rho g) sin(theta/2).

    Args:
        surface_energy: of the liquid [J/m2].
        angle: contact angle [rad].
        density: of the liquid [kg/m3].
    """
    return 2 * sqrt(surface_energy / (density * g)) * sin(angle / 2)
