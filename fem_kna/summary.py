"""The summary of a run: values at its end, extremes over it, and what it cost."""

from typing import Any

from .results.cycles import summary_of
from .results.folder import dofs, peak_memory
from .results.journal import Journal
from .system.build import Model
from .system.groups import limiting_current, sand_time

DEPLETION = "depletion"  # name of the event


def summarised(model: Model, journal: Journal, status: str, wall_time: float) -> dict[str, Any]:
    """Return the summary of a run as it is, or was at its end. Collective.

    ``min_surface_concentration [mol/m3]`` is the lowest and the drifts are the largest over the
    run; a key whose model does not exist, or that is undefined (a focus without current), is
    absent.
    """
    history = journal.history
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
        | _of_the_fronts(journal, summary)
        | summary_of(journal.cycles)
        | sands_times(model, journal)
        | {
            "steps [-]": model.march.steps,
            "rejected_steps [-]": model.march.rejected,
            "newton [-]": model.newton.iterations,
            "refreshed_jacobians [-]": model.newton.refreshed,
            "krylov [-]": model.newton.linear_iterations,
            "dofs [-]": dofs(model),
            "wall_time [s]": wall_time,
            "peak_memory [B]": max(peak_memory(model.domain.comm), journal.memory),
            "ranks [-]": model.domain.comm.size,
            "status": status,
        }
        | {f"{name} [-]": times for name, times in model.march.helped.items()}
    )


def _of_the_fronts(journal: Journal, summary: dict[str, Any]) -> dict[str, Any]:
    """Return what a run with moving fronts adds to its summary; the drift takes the error's place.

    ``volume_drift [-]`` is the largest error of the volume an electrode has gained, by sight
    against by charge, over the most that was deposited, or that the front's roughness holds: at
    rest nothing is deposited, and yet metal moves from hill to hollow.
    """
    error = "volume_error [m3/m2]"
    if error not in summary:
        return {}
    del summary[error]
    deposits = [abs(row["deposited_volume [m3/m2]"]) for row in journal.history]
    errors = [row[error] for row in journal.history]
    found: dict[str, Any] = {"remeshes [-]": journal.remeshes, "min_quality [-]": journal.worst}
    moved = max(*deposits, journal.ledger.fronts.roughest)
    if moved > 0:
        found["volume_drift [-]"] = max(errors) / moved
    for event in journal.happenings:
        found[f"time_to_{event.name} [s]"] = event.time
        found[f"capacity_to_{event.name} [C/m2]"] = event.charge
        if event.place:
            found[f"place_of_{event.name} [m]"] = list(event.place)
    return found


def sands_times(model: Model, journal: Journal) -> dict[str, float]:
    """Return the time it took to empty an electrode, beside Sand's where that is defined [s].

    Sand's formula is for a flat electrode, salt at rest at the start and a counter electrode far
    away.
    """
    for happening in journal.happenings:
        if happening.name == DEPLETION:
            current = abs(model.case.drive.current)  # type: ignore[attr-defined]
            found = {"sand_time [s]": happening.time - journal.stage.begin_in_seconds}
            if current > limiting_current(model.case):
                found["analytic_sand_time [s]"] = sand_time(model.case, current)
            return found
    return {}
