"""The stability map as a figure: growing and healed, the line between and its band, the paper."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import SymLogNorm
from matplotlib.figure import Figure

from .axes import AXES, LOGARITHMIC, PAPER_ALLOYS, PAPER_CURRENTS, ROOT, Axis

INK, PALE, LINE = "#222222", "#8a8a8a", "#000000"
LEAST, MOST = 1e-7, 1e-3  # [1/s]: slower than this is white; faster than this has one colour
NAMES = {"composition": "sodium (wt%)", "current": "current density (mA/cm²)"}
NAMES |= {"temperature": "temperature (°C)", "pressure": "stack pressure (MPa)"}
TICKS = (0, 0.5, 1, 2, 3, 5, 10, 20, 30)  # of an axis by the root
PER_MAH = 3.6e4  # C m-2 in 1 mAh/cm2
FOLDS = (0.01, 0.1, 1.0)  # e-folds per mAh/cm2


def draw_atlas(told: Mapping[str, Any], axes: tuple[Axis, Axis], path: Path) -> None:
    """Draw a map, as `report.of_atlas` tells it, with the band of `report.of_crossovers`."""
    figure = Figure(figsize=(7.6, 5.6), layout="constrained")
    FigureCanvasAgg(figure)
    axis = figure.subplots()
    x, y = (np.array(told[one.label]) for one in axes)
    rates = np.array(told["growth_rate [1/s]"], dtype=float).T
    axis.set_facecolor("#dddddd")
    norm = SymLogNorm(LEAST, vmin=-MOST, vmax=MOST)
    axis.set_xlim(x.min(), x.max())
    axis.set_ylim(y.min(), y.max())
    for one, scale, ticks in zip(
        axes, (axis.set_xscale, axis.set_yscale), (axis.set_xticks, axis.set_yticks), strict=True
    ):
        if one.scale is LOGARITHMIC:
            scale("log")
        elif one.scale is ROOT:
            scale("function", functions=one.scale)
            ticks(TICKS)
    edges = (_edges(places, one) for places, one in zip((x, y), axes, strict=True))
    shades = axis.pcolormesh(*edges, rates, norm=norm, cmap="RdBu_r")
    bar = figure.colorbar(shades, ax=axis, extend="both", shrink=0.9)
    bar.set_label("fastest growth rate (1/s): red grows, blue heals")
    if "crossover" not in told and np.nanmin(rates) < 0 < np.nanmax(rates):
        axis.contour(x, y, rates, levels=[0], colors=LINE, linewidths=1.6)
    if axes[1].name == "current":
        _folds(axis, x, y, rates)
    _band(axis, told, axes[1])
    _paper(axis, axes)
    axis.set_xlabel(NAMES[axes[0].name])
    axis.set_ylabel(NAMES[axes[1].name])
    waves = np.array(told["wavelengths [m]"]) * 1e6
    axis.set_title(
        f"ripples of {waves.min():g} to {waves.max():g} µm, "
        f"{told['amplitude [m]'] * 1e6:g} µm high; grey: no steady state",
        loc="left",
        fontsize=9,
    )
    figure.savefig(path, dpi=160)


def _edges(values: np.ndarray, axis: Axis) -> np.ndarray:
    """Return where the cells about the values end: halfway on the axis, and at its ends."""
    places = np.asarray(axis.scale.place(values), dtype=float)
    between = (places[1:] + places[:-1]) / 2
    return np.asarray(axis.scale.value(np.concatenate([places[:1], between, places[-1:]])))


def _folds(axis: Any, x: np.ndarray, y: np.ndarray, rates: np.ndarray) -> None:
    """Lines of e-folds in the time that 1 mAh/cm2 takes."""
    folds = rates * (PER_MAH / (10 * y))[:, None]
    levels = [level for level in FOLDS if np.nanmin(folds) < level < np.nanmax(folds)]
    if levels:
        lines = axis.contour(
            x, y, folds, levels=levels, colors=INK, linewidths=0.7, linestyles="--"
        )
        axis.clabel(lines, fmt=lambda value: f"{value:g}", fontsize=7)
        axis.plot([], [], color=INK, linewidth=0.7, linestyle="--", label="e-folds per mAh/cm²")


def _band(axis: Any, told: Mapping[str, Any], up: Axis) -> None:
    """The crossover, and the band between the lowest and the highest of all ends of ranges."""
    crossovers = told.get("crossover", {})
    if not crossovers:
        return
    ends = {"grows everywhere": up.low, "grows nowhere": up.high, "no rate": np.nan}
    places = np.array(
        [[ends[v] if isinstance(v, str) else v for v in row] for row in crossovers.values()]
    )
    central = [np.nan if isinstance(v, str) else v for v in crossovers["central"]]
    axis.plot(told["crossover_at"], central, color=LINE, linewidth=1.6, label="crossover")
    axis.fill_between(
        told["crossover_at"],
        np.nanmin(places, axis=0),
        np.nanmax(places, axis=0),
        facecolor="none",
        edgecolor=PALE,
        hatch="///",
        linewidth=0,
        label="range of the crossover",
    )
    axis.legend(loc="lower right", fontsize=8, frameon=True)


def _paper(axis: Any, axes: tuple[Axis, Axis]) -> None:
    """The paper's cells, where the map has both of their parameters."""
    if [one.name for one in axes] != [AXES["composition"].name, AXES["current"].name]:
        return
    for current in PAPER_CURRENTS:
        style: Any = {"color": INK, "markersize": 7, "markerfacecolor": "white", "zorder": 5}
        axis.plot(PAPER_ALLOYS, [current] * len(PAPER_ALLOYS), "o", clip_on=False, **style)
    above: Any = {"textcoords": "offset points", "fontsize": 8, "color": INK, "zorder": 6}
    above["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8}
    for alloy in PAPER_ALLOYS:
        at_end = alloy > axes[0].high - 5
        side: Any = {"ha": "right" if at_end else "left", "xytext": (-6 if at_end else 5, 6)}
        name = "K" if alloy == 0 else f"{alloy:g}"
        axis.annotate(name, (alloy, PAPER_CURRENTS[0]), **side, **above)
