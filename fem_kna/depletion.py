"""Above the limiting current: the moment when an electrode has no salt left, and no run goes on."""

import sys
from typing import Any

from .course import Course
from .results.alloying import bare
from .results.journal import Happening
from .solve.march import StepFailed
from .summary import DEPLETION, sands_times


def noted(course: Course, failed: StepFailed) -> bool:
    """Note that a current has emptied an electrode, if that is why a step failed. Collective.

    The run then ends with that event. The moment is the one at which the least concentration of
    the last two steps, followed along a line, is zero.
    """
    current = getattr(course.model.case.drive, "current", None)
    if not current or failed.step == 0 or bare(course.model) or not course.observer.used_up():
        return False
    side, ion, least = course.observer.scarcest()
    journal, march = course.journal, course.model.march
    (t1, _), (t0, earlier), *_ = march.levels
    before = course.observer.scarcest(earlier)[2]
    late = (t1 - t0) * least / (before - least) if before > least else 0.0
    moment = journal.now + late * course.model.scales.of("s")
    charge = journal.history[-1]["charge [C/m2]"]
    journal.happenings.append(Happening(DEPLETION, moment, charge, ()))
    journal.ended = DEPLETION
    _say(course, f"{DEPLETION}: no {ion} is left at the {side} electrode; {_compared(course)}")
    return True


def _compared(course: Course) -> str:
    found = sands_times(course.model, course.journal)
    analytic = found.get("analytic_sand_time [s]")
    beside = (
        "below the flat cell's limiting current"
        if analytic is None
        else (f"analytic, of a flat front: {analytic:.4g} s")
    )
    return f"Sand's time {found['sand_time [s]']:.4g} s ({beside})"


def _say(course: Course, line: str) -> None:
    comm: Any = course.model.domain.comm
    if comm.rank == 0:
        print(f"warning: {line}", file=sys.stderr)
    if course.files is not None:
        course.files.log(line)
