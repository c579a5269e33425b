"""Writes the script with which ParaView draws the field pictures of a report again."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .fields import last_frame
from .pictures import PIXELS, Picture

NAME = "draw_in_paraview.py"
SMOOTHED = 2  # smoothing the edges makes lines so much thinner in the report
TEMPLATE = Path(__file__).parent / "paraview.txt"


def script(pictures: Sequence[Picture], folder: Path) -> str:
    """Return the script for pvpython; `folder` is where it will lie.

    Runs are named relative to the script, so that all may be moved together.
    """
    told = [_told(one, folder) for one in pictures]
    colours = {
        _key(one, scale): drawn.points() for one in pictures for scale, drawn in one.scales.items()
    }
    listed = ("".join(f"    {one!r},\n" for one in told), "".join(_lines(colours)))
    text = TEMPLATE.read_text(encoding="utf-8")
    return text.replace("PICTURES = []", f"PICTURES = [\n{listed[0]}]").replace(
        "COLOURS = {}", f"COLOURS = {{\n{listed[1]}}}"
    )


def _lines(colours: Mapping[str, list[float]]) -> Iterator[str]:
    return (f"    {key!r}: {points!r},\n" for key, points in colours.items())


def _key(picture: Picture, scale: str) -> str:
    return f"{picture.kind.key}, {scale}"


def _told(picture: Picture, folder: Path) -> dict[str, Any]:
    """Return what ParaView needs to know of a picture; all in SI."""
    rows, columns = picture.pixels.shape[:2]
    return {
        "file": f"{picture.name}.png",
        "run": os.path.relpath(picture.run.folder.resolve(), folder.resolve()),
        "time": picture.time,
        "size": [columns, rows],
        "box": picture.box,
        "layers": [
            {
                "series": layer.series,
                "field": layer.field,
                "on_cells": layer.field in _cells(picture, layer.series),
                "colours": _key(picture, layer.scale) if layer.field else "",
                "paint": [int(layer.paint[k : k + 2], 16) / 255 for k in (1, 3, 5)],
                "width": layer.width / SMOOTHED * max(rows, columns) / PIXELS,
            }
            for layer in picture.kind.layers
            if (picture.run.folder / f"{layer.series}.pvd").is_file()
        ],
    }


def _cells(picture: Picture, series: str) -> Any:
    return last_frame(picture.run.folder / f"{series}.pvd")[1].cell_data
