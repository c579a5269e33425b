"""Fronts on their way: the outlines of a run over each other, or one after the other."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import PillowWriter
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from .fronts import Row

Lines = Sequence[tuple[Row, np.ndarray]]  # row of the history, the front's line (k, 2) [m]

MICRO = 1e6
COULOMB_PER_MAH = 3.6e4  # [C m-2] in 1 mAh/cm2
METAL, EDGE, LIQUID = "#c9ccd1", "#35618f", "#eef3f8"
MAP = "viridis_r"  # the start is light, the last front dark
ROOM = 0.08  # of the fronts' height: free above and below them
FRAMES_PER_SECOND = 6
BROAD = 0.25  # least height of a picture over its width


def charge(row: Row) -> float:
    """Return the charge of a row of the history in mAh/cm2."""
    return row["charge [C/m2]"] / COULOMB_PER_MAH


def mirrored(line: np.ndarray, *, left: bool) -> np.ndarray:
    """Return a line in micrometres, at the symmetry plane turned to the left if asked for."""
    return line * MICRO * ([-1, 1] if left else [1, 1])


def evolve(figure: Any, axis: Any, left: tuple[str, Lines], right: tuple[str, Lines]) -> None:
    """Draw the fronts of two runs, one on each side of the symmetry plane, coloured by charge."""
    least, most = _charges(left[1], right[1])
    colours = ScalarMappable(Normalize(least, most), MAP)
    colour: Any = colours.to_rgba
    for (_, lines), is_left in ((left, True), (right, False)):
        for row, line in lines:
            x, y = mirrored(line, left=is_left).T
            axis.plot(x, y, color=colour(charge(row)), linewidth=1.1)
    frame(axis, [line for _, lines in (left, right) for _, line in lines])
    if left[0] != right[0]:
        axis.axvline(0, color="0.6", linewidth=0.8, linestyle=":")
    for place, (name, _), side in ((0.01, left, "left"), (0.99, right, "right")):
        if name != left[0] or side == "left":
            axis.text(place, 0.96, name, ha=side, va="top", fontsize=9, transform=axis.transAxes)
    axis.set(xlabel="distance from the middle (µm)", ylabel="height (µm)")
    figure.colorbar(colours, ax=axis, label="charge (mAh/cm²)", aspect=12, pad=0.01)


def frame(axis: Any, lines: Sequence[np.ndarray]) -> None:
    """Show all of the `lines` on both sides of the symmetry plane, lengths equal both ways."""
    low, high, wide = _limits(lines)
    axis.set_aspect("equal")
    axis.set(xlim=(-wide, wide), ylim=(low, high))


def animate(lines: Lines, path: Path, title: str) -> None:
    """Write the front's way as an animated GIF: metal below, liquid above."""
    shown = [line for _, line in lines]
    size = (6, min(1.1 + 5.2 * flatness(shown), 6))
    figure, axis = plt.subplots(figsize=size, dpi=80, layout="constrained")
    frame(axis, shown)
    axis.set_facecolor(LIQUID)
    axis.set(xlabel="distance from the middle (µm)", ylabel="height (µm)")
    (fill,) = axis.fill([], [], color=METAL)
    edges = [axis.plot([], [], color=EDGE, linewidth=1.3)[0] for _ in range(2)]
    axis.set_title(title)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # else the frames shake
    writer = PillowWriter(fps=FRAMES_PER_SECOND)
    with writer.saving(figure, str(path), 80):
        for row, line in lines:
            axis.set_title(f"{title}: {row['time [s]'] / 60:.1f} min, {charge(row):.3f} mAh/cm²")
            _put(fill, edges, line, axis.get_ylim()[0])
            writer.grab_frame()
    plt.close(figure)


def _put(fill: Any, edges: Sequence[Any], line: np.ndarray, low: float) -> None:
    """Put the metal under a line, and its edge on both sides of the symmetry plane."""
    for edge, left in zip(edges, (True, False), strict=True):
        edge.set_data(*mirrored(line, left=left).T)
    x, y = line[~np.isnan(line[:, 0])].T * MICRO
    corners = np.array([x, y]).T
    floor = [[x[-1], low], [-x[-1], low]]
    fill.set_xy(np.concatenate([corners, floor, (corners * [-1, 1])[::-1]]))


def flatness(lines: Sequence[np.ndarray]) -> float:
    """Return the height of `frame` over its width."""
    low, high, wide = _limits(lines)
    return (high - low) / (2 * wide)


def _limits(lines: Sequence[np.ndarray]) -> tuple[float, float, float]:
    """Return least and greatest height and the half width to be shown [um], not too flat."""
    points = np.concatenate(lines) * MICRO
    wide = float(np.nanmax(points[:, 0]))
    low, high = float(np.nanmin(points[:, 1])), float(np.nanmax(points[:, 1]))
    room = ROOM * max(high - low, wide)
    return low - room, max(high + room, low - room + BROAD * 2 * wide), wide


def _charges(*runs: Lines) -> tuple[float, float]:
    found = [charge(row) for lines in runs for row, _ in lines]
    return min(found), max(found)
