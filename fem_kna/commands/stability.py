"""`fem-kna stability`: growth rates of ripples, or the fastest modes of a cell, without a run."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from mpi4py import MPI
from rich.console import Console
from rich.table import Table

from ..inputs.case import Case
from ..inputs.errors import InputError
from ..inputs.messages import shown
from ..inputs.overrides import overridden
from ..inputs.units import Unit
from ..places import load_case
from ..protocols.protocol import Protocol
from ..results.shapes import ShapeFiles, shown_parts
from ..stability.axes import axes_of, points_of
from ..stability.base import BaseState
from ..stability.linear import Linear
from ..stability.modes import Mode, fastest_modes
from ..stability.report import QUASI_STEADY, apart, ends, of_mode, of_sweep
from ..stability.split import TERMS
from ..stability.sweep import Found, Search, Sweep, searches, wavelengths_of
from ..teams import shared_out
from .chart import chart_of, show_chart
from .files import checked_figure
from .run import Set
from .session import checked_json
from .states import after_run, own_mesh, profile_at

WIDE = 140  # columns where the output is no terminal
NEGLIGIBLE = 1e-6  # of a rate: terms that are smaller all along have no column
MANY, FEW = "1um:200um:40", "2um:20um:4"
LENGTH, TIME = Unit("m", above=0), Unit("s", above=0)


def stability(
    case: Annotated[str, typer.Argument(help="a shipped case, or the path of a case script")],
    settings: Set = [],  # noqa: B006  typer copies it
    wavelengths: Annotated[
        str,
        typer.Option(metavar="FROM:TO:NUMBER", help=f"ripples of a flat front: {MANY}; map: {FEW}"),
    ] = "",
    amplitude: Annotated[
        str, typer.Option(help="height of the ripple whose stress softens metal of a power law")
    ] = "1um",
    modes: Annotated[
        int | None, typer.Option(help="so many modes of the case's own mesh instead of ripples")
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="about what a run has come to then")
    ] = None,
    chart: Annotated[
        str,
        typer.Option(
            "--map", metavar="X,Y", help="the fastest rate over composition, current, ..."
        ),
    ] = "",
    points: Annotated[str, typer.Option(metavar="NxM", help="of the map")] = "20x20",
    band: Annotated[
        bool, typer.Option(help="the map's crossover over the ranges of the materials, too")
    ] = True,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="also write what is shown to this file, in SI")
    ] = None,
    figure: Annotated[
        Path | None, typer.Option("--figure", help="draw rates or map: .png, .pdf or .svg")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="folder for the shapes of the modes (ParaView)")
    ] = None,
) -> None:
    """Tell how fast small ripples of a cell's fronts grow, and why, without stepping in time.

    Ranks share the wavelengths, or the columns of a map, out; with --modes they share the cell.
    """
    checked = _checked(json_file, figure, out)
    height = _quantity("--amplitude", amplitude, LENGTH)
    if chart and (modes is not None or at is not None):
        raise InputError("--map: ripples of a flat front; accepted: without --modes and --at")
    given = overridden(load_case(case).case(), settings)
    resolved = _one_drive(given.resolved())
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    if chart:
        axes, counts = axes_of(chart), points_of(points)
        told = chart_of(given, axes, counts, wavelengths_of(wavelengths or FEW), height, band=band)
        if told:
            show_chart(console, told, axes)
        if told and figure is not None:
            from ..stability.chart import draw_atlas  # matplotlib

            draw_atlas(told, axes, figure)
    elif modes is None:
        told = _ripples(resolved, wavelengths_of(wavelengths or MANY), height, checked, at)
        if told:
            _show_sweep(console, told)
    else:
        if figure is not None:
            raise InputError("--figure: shows rates over wavelengths; accepted: without --modes")
        told = _modes(resolved, _count(modes), at, checked)
        if told:
            _show_modes(console, told)
    if told and json_file is not None:
        json_file.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    if told and figure is not None and not chart:
        from ..stability.figure import draw_sweep  # matplotlib

        draw_sweep(told, figure)


def _checked(json_file: Path | None, figure: Path | None, out: Path | None) -> Path | None:
    """Refuse what cannot be written before anything is computed; return the folder of shapes."""
    checked_json(json_file)
    if figure is not None:
        checked_figure(figure)
    if out is not None and not out.is_dir():
        raise InputError(f"--out '{out}': accepted: a folder that exists")
    return out


def _one_drive(case: Case) -> Case:
    """Return a case whose drive is the same all the time, as a base state asks for."""
    if isinstance(case.drive, Protocol):
        raise InputError(
            "drive: a Protocol, whose steps differ; accepted: Galvanostatic, Potentiostatic or Rest"
        )
    return case


def _quantity(option: str, text: str, unit: Unit) -> float:
    try:
        return float(unit.checked(unit.read(text), text))
    except Exception:
        raise InputError(f"{option} '{shown(text)}'; {unit.wanted}") from None


def _count(modes: int) -> int:
    if not 1 <= modes <= 100:
        raise InputError(f"--modes {modes}; accepted: 1 to 100")
    return modes


def _ripples(
    case: Case,
    wavelengths: Sequence[float],
    amplitude: float,
    out: Path | None,
    at: str | None = None,
) -> Any:
    """Return the sweep as data on rank 0, nothing on others. Collective."""
    profile = None if at is None else profile_at(case, _quantity("--at", at, TIME))
    comm, sweep = MPI.COMM_WORLD, Sweep(case, amplitude, profile)
    table: Sequence[Found] = comm.bcast(shared_out(wavelengths, comm, sweep.at))
    wanted = searches(table)

    def look(search: Search, team: MPI.Comm) -> Found:
        place = search.found(lambda wavelength: sweep.rate(wavelength, team))
        return sweep.at(place, team, search.role)

    sought = comm.bcast(shared_out(wanted, comm, look) if wanted else [])
    told = of_sweep(case, _base_of(at), table, sought, amplitude)
    if out is not None:
        _write_ripple(Sweep(case, amplitude, profile), told["fastest"]["wavelength [m]"], out)
    return told if comm.rank == 0 else None


def _write_ripple(sweep: Sweep, wavelength: float, out: Path) -> None:
    """Write the shape of the ripple of a wavelength, on rank 0 alone."""
    alone = MPI.COMM_WORLD.Split(MPI.COMM_WORLD.rank, 0)
    if MPI.COMM_WORLD.rank == 0:
        waves = sweep.waves(alone)
        ripple = waves.ripple(wavelength)
        _write(waves.linear, [ripple.pair.right], [wavelength], out)
    MPI.COMM_WORLD.Barrier()
    alone.Free()


def _write(linear: Linear, vectors: Sequence[Any], labels: Sequence[float], out: Path) -> None:
    files = ShapeFiles(out, linear.fields, linear.scales)
    for vector, label in zip(vectors, labels, strict=True):
        parts = linear.layout.parts(vector)
        files.write(shown_parts(parts, linear.fields, linear.scales), label)
    files.close()


def _modes(case: Case, count: int, at: str | None, out: Path | None) -> Any:
    """Return the modes of the case's own mesh as data on rank 0, nothing on others. Collective."""
    linear = own_mesh(case) if at is None else after_run(case, _quantity("--at", at, TIME))
    base = BaseState(linear)
    if at is None:
        base.quasi_steady()
    else:
        base.frozen()
    found = fastest_modes(linear, base, count)
    if out is not None:
        numbers = [float(n + 1) for n in range(len(found))]
        _write(linear, [mode.pair.right for mode in found], numbers, out)
    return _told_modes(case, found, count, at) if MPI.COMM_WORLD.rank == 0 else None


def _told_modes(case: Case, found: Sequence[Mode], count: int, at: str | None) -> dict[str, Any]:
    told = {"case": case.name, "base_state": _base_of(at), "notes": apart(case, len(found), count)}
    return told | {"modes": [of_mode(mode) for mode in found]}


def _base_of(at: str | None) -> str:
    """Return in words what state is disturbed."""
    return QUASI_STEADY if at is None else f"run up to {at}, its rates of change held"


def _show_sweep(console: Console, told: Mapping[str, Any]) -> None:
    rows = told["wavelengths"]
    columns: dict[str, Callable[[Mapping[str, Any]], str]] = {
        "wavelength\\[um]": lambda row: f"{row['wavelength [m]'] * 1e6:.4g}",
        "growth rate\\[1/s]": lambda row: f"{row['growth_rate [1/s]']:.4e}",
    }
    columns |= _term_columns(rows)
    if "viscosity [Pa*s]" in rows[0]:
        columns["viscosity\\[Pa s]"] = lambda row: f"{row['viscosity [Pa*s]']:.3g}"
    title = f"{told['case']}: ripples of a flat front, {told['base_state']}"
    _print(console, title, columns, rows)
    for line in (ends(told), *told["notes"]):
        console.print(line, highlight=False, markup=False)


def _term_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a column for each term that is not negligible everywhere."""
    largest = max(abs(row[f"{name} [1/s]"]) for row in rows for name in TERMS)
    kept = [
        name
        for name in TERMS
        if any(abs(row[f"{name} [1/s]"]) > NEGLIGIBLE * largest for row in rows)
    ]
    return {name: lambda row, key=f"{name} [1/s]": f"{row[key]:+.3e}" for name in kept}


def _show_modes(console: Console, told: Mapping[str, Any]) -> None:
    rows = [{"number": n + 1} | row for n, row in enumerate(told["modes"])]
    columns: dict[str, Callable[[Mapping[str, Any]], str]] = {
        "mode": lambda row: str(row["number"]),
        "growth rate\\[1/s]": lambda row: f"{row['growth_rate [1/s]']:.4e}",
    }
    if any("angular_frequency [1/s]" in row for row in rows):
        key = "angular_frequency [1/s]"
        columns["angular frequency\\[1/s]"] = lambda row: f"{row.get(key, 0.0):.4e}"
    _print(console, f"{told['case']}: {told['base_state']}", columns | _term_columns(rows), rows)
    for line in told["notes"]:
        console.print(line, highlight=False, markup=False)


def _print(console: Console, title: str, columns: Mapping[str, Any], rows: Sequence[Any]) -> None:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*(shown_as(row) for shown_as in columns.values()))
    console.print(table)
