"""The figure of the study of healing: both metals at both ends of every parameter."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..mechanics.findings import INK, PALE, drawn
from .verdict import STOPPED, Bump

MICRO = 1e6
BLUE, ORANGE, RED = "#35618f", "#d1703c", "#b02020"
ROW = 0.3  # height of a line [inch]


def draw(pairs: Sequence[Any], metals: tuple[str, str], path: Path) -> None:
    """Draw tip heights and final growth, one line per place, the base point on top."""

    def fill(axes: Any) -> None:
        for axis, quantity in zip(axes, (_height, _growth), strict=True):
            _dumbbells(axis, pairs, quantity)
        _heights(axes[0], pairs, metals)
        _growths(axes[1])

    drawn((10.5, 1.6 + ROW * _lines(pairs)), 2, path, fill)


def _height(bump: Bump) -> float:
    return bump.tip * MICRO


def _growth(bump: Bump) -> float:
    return bump.growth


def _places(pairs: Sequence[Any]) -> list[float]:
    """Return the height of each line; parameters are apart by half a line."""
    places, y, last = [], 0.0, None
    for pair in pairs:
        y -= 1.0 if pair.knob == last else 1.5
        places.append(y)
        last = pair.knob
    return places


def _lines(pairs: Sequence[Any]) -> float:
    return -_places(pairs)[-1]


def _dumbbells(axis: Any, pairs: Sequence[Any], quantity: Any) -> None:
    """Two dots and a line between them; a full dot does not heal, an open one does."""
    for y, pair in zip(_places(pairs), pairs, strict=True):
        found = [(p.bump, c) for p, c in ((pair.solid, BLUE), (pair.mush, ORANGE)) if p.bump]
        values = [quantity(bump) for bump, _ in found]
        axis.plot(values, [y] * len(values), color=PALE, linewidth=1, zorder=1)
        for value, (bump, colour) in zip(values, found, strict=True):
            face = "white" if bump.heals else colour
            axis.plot(value, y, "o", color=colour, markerfacecolor=face, markersize=7, zorder=2)
        if pair.bumps is None:
            names = [p.job.metal for p in (pair.solid, pair.mush) if p.bump is None]
            place: Any = {"transform": axis.get_yaxis_transform(), "ha": "right", "va": "center"}
            place["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 1}
            axis.text(0.99, y, f"{', '.join(names)}: failed", color=PALE, fontsize=8, **place)
    for point, colour in ((pairs[0].solid, BLUE), (pairs[0].mush, ORANGE)):
        if point.bump:
            axis.axvline(quantity(point.bump), color=colour, linewidth=0.8, linestyle=":", zorder=0)
    axis.set_ylim(_places(pairs)[-1] - 0.8, -0.8)
    axis.tick_params(axis="y", length=0)


def _heights(axis: Any, pairs: Sequence[Any], metals: tuple[str, str]) -> None:
    axis.set_yticks(_places(pairs), [_label(pair) for pair in pairs], fontsize=8.5)
    for pair, label in zip(pairs, axis.get_yticklabels(), strict=True):
        label.set_color(RED if pair.holds is False else INK)
    axis.set_xlim(0, None)
    axis.set_xlabel("tip above the mean front (µm)")
    for name, colour in zip(metals, (BLUE, ORANGE), strict=True):
        axis.plot([], [], "o", color=colour, label=name)
    axis.plot([], [], "o", color=PALE, label="full: does not heal")
    axis.plot([], [], "o", color=PALE, markerfacecolor="white", label="open: heals")
    place = {"loc": "lower left", "bbox_to_anchor": (0.03, 0.995)}
    axis.legend(frameon=False, fontsize=8.5, ncols=4, columnspacing=1.0, handletextpad=0.2, **place)


def _label(pair: Any) -> str:
    return str(pair.name).replace("um", "µm").replace("degC", "°C").replace("m^2", "m²")


def _growths(axis: Any) -> None:
    axis.set_yticks([])
    low = axis.get_xlim()[0]
    axis.axvspan(low, STOPPED, color=PALE, alpha=0.15, linewidth=0, zorder=0)
    axis.set_xlim(low, None)
    above = {"transform": axis.get_xaxis_transform(), "ha": "right", "va": "bottom"}
    axis.text(STOPPED, 1.01, "stopped", color=PALE, fontsize=8.5, **above)
    axis.set_xlabel("growth of the tip / growth of the mean front, last quarter")
