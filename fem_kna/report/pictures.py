"""Field pictures: meshes of last frames, drawn by VTK off screen, all panels to one scale."""

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvista as pv
from vtkmodules.vtkCommonCore import vtkLogger
from vtkmodules.vtkRenderingCore import vtkRenderWindow

from ..inputs.errors import InputError
from .fields import cells_of, last_frame, magnitude, working_front
from .read import Run
from .scales import Kind, Layer, Scale, covers, kinds_for

PIXELS = 1000  # along the longer side of a picture
AROUND = 8  # half widths of the flaw that are shown around it
ABOVE, BELOW = 0.25, 0.35  # liquid over the tip, metal under the front, over the half width

Grids = Mapping[str, Any]
Box = tuple[tuple[float, float], tuple[float, float]]  # (least, greatest) x and height [m]


@dataclass(frozen=True)
class Picture:
    """One panel: pixels, and what is needed to draw it again."""

    name: str  # of its file
    run: Run
    kind: Kind
    box: Box | None  # none: in perspective
    scales: Mapping[str, Scale]
    pixels: np.ndarray
    time: float


def checked_renderer() -> None:
    """Refuse to go on where VTK has nothing to draw with; without it VTK would crash.

    Raises:
        InputError: naming what to install.
    """
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)  # no word about a missing display
    if "OSOpenGL" not in type(vtkRenderWindow()).__name__:
        return
    for name in ("libOSMesa.so.8", "libOSMesa.so"):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return
    raise InputError(
        "report: VTK finds neither EGL nor OSMesa to draw with; accepted: once installed, e.g. "
        "apt-get install libegl1"
    )


def grids_of(run: Run) -> tuple[float, dict[str, Any]]:
    """Return the time [s] and the grids of the last frame of all series of a run."""
    found: dict[str, Any] = {}
    time = float(run.summary.get("time [s]", 0.0))
    for series in ("fields", "front", "metal"):
        path = run.folder / f"{series}.pvd"
        if path.is_file():
            time, found[series] = last_frame(path)
    return time, found


def pictures(runs: Sequence[Run]) -> dict[str, list[Picture]]:
    """Return the pictures of all runs by their kind; of a kind that all runs have."""
    if not runs:
        return {}
    checked_renderer()
    seen = [(run, *grids_of(run)) for run in runs]
    names = [
        {series: set(grid.array_names) for series, grid in grids.items()} for *_, grids in seen
    ]
    kinds = [
        kind for kind in kinds_for(runs[0].dimension) if all(covers(kind, own) for own in names)
    ]
    if any(kind.key == "stress" for kind in kinds):
        kinds = [kind for kind in kinds if kind.key != "metal-stress"]
    return {kind.key: _drawn(kind, seen) for kind in kinds}


def _drawn(kind: Kind, seen: Sequence[tuple[Run, float, Grids]]) -> list[Picture]:
    flat = seen[0][0].dimension != "3d"
    box = (near(seen) if kind.near else _whole(seen)) if flat else None
    scales = _spanned(kind, [grids for *_, grids in seen], box)
    return [
        Picture(
            f"{kind.key}-{place}",
            run,
            kind,
            box,
            scales,
            rendered(kind, grids, box, scales),
            time,
        )
        for place, (run, time, grids) in enumerate(seen, 1)
    ]


def near(seen: Sequence[tuple[Run, float, Grids]]) -> Box:
    """Return what to show around the flaw, or around what grew, of all runs."""
    fronts = [working_front(grids["front"]).points for *_, grids in seen]
    width = max(float(points[:, 0].max()) for points in fronts)
    flaw = seen[0][0].manifest["case"]["mesh"].get("half_width")
    reach = width
    if flaw is not None:
        grown = max(float(np.ptp(points[:, 1])) for points in fronts)
        reach = min(max(AROUND * float(flaw["value"]), 2 * grown), width)
    heights = np.concatenate([points[points[:, 0] <= reach * (1 + 1e-9), 1] for points in fronts])
    floors = [grids["metal"].points[:, 1].min() for *_, grids in seen if "metal" in grids]
    low = float(heights.min()) - BELOW * reach
    return (-reach, reach), (max([low, *floors[:1]]), float(heights.max()) + ABOVE * reach)


def _whole(seen: Sequence[tuple[Run, float, Grids]]) -> Box:
    points = np.concatenate([grid.points for *_, grids in seen for grid in grids.values()])
    width = float(points[:, 0].max())
    return (-width, width), (float(points[:, 1].min()), float(points[:, 1].max()))


def _spanned(kind: Kind, all_grids: Sequence[Grids], box: Box | None) -> dict[str, Scale]:
    """Return the scales of a kind over all that is shown of all runs."""
    found = {}
    for key, scale in kind.scales.items():
        values = [
            _values(grids[layer.series], layer.field, box)
            for grids in all_grids
            for layer in kind.layers
            if layer.scale == key
        ]
        found[key] = scale.over(np.concatenate(values))
    return found


def _values(grid: Any, field: str, box: Box | None) -> np.ndarray:
    """Return the values of a field on the cells that reach into the box."""
    values = magnitude(np.asarray(grid[field]))
    if box is None:
        return values
    corners, offsets = cells_of(grid)
    places, starts = grid.points[corners], offsets[:-1]
    least, most = np.minimum.reduceat(places, starts), np.maximum.reduceat(places, starts)
    (_, right), (low, high) = box
    seen = (least[:, 0] <= right) & (most[:, 1] >= low) & (least[:, 1] <= high)
    if field in grid.cell_data:
        return values[seen]
    return values[corners[np.repeat(seen, np.diff(offsets))]]


def rendered(kind: Kind, grids: Grids, box: Box | None, scales: Mapping[str, Scale]) -> np.ndarray:
    """Return the pixels (rows, columns, 3) of a picture; in 2-D mirrored at the axis."""
    size = _size(box)
    plotter = pv.Plotter(
        off_screen=True, window_size=size, lighting="light kit" if box is None else "none"
    )
    plotter.set_background("white")
    for layer in kind.layers:
        if layer.series in grids:
            _add(plotter, grids[layer.series], layer, scales, mirrored=box is not None)
    if box is None:
        plotter.view_isometric()
    else:
        (left, right), (low, high) = box
        middle = ((left + right) / 2, (low + high) / 2)
        plotter.camera_position = [(*middle, 1.0), (*middle, 0.0), (0, 1, 0)]
        plotter.enable_parallel_projection()
        plotter.camera.parallel_scale = (high - low) / 2
    plotter.enable_anti_aliasing("ssaa")
    pixels = np.asarray(plotter.screenshot(return_img=True))
    plotter.close()
    return pixels


def _size(box: Box | None) -> list[int]:
    if box is None:
        return [PIXELS, PIXELS]
    spans = [high - low for low, high in box]
    return [round(PIXELS * span / max(spans)) for span in spans]


def _add(
    plotter: Any, grid: Any, layer: Layer, scales: Mapping[str, Scale], *, mirrored: bool
) -> None:
    """Add a layer, and its mirror image."""
    style: dict[str, Any] = {
        "show_scalar_bar": False,
        "lighting": False,
        "show_edges": not mirrored,
    }
    if layer.width:
        style |= {"line_width": layer.width, "render_lines_as_tubes": False}
    if layer.field:
        scale = scales[layer.scale]
        grid = grid.copy()
        data = grid.cell_data if layer.field in grid.cell_data else grid.point_data
        data["shown"] = magnitude(np.asarray(data[layer.field]))
        style |= {"scalars": "shown", "cmap": scale.colours, "clim": (scale.low, scale.high)}
    else:
        style |= {"color": layer.paint, "scalars": None}
        grid = grid.copy()
        grid.clear_data()
    for turned in (1.0, -1.0) if mirrored else (1.0,):
        plotter.add_mesh(grid.scale([turned, 1.0, 1.0], inplace=False), **style)
