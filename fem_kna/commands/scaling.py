"""`fem-kna scaling`: what a case costs on more ranks and finer meshes, and where the time goes."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from mpi4py import MPI

from ..inputs.case import Case
from ..inputs.errors import InputError
from ..inputs.overrides import overridden
from ..places import load_case
from ..protocols.protocol import Protocol
from ..scaling.machine import machine
from ..scaling.series import Runs, measured
from .run import Out, Set
from .session import checked_out

DIMENSIONS = {"1d": 1, "3d": 3}


def scaling(
    case: Annotated[str, typer.Argument(help="a shipped case, or the path of a case script")],
    ranks: Annotated[str, typer.Option("--ranks", metavar="A,B", help="of the series")] = "1,2",
    finer: Annotated[
        str,
        typer.Option("--finer", metavar="A,B", help="how many times finer meshes are: one series"),
    ] = "1",
    steps: Annotated[int, typer.Option("--steps", min=1, help="of each run, from the start")] = 4,
    settings: Set = [],  # noqa: B006  typer copies it
    out: Out = Path("out"),
    launcher: Annotated[
        str, typer.Option("--launcher", help="starts {ranks} ranks: 'srun -n {ranks}'")
    ] = "mpirun -n {ranks}",
) -> None:
    """Run the first steps of a case on more and more ranks, on one mesh and on meshes that grow.

    Writes scaling.json and scaling.png: time by stage, iterations, memory, parallel efficiency.
    """
    if MPI.COMM_WORLD.size > 1:
        raise InputError("scaling under mpirun; accepted: without; --ranks says on how many")
    checked_out(out)
    counts, factors = counted(ranks), positive("--finer", finer)
    built = _case(case, settings)
    runs = Runs(case, settings, steps, _launcher(launcher))
    dim = DIMENSIONS.get(built.mesh.dimension, 2)
    found = measured(runs, counts, factors, dim, lambda line: print(line, flush=True))
    _write(out / built.name / "scaling", {**asdict(runs), "machine": machine(), **found})


def counted(text: str) -> list[int]:
    """Return numbers of ranks that grow.

    Raises:
        InputError: they are none.
    """
    found = positive("--ranks", text)
    if any(one != int(one) for one in found) or sorted(set(found)) != found:
        raise InputError(f"--ranks '{text}'; accepted: whole numbers that grow, as 1,2,4")
    return [int(one) for one in found]


def positive(option: str, text: str) -> list[float]:
    """Return positive numbers out of a list with commas.

    Raises:
        InputError: they are none.
    """
    try:
        found = [float(word) for word in text.split(",")]
    except ValueError:
        found = []
    if not found or not all(0 < one < float("inf") for one in found):
        raise InputError(f"{option} '{text}'; accepted: positive numbers, as 1,2")
    return found


def _case(name: str, settings: Sequence[str]) -> Case:
    built = overridden(load_case(name).case(), settings).resolved()
    if isinstance(built.drive, Protocol):
        raise InputError("scaling: a case with a protocol; accepted: a drive that is one step")
    return built


def _launcher(text: str) -> str:
    """Return the launcher, with the environment's own mpirun where there is one."""
    own = Path(sys.executable).parent / "mpirun"
    if "{ranks}" not in text:
        raise InputError(f"--launcher '{text}'; accepted: a command with {{ranks}} in it")
    return (
        text.replace("mpirun", str(own), 1) if text.startswith("mpirun ") and own.exists() else text
    )


def _write(folder: Path, found: dict[str, Any]) -> None:
    from ..scaling.figure import draw

    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=2) + "\n"
    (folder / "scaling.json").write_text(text, encoding="utf-8")
    draw(found, folder / "scaling.png")
    print(f"written to {folder}")
