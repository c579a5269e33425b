"""Curves of a report: over charge, along the front at the end, across a 1-D cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from ..results.evolution import MAP, MICRO, charge
from .fields import along, frames, working_front
from .panels import STYLE, png, svg
from .read import Run

COLOURS = ("#35618f", "#d1703c", "#4a9a6b", "#8a5a9e", "#a8892c", "#b04a4a")
DASHES = ("-", "--", ":", "-.")
SIZE = (4.2, 3.0)
STILL = 1e-9  # a series that changes less than this share of itself is constant
ROOM = 0.12  # over and under the fronts, over the half width
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
ROUNDED = 1 + 1e-9
NOTHING = 1e-12  # in SI: a picometre, a share that is none
PLATING = "normal current density, anodic positive [A/m2]"


@dataclass(frozen=True)
class Chart:
    """One drawn figure: vector for the page, pixels for elsewhere."""

    key: str
    title: str
    svg: bytes
    png: bytes


@dataclass(frozen=True)
class Over:
    """A quantity of the history, drawn over charge."""

    key: str
    factor: float
    label: str
    logarithmic: bool = False  # in charge: what happens, happens at the start


OVER_CHARGE = (
    Over("voltage [V]", 1e3, "voltage (mV)", True),
    Over("tip_height [m]", MICRO, "tip height (µm)"),
    Over("roughness [m]", MICRO, "roughness, rms (µm)"),
    Over("current_focus [-]", 1.0, "current focus, max/mean (–)", True),
    Over("max_contact_pressure [Pa]", 1e-3, "peak contact pressure (kPa)"),
    Over("max_von_mises [Pa]", 1e-3, "peak von Mises, metal (kPa)"),
    Over("sodium_share [-]", 1e2, "Na in the deposit so far (at%)", True),
    Over("mean_surface_sodium_fraction [-]", 1e2, "Na at the surface (at%)", True),
    Over("mean_surface_liquid_fraction [-]", 1e2, "liquid at the surface (vol%)", True),
)


def over_charge(runs: Sequence[Run]) -> list[Chart]:
    """Return a chart of each quantity that some run has and that changes."""
    return [
        chart(one.key.partition(" ")[0].replace("_", "-"), one.label, _drawer(one, runs), runs)
        for one in OVER_CHARGE
        if any(_changes(run, one) for run in runs)
    ]


def _changes(run: Run, one: Over) -> bool:
    values = np.array(_series(run, one)[1])
    least = max(NOTHING * one.factor, STILL * np.abs(values).max(initial=0.0))
    return len(values) > 1 and bool(np.ptp(values) > least)


def _series(run: Run, one: Over) -> tuple[list[float], list[float]]:
    rows = [row for row in run.history if one.key in row and row.get("charge [C/m2]", 0.0) > 0]
    return [charge(row) for row in rows], [row[one.key] * one.factor for row in rows]


def _drawer(one: Over, runs: Sequence[Run]) -> Callable[[Any], None]:
    def draw(axis: Any) -> None:
        for run in runs:
            axis.plot(*_series(run, one), **style(run, runs))
        if one.logarithmic:
            axis.set_xscale("log")
            axis.xaxis.set_major_formatter(lambda x, _: _power(x))  # TeX takes a second a chart
            axis.xaxis.set_minor_formatter(NullFormatter())
        else:
            axis.set_xlim(left=0)
        axis.set(xlabel="charge (mAh/cm²)", ylabel=one.label)

    return draw


def _power(x: float) -> str:
    """Return a power of ten as it is printed: 10⁻³."""
    return f"10{str(round(np.log10(x))).translate(RAISED)}"


def at_the_end(runs: Sequence[Run], fronts: Mapping[int, Any]) -> list[Chart]:
    """Return charts along the working front: plating current, contact pressure.

    `fronts` holds the last front by the run's place.
    """
    wanted = (
        ("current", PLATING, -0.1, "plating current (mA/cm²)"),
        ("contact", "contact pressure [Pa]", 1e-3, "contact pressure (kPa)"),
    )
    found = []
    for key, field, factor, label in wanted:
        shown = {k: front for k, front in fronts.items() if field in front.point_data}
        if shown:
            draw = _along_the_front(runs, shown, field, factor, label)
            found.append(chart(key, label, draw, runs))
    return found


def _along_the_front(
    runs: Sequence[Run], fronts: Mapping[int, Any], field: str, factor: float, label: str
) -> Callable[[Any], None]:
    def draw(axis: Any) -> None:
        for k, front in fronts.items():
            numbers, distance = along(front)
            values = np.asarray(front.point_data[field])[numbers] * factor
            axis.plot(distance * MICRO, values, **style(runs[k], runs))
        axis.set_xlim(left=0)
        axis.set_ylim(bottom=min(0.0, axis.get_ylim()[0]))
        axis.set(xlabel="distance along the front (µm)", ylabel=label)

    return draw


def evolutions(runs: Sequence[Run], ways: Mapping[int, Sequence[Any]], reach: float) -> list[Chart]:
    """Return the moving fronts of each run over each other, by charge, all to one frame.

    `ways` holds (time, front) of each frame by the run's place; up to `reach` [m] from the middle.
    """
    moving = {
        k: [(_charge_at(runs[k], t), _line(front)) for t, front in way]
        for k, way in ways.items()
        if runs[k].manifest["case"]["working"]["front"] is not None
    }
    if not moving:
        return []
    found = [one for lines in moving.values() for one in lines]
    most = max(plated for plated, _ in found)
    heights = np.concatenate([line[line[:, 0] <= reach * ROUNDED, 1] for _, line in found])
    room = ROOM * reach
    frame = (reach, float(heights.min()) - room, float(heights.max()) + room)
    return [
        _evolution(str(k + 1), runs[k].label, lines, most, frame) for k, lines in moving.items()
    ]


def _evolution(
    key: str, title: str, lines: Sequence[Any], most: float, frame: tuple[float, float, float]
) -> Chart:
    """Draw one run's fronts up to the charge `most`; `frame`: half width, the heights [m]."""
    reach, low, high = (MICRO * x for x in frame)
    colours = ScalarMappable(Normalize(0, most), MAP)
    height = 0.82 * SIZE[0] * (high - low) / (2 * reach) + 1.1
    with matplotlib.rc_context(STYLE):
        figure, axis = _figure((SIZE[0], height))
        for plated, line in lines:
            for side in (-1, 1):
                x, y = (line * MICRO * [side, 1]).T
                axis.plot(x, y, color=colours.to_rgba(plated), linewidth=0.9)
        axis.set_aspect("equal")
        axis.set(xlim=(-reach, reach), ylim=(low, high))
        axis.set(xlabel="distance from the middle (µm)", ylabel="height (µm)")
        style: Any = {"location": "bottom", "aspect": 26, "pad": 0.05, "fraction": 0.08}
        figure.colorbar(colours, ax=axis, label="charge (mAh/cm²)", **style)
        return _saved(key, title, figure)


def _charge_at(run: Run, time: float) -> float:
    return charge(min(run.history, key=lambda row: abs(row["time [s]"] - time)))


def _line(front: Any) -> np.ndarray:
    numbers, _ = along(front)
    return np.asarray(front.points[numbers][:, :2])


def profiles(runs: Sequence[Run], grids: Mapping[int, Any]) -> list[Chart]:
    """Return charts of 1-D cells: each field of the liquid across the cell at the end."""
    names = dict.fromkeys(
        name
        for grid in grids.values()
        for name in grid.point_data
        if name.startswith(("concentration", "potential"))
    )
    found = []
    for name in names:
        label = name.replace("[", "(").replace("]", ")").replace("m3", "m³")
        key = "".join(c if c.isalnum() else "-" for c in name.partition(" [")[0])
        found.append(chart(key, label, _across(runs, grids, name, label), runs))
    return found


def _across(
    runs: Sequence[Run], grids: Mapping[int, Any], name: str, label: str
) -> Callable[[Any], None]:
    def draw(axis: Any) -> None:
        for k, grid in grids.items():
            if name in grid.point_data:
                x, order = grid.points[:, 0] * MICRO, np.argsort(grid.points[:, 0])
                axis.plot(x[order], np.asarray(grid[name])[order], **style(runs[k], runs))
        axis.set(xlabel="position across the cell (µm)", ylabel=label)

    return draw


def style(run: Run, runs: Sequence[Run]) -> dict[str, Any]:
    """Return how the curve of a run looks: colour by column, dash by row."""
    columns = list(dict.fromkeys(one.column for one in runs))
    rows = list(dict.fromkeys(one.row for one in runs))
    return {
        "color": COLOURS[columns.index(run.column) % len(COLOURS)],
        "linestyle": DASHES[rows.index(run.row) % len(DASHES)],
        "linewidth": 2.2 if columns.index(run.column) == 0 and len(columns) > 1 else 1.3,
        "label": run.label,
    }


def chart(key: str, title: str, draw: Callable[[Any], None], runs: Sequence[Run]) -> Chart:
    """Return the chart that `draw` puts on its axes, with a legend of the runs."""
    with matplotlib.rc_context(STYLE):
        figure, axis = _figure(SIZE)
        draw(axis)
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(color="0.92", linewidth=0.6)
        axis.set_axisbelow(True)
        if 1 < len(runs) <= len(COLOURS):
            figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=8)
        return _saved(key, title, figure)


def _saved(key: str, title: str, figure: Figure) -> Chart:
    """Save a figure twice under a layout that is found once."""
    layout: Any = figure.get_layout_engine()
    layout.execute(figure)
    figure.set_layout_engine("none")
    return Chart(key, title, svg(figure), png(figure))


def _figure(size: tuple[float, float]) -> tuple[Figure, Any]:
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots()


def ways_of(runs: Sequence[Run]) -> dict[int, list[Any]]:
    """Return time and working front of every frame, of the runs in a plane."""
    return {
        k: [(time, working_front(grid)) for time, grid in frames(run.folder / "front.pvd")]
        for k, run in enumerate(runs)
        if run.dimension not in ("1d", "3d") and (run.folder / "front.pvd").is_file()
    }
