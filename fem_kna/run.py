"""Running one case: from a resolved case to its history and summary."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mpi4py import MPI

from .course import Course, Progress
from .inputs.case import Case
from .inputs.errors import RunError
from .results.alloying import bare
from .results.folder import RunFolder, dofs, peak_memory
from .results.fronts import Row
from .solve.march import StepFailed
from .system.build import Model, model_of


@dataclass(frozen=True)
class Result:
    """What a run leaves behind: its model at the last step, one row per step, the summary.

    The model's fields can be evaluated, its solver is gone. Where electrodes move, `outlines` are
    those of the working electrode at the frames, with their times [s].
    """

    model: Model
    history: list[Row]
    summary: dict[str, Any]
    folder: Path | None
    outlines: list[tuple[float, Any]] = field(default_factory=list)


def simulate(
    case: Case,
    comm: MPI.Comm = MPI.COMM_WORLD,
    *,
    folder: Path | None = None,
    options: Mapping[str, Any] | None = None,
    progress: Progress = lambda share, steps: None,
) -> Result:
    """Run `case` to the end of its drive, or to an event that ends it.

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
    course = Course(model_of(case.resolved(), comm, options), options, None, progress)
    failure = None
    try:
        course.files = None if folder is None else RunFolder(folder, course.model)
        course.run()
        status = f"event: {course.ended}" if course.ended else "finished"
    except RunError as error:
        failure = RunError(diagnosis(course, error))
        status = f"failed: {failure}"
        if course.files is not None and course.history:
            # what the run looked like when it stopped
            course.files.frame(course.history[-1]["time [s]"])
    finally:
        course.model.close()
    summary = summarised(course, status, time.perf_counter() - begin)
    if course.files is not None:
        course.files.finish(summary)
    if failure is not None:
        raise failure
    return Result(course.model, course.history, summary, folder, course.outlines)


def diagnosis(course: Course, failed: RunError) -> str:
    """Say in SI where a run stopped, and whether an electrode's salt was used up. Collective."""
    model, history = course.model, course.history
    if not isinstance(failed, StepFailed):
        return f"{failed}" + (f"; at {history[-1]['time [s]']:.6g} s" if history else "")
    if not history:
        return f"no potentials fit the drive at the start: Newton's method ended {failed.reason}"
    at = f"at {history[-1]['time [s]']:.6g} s"
    if failed.step == 0:
        return (
            f"{at}: no potentials fit on the new mesh, or under the new drive: Newton's method "
            f"ended {failed.reason}"
        )
    side, ion, least = course.observer.scarcest()
    cause = ": the salt there is used up" if course.observer.used_up() else ""
    stripped = bare(model)
    if stripped is not None:
        return (
            f"step {failed.step} {at}: the metal of the {stripped[0]} electrode is used up, "
            f"{stripped[1]:.3g} mol/m2 are left; accepted: more of it, or less charge"
        )
    return (
        f"step {failed.step} {at}: no step down to {failed.h * model.scales.of('s'):.1e} s "
        f"succeeded, Newton's method ended {failed.reason}; least {ion} at the {side} "
        f"electrode: {least:.3g} mol/m3{cause}"
    )


def summarised(course: Course, status: str, wall_time: float) -> dict[str, Any]:
    """Return the summary of a run: values at its end, extremes over it, and what it cost.

    ``min_surface_concentration [mol/m3]`` is the lowest and the drifts are the largest over the
    run; a key whose model does not exist, or that is undefined (a focus without current), is
    absent.
    """
    model, history = course.model, course.history
    summary: dict[str, Any] = dict(history[-1]) if history else {}
    summary.pop("dt [s]", None)
    lowest = "min_surface_concentration [mol/m3]"
    for key, pick in ((lowest, min), ("salt_drift [-]", max), ("charge_drift [-]", max)):
        if key in summary:
            summary[key] = pick(row[key] for row in history)
    if "charge [C/m2]" in summary:
        summary["plated_charge [C/m2]"] = summary.pop("charge [C/m2]")
    return (
        summary
        | _of_the_fronts(course, summary)
        | {
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
    )


def _of_the_fronts(course: Course, summary: dict[str, Any]) -> dict[str, Any]:
    """Return what a run with moving fronts adds to its summary; the drift takes the error's place.

    ``volume_drift [-]`` is the largest error of the volume an electrode has gained, by sight
    against by charge, over the most that was deposited, or that the front's roughness holds: at
    rest nothing is deposited, and yet metal moves from hill to hollow.
    """
    error = "volume_error [m3/m2]"
    if error not in summary:
        return {}
    del summary[error]
    deposits = [abs(row["deposited_volume [m3/m2]"]) for row in course.history]
    errors = [row[error] for row in course.history]
    found: dict[str, Any] = {"remeshes [-]": course.remeshes, "min_quality [-]": course.worst}
    moved = max(*deposits, course.observer.ledger.fronts.roughest)
    if moved > 0:
        found["volume_drift [-]"] = max(errors) / moved
    for event in course.happenings:
        found[f"time_to_{event.name} [s]"] = event.time
        found[f"capacity_to_{event.name} [C/m2]"] = event.charge
        found[f"place_of_{event.name} [m]"] = list(event.place)
    return found
