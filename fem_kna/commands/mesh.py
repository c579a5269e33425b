"""`fem-kna mesh`: list the shapes, or mesh one and show or save what comes out."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from mpi4py import MPI
from rich.console import Console
from rich.table import Table

from ..geometry.build import build
from ..geometry.domain import Domain
from ..geometry.export import checked_format, write
from ..geometry.find import shape_named, shape_names
from ..geometry.shape import Shape, shown
from ..geometry.slab import Slab
from ..inputs.describe import described, lines
from ..inputs.overrides import overridden

# In a case the gap is the separator's thickness; a glass-fibre filter in a cell has about this.
GAP = "gap=500 um"

VOLUME = {"1d": 1, "2d": 2, "axisymmetric": 3, "3d": 3}  # the power of a metre in a volume


def mesh(
    name: Annotated[
        str | None, typer.Argument(metavar="SHAPE", help="A shape, or the path of a Python file.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="field=value, e.g. width='80 um'.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write .vtu, .vtk, .xdmf or .msh.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write what is shown to this file, in SI.")
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="Show the shapes, or the fields of SHAPE, and stop.")
    ] = False,
) -> None:
    """Mesh a shape: sizes, quality, volumes and areas, and a file for ParaView or Gmsh."""
    if MPI.COMM_WORLD.rank > 0:
        return
    console = Console()
    if name is None:
        found = _list_shapes(console)
    elif listed:
        found = _list_fields(console, shape_named(name)())
    else:
        if output is not None:
            checked_format(output)
        shape = _completed(overridden(shape_named(name)(), settings or []))
        domain = build(shape, MPI.COMM_SELF)
        found = _report(console, shape, domain)
        if output is not None:
            write(domain, output)
    if json_file is not None:
        json_file.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _completed(shape: Shape) -> Shape:
    return shape if shape.gap is not None else overridden(shape, [GAP])


def _list_shapes(console: Console) -> dict[str, Any]:
    shapes = {name: shape_named(name)() for name in shape_names()}
    table = Table("shape", "what it is", "its own fields", show_lines=True)
    for name, shape in shapes.items():
        own = [field for field in type(shape).model_fields if field not in Slab.model_fields]
        what = f"{_summary(shape)} ({', '.join(shape.dimensions)})"
        table.add_row(name, what, "\n".join(_with_default(shape, field) for field in own))
    console.print(table)
    common = ", ".join(_with_default(Slab(), field) for field in Slab.model_fields)
    console.print(f"All have: {common}", highlight=False, markup=False)
    return {name: described(shape) for name, shape in shapes.items()}


def _list_fields(console: Console, shape: Shape) -> dict[str, Any]:
    console.print(_summary(shape), highlight=False, markup=False)
    table = Table("field", "default", "source")
    sources = {path: source for path, _, source in lines(shape)}
    for field in type(shape).model_fields:
        value = getattr(shape, field)
        table.add_row(field, "" if value is None else shown(value), sources.get(field, ""))
    console.print(table)
    return dict(described(shape))


def _summary(shape: Shape) -> str:
    """The first line of the docstring."""
    return (type(shape).__doc__ or "").strip().partition("\n")[0]


def _with_default(shape: Shape, field: str) -> str:
    value = getattr(shape, field)
    return field if value is None else f"{field} ({shown(value)})"


def _report(console: Console, shape: Shape, domain: Domain) -> dict[str, Any]:
    """Print what the mesh is made of; return it in SI, with the units in the keys."""
    power = VOLUME[shape.dimension]
    regions = {name: domain.measure_of(name) for name in domain.regions}
    boundaries = {name: domain.measure_of(name) for name in domain.boundaries}
    table = Table("number", "name", "kind", "size", title=f"{_title(shape)}")
    for name, size in regions.items():
        table.add_row(str(domain.regions[name]), name, "region", _readable(size, power))
    for name, size in boundaries.items():
        table.add_row(str(domain.boundaries[name]), name, "boundary", _readable(size, power - 1))
    console.print(table)
    numbers = _numbers(domain) | shape.facts()
    for key, value in numbers.items():
        console.print(f"{key}: {value:.6g}", highlight=False, markup=False)
    return {
        "shape": described(shape),
        "regions": _entries(domain.regions, regions, power),
        "boundaries": _entries(domain.boundaries, boundaries, power - 1),
    } | numbers


def _title(shape: Shape) -> str:
    depth = ", per unit of depth" if shape.dimension == "2d" else ""
    return f"{type(shape).__name__} {shape.dimension}{depth}"


def _numbers(domain: Domain) -> dict[str, float]:
    smallest, largest = domain.front_sizes()
    return {
        "nodes [-]": domain.statistics.nodes,
        "cells [-]": domain.statistics.cells,
        "min_quality [-]": domain.statistics.min_quality,
        "smallest_front_element [m]": smallest,
        "largest_front_element [m]": largest,
    }


def _entries(tags: dict[str, int], sizes: dict[str, float], power: int) -> dict[str, Any]:
    unit = f"[m{power}]" if power > 1 else "[m]" if power else "[-]"
    return {name: {"number": tag, f"size {unit}": sizes[name]} for name, tag in tags.items()}


def _readable(size: float, power: int) -> str:
    unit = f" um^{power}" if power > 1 else " um" if power else ""
    return f"{size * 1e6**power:.5g}{unit}"
