"""The figure of what was run again: its panels on one sheet."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .item import Panel

COLUMNS = 2
SIZE = (4.4, 3.0)  # of a panel [inch]
STYLE = {"font.size": 8.5, "axes.titlesize": 9.0, "legend.fontsize": 7.5}


def draw(panels: Sequence[Panel], path: Path) -> None:
    """Write the panels, lettered in their order, to a PNG."""
    rows = -(-len(panels) // COLUMNS)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(COLUMNS * SIZE[0], rows * SIZE[1]), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
        for letter, axis, panel in zip("abcdefghijklmnop", axes, panels, strict=False):
            axis.set_title(f"{letter}   {panel.title}", loc="left")
            axis.spines[["top", "right"]].set_visible(False)
            panel.draw(axis)
        for axis in axes[len(panels) :]:
            axis.set_axis_off()
        figure.savefig(path, dpi=160)
