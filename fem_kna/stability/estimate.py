"""A growth rate by formula, to know where to look for the mode."""

from typing import Any

from ..inputs.case import Case
from ..physics.film import FilmLaw
from ..system.groups import limiting_current, separator_medium
from ..system.levelling import Plating

LEAST = 1e-3  # of the salt, left at a front for the estimate


def estimate(case: Case, current: float, k: float, viscosity: float | None = None) -> float:
    """Return about how fast [1/s] a ripple of wavenumber `k` [1/m] grows at a current [A/m2].

    Quasi-steady growth of a dilute salt, less the levelling of deep metal of a `viscosity` [Pa s],
    if it flows; nothing of the separator's pressure. `case` is resolved, its film the same
    everywhere.
    """
    D, t = case.closure.binary(case.electrolyte)
    metal: Any = case.working.metal
    law, V_T, V = case.reactions[0].kinetics, case.nature.thermal_voltage, metal.molar_volume("K")
    film: FilmLaw = case.working.film
    gamma = float(case.working.front.surface_energy)  # type: ignore[union-attr]
    left = max(1 - current / limiting_current(case), LEAST)
    front = Plating(
        current=current,
        concentration=float(case.electrolyte.salt_concentration * left),
        diffusivity=float(separator_medium(case).effective(D) / (1 - t)),
        gap=float(case.mesh.gap),  # type: ignore[arg-type]
        film_resistance=float(film.area_resistance(0.0)),
        capillarity=float(V) * gamma,
        molar_volume=float(V),
        law=lambda step, c: float(law.current(step, c, 1.0, V_T)),
        nature=case.nature,
    )
    flow = 0.0 if viscosity is None else gamma * k / (2 * viscosity)
    return front.growth_rate(k) - flow
