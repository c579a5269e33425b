"""Stability analyses in a report: their figure and their table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..stability.axes import AXES, Axis
from ..stability.chart import draw_atlas
from ..stability.figure import draw_sweep
from ..stability.report import ends
from .tables import MISSING, Shown

MICRO = 1e6
SWING = "angular_frequency [1/s]"


@dataclass(frozen=True)
class Analysis:
    """One stability analysis: a figure if there is one, a table, what is to be known."""

    title: str
    caption: str
    png: bytes | None
    table: Shown
    notes: Sequence[str]


def analyses(told: Mapping[str, Mapping[str, Any]]) -> list[Analysis]:
    """Return what each file of ``fem-kna stability --json`` told, ready to be shown."""
    return [_analysis(name, one) for name, one in told.items()]


def _analysis(name: str, told: Mapping[str, Any]) -> Analysis:
    title = f"{told['case']} ({name}): {told['base_state']}".replace("_", " ")
    if "modes" in told:
        return Analysis(title, "", None, _modes(told), told["notes"])
    if "wavelengths" in told:
        png = _drawn(lambda path: draw_sweep(told, path))
        words = ends(told).replace(" um", " µm")
        caption = (
            f"Growth rates of ripples of a flat front: (a) all together, (b) what drives and what "
            f"heals; {words}."
        )
        return Analysis(title, caption, png, _sweep(told), told["notes"])
    axes = _axes(told)
    png = _drawn(lambda path: draw_atlas(told, axes, path))
    caption = (
        f"Fastest growth rate over {axes[0].name} and {axes[1].name}; the black line is the "
        "crossover between growing and healing, the band its uncertainty over the materials' "
        "ranges where it was computed."
    )
    return Analysis(title, caption, png, _map(told, axes), told["notes"])


def _axes(told: Mapping[str, Any]) -> tuple[Axis, Axis]:
    """Return the axes of a map, in the order they were given."""
    named = {axis.label: axis for axis in AXES.values()}
    first, second = (named[key] for key in told if key in named)
    return first, second


def _drawn(draw: Any) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "figure.png"
        draw(path)
        return path.read_bytes()


def _sweep(told: Mapping[str, Any]) -> Shown:
    rows = [
        [
            f"{row['wavelength [m]'] * MICRO:.4g}",
            f"{row['growth_rate [1/s]']:.3e}",
            f"{row['residual [-]']:.0e}",
        ]
        for row in told["wavelengths"]
    ]
    return Shown("", ["wavelength (µm)", "growth rate (1/s)", "residual (–)"], rows)


def _modes(told: Mapping[str, Any]) -> Shown:
    rows = [
        [
            str(place),
            f"{mode['growth_rate [1/s]']:.4e}",
            f"{mode['angular_frequency [1/s]']:.4e}"
            if "angular_frequency [1/s]" in mode
            else MISSING,
            f"{mode['residual [-]']:.0e}",
        ]
        for place, mode in enumerate(told["modes"], 1)
    ]
    head = ["mode", "growth rate (1/s)", "angular frequency (1/s)", "residual (–)"]
    return Shown("", head, rows)


def _map(told: Mapping[str, Any], axes: Sequence[Axis]) -> Shown:
    """Return the paper's cells if the map has them, else its corners."""
    rows = list(_paper(told)) or list(_corners(told, axes))
    head = [axis.label.replace("[", "(").replace("]", ")") for axis in axes]
    return Shown("", [*head, "growth rate (1/s)"], rows)


def _paper(told: Mapping[str, Any]) -> Iterator[list[str]]:
    for cell in told.get("paper", ()):
        place = (cell["composition [wt% Na]"], cell["current [mA/cm2]"])
        yield [*(f"{x:g}" for x in place), _rate(cell["growth_rate [1/s]"])]


def _corners(told: Mapping[str, Any], axes: Sequence[Axis]) -> Iterator[list[str]]:
    x, y = (told[axis.label] for axis in axes)
    for i in (0, len(x) - 1):
        for j in (0, len(y) - 1):
            yield [f"{x[i]:.4g}", f"{y[j]:.4g}", _rate(told["growth_rate [1/s]"][i][j])]


def _rate(rate: float | None) -> str:
    return "no steady state" if rate is None else f"{rate:+.3e}"
