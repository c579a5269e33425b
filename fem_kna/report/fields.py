"""Fields that a run wrote for ParaView, read back with VTK: last frames, fronts, what they hold."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyvista as pv
from vtkmodules.util.numpy_support import vtk_to_numpy

GHOSTS = "vtkGhostType"
ROUND_OFF = 1e-9  # of a grid's size: points this close are one


def frames(path: Path) -> Iterator[tuple[float, Any]]:
    """Yield time [s] and grid of each frame of a series ``*.pvd``, without doubled cells."""
    reader = pv.PVDReader(str(path))
    for time in reader.time_values:
        yield time, _frame(reader, time)


def last_frame(path: Path) -> tuple[float, Any]:
    """Return time [s] and grid of the last frame of a series ``*.pvd``."""
    reader = pv.PVDReader(str(path))
    return reader.time_values[-1], _frame(reader, reader.time_values[-1])


def _frame(reader: Any, time: float) -> Any:
    reader.set_active_time_value(time)
    grid = reader.read()[0]
    ghosts = grid.cell_data.get(GHOSTS)
    if ghosts is not None and np.any(ghosts):  # cells that another rank writes, too
        grid = grid.extract_cells(np.flatnonzero(np.asarray(ghosts) == 0))
    # Where ranks meet each has written the points: once is enough, and keeps lines whole.
    return grid.clean(tolerance=ROUND_OFF, produce_merge_map=False)


def working_front(grid: Any) -> Any:
    """Return the lower one of the electrodes of ``front.pvd``: the working one."""
    parts = grid.connectivity(extraction_mode="all")
    region = np.asarray(parts.point_data["RegionId"])
    heights = [parts.points[region == k, parts_axis(grid)].mean() for k in range(region.max() + 1)]
    lowest = np.asarray(parts.cell_data["RegionId"]) == int(np.argmin(heights))
    return parts.extract_cells(np.flatnonzero(lowest))


def parts_axis(grid: Any) -> int:
    """Return the axis along which a cell's electrodes face each other: the last one it spans."""
    size = np.ptp(grid.points, axis=0)
    return int(np.flatnonzero(size > ROUND_OFF * size.max())[-1])


def along(front: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the front's points in order from the axis outward: their numbers, their distance [m].

    Takes the longest chain where the line is broken.
    """
    strip = front.extract_surface(algorithm=None).strip(join=True)
    chains, place = [], 0
    while place < len(strip.lines):
        chains.append(strip.lines[place + 1 : place + 1 + strip.lines[place]])
        place += 1 + strip.lines[place]
    points = strip.points[max(chains, key=len)]
    if points[0, 0] > points[-1, 0]:
        points = points[::-1]
    numbers = np.array([front.find_closest_point(point) for point in points])
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    once = np.concatenate([[True], steps > 0])  # where strips were joined a point stands twice
    return numbers[once], np.concatenate([[0.0], np.cumsum(steps)])[once]


def cells_of(grid: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of all cells, one cell after the other, and where each cell begins."""
    cells = grid.GetCells()
    return (
        vtk_to_numpy(cells.GetConnectivityArray()),
        vtk_to_numpy(cells.GetOffsetsArray()),
    )


def magnitude(values: np.ndarray) -> np.ndarray:
    """Return the length of vectors, or numbers as they are."""
    return np.linalg.norm(values, axis=1) if values.ndim > 1 else values
