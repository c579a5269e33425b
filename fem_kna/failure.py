"""Why a run could not go on: what it was doing, which field got stuck, and where."""

from mpi4py import MPI

from .course import Course
from .inputs.errors import RunError
from .post_mortem import FOLDER, norms, worst, write
from .results.alloying import bare
from .solve.march import StepFailed
from .solve.remedies import Wreck
from .system.build import Model

NO_POTENTIALS = "no potentials fit"


def diagnosis(course: Course, failed: RunError) -> str:
    """Say in SI where a run stopped and where Newton's method got stuck. Collective."""
    history = course.journal.history
    if not isinstance(failed, StepFailed):
        return f"{failed}" + (f"; at {course.journal.now:.6g} s" if history else "")
    return f"{_what(course, failed)}{_where(course, failed.wreck)}"


def _what(course: Course, failed: StepFailed) -> str:
    """Say what a run was doing."""
    ended = f"Newton's method ended {failed.reason}"
    if not course.journal.history:
        return f"{NO_POTENTIALS} the drive at the start: {ended}"
    model, at = course.model, f"at {course.journal.now:.6g} s"
    if failed.step == 0:
        return f"{at}: {NO_POTENTIALS} on the new mesh, or under the new drive: {ended}"
    stripped = bare(model)
    if stripped is not None:
        return (
            f"step {failed.step} {at}: the metal of the {stripped[0]} electrode is used up, "
            f"{stripped[1]:.3g} mol/m2 are left; accepted: more of it, or less charge"
        )
    side, ion, least = course.observer.scarcest()
    cause = ": the salt there is used up" if course.observer.used_up() else ""
    return (
        f"step {failed.step} {at}: no step down to {failed.h * model.scales.of('s'):.1e} s "
        f"succeeded{_tried(course)}, {ended}; least {ion} at the {side} electrode: "
        f"{least:.3g} mol/m3{cause}"
    )


def _tried(course: Course) -> str:
    tried = ", ".join(name.replace("_", " ") for name in course.model.march.tried)
    return f" (tried, too: {tried})" if tried else ""


def _where(course: Course, wreck: Wreck | None) -> str:
    """Say which field a solve got stuck at, and where; write the last iterate. Collective."""
    if wreck is None or not _fits(wreck, course.model):
        return ""
    model = course.model
    sizes = ", ".join(f"{name} {size:.1e}" for name, size in norms(model, wreck).items())
    told = f"; stuck in iteration {wreck.iterations} at {worst(model, wreck)}; residuals: {sizes}"
    if course.files is None:
        return told
    now = course.journal.now if course.journal.history else 0.0
    write(course.files.path, model, wreck, now)
    return f"{told}; last iterate: {course.files.path / FOLDER}"


def _fits(wreck: Wreck, model: Model) -> bool:
    """Whether a wreck is of the model, not of one on a mesh that was given up. Collective."""
    lengths = [len(values) for values in wreck.iterate]
    fits = lengths == [len(u.x.array) for u in model.fields.unknowns]
    return bool(model.domain.comm.allreduce(fits, op=MPI.LAND))
