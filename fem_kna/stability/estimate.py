"""A growth rate by formula, to know where to look for the mode."""

from typing import Any

from ..inputs.case import Case
from ..physics.film import FilmLaw
from ..system.groups import limiting_current, separator_medium
from ..system.levelling import Plating

LEAST = 1e-3  # of the salt, left at a front for the estimate


class Estimate:
    """About how fast a ripple of a flat front grows: quasi-steady, of a dilute salt.

    Of metal that stands, nothing of the separator's pressure. The case is resolved, its film the
    same everywhere.
    """

    def __init__(self, case: Case) -> None:
        """Take from the case what does not depend on the ripple."""
        self._case, self._limit, self._nature = case, limiting_current(case), case.nature
        D, self._t = case.closure.binary(case.electrolyte)
        self._D = float(separator_medium(case).effective(D))

    def rate(self, current: float, k: float) -> float:
        """Return it [1/s] at wavenumber `k` [1/m] and `current` [A/m2]."""
        case, metal = self._case, self._case.working.metal
        law, V_T = case.reactions[0].kinetics, self._nature.thermal_voltage
        V: Any = metal.molar_volume("K")
        film: FilmLaw = case.working.film
        gamma = float(case.working.front.surface_energy)
        left = max(1 - current / self._limit, LEAST)
        front = Plating(
            current=current,
            concentration=float(case.electrolyte.salt_concentration * left),
            diffusivity=self._D / (1 - self._t),
            gap=float(case.mesh.gap),
            film_resistance=float(film.area_resistance(0.0)),
            capillarity=float(V) * gamma,
            molar_volume=float(V),
            law=lambda step, c: float(law.current(step, c, 1.0, V_T)),
            nature=self._nature,
        )
        return front.growth_rate(k)
