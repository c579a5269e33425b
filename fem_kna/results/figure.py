"""The figure of a comparison: where the current focuses, and what it costs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import PolyCollection

from .fronts import Row

COLOURS = ("#35618f", "#d1703c", "#4a9a6b", "#8a5a9e")
STYLES = ("-", "--", ":", "-.")
WIDTHS = (3.0, 1.3, 0.9, 0.6)
MICRO = 1e6
ROUND_OFF = 1e-9  # a series that changes less than this share of itself is constant
COULOMB_PER_MAH = 3.6e4  # [C m-2] in 1 mAh/cm2


Styles = Mapping[tuple[str, str], dict[str, Any]]


@dataclass(frozen=True)
class Curve:
    """What is drawn of one run."""

    row: str
    column: str
    history: Sequence[Row]
    profile: tuple[np.ndarray, np.ndarray]  # along the front [m], plating current density [A m-2]
    map: tuple[np.ndarray, np.ndarray] | None  # triangles [m], |current density| [A m-2]
    reach: float  # how far from the patch the profile is drawn [m]


Panel = Callable[[Any, Any, Sequence[Curve], Styles], None]


def draw(curves: Sequence[Curve], path: Path, title: str) -> None:
    """Draw `curves` into the PNG file `path`: those panels that the runs have something for."""
    panels = [panel for applies, panel in PANELS if applies(curves)]
    rows = -(-len(panels) // 2)
    columns = min(2, len(panels))
    figure, axes = plt.subplots(
        rows, columns, figsize=(11, 4 * rows), layout="constrained", squeeze=False
    )
    styles = _styles(curves)
    for axis in axes.flat[len(panels) :]:
        axis.set_axis_off()
    for letter, axis, panel in zip("abcdef", axes.flat, panels, strict=False):
        panel(figure, axis, curves, styles)
        axis.set_title(letter, loc="left", fontweight="bold")
        axis.spines[["top", "right"]].set_visible(False)
    if len(curves) > 1:
        axes.flat[0].legend(frameon=False, fontsize=8)
    figure.suptitle(title.replace("_", " "), fontsize=11)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def _styles(curves: Sequence[Curve]) -> Styles:
    """Colour by column, dash by row; later columns thinner, so that equal curves show as equal."""
    columns = list(dict.fromkeys(curve.column for curve in curves))
    rows = list(dict.fromkeys(curve.row for curve in curves))
    return {
        (curve.row, curve.column): {
            "color": COLOURS[columns.index(curve.column) % len(COLOURS)],
            "linestyle": STYLES[rows.index(curve.row) % len(STYLES)],
            "linewidth": WIDTHS[columns.index(curve.column) % len(WIDTHS)],
            "label": f"{curve.column}, {curve.row}".strip(", "),
        }
        for curve in curves
    }


def _profile(figure: Any, axis: Any, curves: Sequence[Curve], styles: Styles) -> None:
    for curve in curves:
        along, current = curve.profile
        near = along <= curve.reach
        axis.plot(along[near] * MICRO, current[near] / 10, **styles[curve.row, curve.column])
    axis.set_ylim(bottom=min(0.0, axis.get_ylim()[0]))
    axis.set(xlabel="distance along the front (µm)", ylabel="plating current (mA/cm²)")


def _map(figure: Any, axis: Any, curves: Sequence[Curve], styles: Styles) -> None:
    """Draw |current density| near the patch, mirrored at the symmetry plane."""
    curve = curves[-1]
    triangles, magnitude = curve.map or (np.empty((0, 3, 2)), np.empty(0))
    near = (triangles.min(axis=1) <= curve.reach).all(axis=1)
    right = triangles[near] * MICRO
    both = np.concatenate([right, right * [-1, 1]])
    values = np.tile(magnitude[near] / 10, 2)
    patches = PolyCollection(list(both), array=values, cmap="magma", edgecolors="face")
    axis.add_collection(patches)
    axis.set(xlim=(-curve.reach * MICRO, curve.reach * MICRO), ylim=(0, curve.reach * MICRO))
    axis.set_aspect("equal")
    figure.colorbar(patches, ax=axis, label="current density (mA/cm²)", shrink=0.8)
    axis.set(xlabel="distance along the front (µm)", ylabel="height over the front (µm)")
    axis.set_title(f"{curve.column}, {curve.row}".strip(", "), fontsize=9)


def _over_charge(key: str, factor: float, label: str) -> Panel:
    """Return a panel of one quantity over the charge, which is logarithmic: see the start."""

    def panel(figure: Any, axis: Any, curves: Sequence[Curve], styles: Styles) -> None:
        for curve in curves:
            rows = [row for row in curve.history if key in row and row["charge [C/m2]"] > 0]
            charge = [row["charge [C/m2]"] / COULOMB_PER_MAH for row in rows]
            style = styles[curve.row, curve.column]
            axis.semilogx(charge, [row[key] * factor for row in rows], **style)
        axis.set(xlabel="charge (mAh/cm²)", ylabel=label)

    return panel


def _varies(key: str) -> Callable[[Sequence[Curve]], bool]:
    """Return whether any run has plated and this quantity has changed on the way."""

    def applies(curves: Sequence[Curve]) -> bool:
        rows = [[row for row in curve.history if row["charge [C/m2]"] > 0] for curve in curves]
        series = [[row[key] for row in own if key in row] or [0.0] for own in rows]
        return any(np.ptp(values) > ROUND_OFF * np.max(np.abs(values)) for values in series)

    return applies


# What is drawn, in this order, and of which runs it can be.
PANELS: tuple[tuple[Callable[[Sequence[Curve]], bool], Panel], ...] = (
    (lambda curves: all(len(curve.profile[0]) > 1 for curve in curves), _profile),
    (lambda curves: curves[-1].map is not None, _map),
    (
        _varies("polarisation [V]"),
        _over_charge("polarisation [V]", 1e3, "polarisation (mV)"),
    ),
    (
        _varies("current [A/m2]"),
        _over_charge("current [A/m2]", 0.1, "plating current (mA/cm²)"),
    ),
    (
        _varies("sodium_share [-]"),
        _over_charge("sodium_share [-]", 1e2, "Na in the deposit so far (at%)"),
    ),
)
