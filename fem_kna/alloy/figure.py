"""The phase diagram as a figure: boundaries with their uncertainty, anchors, the paper's alloys."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .anchors import ANCHORS
from .boundaries import Line, boundaries
from .elements import POTASSIUM, SODIUM
from .equilibria import INVARIANTS
from .phases import state
from .redlich_kister import CENTRAL, GENTLE, STEEP

ZERO = 273.15
COLD = INVARIANTS.eutectic_temperature
ROOM = 25.0  # degC
INK, PALE = "#222222", "#8a8a8a"
COLOURS = ("#35618f", "#d1703c", "#4a9a6b", "#8a5a9e", "#a8892c", "#b0417a")
MARKERS = {"put in": "s", "fitted": "o", "independent": "^"}
BAND = "range: solidus slope at K\n0.08 to 0.12 at%/K"
FIELDS = {  # at% Na, degC
    "liquid": (40, 50),
    "bcc (K) + liquid": (16, 1),
    "liquid + bcc (Na)": (86, 25),
    "liquid + KNa$_2$": (54.5, -3),
    "KNa$_2$ + bcc (Na)": (82, -6),
    "bcc (K) + KNa$_2$": (20, -18.5),
}

Alloys = Mapping[str, float]


def draw(alloys: Alloys, path: Path) -> None:
    """Draw the diagram, its potassium-rich corner and the liquid fractions of some alloys.

    Args:
        alloys: sodium mole fraction by name.
        path: .png, .pdf or .svg.
    """
    figure = Figure(figsize=(11, 9.2))
    FigureCanvasAgg(figure)
    # Not a constrained layout: it gives up on the curved scales of weight percent.
    grid = figure.add_gridspec(
        2, 2, height_ratios=(1.2, 1), hspace=0.36, left=0.07, right=0.97, bottom=0.06, top=0.93
    )
    axes = [figure.add_subplot(place) for place in (grid[0, :], grid[1, 0], grid[1, 1])]
    _whole(axes[0], alloys)
    _corner(axes[1], alloys)
    _liquid(axes[2], alloys)
    for letter, axis in zip(ascii_lowercase, axes, strict=False):
        axis.set_title(letter, loc="left", fontweight="bold")
    figure.savefig(path, dpi=160)


def _whole(axis: Any, alloys: Alloys) -> None:
    _lines(axis)
    _anchors(axis)
    for text, (x, celsius) in FIELDS.items():
        axis.text(x, celsius, text, ha="center", va="center", color=PALE, fontsize=9)
    _marks(axis, alloys)
    axis.plot([200 / 3] * 2, [-23, COLD - ZERO], color=INK, linewidth=1.3)
    axis.set(xlim=(0, 100), ylim=(-23, 102), xlabel="Na (at%)", ylabel="temperature (°C)")
    _weights(axis)
    axis.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0.49, 1.0), ncols=2)


def _corner(axis: Any, alloys: Alloys) -> None:
    _lines(axis)
    _anchors(axis)
    _marks(axis, alloys, widest=0.16)
    axis.text(0.8, 10, "bcc (K)", color=PALE, fontsize=9)
    axis.text(9.5, 8, "bcc (K) + liquid", color=PALE, fontsize=9)
    axis.text(11, 50, "liquid", color=PALE, fontsize=9)
    axis.set(xlim=(0, 16), ylim=(-14, 66), xlabel="Na (at%)", ylabel="temperature (°C)")
    _weights(axis)


def _lines(axis: Any) -> None:
    """The boundaries of the central fit; the bands span the outer ones."""
    outer = [boundaries(solutions) for solutions in (GENTLE, STEEP)]
    for index, (name, line) in enumerate(boundaries(CENTRAL).items()):
        low, high = (bounds[name] for bounds in outer)
        _band(axis, low, high, "" if index else BAND)
        axis.plot(100 * line.x, line.temperature - ZERO, color=INK, linewidth=1.3)


def _band(axis: Any, low: Line, high: Line, label: str) -> None:
    axis.fill_betweenx(
        low.temperature - ZERO,
        100 * low.x,
        100 * high.x,
        color=COLOURS[0],
        alpha=0.25,
        linewidth=0,
        label=label or None,
    )


def _anchors(axis: Any) -> None:
    placed = [anchor for anchor in ANCHORS if anchor.place is not None]
    for role, marker in MARKERS.items():
        places = [anchor.place for anchor in placed if anchor.role == role and anchor.place]
        if places:
            x, T = np.array(places).T
            axis.plot(
                100 * x,
                T - ZERO,
                marker,
                color="white",
                markeredgecolor=INK,
                markersize=6,
                clip_on=False,
                zorder=4,
                label=f"measured, {role}",
            )


def _marks(axis: Any, alloys: Alloys, widest: float = 1.0) -> None:
    """Each alloy up to `widest` at room temperature, on the line along which it melts."""
    for (name, x), colour in zip(alloys.items(), _colours(alloys), strict=True):
        if x > widest:
            continue
        axis.axvline(100 * x, color=colour, linewidth=0.9, linestyle=":")
        axis.plot(100 * x, ROOM, "D", color=colour, markersize=5, zorder=5, label=name)


def _colours(alloys: Alloys) -> Sequence[str]:
    return [COLOURS[index % len(COLOURS)] for index in range(len(alloys))]


def _weights(axis: Any) -> None:
    """A second scale in weight percent."""
    K, Na = POTASSIUM.molar_mass, SODIUM.molar_mass

    def weight(x: np.ndarray) -> np.ndarray:
        return 100 * x * Na / (x * Na + (100 - x) * K)

    def atomic(w: np.ndarray) -> np.ndarray:
        return 100 * (w / Na) / (w / Na + (100 - w) / K)

    axis.secondary_xaxis("top", functions=(weight, atomic)).set_xlabel("Na (wt%)")


def _liquid(axis: Any, alloys: Alloys) -> None:
    """Liquid fraction by volume over temperature, with the range of the three fits."""
    kelvin = np.linspace(COLD, POTASSIUM.melting_point, 200)
    for (name, x), colour in zip(alloys.items(), _colours(alloys), strict=True):
        found = np.array(
            [
                [state(x, float(T), s).liquid_volume_fraction for s in (CENTRAL, GENTLE, STEEP)]
                for T in kelvin
            ]
        )
        low, high = found.min(axis=1), found.max(axis=1)
        axis.fill_between(kelvin - ZERO, low, high, color=colour, alpha=0.25, linewidth=0)
        axis.plot(kelvin - ZERO, found[:, 0], color=colour, label=name)
    axis.axvline(ROOM, color=PALE, linewidth=0.8, linestyle="--")
    axis.set(xlim=(-13, 64), ylim=(-0.02, 1.02))
    axis.set(xlabel="temperature (°C)", ylabel="liquid fraction by volume")
    axis.set_title("colours as in a", loc="right", color=PALE, fontsize=9)
    axis.spines[["top", "right"]].set_visible(False)
