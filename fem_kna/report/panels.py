"""A field picture with what a reader needs around it: axes in micrometres, bars of colours."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import matplotlib
from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from .pictures import Picture
from .scales import Scale

MICRO = 1e6
WIDE, NARROW = 4.2, 1.9  # width of a panel [inch]
TALL = 2.0  # a picture higher than so many widths is a narrow panel
LEFT, EDGE, LABELS = 0.52, 0.08, 0.4  # beside a picture, at its edges, for its x axis [inch]
BAR, TALL_BAR, THICK = 0.5, 0.63, 0.09  # a bar of colours with its words, and by itself [inch]
DPI = 220
INK = "#222222"
STYLE: Any = {
    "font.size": 8.5,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "svg.hashsalt": "fem_kna",  # equal figures are equal files
}


def is_narrow(picture: Picture) -> bool:
    """Return whether a picture is much higher than wide."""
    return picture.pixels.shape[0] > TALL * picture.pixels.shape[1]


def panel(picture: Picture) -> bytes:
    """Return the picture with axes and bars as a PNG."""
    rows, columns = picture.pixels.shape[:2]
    narrow, bars = is_narrow(picture), list(picture.scales.values())
    width, step = (NARROW, TALL_BAR) if narrow else (WIDE, BAR)
    across = width - LEFT - EDGE
    down, below = across * rows / columns, LABELS + step * len(bars)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, EDGE + down + below))
        FigureCanvasAgg(figure)
        _shown(_placed(figure, below, across, down), picture)
        for place, scale in enumerate(reversed(bars), 1):
            _bar(_placed(figure, place * step - THICK, across, THICK), scale, narrow=narrow)
        return png(figure)


def _placed(figure: Figure, bottom: float, width: float, height: float) -> Any:
    """Return axes at a place in inches: a layout found by trying would take a second."""
    whole = figure.get_size_inches()
    sizes = (LEFT / whole[0], bottom / whole[1], width / whole[0], height / whole[1])
    return figure.add_axes(sizes)


def _bar(axis: Any, scale: Scale, *, narrow: bool) -> None:
    ends = Normalize(scale.low * scale.factor, scale.high * scale.factor)
    shades = ScalarMappable(ends, colormaps[scale.colours])
    bar = axis.figure.colorbar(shades, cax=axis, orientation="horizontal")
    bar.set_label(f"{scale.title}\n({scale.unit})" if narrow else scale.label)
    bar.ax.locator_params(nbins=3 if narrow else 6)


def _shown(axis: Any, picture: Picture) -> None:
    if picture.box is None:
        axis.imshow(picture.pixels)
        axis.set_axis_off()
        return
    limits = [MICRO * end for span in picture.box for end in span]
    axis.imshow(picture.pixels, extent=limits, interpolation="none")
    axis.set_xlabel("x (µm)" if is_narrow(picture) else "distance from the middle (µm)")
    axis.set_ylabel("height (µm)")


def png(figure: Figure, dpi: int = DPI) -> bytes:
    """Return a figure as a PNG without the date or program in it."""
    held = BytesIO()
    quick = {"compress_level": 1}  # an eighth larger, a report a tenth sooner
    figure.savefig(held, dpi=dpi, format="png", metadata={"Software": None}, pil_kwargs=quick)
    return held.getvalue()


def svg(figure: Figure) -> bytes:
    """Return a figure as an SVG without a date in it."""
    held = BytesIO()
    figure.savefig(held, format="svg", metadata={"Date": None, "Creator": None})
    return held.getvalue()


def spread(pictures: Sequence[Picture]) -> str:
    """Return the limits of the scales in words, for captions."""
    return "; ".join(f"{scale.title} {scale.words}" for scale in pictures[0].scales.values())
