"""What decides a case before it is run: limiting current, times and dimensionless groups.

Estimates for a flat cell of the case's gap filled with its separator; in units named in the keys.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import pi, sqrt

from ..inputs.case import Case
from ..inputs.errors import InputError
from ..physics.media import PorousMedium, compressed
from .levelling import (
    Plating,
    capillary_stress,
    crossover_viscosity,
    flaw_wavelength,
    viscosity_under,
)
from .pressing import thickness_ratio

STEP = 1e-6  # in units of RT/F, for a slope at equilibrium


def separator_medium(case: Case) -> PorousMedium:
    """Return the separator as a porous medium, pressed if the cell is."""
    medium = PorousMedium(
        porosity=float(case.separator.porosity),
        bruggeman_exponent=float(case.separator.bruggeman_exponent),
    )
    if case.stack is None:
        return medium
    ratio = thickness_ratio(case.stack.skeleton, case.stack.pressure)
    return compressed(medium, ratio)


def limiting_current(case: Case) -> float:
    """Return 2 F D_eff c0 / [(1 - t+) L] [A m-2], with the anion blocked at both electrodes.

    Source: Newman and Thomas-Alyea, Electrochemical Systems; `case` is resolved.
    """
    D, t = case.closure.binary(case.electrolyte)
    D_eff, L = separator_medium(case).effective(D), _gap(case)
    c0 = case.electrolyte.salt_concentration
    return float(2 * case.nature.faraday * D_eff * c0 / ((1 - t) * L))


def sand_time(case: Case, current: float) -> float:
    """Return the time [s] after which `current` [A m-2] has emptied the surface of salt.

    pi eps D_eff [F c0 / (2 J (1 - t+))]^2, for a current above the limiting one (Sand 1901).
    """
    D, t = case.closure.binary(case.electrolyte)
    medium = separator_medium(case)
    c0, F = case.electrolyte.salt_concentration, case.nature.faraday
    return float(
        pi * medium.porosity * medium.effective(D) * (F * c0 / (2 * current * (1 - t))) ** 2
    )


def cutoff_wavelength(case: Case) -> float | None:
    """Return the wavelength [m] below which capillarity heals a plating front; none if it does not.

    2 pi / k with k^2 = 2 J RT / (F D c G), D = D_eff / (1 - t+), G = V_K gamma, and c the salt left
    at the front: the limit of fast kinetics of the dispersion relation (after Mullins and Sekerka,
    J. Appl. Phys. 35 (1964) 444). Slow kinetics shorten it by at most a fifth.
    """
    front = plating(case)
    if front is None or not front.capillarity:
        return None
    salt = front.diffusivity * front.concentration
    k2 = 2 * front.current / (salt * front.capillarity) * case.nature.thermal_voltage
    return float(2 * pi / sqrt(k2))


def plating(case: Case) -> Plating | None:
    """Return the working electrode plating in steady state under the film of its flaw.

    None where it does not move, strips, or would have no salt left.
    """
    current, front = getattr(case.drive, "current", 0.0), case.working.front
    left = 1 - abs(current) / limiting_current(case)
    if front is None or current <= 0 or left <= 0:
        return None
    D, t = case.closure.binary(case.electrolyte)
    V = float(case.working.metal.molar_volume("K"))  # type: ignore[union-attr]
    law, V_T = case.reactions[0].kinetics, case.nature.thermal_voltage
    return Plating(
        current=float(current),
        concentration=float(case.electrolyte.salt_concentration * left),
        diffusivity=float(separator_medium(case).effective(D) / (1 - t)),
        gap=_gap(case),
        film_resistance=float(case.working.film.area_resistance(1.0)),
        capillarity=V * float(front.surface_energy or 0.0),
        molar_volume=V,
        law=lambda step, c: float(law.current(step, c, 1.0, V_T)),
        nature=case.nature,
    )


def levelling(case: Case) -> dict[str, float]:
    """Return what decides whether metal that flows levels a ripple as wide as the flaw.

    The crossover viscosity, absent where capillarity heals such a ripple without flow, and the
    metal's own under the stress that levels it.
    """
    law, front = case.working.rheology, case.working.front
    if law is None or front is None or not front.surface_energy:
        return {}
    wavelength, gamma = flaw_wavelength(case.mesh), float(front.surface_energy)
    k, flat = 2 * pi / wavelength, plating(case)
    found = {
        "flaw_wavelength [m]": wavelength,
        "viscosity_at_capillary_stress [Pa*s]": viscosity_under(law, capillary_stress(gamma, k)),
    }
    rate = 0.0 if flat is None else flat.growth_rate(k)
    if rate > 0:
        found["growth_rate_at_flaw_wavelength [1/s]"] = rate
        found["crossover_viscosity [Pa*s]"] = crossover_viscosity(gamma, k, rate)
    return found


def charge_transfer_resistance(case: Case) -> float:
    """Return the slope d(overpotential)/di [ohm m2] of the first reaction at equilibrium."""
    law, V_T = case.reactions[0].kinetics, case.nature.thermal_voltage
    c = case.electrolyte.ion(case.reactions[0].ion).concentration
    step = STEP * V_T
    rise = float(law.current(step, c, 1.0, V_T)) - float(law.current(-step, c, 1.0, V_T))
    return 2 * step / rise


@contextmanager
def _computable(case: Case) -> Iterator[None]:
    try:
        yield
    except ArithmeticError as error:
        raise InputError(
            f"case '{case.name}': its numbers lie too far apart to compute with ({error}); "
            "accepted: groups within the range of floating point"
        ) from None


def groups(case: Case) -> dict[str, float]:
    """Return the numbers that decide a resolved case, by name with unit.

    Raises:
        InputError: one of them is beyond the range of floating point.
    """
    with _computable(case):
        return _groups(case)


def _groups(case: Case) -> dict[str, float]:
    D, _ = case.closure.binary(case.electrolyte)
    medium, L = separator_medium(case), _gap(case)
    kappa = medium.effective(float(case.electrolyte.conductivity))
    R_ct, film = charge_transfer_resistance(case), case.working.film
    diffusion = medium.porosity * L**2 / (pi**2 * medium.effective(D))
    found = {
        "limiting_current_density [A/m2]": limiting_current(case),
        "diffusion_time [s]": float(diffusion),
        "duration_over_diffusion_time [-]": float(case.drive.duration / diffusion),
        "charge_transfer_resistance [ohm m2]": R_ct,
        "film_over_charge_transfer_resistance [-]": float(film.area_resistance(0.0)) / R_ct,
        "weak_over_intact_film_resistance [-]": _ratio(film),
        "wagner_length [m]": float(kappa * (R_ct + film.area_resistance(0.0))),
    }
    current, cutoff = getattr(case.drive, "current", None), cutoff_wavelength(case)
    if cutoff is not None:
        found["capillary_cutoff_wavelength [m]"] = cutoff
    if current is not None:
        found["current_over_limiting_current [-]"] = abs(current) / limiting_current(case)
    return found | levelling(case)


def warnings(case: Case) -> list[str]:
    """Return one line per setting that is allowed but will surprise."""
    with _computable(case):
        caveats = (f"electrolyte: {line}" for line in case.closure.caveats(case.electrolyte))
        return [*_above_the_limit(case), *caveats]


def _above_the_limit(case: Case) -> Iterator[str]:
    current, limit = abs(getattr(case.drive, "current", 0.0)), limiting_current(case)
    if current > limit:
        yield (
            f"drive.current: {current:.4g} A/m2 is above the limiting current density of "
            f"{limit:.4g} A/m2; the salt at the surface is used up after about "
            f"{sand_time(case, current):.3g} s"
        )


def _ratio(film: object) -> float:
    intact = float(film.area_resistance(0.0))  # type: ignore[attr-defined]
    return float(film.area_resistance(1.0)) / intact if intact > 0 else 1.0  # type: ignore[attr-defined]


def _gap(case: Case) -> float:
    assert case.mesh.gap is not None, "a resolved case has a gap"
    return float(case.mesh.gap)
