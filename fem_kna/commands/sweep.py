"""`fem-kna sweep`: a case at many points, on the cores of a machine or of a cluster."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from mpi4py import MPI
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..inputs.errors import InputError, RunError
from ..inputs.messages import unknown
from ..places import load_script
from ..results.claim import Claim
from .counting import counting
from .run import Out, Set

EXTRA = ("snakemake", "SALib", "xarray")
INSTALL = "pip install 'fem-kna[sweep]'"
METHODS = ("grid", "list", "latin", "sobol", "morris")
SHOWN = 20  # failed points on the screen


def sweep(
    context: typer.Context,
    case: Annotated[
        str, typer.Argument(metavar="CASE", help="a case, or a script with a function sweep()")
    ],
    over: Annotated[
        list[str],
        typer.Option("--over", metavar="FIELD=A,B,C", help="or FIELD=LOW..HIGH[:log]; repeatable"),
    ] = [],  # noqa: B006  typer copies it
    sampling: Annotated[
        str, typer.Option("--sampling", help="grid, list, latin, sobol or morris")
    ] = "grid",
    samples: Annotated[int, typer.Option("--samples", help="of latin, sobol, morris")] = 16,
    seed: Annotated[int, typer.Option("--seed", help="of the samples")] = 1,
    settings: Set = [],  # noqa: B006  typer copies it
    out: Out = Path("out"),
    ranks: Annotated[int, typer.Option("--ranks", min=1, help="MPI ranks of each job")] = 1,
    cores: Annotated[
        int | None, typer.Option("--cores", min=1, help="of this machine; default: all")
    ] = None,
    together: Annotated[
        int, typer.Option("--together", min=1, help="most points of one job, one after the other")
    ] = 8,
    slurm: Annotated[bool, typer.Option("--slurm", help="run the jobs by Slurm")] = False,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="of Slurm at a time")] = 100,
    retry: Annotated[bool, typer.Option("--retry", help="run failed points again")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="list the points and stop")] = False,
) -> None:
    """Run a case at many points, and go on where the sweep was left. Snakemake's options after --.

    Writes one table over all points, fields over parameters as netCDF, and indices that tell which
    parameter decides.
    """
    _needed()
    from ..sweep.outcome import State, forget, outcomes
    from ..sweep.plan import write

    plan = _plan(case, _sampled(over, sampling, samples, seed), settings, out)
    if dry_run:
        _listed(plan)
        return
    engine = _engine(ranks, cores, together, slurm, jobs, context.args)
    with closing(Claim(plan.folder, MPI.COMM_SELF)):
        write(plan)
        told = outcomes(plan, plan.distinct())
        if retry:
            for point in plan.distinct():
                if told[point.hash].state == State.FAILED:
                    forget(plan, point)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with counting(plan.case, told, retry) as watch:
            engine.run(plan, watch)
        _told(plan)


def _needed() -> None:
    missing = [name for name in EXTRA if find_spec(name) is None]
    if missing:
        raise InputError(f"sweep: {', '.join(missing)} not found; accepted: after {INSTALL}")
    if MPI.COMM_WORLD.size > 1:
        raise InputError("sweep under mpirun; accepted: without; --ranks N gives each job N ranks")


def _sampled(over: Sequence[str], sampling: str, samples: int, seed: int) -> Any:
    """Return what is varied and how, None where the script says it."""
    from ..sweep import design

    if sampling not in METHODS:
        raise InputError(f"--sampling: {unknown('method', sampling, METHODS)}")
    varied = []
    for one in over:
        field, equals, text = one.partition("=")
        if not equals or not field.strip() or not text.strip():
            raise InputError(f"--over '{one}'; accepted: FIELD=VALUE,VALUE or FIELD=LOW..HIGH")
        varied.append(design.Over(field.strip(), text.strip()))
    if not varied:
        return None
    made = {
        "grid": design.Grid,
        "list": design.Listed,
        "latin": lambda: design.LatinHypercube(samples, seed),
        "sobol": lambda: design.Sobol(samples, seed),
        "morris": lambda: design.Morris(samples, seed),
    }
    return tuple(varied), made[sampling]()


def _plan(case: str, varied: Any, settings: Sequence[str], out: Path) -> Any:
    from ..sweep.design import Sweep
    from ..sweep.plan import case_of, planned

    module = load_script(case)
    if not hasattr(module, "sweep") and not hasattr(module, "case"):
        raise InputError(f"sweep '{case}': the script defines neither sweep() nor case()")
    built = case_of(module)
    if isinstance(built, Sweep) == (varied is not None):
        says = "the script says what is varied" if varied else "nothing is varied"
        raise InputError(
            f"sweep '{case}': {says}; accepted: --over with a case, none with a script's sweep()"
        )
    chosen = built if isinstance(built, Sweep) else Sweep(built, *varied)
    return planned(chosen, Path(str(module.__file__)), out, settings)


def _engine(
    ranks: int, cores: int | None, together: int, slurm: bool, jobs: int, more: Sequence[str]
) -> Any:
    from ..sweep.engine import Engine

    if slurm:
        return Engine(jobs, ranks, together, True, more)
    there = len(os.sched_getaffinity(0)) if cores is None else cores
    if ranks > there:
        raise InputError(f"--ranks {ranks} on {there} cores; accepted: at most {there}")
    return Engine(there // ranks, ranks, together, False, more)


def _listed(plan: Any) -> None:
    columns = [one.column for one in plan.over]
    table = Table("point", *map(escape, columns), box=None)
    for point in plan.points:
        table.add_row(point.hash, *(str(point.parameters[name]) for name in columns))
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    print(f"{len(plan.points)} points, {len(plan.distinct())} runs, in {plan.folder}")


def _told(plan: Any) -> None:
    """Write what came out, say what failed, and fail if something did."""
    from ..sweep.outcome import State, outcomes
    from ..sweep.results import written

    for line in written(plan):
        print(line)
    told = outcomes(plan, plan.distinct())
    failed = {name: one.reason for name, one in told.items() if one.state == State.FAILED}
    for name, reason in list(failed.items())[:SHOWN]:
        print(f"failed {name}: {reason}", file=sys.stderr)
    count = {state: sum(one.state == state for one in told.values()) for state in State}
    done = f"{count[State.FINISHED]} of {len(told)} points finished"
    print(f"{done}; written to {plan.folder}")
    waiting = count[State.BEGUN] + count[State.WAITING]
    if waiting:
        raise RunError(f"{waiting} points are open; accepted: the same command again")
    if failed:
        raise RunError(f"{len(failed)} points; accepted: --retry to run them again")
