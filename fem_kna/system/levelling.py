"""Growth against flow: how stiff metal may be that still levels a ripple as fast as it grows.

A plating front that ripples by h cos(kx) grows at the rate omega and, being a viscous liquid,
levels at gamma k / (2 eta) (Orchard, Appl. Sci. Res. A 11 (1962) 451, a deep layer). Both are equal
at the crossover viscosity eta* = gamma k / (2 omega): stiffer metal lets the ripple grow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log, pi, tanh
from typing import Any

import numpy as np
from scipy.optimize import brentq

FLAW = 10e-6  # [m], wavelength where the mesh draws no patch
STEEP = 0.1  # height of a ripple over its wavelength, for the stress that levels it
FAR = 40.0  # in units of RT/F: overpotentials that are looked for
SLOPE = 1e-5  # relative step of a numerical derivative
SLOWEST, FASTEST = 1e-30, 1e30  # [1/s], rates that are looked for


@dataclass(frozen=True)
class Plating:
    """A flat front that plates at `current` J [A m-2], in steady state.

    `concentration` c [mol m-3] of the salt at the front, `diffusivity` D = D_eff / (1 - t+)
    [m2 s-1], `gap` L [m], `film_resistance` R [ohm m2], `capillarity` G = V_m gamma [J m / mol],
    `molar_volume` V_m [m3/mol]; `law` is the current density at an overpotential and a
    concentration, anodic positive.
    """

    current: float
    concentration: float
    diffusivity: float
    gap: float
    film_resistance: float
    capillarity: float
    molar_volume: float
    law: Callable[[float, float], float]
    nature: Any

    def growth_rate(self, k: float) -> float:
        """Return the rate omega [1/s] at which a ripple of wavenumber `k` [1/m] grows.

        With S = -V_T di/d(overpotential), i_c = c dJ/dc, g = J / (F D), q = k coth(kL):

            omega = V_m D q [(i_c + S) g / c - G S k^2 / RT] / [F D q (1 + R S / V_T) + (i_c + S)/c]

        of a dilute salt, quasi-steady (after Sundstroem and Bark, Electrochim. Acta 40 (1995) 599).
        """
        F, V_T = self.nature.faraday, self.nature.thermal_voltage
        D, c = self.diffusivity, self.concentration
        S, i_c = self._slopes()
        q, g = k / tanh(k * self.gap), self.current / (F * D)
        drive = (i_c + S) * g / c - self.capillarity * S * k**2 / (F * V_T)
        damping = F * D * q * (1 + self.film_resistance * S / V_T) + (i_c + S) / c
        return float(self.molar_volume * D * q * drive / damping)

    def _slopes(self) -> tuple[float, float]:
        """Return S and i_c [A m-2] where the front plates at its current."""
        V_T, c = self.nature.thermal_voltage, self.concentration
        step = brentq(lambda step: self.law(step, c) + self.current, -FAR * V_T, FAR * V_T)
        rise, more = SLOPE * V_T, SLOPE * c
        S = V_T * (self.law(step + rise, c) - self.law(step - rise, c)) / (2 * rise)
        i_c = -c * (self.law(step, c + more) - self.law(step, c - more)) / (2 * more)
        return S, i_c


def crossover_viscosity(surface_energy: float, k: float, growth_rate: float) -> float:
    """Return eta* = gamma k / (2 omega) [Pa s] of a ripple that grows."""
    return surface_energy * k / (2 * growth_rate)


def flaw_wavelength(shape: Any) -> float:
    """Return four half widths of the patch [m]: crest over it, hollows beside; else 10 um."""
    half_width = getattr(shape, "half_width", None)
    return FLAW if half_width is None else 4 * float(half_width)


def capillary_stress(surface_energy: float, k: float) -> float:
    """Return gamma k^2 h [Pa] of a ripple whose height h is a tenth of its wavelength."""
    return surface_energy * k**2 * STEEP * 2 * pi / k


def viscosity_under(law: Any, stress: float) -> float:
    """Return the viscosity [Pa s] of a law of flow under the equivalent `stress` 3 eta eps [Pa]."""

    def excess(x: float) -> float:
        return log(3 * float(law.viscosity(np.exp(x)))) + x - log(stress)

    return float(law.viscosity(np.exp(brentq(excess, log(SLOWEST), log(FASTEST)))))
