"""The stability map of `fem-kna stability --map`: its columns shared out among the ranks."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mpi4py import MPI
from rich.console import Console

from ..inputs.case import Case
from ..stability.atlas import Atlas
from ..stability.axes import PAPER_ALLOYS, PAPER_CURRENTS, Axis
from ..stability.ranges import variations
from ..stability.report import of_atlas, of_crossovers
from ..teams import shared_out

PAPER = ("composition", "current")


def chart_of(
    case: Case,
    axes: tuple[Axis, Axis],
    counts: tuple[int, int],
    wavelengths: Sequence[float],
    amplitude: float,
    *,
    band: bool,
) -> Any:
    """Return the map of an unresolved case as data on rank 0, nothing on others. Collective."""
    comm, atlas = MPI.COMM_WORLD, Atlas(case, axes, wavelengths, amplitude)
    xs, ys = (list(axis.values(count)) for axis, count in zip(axes, counts, strict=True))
    lines = shared_out(xs, comm, lambda x, team: atlas.line(x, ys, team))
    paper = []
    if tuple(axis.name for axis in axes) == PAPER:
        paper = shared_out(PAPER_ALLOYS, comm, lambda x, team: atlas.line(x, PAPER_CURRENTS, team))
    places = list(axes[0].places) if band else []
    wanted = [(x, ends) for x in places for ends in (None, *variations(atlas.case_at(x, ys[0])))]
    found = (
        shared_out(wanted, comm, lambda one, team: atlas.crossover(one[0], one[1], team))
        if wanted
        else []
    )
    if comm.rank > 0:
        return None
    told = of_atlas(case.resolved(), axes, (xs, ys), lines, wavelengths, amplitude)
    if paper:
        told["paper"] = _paper(paper)
    if band:
        told["crossover_at"] = [float(x) for x in places]
        told["crossover"] = of_crossovers(_by_variation(places, wanted, found))
    return told


def _paper(lines: Sequence[Any]) -> list[dict[str, float | None]]:
    """Return the paper's cells: alloy, current and rate."""
    return [
        {
            "composition [wt% Na]": alloy,
            "current [mA/cm2]": current,
            "growth_rate [1/s]": None if np.isnan(point.rate) else point.rate,
            "wavelength [m]": None if np.isnan(point.wavelength) else point.wavelength,
        }
        for alloy, line in zip(PAPER_ALLOYS, lines, strict=True)
        for current, point in zip(PAPER_CURRENTS, line, strict=True)
    ]


def _by_variation(
    places: Sequence[float], wanted: Sequence[Any], found: Sequence[float]
) -> dict[str, list[float]]:
    """Return the crossovers at all places for each variation, the central one where it has none."""
    by = {(x, ends): value for (x, ends), value in zip(wanted, found, strict=True)}
    names = dict.fromkeys(ends for _, ends in wanted)
    return {
        "" if ends is None else f"{ends[0]}, {'high' if ends[1] else 'low'}": [
            by.get((x, ends), by[(x, None)]) for x in places
        ]
        for ends in names
    }


def show_chart(console: Console, told: Mapping[str, Any], axes: tuple[Axis, Axis]) -> None:
    """Print what is worth a line: the paper's cells, or how much of the map grows."""
    rates = np.array(told["growth_rate [1/s]"], dtype=float)
    share = float(np.mean(rates[np.isfinite(rates)] > 0))
    names = " and ".join(axis.name for axis in axes)
    lines = [f"{told['case']}: over {names}, {share:.0%} of the points with a steady state grow"]
    for cell in told.get("paper", ()):
        alloy, rate = cell["composition [wt% Na]"], cell["growth_rate [1/s]"]
        name = "K" if alloy == 0 else f"KNA-{alloy:g}"
        found = "no steady state" if rate is None else f"{rate:+.3e} 1/s"
        lines.append(f"{name} at {cell['current [mA/cm2]']:g} mA/cm2: {found}")
    for line in (*lines, *told["notes"]):
        console.print(line, highlight=False, markup=False)
