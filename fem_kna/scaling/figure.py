"""The figure of a scaling study: time by stage, iterations, efficiency, memory."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from .sharing import STAGES, WHOLE

COLOURS = ("#35618f", "#4a9a6b", "#d1703c", "#8a5a9e", "#9a9a9a")
MARKS = "osD^v"
STYLE = {"font.size": 8.5, "axes.titlesize": 9.0, "legend.fontsize": 7.5}
SIZE = (9.0, 6.4)  # [inch]
Points = Sequence[Mapping[str, Any]]


def draw(found: Mapping[str, Any], path: Path) -> None:
    """Write the figure of the series that were measured to a PNG."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=SIZE, layout="constrained")
        FigureCanvasAgg(figure)
        panels = (_stages, _iterations, _efficiency, _memory)
        for letter, axis, panel in zip("abcd", figure.subplots(2, 2).ravel(), panels, strict=True):
            axis.spines[["top", "right"]].set_visible(False)
            axis.set_title(f"{letter}   {panel(axis, found)}", loc="left")
        figure.savefig(path, dpi=160)


def distinct(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return every point once, by unknowns and ranks."""
    points = {
        (point["dofs [-]"], point["ranks [-]"]): point
        for series in (*found["strong"], found["weak"])
        for point in series
    }
    return [points[key] for key in sorted(points)]


def _stages(axis: Any, found: Mapping[str, Any]) -> str:
    points = distinct(found)
    below = np.zeros(len(points))
    for stage, colour in zip(STAGES, COLOURS, strict=True):
        times = np.array([p["stages [s]"][stage] / p["newton [-]"] for p in points])
        axis.bar(range(len(points)), times, 0.6, bottom=below, color=colour, label=stage)
        below += times
    for place, (height, p) in enumerate(zip(below, points, strict=True)):
        speed = short(p["dofs_per_second [1/s]"])
        axis.annotate(
            f"{speed}/s", (place, height), (0, 3), textcoords="offset points", ha="center"
        )
    names = [f"{short(p['dofs [-]'])}\n{p['ranks [-]']}" for p in points]
    axis.set_xticks(range(len(points)), names)
    axis.margins(y=0.12)
    axis.set_xlabel("unknowns, ranks; above the bars: unknowns in a second")
    axis.set_ylabel("wall time of a Newton iteration [s]")
    axis.legend(frameon=False)
    return "where the time goes"


def _iterations(axis: Any, found: Mapping[str, Any]) -> str:
    _by_size(axis, found, "krylov_per_newton [-]", 1.0)
    axis.set_ylabel("Krylov per Newton iteration")
    return "iterations"


def _efficiency(axis: Any, found: Mapping[str, Any]) -> str:
    finest, weak = found["strong"][-1], found["weak"]
    ranks = [p["ranks [-]"] for p in finest]
    named = ((WHOLE, COLOURS[0]), ("assembly", COLOURS[1]), ("solution", COLOURS[2]))
    for name, colour in named:
        for series, style in ((finest, "o-"), (weak, "s--")):
            values = [p["efficiency [-]"].get(name, np.nan) for p in series]
            axis.plot(
                ranks, values, style, color=colour, fillstyle="full" if "o" in style else "none"
            )
        axis.plot([], [], color=colour, label=name)
    memory = [p["efficiency [-]"]["memory"] for p in finest]
    axis.plot(ranks, memory, "k:", label="memory's bandwidth per rank")
    axis.plot([], [], "o-", color="0.4", label="one mesh (the finest)")
    axis.plot([], [], "s--", color="0.4", fillstyle="none", label="mesh grows with the ranks")
    axis.set_xscale("log", base=2)
    axis.set_xticks(ranks, [str(one) for one in ranks])
    axis.set_ylim(0, 1.1)
    axis.set_xlabel("ranks")
    axis.set_ylabel("parallel efficiency")
    axis.legend(frameon=False, loc="lower left")
    return "how well ranks share the work"


def _memory(axis: Any, found: Mapping[str, Any]) -> str:
    _by_size(axis, found, "memory_per_dof [B]", 1e-3)
    axis.set_ylabel("peak memory per unknown [kB]")
    return "memory, without that of the program itself"


def _by_size(axis: Any, found: Mapping[str, Any], key: str, factor: float) -> None:
    """Draw a number of the points over their unknowns, a line for each number of ranks."""
    points = distinct(found)
    for ranks, mark, colour in zip(_ranks(points), MARKS * 9, COLOURS * 9, strict=False):
        own = [p for p in points if p["ranks [-]"] == ranks]
        sizes, values = [p["dofs [-]"] for p in own], [factor * p[key] for p in own]
        axis.plot(sizes, values, mark + "-", color=colour, label=_on(ranks), alpha=0.8)
    axis.set_xscale("log")
    axis.set_xticks(sorted({p["dofs [-]"] for p in points}))
    axis.xaxis.set_major_formatter(lambda size, _: short(size))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.set_ylim(0, 1.2 * factor * max(p[key] for p in points))
    axis.set_xlabel("unknowns")
    axis.legend(frameon=False)


def short(number: float) -> str:
    """Return two digits of a number, with k, M or G for thousands.

    >>> short(1008127), short(56449), short(720)
    ('1.0M', '56k', '720')
    """
    for unit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= unit:
            scaled = number / unit
            return f"{scaled:.1f}{letter}" if scaled < 10 else f"{scaled:.0f}{letter}"
    return f"{number:.0f}"


def _ranks(points: Points) -> list[int]:
    return sorted({p["ranks [-]"] for p in points})


def _on(ranks: int) -> str:
    return "1 rank" if ranks == 1 else f"{ranks} ranks"
