"""What a stability analysis found, as data: names with units, SI."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..inputs.case import Case
from .atlas import Point
from .axes import Axis
from .modes import Mode
from .split import TERMS
from .sweep import Found

QUASI_STEADY = "steady salt in the frame of the working front"


def of_wave(found: Found) -> dict[str, Any]:
    """Return a wavelength's mode as data."""
    told: dict[str, Any] = {"wavelength [m]": found.wavelength}
    told |= _rate(found.rate)
    told |= {f"{name} [1/s]": found.terms[name] for name in TERMS if found.terms}
    told["counter_ripple [-]"] = float(np.real(found.counter))
    if found.viscosity is not None:
        told["viscosity [Pa*s]"] = found.viscosity
        told["stress [Pa]"] = found.stress
    told["residual [-]"] = found.residual
    return told


def of_mode(mode: Mode) -> dict[str, Any]:
    """Return a mode of a cell's own mesh as data."""
    told = _rate(mode.rate)
    told |= {f"{name} [1/s]": float(value.real) for name, value in mode.terms.items()}
    told["residual [-]"] = mode.pair.residual
    return told


def _rate(rate: complex) -> dict[str, float]:
    told = {"growth_rate [1/s]": float(np.real(rate))}
    if np.imag(rate):
        told["angular_frequency [1/s]"] = float(np.imag(rate))
    return told


def of_sweep(
    case: Case, state: str, table: Sequence[Found], sought: Sequence[Found], amplitude: float
) -> dict[str, Any]:
    """Return a sweep as data: the table, the fastest mode, the wavelengths where growth ends.

    `state` says in words what it is about.

    The fastest is that of the search, else the fastest of the table, which is then at its end.
    """
    fastest = [found for found in sought if found.role == "fastest"]
    best = fastest[0] if fastest else max(table, key=lambda found: np.real(found.rate))
    told: dict[str, Any] = {"case": case.name, "base_state": state, "notes": notes(case)}
    if any(found.viscosity is not None for found in table):
        told["amplitude [m]"] = amplitude
    told["fastest"] = of_wave(best) | {"at_end_of_range": not fastest}
    cutoffs = [found.wavelength for found in sought if found.role == "cut-off"]
    told["cutoff_wavelengths [m]"] = sorted(cutoffs)
    told["wavelengths"] = [of_wave(found) for found in table]
    return told


def notes(case: Case) -> list[str]:
    """Return what a flat half-wave cell leaves out of a resolved case, one line each."""
    found = []
    for side in ("working", "counter"):
        film = getattr(case, side).film
        if film.area_resistance(0.0) != film.area_resistance(1.0):
            ohm = 1e4 * float(film.area_resistance(0.0))
            found.append(f"{side}.film is taken as intact everywhere, {ohm:.3g} ohm cm2")
    if case.counter.front is None:
        found.append("the counter electrode stays flat and travels with the working front")
    return found + _softening(
        case,
        "the metal's viscosity is that under the stress of a ripple of the amplitude given: a "
        "smaller one levels more slowly",
    )


def apart(case: Case, found: int, count: int) -> list[str]:
    """Return what is to be known of the modes of a resolved case's own mesh, one line each."""
    lines = []
    if found < count:
        lines.append(
            f"{count - found} of {count} modes are left out: they lie too close together to be "
            "told apart"
        )
    return lines + _softening(
        case,
        "the metal flows with the viscosity it has in the base state; at rest a power law levels "
        "next to nothing",
    )


def _softening(case: Case, line: str) -> list[str]:
    """Return the line if the case's metal flows and softens under stress."""
    law: Any = case.working.rheology
    softens = law is not None and float(law.viscosity(0.0)) != float(law.viscosity(1.0))
    return [line] if softens else []


def ends(told: Mapping[str, Any]) -> str:
    """Return the fastest mode and the cut-offs in words."""
    best = told["fastest"]
    wave, rate = best["wavelength [m]"] * 1e6, best["growth_rate [1/s]"]
    text = f"fastest: {rate:.4g} 1/s at {wave:.4g} um"
    text += ", the end of the range" if best["at_end_of_range"] else ""
    cutoffs = told["cutoff_wavelengths [m]"]
    if cutoffs:
        return text + "; growth ends at " + ", ".join(f"{x * 1e6:.4g} um" for x in cutoffs)
    return text + ("; all wavelengths grow" if rate > 0 else "; no wavelength grows")


def of_atlas(
    case: Case,
    axes: tuple[Axis, Axis],
    values: tuple[Sequence[float], Sequence[float]],
    lines: Sequence[Sequence[Point]],
    wavelengths: Sequence[float],
    amplitude: float,
) -> dict[str, Any]:
    """Return a map as data: rates by first and second axis; None where there is no rate."""
    told: dict[str, Any] = {"case": case.name, "base_state": QUASI_STEADY}
    told |= {axis.label: list(map(float, ends)) for axis, ends in zip(axes, values, strict=True)}
    told["wavelengths [m]"] = list(wavelengths)
    told["amplitude [m]"] = amplitude
    told["growth_rate [1/s]"] = [[_number(point.rate) for point in line] for line in lines]
    told["fastest_wavelength [m]"] = [[_number(p.wavelength) for p in line] for line in lines]
    told["notes"] = notes(case)
    return told


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def of_crossovers(crossovers: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Return where growth begins, by variation ('' for none); texts where it is off the map."""
    words = {-np.inf: "grows everywhere", np.inf: "grows nowhere"}
    return {
        name or "central": [
            words.get(value, "no rate" if np.isnan(value) else float(value)) for value in values
        ]
        for name, values in crossovers.items()
    }
