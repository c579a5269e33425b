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
SHARE = 0.82  # of a panel's width that the picture takes
HEAD, BAR = 0.5, 0.62  # room for the axes, and for a bar of colours [inch]
DPI = 220
INK = "#222222"
TRIMMED: dict[str, Any] = {"bbox_inches": "tight", "pad_inches": 0.04}
STYLE: dict[str, Any] = {
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
    width = NARROW if narrow else WIDE
    size = (width, SHARE * width * rows / columns + HEAD + BAR * len(bars))
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasAgg(figure)
        axis = figure.subplots()
        _shown(axis, picture)
        for scale in bars:
            _bar(figure, axis, scale, narrow=narrow)
        return png(figure)


def _bar(figure: Figure, axis: Any, scale: Scale, *, narrow: bool) -> None:
    ends = Normalize(scale.low * scale.factor, scale.high * scale.factor)
    shades = ScalarMappable(ends, colormaps[scale.colours])
    aspect = 12 if narrow else 26
    style: Any = {"location": "bottom", "aspect": aspect, "pad": 0.02, "fraction": 0.08}
    bar = figure.colorbar(shades, ax=axis, **style)
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
    figure.savefig(held, dpi=dpi, format="png", metadata={"Software": None}, **TRIMMED)
    return held.getvalue()


def svg(figure: Figure) -> bytes:
    """Return a figure as an SVG without a date in it."""
    held = BytesIO()
    figure.savefig(held, format="svg", metadata={"Date": None, "Creator": None}, **TRIMMED)
    return held.getvalue()


def spread(pictures: Sequence[Picture]) -> str:
    """Return the limits of the scales in words, for captions."""
    return "; ".join(f"{scale.title} {scale.words}" for scale in pictures[0].scales.values())
