"""The page: figures and tables put into one HTML file that needs nothing else."""

import re
import shlex
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup

from . import sweep, tables
from .charts import Chart, at_the_end, evolutions, over_charge, profiles, ways_of
from .cycles import over_cycles
from .panels import is_narrow, panel, spread
from .pictures import Picture, grids_of, pictures
from .read import Run, Study
from .stability import Analysis, analyses

HERE = Path(__file__).parent
INNER_DOT = re.compile(r"\.(?=[A-Za-z])")  # of a path, not of a number
MOST = 6  # runs whose fields are drawn


@dataclass(frozen=True)
class Image:
    """One image of a figure, by itself also a file."""

    name: str
    alt: str
    title: str
    uri: str
    png: bytes


@dataclass(frozen=True)
class Figure:
    """One numbered figure: its images side by side, and what they show."""

    key: str
    images: Sequence[Image]
    caption: str
    narrow: bool = False


@dataclass(frozen=True)
class Report:
    """A finished report: the page, its images as files, the pictures ParaView can draw again."""

    page: str
    files: Mapping[str, bytes]
    pictures: Sequence[Picture]


def report(study: Study, command: str) -> Report:
    """Return the report of a study.

    Raises:
        InputError: there is nothing to draw fields with.
    """
    drawn = pictures(study.runs[:MOST])
    told = analyses(study.analyses)
    boxes = (same[0].box for same in drawn.values() if same[0].kind.near)
    reach = next((box[0][1] for box in boxes if box), None)
    figures = [*_fields(drawn), *_curves(study.runs, reach), *_swept(study), *_analysed(told)]
    page = (
        _environment()
        .get_template("page.html.j2")
        .render(
            study=study,
            title=_title(study),
            figures=figures,
            tables=tables,
            sweep=sweep,
            overview=len(study.runs) > 1 and not study.compared,
            analyses=told,
            first=study.runs[0] if study.runs else None,
            warnings=_warnings(study.runs),
            undrawn=max(0, len(study.runs) - MOST),
            versions=_versions(study.runs),
            commands=_commands(study.runs),
            command=command,
            css=(HERE / "page.css").read_text(encoding="utf-8"),
        )
    )
    files = {f"{image.name}.png": image.png for figure in figures for image in figure.images}
    return Report(page, files, [one for same in drawn.values() for one in same])


def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters["pretty"] = tables.pretty_label
    made.filters["breakable"] = lambda path: Markup(".<wbr>").join(INNER_DOT.split(path))
    return made


def _title(study: Study) -> str:
    names = dict.fromkeys([run.name for run in study.runs])
    names |= dict.fromkeys(f"{one.case}, swept" for one in study.sweeps)
    names |= dict.fromkeys(str(told["case"]) for told in study.analyses.values())
    return ", ".join(names).replace("_", " ")


def _fields(drawn: Mapping[str, Sequence[Picture]]) -> Iterator[Figure]:
    """Yield a figure of each kind of field picture, the panels of all runs side by side."""
    for key, same in drawn.items():
        images = []
        for picture in same:
            alt = f"{picture.kind.title}, {picture.run.label}"
            data = panel(picture)
            images.append(_png(picture.name, alt, picture.run.label, data))
        times = sorted({f"{picture.time:.4g}" for picture in same}, key=float)
        shared = ", to one scale in all panels" if len(same) > 1 else ""
        mirrored = ", mirrored at the symmetry plane" if same[0].box is not None else ""
        caption = (
            f"{same[0].kind.caption}. At {' and '.join(times)} s, on the mesh as it has moved"
            f"{mirrored}{shared}: {spread(same)}."
        )
        yield Figure(key, images, caption, is_narrow(same[0]))


def _curves(runs: Sequence[Run], reach: float | None) -> Iterator[Figure]:
    """Yield the figures of curves: fronts, over charge, along the front, across a 1-D cell."""
    ways = ways_of(runs[:MOST])
    yield from _figure(
        "fronts",
        evolutions(runs, ways, reach) if reach else [],
        "The working front on its way, mirrored at the symmetry plane, lengths equal both ways; "
        "colour is the charge plated.",
        titled=True,
    )
    yield from _figure(
        "charge",
        over_charge(runs),
        "Over the charge plated per projected area of electrode: {names}. Voltage is that of the "
        "working electrode against the counter electrode.",
    )
    yield from _figure(
        "cycles",
        over_cycles(runs),
        "Over the cycles that were simulated: {names}. Polarisations are means over the time of "
        "one sign of the current.",
    )
    last = {k: way[-1][1] for k, way in ways.items()}
    yield from _figure(
        "profiles",
        at_the_end(runs, last),
        "Along the working front at the end, from the symmetry plane: {names}. The contact "
        "pressure is averaged along the front over the width of the film's edge.",
    )
    flat = {k: grids_of(run)[1] for k, run in enumerate(runs[:MOST]) if run.dimension == "1d"}
    across = {k: grids["fields"] for k, grids in flat.items() if "fields" in grids}
    yield from _figure("across", profiles(runs, across), "Across the cell at the end: {names}.")


def _figure(
    key: str, charts: Sequence[Chart], caption: str, *, titled: bool = False
) -> Iterator[Figure]:
    if not charts:
        return
    images = [
        Image(
            f"{key}-{chart.key}",
            f"{chart.title}, {key}" if titled else f"{chart.title}, curve",
            chart.title if titled else "",
            _uri(chart.svg, "svg+xml"),
            chart.png,
        )
        for chart in charts
    ]
    names = ", ".join(
        f"({letter}) {chart.title.partition(' (')[0]}"
        for letter, chart in zip("abcdefghijklm", charts, strict=False)
    )
    if len(charts) == 1:
        names = charts[0].title.partition(" (")[0]
    yield Figure(key, images, caption.format(names=names))


def _swept(study: Study) -> Iterator[Figure]:
    """Yield the figures of sweeps: what came out, what decides it."""
    for place, one in enumerate(study.sweeps, 1):
        yield from _figure(
            f"sweep-{place}",
            sweep.charts(one),
            f"All points of the sweep of {one.case.replace('_', ' ')}, each number over the "
            "parameter that decides it, or has most values: {names}.",
        )
        decides = list(sweep.indices_charts(one))
        yield from _figure(f"indices-{place}", decides, sweep.caption(one), titled=True)


def _analysed(told: Sequence[Analysis]) -> Iterator[Figure]:
    for place, one in enumerate(told, 1):
        if one.png is not None:
            image = _png(f"stability-{place}", one.title, "", one.png)
            yield Figure(f"stability-{place}", [image], one.caption)


def _png(name: str, alt: str, title: str, data: bytes) -> Image:
    return Image(name, alt, title, _uri(data, "png"), data)


def _uri(data: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{b64encode(data).decode()}"


def _warnings(runs: Sequence[Run]) -> list[str]:
    """Return what a reader must know of how the runs went: their warnings, ends that are early."""
    said = [line for run in runs for line in run.manifest.get("warnings", ())]
    said += [
        f"{run.label}: {run.summary['status']}"
        for run in runs
        if run.summary["status"] != "finished"
    ]
    return list(dict.fromkeys(said))


def _versions(runs: Sequence[Run]) -> dict[str, str]:
    """Return the versions that computed the runs; several where runs differ."""
    found: dict[str, dict[str, None]] = {}
    for run in runs:
        for name, version in run.manifest.get("versions", {}).items():
            found.setdefault(name, {})[version] = None
    return {name: ", ".join(versions) for name, versions in found.items()}


def _commands(runs: Sequence[Run]) -> list[str]:
    """Return the commands that made the runs."""
    made: dict[str, None] = {}
    for run in runs:
        words = [str(word) for word in run.manifest.get("command", [])]
        if words:
            script = words[0].endswith(".py")
            start = ["python", words[0]] if script else [Path(words[0]).name]
            made[shlex.join([*start, *words[1:]])] = None
    return list(made)
