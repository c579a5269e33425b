"""Running one case: from a resolved case to its history and summary."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mpi4py import MPI

from .inputs.case import Case
from .inputs.errors import RunError
from .results.folder import RunFolder, dofs, peak_memory
from .results.observe import Observer, Row
from .solve.march import StepFailed
from .system.build import Model, model_of

EMPTY = 1e-3  # of the salt concentration: what is left at a surface that has run empty
Progress = Callable[[float, int], None]  # share of the run's time, steps so far


@dataclass(frozen=True)
class Result:
    """What a run leaves behind: its model at the last step, one row per step, the summary.

    The model's fields can be evaluated, its solver is gone.
    """

    model: Model
    history: list[Row]
    summary: dict[str, Any]
    folder: Path | None


def simulate(
    case: Case,
    comm: MPI.Comm = MPI.COMM_WORLD,
    *,
    folder: Path | None = None,
    options: Mapping[str, Any] | None = None,
    progress: Progress = lambda share, steps: None,
) -> Result:
    """Run `case` to the end of its drive.

    Args:
        case: the case; it is resolved first.
        comm: ranks that share the run.
        folder: where the run writes its files (see `run_folder`); None writes nothing.
        options: PETSc options that override the case's solver set.
        progress: called after each accepted step.

    Raises:
        InputError: the case cannot be built, or the folder not be written to; nothing was written.
        RunError: no step succeeded any more; what was reached is on disk.
    """
    begin = time.perf_counter()
    model = model_of(case.resolved(), comm, options)
    history: list[Row] = []
    status, failure, files = "finished", None, None
    try:
        observer = Observer(model)
        files = None if folder is None else RunFolder(folder, model)
        for row in _steps(model, observer, files):
            history.append(row)
            progress(row["time [s]"] / model.case.drive.duration, model.march.steps)
    except StepFailed as error:
        failure = RunError(diagnosis(model, history, error))
        status = f"failed: {failure}"
        if files is not None and history:
            files.frame(history[-1]["time [s]"])  # what the run looked like when it stopped
    finally:
        model.close()
    summary = summarised(model, history, status, time.perf_counter() - begin)
    if files is not None:
        files.finish(summary)
    if failure is not None:
        raise failure
    return Result(model, history, summary, folder)


def _steps(model: Model, observer: Observer, files: RunFolder | None) -> Iterator[Row]:
    """Advance to the end of the drive; yield the row of the start and of each accepted step."""
    model.march.start()
    yield _recorded(observer.measure(0.0), files, frame=True)
    frames, duration = model.case.numerics.frames, model.case.drive.duration
    for frame in range(1, frames + 1):
        end = frame / frames * duration / model.scales.of("s")
        for dt in model.march.until(end):
            yield _recorded(observer.measure(dt), files, frame=model.march.time == end)


def _recorded(row: Row, files: RunFolder | None, *, frame: bool) -> Row:
    if files is not None:
        files.row(row)
        if frame:
            files.frame(row["time [s]"])
    return row


def diagnosis(model: Model, history: list[Row], failed: StepFailed) -> str:
    """Say in SI where a run stopped, and whether the salt at the surface was used up."""
    if not history:
        return f"no potentials fit the drive at the start: Newton's method ended {failed.reason}"
    last, salt = history[-1], model.case.electrolyte.salt_concentration
    lowest = last["min_surface_concentration [mol/m3]"]
    line = (
        f"step {failed.step} at {last['time [s]']:.6g} s: no step down to "
        f"{failed.h * model.scales.of('s'):.1e} s succeeded, Newton's method ended "
        f"{failed.reason}; minimum surface concentration {lowest:.3g} mol/m3"
    )
    return line + (": the salt there is used up" if lowest < EMPTY * salt else "")


def summarised(model: Model, history: list[Row], status: str, wall_time: float) -> dict[str, Any]:
    """Return the summary of a run: values at its end, extremes over it, and what it cost.

    ``min_surface_concentration [mol/m3]`` is the lowest and the drifts are the largest over the
    run; a key whose model does not exist, or that is undefined (a focus without current), is
    absent.
    """
    last = dict(history[-1]) if history else {}
    summary: dict[str, Any] = {key: last[key] for key in last if key not in ("dt [s]",)}
    lowest = "min_surface_concentration [mol/m3]"
    for key, pick in ((lowest, min), ("salt_drift [-]", max), ("charge_drift [-]", max)):
        if key in last:
            summary[key] = pick(row[key] for row in history)
    if "charge [C/m2]" in last:
        summary["plated_charge [C/m2]"] = summary.pop("charge [C/m2]")
    return summary | {
        "steps [-]": model.march.steps,
        "rejected_steps [-]": model.march.rejected,
        "newton [-]": model.newton.iterations,
        "krylov [-]": model.newton.linear_iterations,
        "dofs [-]": dofs(model),
        "wall_time [s]": wall_time,
        "peak_memory [B]": peak_memory(model.domain.comm),
        "ranks [-]": model.domain.comm.size,
        "status": status,
    }
