"""Growth rates over wavelengths as a figure: their sum, and what drives and heals."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .split import DRIVES, TERMS

INK, PALE = "#222222", "#8a8a8a"
COLOURS = dict(
    zip(TERMS, ("#b02020", "#d1703c", "#35618f", "#4a9a6b", "#8a5a9e", "#a8892c"), strict=True)
)
SHOWN = 1e-2  # of what drives: healing terms that are smaller everywhere have no line
MICRO = 1e6


def draw_sweep(told: Mapping[str, Any], path: Path) -> None:
    """Draw a sweep, as `report.of_sweep` tells it."""
    figure = Figure(figsize=(10.5, 4.4), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    rows = told["wavelengths"]
    x = np.array([row["wavelength [m]"] for row in rows]) * MICRO
    _rates(left, told, x, np.array([row["growth_rate [1/s]"] for row in rows]))
    _terms(right, x, {name: np.array([row[f"{name} [1/s]"] for row in rows]) for name in TERMS})
    for letter, axis in zip("ab", (left, right), strict=True):
        axis.set_title(letter, loc="left", fontweight="bold")
        axis.spines[["top", "right"]].set_visible(False)
        axis.set_xscale("log")
        axis.set_xlim(x.min(), x.max())
        axis.set_xlabel("wavelength (µm)")
        axis.axhline(0, color=PALE, linewidth=0.8, zorder=0)
    figure.savefig(path, dpi=160)


def _rates(axis: Any, told: Mapping[str, Any], x: np.ndarray, rates: np.ndarray) -> None:
    best = told["fastest"]
    top = max(float(np.abs(rates).max()) if rates.max() <= 0 else best["growth_rate [1/s]"], 1e-30)
    cutoffs = np.array(told["cutoff_wavelengths [m]"]) * MICRO
    through = np.argsort(np.concatenate([x, cutoffs]))
    curve = np.concatenate([rates, np.zeros(len(cutoffs))])[through]
    axis.plot(np.concatenate([x, cutoffs])[through], curve, color=INK, linewidth=1.2)
    axis.plot(x, rates, "o", color=INK, markersize=3)
    if rates.max() > 0:  # healing may be faster by orders of magnitude: growth is to be seen
        axis.set_ylim(max(float(rates.min()) * 1.1, -1.5 * top), 1.3 * top)
        axis.axhspan(0, 1.3 * top, color=COLOURS["field"], alpha=0.08, linewidth=0, zorder=0)
    place = (best["wavelength [m]"] * MICRO, best["growth_rate [1/s]"])
    axis.plot(*place, "o", color=COLOURS["diffusion"], markersize=7)
    label = f"{place[1]:.3g} 1/s at {place[0]:.3g} µm"
    at_end = place[0] > x.max() ** 0.8 * x.min() ** 0.2
    above = {"textcoords": "offset points", "xytext": (0, 8), "fontsize": 8.5}
    above["ha"] = "right" if at_end else "center"
    axis.annotate(label, place, color=COLOURS["diffusion"], **above)
    for cutoff in cutoffs:
        axis.axvline(cutoff, color=PALE, linewidth=0.8, linestyle=":")
        beside = {"rotation": 90, "ha": "left", "va": "bottom", "fontsize": 8.5, "color": PALE}
        axis.text(cutoff, 0.02, f" {cutoff:.3g} µm", transform=_mixed(axis), **beside)
    axis.set_ylabel("growth rate (1/s)")
    axis.ticklabel_format(axis="y", style="sci", scilimits=(-2, 2))


def _mixed(axis: Any) -> Any:
    return axis.get_xaxis_transform()


def _terms(axis: Any, x: np.ndarray, terms: Mapping[str, np.ndarray]) -> None:
    largest = max(float(np.abs(values).max()) for values in terms.values())
    drives = max(float(np.abs(terms[name]).max()) for name in DRIVES) or largest
    for name, values in terms.items():
        if name in DRIVES or np.abs(values).max() > SHOWN * drives:
            style = "-" if name in DRIVES else "--"
            width = 3.2 if name == DRIVES[0] else 1.4  # both drives are often nearly the same
            axis.plot(x, values, style, color=COLOURS[name], label=name, linewidth=width)
    axis.set_yscale("symlog", linthresh=drives / 3, linscale=0.8)
    axis.yaxis.get_major_locator().set_params(numticks=9)
    axis.set_ylabel("share in the growth rate (1/s)")
    axis.legend(frameon=False, fontsize=8.5, loc="best")
