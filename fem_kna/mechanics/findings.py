"""What a study of metal alone found: data for programs, tables for people, one figure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# One for each metal of a study.
COLOURS = ("#35618f", "#8ab6d6", "#d1703c", "#a8892c", "#4a9a6b", "#8a5a9e")
INK, PALE = "#222222", "#8a8a8a"

Row = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A table for people: rows by name, each a text by column."""

    title: str
    rows: Mapping[str, Row]


@dataclass(frozen=True)
class Findings:
    """What came out. `data` holds SI numbers, with the unit in the name."""

    name: str
    data: Mapping[str, Any]
    tables: Sequence[Table]
    notes: Sequence[str]
    draw: Callable[[Path], None]


def drawn(size: tuple[float, float], panels: int, path: Path, fill: Callable[[Any], None]) -> None:
    """Write a figure of so many panels side by side, which `fill` is given, to `path`."""
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, panels)
    fill(axes)
    for letter, axis in zip("abcdef", axes, strict=False):
        axis.set_title(letter, loc="left", fontweight="bold")
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=160)


def few(number: float, digits: int = 2) -> str:
    """Return a number with few digits, without an exponent where that is short."""
    return f"{float(f'{number:.{digits}g}'):g}"


def between(low: float, high: float, digits: int = 2) -> str:
    """Return two numbers as a range, or as one where they look the same."""
    texts = [few(end, digits) for end in (low, high)]
    return texts[0] if texts[0] == texts[1] else " to ".join(texts)
