"""The figure of a comparison: what the front becomes, where the current focuses, what it costs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import PolyCollection

from .evolution import COULOMB_PER_MAH, METAL, MICRO, Lines, charge, evolve, flatness
from .facing import Field, Portrait, facing, height_over_width
from .fronts import Row

COLOURS = ("#35618f", "#d1703c", "#4a9a6b", "#8a5a9e")
STYLES = ("-", "--", ":", "-.")
WIDTHS = (3.0, 1.3, 0.9, 0.6)
ROUND_OFF = 1e-9  # a series that changes less than this share of itself is constant
TALL = 1.6  # height of the map over its half width, in a narrow panel
MOST = 6  # small panels below the fields of current and stress
AROUND = 8  # half widths of the flaw that the fields are drawn around it
BROAD = 11.5  # width of a broad panel [inch]
NOTHING = 1e-12  # in SI, likewise: a picometre, a share of sodium that is none

Styles = Mapping[tuple[str, str], dict[str, Any]]


@dataclass(frozen=True)
class Curve:
    """What is drawn of one run."""

    row: str
    column: str
    history: Sequence[Row]
    profile: tuple[np.ndarray, np.ndarray]  # along the front [m], plating current density [A m-2]
    map: Field | None  # triangles [m], |current density| [A m-2]
    reach: float  # how far from the patch the profile is drawn [m]
    lines: Lines = ()  # the front at the frames, where it moves
    events: Mapping[str, float] = field(default_factory=dict)  # at which charge [C m-2]
    stress: Field | None = None  # triangles of metal that flows [m], von Mises [Pa]
    contact: tuple[np.ndarray, np.ndarray] | None = None  # along the front [m], pressure [Pa]
    flaw: float | None = None  # half width of the patch [m]


Panel = Callable[[Any, Any, Sequence[Curve], Styles], None]


def draw(curves: Sequence[Curve], path: Path, title: str) -> None:
    """Draw `curves` into the PNG file `path`: those panels that the runs have something for."""
    panels = [panel for applies, panel in PANELS if applies(curves)]
    moving = [curve for curve in curves if curve.row == curves[-1].row and curve.lines]
    strips, broad = [_strip(moving)] if moving else [], [_evolution] if moving else []
    if _flow(curves):
        left, right, reach = _portraits(curves)
        strips.append(min(0.6 + BROAD * height_over_width([left, right], reach), 7.0))
        broad, panels = [_facing, *broad], panels[:MOST]
        strips.reverse()
    figure, axes = _axes(len(panels), strips)
    styles = _styles(curves)
    panels = [*broad, *panels]
    for letter, axis, panel in zip(ascii_lowercase, axes, panels, strict=False):
        panel(figure, axis, curves, styles)
        axis.set_title(letter, loc="left", fontweight="bold")
        axis.spines[["top", "right"]].set_visible(False)
    for axis in axes[len(panels) :]:
        axis.set_axis_off()
    if len(curves) > 1:
        _legend(figure, axes[len(broad)], below=bool(broad))
    figure.suptitle(title.replace("_", " "), fontsize=11)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def _strip(moving: Sequence[Curve]) -> float:
    """Return how high the broad panel of moving fronts must be [inch]."""
    lines = [line for curve in (*moving[:1], *moving[-1:]) for _, line in curve.lines]
    return min(1.2 + BROAD * flatness(lines), 7.0)


def _axes(panels: int, strips: Sequence[float]) -> tuple[Any, list[Any]]:
    """Return a figure with places for so many panels side by side, and broad ones above."""
    broad = len(strips)
    columns = min(3 if broad else 2, panels)
    rows = -(-panels // columns)
    heights = [*strips] + [4.0 if broad < 2 else 3.4] * rows
    size = (14 if broad else 11, sum(heights))
    figure = plt.figure(figsize=size, layout="constrained")
    grid = figure.add_gridspec(len(heights), columns, height_ratios=heights)
    places = [grid[k, :] for k in range(broad)]
    places += [grid[k + broad, j] for k in range(rows) for j in range(columns)]
    return figure, [figure.add_subplot(place) for place in places]


def _legend(figure: Any, axis: Any, *, below: bool) -> None:
    """Say which line is which run: in the panel itself, or below small ones."""
    if below:
        lines = axis.get_legend_handles_labels()
        figure.legend(*lines, loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    else:
        axis.legend(frameon=False, fontsize=8)


def _styles(curves: Sequence[Curve]) -> Styles:
    """Colour by column, dash by row; later columns thinner, so that equal curves show as equal."""
    columns = list(dict.fromkeys(curve.column for curve in curves))
    rows = list(dict.fromkeys(curve.row for curve in curves))
    return {
        (curve.row, curve.column): {
            "color": COLOURS[columns.index(curve.column) % len(COLOURS)],
            "linestyle": STYLES[rows.index(curve.row) % len(STYLES)],
            "linewidth": WIDTHS[columns.index(curve.column) % len(WIDTHS)],
            "label": _label(curve),
        }
        for curve in curves
    }


def _evolution(figure: Any, axis: Any, curves: Sequence[Curve], styles: Styles) -> None:
    """Draw the fronts of the last row: its first column on the left, its last on the right."""
    shown = [curve for curve in curves if curve.row == curves[-1].row and curve.lines]
    left, right = ((_label(curve), curve.lines) for curve in (shown[0], shown[-1]))
    evolve(figure, axis, left, right)


def _flow(curves: Sequence[Curve]) -> bool:
    """Return whether metal flows in the last row, and is drawn in a plane."""
    return all(curve.stress is not None for curve in _last_row(curves))


def _last_row(curves: Sequence[Curve]) -> list[Curve]:
    return [curve for curve in curves if curve.row == curves[-1].row]


def _portraits(curves: Sequence[Curve]) -> tuple[Portrait, Portrait, float]:
    """Return the fields of the last row's first and last column, and how much of them to draw."""
    shown = _last_row(curves)
    left, right = (
        Portrait(_ended(one), one.map, one.stress, one.lines[-1][1])  # type: ignore[arg-type]
        for one in (shown[0], shown[-1])
    )
    return left, right, max(_near(curve) for curve in (shown[0], shown[-1]))


def _ended(curve: Curve) -> str:
    return f"{_label(curve)}\n{charge(curve.lines[-1][0]):.3g} mAh/cm²"


def _near(curve: Curve) -> float:
    """Return how far from the middle there is something to see: the flaw, or what grew on it."""
    if curve.flaw is None:
        return curve.reach
    line = curve.lines[-1][1]
    return min(max(AROUND * curve.flaw, 2 * float(np.ptp(line[:, 1]))), curve.reach)


def _facing(figure: Any, axis: Any, curves: Sequence[Curve], styles: Styles) -> None:
    """Draw current and stress of the last row: first column on the left, last on the right."""
    left, right, reach = _portraits(curves)
    facing(figure, axis, left, right, reach)


def _label(curve: Curve) -> str:
    return f"{curve.column}, {curve.row}".strip(", ")


def _profile(figure: Any, axis: Any, curves: Sequence[Curve], styles: Styles) -> None:
    for curve in curves:
        along, current = curve.profile
        near = along <= curve.reach
        axis.plot(along[near] * MICRO, current[near] / 10, **styles[curve.row, curve.column])
    axis.set_ylim(bottom=min(0.0, axis.get_ylim()[0]))
    axis.set_xlim(left=0)
    axis.set(xlabel="distance along the front (µm)", ylabel="plating current (mA/cm²)")


def _contact(figure: Any, axis: Any, curves: Sequence[Curve], styles: Styles) -> None:
    for curve in curves:
        assert curve.contact is not None
        along, pressure = curve.contact
        near = along <= curve.reach
        axis.plot(along[near] * MICRO, pressure[near] / 1e3, **styles[curve.row, curve.column])
    axis.set_ylim(bottom=min(0.0, axis.get_ylim()[0]))
    axis.set_xlim(left=0)
    axis.set(xlabel="distance along the front (µm)", ylabel="contact pressure (kPa)")


def _map(figure: Any, axis: Any, curves: Sequence[Curve], styles: Styles) -> None:
    """Draw |current density| near the patch, mirrored at the symmetry plane."""
    curve = curves[-1]
    triangles, magnitude = curve.map or (np.empty((0, 3, 2)), np.empty(0))
    low = float(triangles[:, :, 1].min(initial=np.inf)) if curve.lines else 0.0
    high = low + curve.reach * (TALL if curve.lines else 1.0)
    near = (triangles.min(axis=1) <= [curve.reach, high]).all(axis=1)
    right = triangles[near] * MICRO
    both = np.concatenate([right, right * [-1, 1]])
    values = np.tile(magnitude[near] / 10, 2)
    patches = PolyCollection(list(both), array=values, cmap="magma", edgecolors="face")
    axis.add_collection(patches)
    axis.set_facecolor(METAL)  # what no triangle of liquid covers
    reach = curve.reach * MICRO
    axis.set(xlim=(-reach, reach), ylim=(low * MICRO, high * MICRO))
    axis.set_aspect("equal")
    figure.colorbar(patches, ax=axis, label="current density (mA/cm²)", shrink=0.8)
    axis.set(xlabel="distance from the middle (µm)", ylabel="height (µm)")
    axis.set_title(_label(curve), fontsize=9)


def _over_charge(key: str, factor: float, label: str) -> Panel:
    """Return a panel of one quantity over the charge, which is logarithmic: see the start."""

    def panel(figure: Any, axis: Any, curves: Sequence[Curve], styles: Styles) -> None:
        for curve in curves:
            axis.semilogx(*_series(curve, key, factor), **styles[curve.row, curve.column])
        axis.set(xlabel="charge (mAh/cm²)", ylabel=label)

    return panel


def _growing(key: str, factor: float, label: str) -> Panel:
    """Return a panel of one quantity of a growing front, with the events on the way."""

    def panel(figure: Any, axis: Any, curves: Sequence[Curve], styles: Styles) -> None:
        for curve in curves:
            style = styles[curve.row, curve.column]
            along, values = _series(curve, key, factor)
            axis.plot(along, values, **style)
            for name, at in curve.events.items():
                where = (at / COULOMB_PER_MAH, np.interp(at / COULOMB_PER_MAH, along, values))
                axis.plot(*where, "o", color=style["color"], markersize=5)
                axis.annotate(name, where, (4, 4), textcoords="offset points", fontsize=7)
        axis.set(xlabel="charge (mAh/cm²)", ylabel=label)
        axis.set_xlim(left=0)

    return panel


def _series(curve: Curve, key: str, factor: float) -> tuple[list[float], list[float]]:
    """Return a quantity of a run over its charge [mAh cm-2], from the first plating on."""
    rows = [row for row in curve.history if key in row and row["charge [C/m2]"] > 0]
    return [charge(row) for row in rows], [row[key] * factor for row in rows]


def _varies(key: str) -> Callable[[Sequence[Curve]], bool]:
    """Return whether any run has plated and this quantity has changed on the way."""

    def applies(curves: Sequence[Curve]) -> bool:
        rows = [[row for row in curve.history if row["charge [C/m2]"] > 0] for curve in curves]
        series = [[row[key] for row in own if key in row] or [0.0] for own in rows]
        least = [max(NOTHING, ROUND_OFF * np.max(np.abs(values))) for values in series]
        return any(np.ptp(values) > few for values, few in zip(series, least, strict=True))

    return applies


# What is drawn, in this order, and of which runs it can be.
PANELS: tuple[tuple[Callable[[Sequence[Curve]], bool], Panel], ...] = (
    (lambda curves: all(len(curve.profile[0]) > 1 for curve in curves), _profile),
    (lambda curves: all(curve.contact is not None for curve in curves), _contact),
    (lambda curves: curves[-1].map is not None and not _flow(curves), _map),
    (_varies("tip_height [m]"), _growing("tip_height [m]", MICRO, "tip height (µm)")),
    (
        _varies("max_contact_pressure [Pa]"),
        _growing("max_contact_pressure [Pa]", 1e-3, "peak contact pressure (kPa)"),
    ),
    (
        _varies("max_von_mises [Pa]"),
        _growing("max_von_mises [Pa]", 1e-3, "peak von Mises stress (kPa)"),
    ),
    (
        lambda curves: _varies("roughness [m]")(curves) and not _flow(curves),
        _growing("roughness [m]", MICRO, "roughness, rms (µm)"),
    ),
    *(
        (_varies(key), _over_charge(key, factor, label))
        for key, factor, label in (
            ("polarisation [V]", 1e3, "polarisation (mV)"),
            ("current [A/m2]", 0.1, "plating current (mA/cm²)"),
            ("sodium_share [-]", 1e2, "Na in the deposit so far (at%)"),
            ("mean_surface_sodium_fraction [-]", 1e2, "Na at the surface (at%)"),
            ("mean_surface_liquid_fraction [-]", 1e2, "liquid at the surface (vol%)"),
            ("skin_thickness [m]", MICRO, "metal that holds liquid (µm)"),
            ("kna2_fraction [-]", 1e2, "KNa2 in the deposit (% of atoms)"),
        )
    ),
)
