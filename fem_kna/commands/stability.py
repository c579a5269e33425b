"""`fem-kna stability`: growth rates of ripples, or the fastest modes of a cell, without a run."""

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from mpi4py import MPI
from rich.console import Console

from ..inputs.case import Case
from ..inputs.errors import InputError
from ..inputs.messages import shown
from ..inputs.overrides import overridden
from ..inputs.units import Unit
from ..places import load_case
from ..protocols.protocol import Protocol
from ..results.shapes import ShapeFiles, shown_parts
from ..stability.axes import Axis, axes_of, points_of
from ..stability.base import BaseState
from ..stability.linear import Linear
from ..stability.modes import Mode, fastest_modes
from ..stability.report import QUASI_STEADY, apart, of_mode, of_sweep
from ..stability.sweep import Found, Search, Sweep, searches, wavelengths_of
from ..teams import shared_out
from .chart import chart_of, show_chart
from .files import checked_figure
from .rates import show_modes, show_sweep
from .run import Set
from .session import checked_json
from .states import after_run, own_mesh, profile_at

WIDE = 140  # columns where the output is no terminal
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
    _fitting(chart, modes, at, figure)
    given = overridden(load_case(case).case(), settings)
    resolved = _one_drive(given.resolved())
    axes = axes_of(chart) if chart else None
    show: Callable[[Console, Any], None]
    if axes is not None:
        ripples, counts = wavelengths_of(wavelengths or FEW), points_of(points)
        told = chart_of(given, axes, counts, ripples, height, band=band)
        show = partial(show_chart, axes=axes)
    elif modes is None:
        told = _ripples(resolved, wavelengths_of(wavelengths or MANY), height, checked, at)
        show = show_sweep
    else:
        told, show = _modes(resolved, _count(modes), at, checked), show_modes
    if told:
        show(Console(width=None if sys.stdout.isatty() else WIDE), told)
        _keep(told, json_file, figure, axes)


def _fitting(chart: str, modes: int | None, at: str | None, figure: Path | None) -> None:
    """Refuse options that do not go together."""
    if chart and (modes is not None or at is not None):
        raise InputError("--map: ripples of a flat front; accepted: without --modes and --at")
    if modes is not None and figure is not None:
        raise InputError("--figure: shows rates over wavelengths; accepted: without --modes")


def _keep(
    told: Any, json_file: Path | None, figure: Path | None, axes: tuple[Axis, Axis] | None
) -> None:
    """Write what was told as data and as a figure, of a map where there are `axes`."""
    if json_file is not None:
        json_file.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    if figure is None:
        return
    from ..stability.chart import draw_atlas  # matplotlib
    from ..stability.figure import draw_sweep

    if axes is None:
        draw_sweep(told, figure)
    else:
        draw_atlas(told, axes, figure)


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
