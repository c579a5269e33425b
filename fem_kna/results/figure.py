"""The figure of a comparison: where the current focuses, and what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import PolyCollection

from .observe import Row

COLOURS = ("#35618f", "#d1703c", "#4a9a6b", "#8a5a9e")
STYLES = ("-", "--", ":", "-.")
WIDTHS = (3.0, 1.3, 0.9, 0.6)
MICRO = 1e6
COULOMB_PER_MAH = 3.6e4  # [C m-2] in 1 mAh/cm2


@dataclass(frozen=True)
class Curve:
    """What is drawn of one run."""

    row: str
    column: str
    history: Sequence[Row]
    profile: tuple[np.ndarray, np.ndarray]  # along the front [m], plating current density [A m-2]
    map: tuple[np.ndarray, np.ndarray] | None  # triangles [m], |current density| [A m-2]
    reach: float  # how far from the patch the profile is drawn [m]


def draw(curves: Sequence[Curve], path: Path, title: str) -> None:
    """Draw the comparison of `curves` into the PNG file `path`."""
    figure, axes = plt.subplots(2, 2, figsize=(11, 8), layout="constrained")
    styles = _styles(curves)
    for curve in curves:
        style = styles[curve.row, curve.column]
        _profile(axes[0, 0], curve, style)
        _series(axes[1, 0], curve, "polarisation [V]", 1e3, style)
        _series(axes[1, 1], curve, "sodium_share [-]", 1e2, style)
    _label(axes[0, 0], "distance along the front (µm)", "plating current (mA/cm²)", "a")
    _label(axes[1, 0], "charge (mAh/cm²)", "polarisation (mV)", "c")
    axes[0, 0].set_ylim(bottom=0)
    _label(axes[1, 1], "charge (mAh/cm²)", "Na in the deposit so far (at%)", "d")
    axes[0, 0].legend(frameon=False, fontsize=8)
    _map(figure, axes[0, 1], curves[-1])
    figure.suptitle(title.replace("_", " "), fontsize=11)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def _styles(curves: Sequence[Curve]) -> Mapping[tuple[str, str], dict[str, Any]]:
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


def _profile(axis: Any, curve: Curve, style: Mapping[str, Any]) -> None:
    along, current = curve.profile
    near = along <= curve.reach
    axis.plot(along[near] * MICRO, current[near] / 10, **style)


def _series(axis: Any, curve: Curve, key: str, factor: float, style: Mapping[str, Any]) -> None:
    """Draw a quantity over the charge, which is logarithmic: most happens at the start."""
    rows = [row for row in curve.history if key in row and row["charge [C/m2]"] > 0]
    charge = [row["charge [C/m2]"] / COULOMB_PER_MAH for row in rows]
    axis.semilogx(charge, [row[key] * factor for row in rows], **style)


def _map(figure: Any, axis: Any, curve: Curve) -> None:
    """Draw |current density| near the patch, mirrored at the symmetry plane."""
    if curve.map is None:
        axis.set_axis_off()
        return
    triangles, magnitude = curve.map
    near = (triangles.min(axis=1) <= curve.reach).all(axis=1)
    right = triangles[near] * MICRO
    both = np.concatenate([right, right * [-1, 1]])
    values = np.tile(magnitude[near] / 10, 2)
    patches = PolyCollection(list(both), array=values, cmap="magma", edgecolors="face")
    axis.add_collection(patches)
    axis.set(xlim=(-curve.reach * MICRO, curve.reach * MICRO), ylim=(0, curve.reach * MICRO))
    axis.set_aspect("equal")
    figure.colorbar(patches, ax=axis, label="current density (mA/cm²)", shrink=0.8)
    _label(axis, "distance along the front (µm)", "height over the front (µm)", "b")
    axis.set_title(f"{curve.column}, {curve.row}", fontsize=9)


def _label(axis: Any, x: str, y: str, letter: str) -> None:
    axis.set_xlabel(x)
    axis.set_ylabel(y)
    axis.set_title(letter, loc="left", fontweight="bold")
    axis.spines[["top", "right"]].set_visible(False)
