"""All points in one xarray data set: numbers, histories and fields over the parameters.

A grid has a dimension for each parameter, any other sweep the dimension `point`. Names are those of
the summary without unit, which is an attribute; histories begin with ``history_`` and have the
dimension `row`, steps as the run took them; fields of the working front at the end (in 1-D: across
the cell) begin with ``front_`` or ``across_`` and have the dimension `position`, share of the way.
"""

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from .plan import Plan
from .table import POINT, REASON, STATUS, Row, columns, history

PLACES = 101  # along a front, or across a cell


def dataset(plan: Plan, table: Sequence[Row]) -> Any:
    """Return the data set of a sweep; what a point does not have is not a number."""
    import xarray

    found = xarray.Dataset(attrs={"case": plan.case, "sampling": plan.sampling})
    words = [key for key in columns(table) if any(isinstance(row.get(key), str) for row in table)]
    for key in columns(table):
        values = [row.get(key, "" if key in words else np.nan) for row in table]
        array = np.array(values, dtype=object if key in words else float)
        found[_name(key)] = _variable(key, array.astype(str) if key in words else array)
    _add(found, [history(plan.run(point)) for point in plan.points], table)
    if find_spec("pyvista") is not None:
        _add_profiles(found, [_profiles(plan.run(point)) for point in plan.points])
    parameters = [_name(one.column) for one in plan.over]
    found = found.set_coords([POINT, STATUS, REASON, *parameters]).rename({POINT: "hash"})
    return _gridded(found, plan, parameters)


def _variable(key: str, values: Any, more: tuple[str, ...] = ()) -> Any:
    unit = key.partition(" [")[2].rstrip("]")
    return ("index", *more), values, {"units": unit, "long_name": key} if unit else {}


def _name(key: str) -> str:
    """Return the name of a column without its unit; netCDF allows no slash."""
    return key.partition(" [")[0].replace("/", "_per_")


def _add(found: Any, pasts: Sequence[Sequence[Mapping[str, float]]], table: Sequence[Row]) -> None:
    longest = max((len(past) for past in pasts), default=0)
    for key in dict.fromkeys(key for past in pasts for row in past for key in row):
        values = np.full((len(table), longest), np.nan)
        for place, past in enumerate(pasts):
            values[place, : len(past)] = [row.get(key, np.nan) for row in past]
        found[f"history_{_name(key)}"] = _variable(key, values, ("row",))


def _add_profiles(found: Any, profiles: Sequence[Mapping[str, np.ndarray]]) -> None:
    for key in dict.fromkeys(key for one in profiles for key in one):
        none = np.full(PLACES, np.nan)
        values = np.array([one.get(key, none) for one in profiles])
        found[_name(key)] = _variable(key, values, ("position",))
    if any(profiles):
        found.coords["position"] = np.linspace(0, 1, PLACES)


def _profiles(folder: Path) -> dict[str, np.ndarray]:
    """Return the last fields of a run along its front, or across a 1-D cell."""
    from ..report.fields import along, last_frame, working_front

    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return {}
    dimension = json.loads(manifest.read_text(encoding="utf-8"))["case"]["mesh"]["dimension"]
    flat = dimension == "1d"
    prefix, series = ("across", "fields.pvd") if flat else ("front", "front.pvd")
    if dimension == "3d" or not (folder / series).is_file():
        return {}
    _, grid = last_frame(folder / series)
    if flat:
        order = np.argsort(grid.points[:, 0], kind="stable")
        way = grid.points[order, 0]
    else:
        grid = working_front(grid)
        order, way = along(grid)
    share = np.linspace(way[0], way[-1], PLACES)
    fields = {
        f"{prefix}_{name.replace(' ', '_').replace('_[', ' [')}": np.interp(
            share, way, np.asarray(values)[order]
        )
        for name, values in grid.point_data.items()
        if np.asarray(values).ndim == 1 and "[" in name
    }
    return {f"{prefix}_way [m]": share} | fields


def _gridded(found: Any, plan: Plan, parameters: Sequence[str]) -> Any:
    """Return the data set over its parameters where they are a grid."""
    if plan.sampling != "grid" or len(plan.distinct()) < len(plan.points):
        return found.rename({"index": "point"})
    if len(parameters) == 1:
        return found.swap_dims(index=parameters[0])
    return found.set_index(index=list(parameters)).unstack("index")
