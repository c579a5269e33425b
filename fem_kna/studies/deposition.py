"""What a deposit is made of as it grows: one cell in some electrolytes; on what that hangs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from mpi4py import MPI

from ..inputs.case import Case
from ..inputs.overrides import overridden
from ..mechanics.findings import Findings, Table, between, few
from ..progress import progress
from ..run import simulate
from ..teams import shared_out
from .deposition_figure import FIELDS, PER_MICROAMPERE_HOUR, draw

CHARGE, X = "charge [C/m2]", "mean_surface_sodium_fraction [-]"
PLACES = {
    "electrolyte": "sodium_in_electrolyte [mol/m2]",
    "deposit": "sodium_in_working [mol/m2]",
    "counter electrode": "sodium_in_counter [mol/m2]",
}
READ = (
    X,
    "potassium_in_working [mol/m2]",
    "mean_surface_liquid_fraction [-]",
    "deposited_volume [m3/m2]",
    "mixed_potential [V]",
    "voltage [V]",
    *PLACES.values(),
)

Series = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Variation:
    """Other values of some fields, under a name."""

    name: str
    settings: tuple[str, ...]


def deposition_study(
    case: Case,
    electrolytes: Sequence[str],
    capacities: Sequence[float],
    variations: Sequence[Variation],
) -> Findings:
    """Run `case` in each of the `electrolytes`, and in the last one with each variation.

    Collective.

    Args:
        case: its working electrode's composition varies.
        electrolytes: names; the last one holds sodium.
        capacities: at which the deposit is looked at [uAh/cm2].
        variations: of the case in the last electrolyte.
    """
    first = [Variation(name, (f"electrolyte={name}",)) for name in electrolytes]
    last = first[-1].settings
    jobs = [*first, *(Variation(v.name, (*last, *v.settings)) for v in variations)]
    done = shared_out(jobs, MPI.COMM_WORLD, partial(_run, case))
    runs = dict(zip([job.name for job in jobs], done, strict=False))  # empty on other ranks
    read = {name: {q: _at(series, q) for q in capacities} for name, series in runs.items()}
    composition: Any = case.resolved().working.composition
    phases = composition.phases
    shown = {name: runs[name] for name in electrolytes if name in runs}
    return Findings(
        case.name,
        {name: _entries(found) for name, found in read.items()},
        [_deposits(read, electrolytes, phases), _variants(read, electrolytes[-1], variations)],
        _notes(read.get(electrolytes[-1], {}), float(case.nature.faraday)),
        partial(draw, shown, phases, float(case.nature.faraday), capacities),
    )


def _run(case: Case, job: Variation, comm: MPI.Comm) -> Series:
    with progress(job.name) as report:
        history = simulate(overridden(case, list(job.settings)), comm, progress=report).history
    return {key: np.array([row.get(key, np.nan) for row in history]) for key in (CHARGE, *READ)}


def _at(series: Series, capacity: float) -> dict[str, float]:
    """Return the numbers at a capacity [uAh/cm2]; amounts, not shares, are linear in between."""
    charge = capacity * PER_MICROAMPERE_HOUR
    found = {key: float(np.interp(charge, series[CHARGE], series[key])) for key in READ}
    sodium, potassium = found[PLACES["deposit"]], found["potassium_in_working [mol/m2]"]
    return found | {X: sodium / (sodium + potassium)}


def _entries(found: Mapping[float, Mapping[str, float]]) -> list[dict[str, float]]:
    return [{CHARGE: q * PER_MICROAMPERE_HOUR, **values} for q, values in found.items()]


def _deposits(read: Any, electrolytes: Sequence[str], phases: Any) -> Table:
    rows = {}
    for name in electrolytes:
        for q, found in read.get(name, {}).items():
            rows[f"{name}, {q:g} uAh/cm2"] = {
                "thickness [um]": few(found["deposited_volume [m3/m2]"] * 1e6),
                "Na [at%]": few(100 * found[X]),
                "phases at equilibrium": _phases(found[X], phases),
                "liquid [vol%]": between(*_liquid(found[X], phases)),
                "against K+/K [mV]": few(1e3 * found["mixed_potential [V]"]),
            }
    return Table("The deposit; liquid over the range of the solidus slope", rows)


def _phases(x: float, phases: Any) -> str:
    """Name the phases of an alloy by the ends of the tie lines."""
    return list(FIELDS)[sum(x > corner for corner in phases.corners)]


def _liquid(x: float, phases: Any) -> tuple[float, float]:
    """Return the least and the most liquid [vol%] over the range of the solidus at K."""
    ends = (phases.solidus_at_potassium.high, phases.solidus_at_potassium.low)
    low, high = (
        100 * phases.model_copy(update={"solidus_at_potassium": end}).liquid_fraction(x)
        for end in ends
    )
    return round(float(low), 3), round(float(high), 3)


def _variants(read: Any, base: str, variations: Sequence[Variation]) -> Table:
    rows = {
        name: {f"{q:g} uAh/cm2": f"{100 * found[X]:.3g}" for q, found in read[name].items()}
        for name in (base, *(v.name for v in variations))
        if name in read
    }
    return Table(f"Na in the deposit [at%]; in {base}, one thing at a time", rows)


def _notes(found: Mapping[float, Mapping[str, float]], faraday: float) -> list[str]:
    if not found:
        return []
    last = list(found.values())[-1]
    total = sum(last[key] for key in PLACES.values())
    shares = ", ".join(f"{100 * last[key] / total:.1f} % {place}" for place, key in PLACES.items())
    return [
        f"All sodium there is makes {total * faraday / PER_MICROAMPERE_HOUR:.0f} uAh/cm2. Where it "
        f"is at the end: {shares}."
    ]
