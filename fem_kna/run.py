"""Running one case: from a resolved case to its history and summary."""

import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mpi4py import MPI

from . import depletion
from .checkpoint.frozen import thawed
from .checkpoint.keeper import Keeper, found
from .checkpoint.requests import OFTEN, Every, Requests
from .course import Course, Progress
from .failure import diagnosis
from .inputs.case import Case
from .inputs.errors import InputError, RunError, Stopped
from .results.claim import Claim
from .results.folder import Kept, RunFolder
from .results.fronts import Row
from .results.journal import Journal
from .results.writing import CannotWrite
from .solve.compiled import compiler_needed
from .solve.march import StepFailed
from .system.build import Model, model_of
from .system.solvers import named


@dataclass(frozen=True)
class Result:
    """What a run leaves behind: its model at the last step, one row per step, the summary.

    The model's fields can be evaluated, its solver is gone. Where electrodes move, `outlines` are
    those of the working electrode at the frames, with their times [s]. Under a protocol `cycles`
    has a row per cycle that was simulated.
    """

    model: Model
    history: list[Row]
    summary: dict[str, Any]
    folder: Path | None
    outlines: list[tuple[float, Any]] = field(default_factory=list)
    cycles: list[Row] = field(default_factory=list)


def simulate(
    case: Case,
    comm: MPI.Comm = MPI.COMM_WORLD,
    *,
    folder: str | Path | None = None,
    options: Mapping[str, Any] | None = None,
    progress: Progress = lambda share, steps: None,
    resume: bool = False,
    checkpoint: Every = OFTEN,
) -> Result:
    """Run `case` to the end of its drive, or to an event that ends it.

    Args:
        case: the case; it is resolved first.
        comm: ranks that share the run.
        folder: where the run writes its files (see `run_folder`); None writes nothing.
        options: PETSc options that override the case's solver set.
        progress: called after each accepted step, with the share that is done, whose `row` is the
            new one of the history, and the steps.
        resume: go on from the last checkpoint in the folder, if there is one; a run that has ended
            is not run again.
        checkpoint: how often one is written; one is at the end, too, and where SIGTERM or SIGUSR1
            ask for an end.

    Raises:
        InputError: the case cannot be built, the folder not be written to, or not be gone on from;
            nothing was written.
        RunError: no step succeeded any more, or no file could be written; what was reached is on
            disk.
        Stopped: the system asked for an end; a checkpoint is on disk.
    """
    case, requests = case.resolved(), Requests(checkpoint, comm)
    folder = None if folder is None else Path(folder)
    with ExitStack() as stack:
        stack.enter_context(compiler_needed())
        claim = None
        if resume and folder is not None and comm.bcast(folder.is_dir()):
            claim = stack.enter_context(closing(Claim(folder, comm)))
        course, frames, warnings = _course(case, comm, claim, options, progress)
        if folder is not None:
            try:
                claim = claim or stack.enter_context(closing(Claim(folder, comm)))
                kept = Kept(list(course.journal.history), list(course.journal.cycles), frames)
                course.files = RunFolder(claim, course.model, kept)
                for line in (*warnings, named(case, course.model.fields)):
                    course.files.log(line)
            except (InputError, RunError):
                course.model.close()
                raise
            course.keeper = Keeper(folder, case, requests)
        if course.keeper is not None:  # without one a signal ends the process, as it does others
            stack.enter_context(requests.heard())
        summary = _run(course)
    journal = course.journal
    return Result(course.model, journal.history, summary, folder, journal.outlines, journal.cycles)


def _course(
    case: Case,
    comm: MPI.Comm,
    claim: Claim | None,
    options: Mapping[str, Any] | None,
    progress: Progress,
) -> tuple[Course, list[float], list[str]]:
    """Return a run at its beginning, or at the last checkpoint in the folder that is claimed.

    And the times of the frames there are, and warnings.
    """
    begun = time.perf_counter()
    content, warnings = (None, []) if claim is None else found(claim.folder, case, comm)
    if comm.rank == 0:
        for line in warnings:
            print(f"warning: {line}", file=sys.stderr)
    if content is None:
        course = Course(model_of(case, comm, options), options, None, progress, begun=begun)
        return course, [], warnings
    journal = Journal.of(content.arrays, content.facts["journal"])
    for event in case.events:
        if event.name == journal.stage.event:
            case = case.model_copy(update={"drive": event.then})
    model = thawed(content, case, comm, options)
    warnings.append(f"goes on at {journal.now:.6g} s, step {model.march.steps}")
    course = Course(model, options, None, progress, journal=journal, begun=begun)
    return course, content.facts["frames"], warnings


def _gone(course: Course) -> None:
    """Go to the end, or to where an electrode has no salt left, and keep a checkpoint of that."""
    try:
        if course.journal.history:
            course.resume()
        else:
            course.run()
    except StepFailed as failed:
        if not depletion.noted(course, failed):
            raise
        if course.files is not None:
            course.files.frame(course.journal.now, course.summary())
    if course.keeper is not None:
        course.keeper.write(course)


def _run(course: Course) -> dict[str, Any]:
    """Run a course to its end and return its summary; raise what ended it before."""
    failure: Exception | None = None
    try:
        _gone(course)
        ended = course.journal.ended
        status = f"event: {ended}" if ended else "finished"
    except Stopped as stopped:
        failure, status = stopped, f"stopped: {stopped}"
    except RunError as error:
        kind = CannotWrite if isinstance(error, CannotWrite) else RunError
        failure = kind(diagnosis(course, error))
        status = f"failed: {failure}"
    summary = course.summary(status)
    if course.files is not None and not isinstance(failure, CannotWrite):
        if isinstance(failure, RunError) and course.journal.history:
            # what the run looked like when it failed
            course.files.frame(course.journal.now, summary)
        course.files.finish(summary)
    # Not where something unexpected was raised, perhaps by one rank alone: the others would wait.
    course.model.close()
    if failure is not None:
        raise failure
    return summary
