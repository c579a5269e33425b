"""How well ranks share work: numbers out of what points cost. Nothing but arithmetic."""

from collections.abc import Mapping, Sequence
from typing import Any

# Of the time of the steps, in the order in which a Newton iteration goes through them.
STAGES = ("residual", "Jacobian", "preconditioner", "Krylov", "rest")
ASSEMBLY, SOLUTION = STAGES[:2], STAGES[2:4]
WHOLE = "steps"


def stages_of(wall: float, events: Mapping[str, float]) -> dict[str, float]:
    """Return the stages' times [s] out of those of PETSc's events.

    A preconditioner is set up partly within the event of the Krylov solve, partly before it, so
    that the latter is what the nonlinear solve leaves: vector work of Newton's method included.
    """
    made = events["PCSetUp"] + events["PCSetUpOnBlocks"]
    inside = (events["SNESFunctionEval"], events["SNESJacobianEval"], made)
    named = (*inside, max(events["SNESSolve"] - sum(inside), 0.0))
    return dict(zip(STAGES, (*named, max(wall - sum(named), 0.0)), strict=True))


def shared(points: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the points of a series, each with its efficiencies against the first."""
    return [dict(point) | {"efficiency [-]": efficiencies(points[0], point)} for point in points]


def efficiencies(first: Mapping[str, Any], point: Mapping[str, Any]) -> dict[str, float]:
    """Return the parallel efficiency of a point: unknowns per rank and second over the first's.

    Of the steps as a whole, of assembly, of solution and of each stage. Times are those of a Newton
    iteration; with one mesh on all ranks it is T_1 / (R T_R). A stage that takes no time has none.
    Beside them what memory does: the triad's bandwidth per rank over the first's.
    """
    groups = {WHOLE: STAGES, "assembly": ASSEMBLY, "solution": SOLUTION}
    groups |= {stage: (stage,) for stage in STAGES}
    found = {}
    for name, stages in groups.items():
        one, other = _speed(first, stages), _speed(point, stages)
        if one is not None and other is not None:
            found[name] = other / one
    bandwidth = "triad_bandwidth [B/s]"
    found["memory"] = (point[bandwidth] / point["ranks [-]"]) / (
        first[bandwidth] / first["ranks [-]"]
    )
    return found


def _speed(point: Mapping[str, Any], stages: Sequence[str]) -> float | None:
    """Return the unknowns that a rank gets through in a second, None if they take no time."""
    time = sum(point["stages [s]"][stage] for stage in stages) / point["newton [-]"]
    return point["dofs [-]"] / point["ranks [-]"] / time if time > 0 else None
