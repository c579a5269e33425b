"""Who heals? Two metals over the ranges of the parameters, one at a time, and where that turns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mpi4py import MPI

from ..inputs.case import Case
from ..inputs.errors import RunError
from ..inputs.overrides import overridden
from ..progress import progress
from ..run import Result, simulate
from ..teams import shared_out
from .knobs import Knob, on_metal
from .verdict import Bump, bump_of

# Ten digits of an update are for charge that is conserved to round-off; a bump's height needs four.
LOOSE = {"snes_stol": 1e-6}
STRAIN_RATE = 1e-3  # [1/s], at which flow stresses are told
# Where contact has opened a new mesh may find no state to start from; a tired one goes on.
KEPT = ("numerics.remeshing.quality=0.1", "numerics.remeshing.longest=5")
READ = ("current_focus [-]", "stress_focus [-]", "max_contact_pressure [Pa]", "max_von_mises [Pa]")


@dataclass(frozen=True)
class Job:
    """One run: a metal, and a knob at a value; without a knob the base point."""

    metal: str
    knob: Knob | None = None
    value: float | None = None

    @property
    def said(self) -> str:
        """What is run, in words."""
        if self.knob is None:
            return f"{self.metal}, base"
        return f"{self.metal}, {self.knob.name} {self.value:g} {self.knob.unit}".strip()

    def case(self, base: Case) -> Case:
        """Return the resolved case."""
        if self.knob is None or self.value is None:
            return on_metal(base, self.metal)
        return on_metal(base, self.metal, self.knob.settings(self.value))


@dataclass(frozen=True)
class Point:
    """What a job found: its bump and numbers at its end; why it failed, or did at first."""

    job: Job
    bump: Bump | None
    numbers: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""


@dataclass(frozen=True)
class Search:
    """Where the verdict on a metal turns: a knob from the base point's value to another, `end`."""

    metal: str
    knob: Knob
    end: float


@dataclass(frozen=True)
class Turn:
    """The bracket in which a verdict turned, if its ends' verdicts differ; None: a run failed."""

    search: Search
    bracket: tuple[float, float]
    heals: tuple[bool | None, bool | None]
    runs: tuple[Point, ...]


def run(job: Job, base: Case, comm: MPI.Comm = MPI.COMM_WORLD) -> Point:
    """Run a job, once more with `KEPT` meshes if it fails; what fails then is a finding, too."""
    case = job.case(base)
    failures = []
    for tried in (case, overridden(case, KEPT)):
        try:
            with progress(job.said) as report:
                result = simulate(tried, comm, options=LOOSE, progress=report)
        except RunError as error:
            failures.append(" ".join(str(error).split()))
        else:
            if "sand_time [s]" in result.summary:
                return Point(job, None, failure="the salt is used up")
            return _point(job, case, result, failures)
    return Point(job, None, failure="; on kept meshes: ".join(failures))


def _point(job: Job, case: Case, result: Result, failures: list[str]) -> Point:
    kept = (*READ, "steps [-]", "wall_time [s]", "status")
    numbers = {key: result.summary[key] for key in kept if key in result.summary}
    numbers["flow_stress [Pa]"] = flow_stress(case)
    numbers["mesh_kept_longer"] = bool(failures)
    crack: Any = case.mesh
    return Point(job, bump_of(result.history, float(crack.half_width)), numbers, *failures)


def flow_stress(case: Case) -> float:
    """Return the equivalent stress [Pa] of a resolved case's metal at `STRAIN_RATE`."""
    law: Any = case.working.rheology
    return float(3 * law.viscosity(STRAIN_RATE) * STRAIN_RATE)


def jobs(base: Case, metals: Sequence[str], knobs: Sequence[Knob]) -> list[Job]:
    """Return every knob at each of its values, on every metal that has it."""
    resolved = {metal: on_metal(base, metal) for metal in metals}
    return [
        Job(metal, knob, value)
        for knob in knobs
        for value in (*knob.values, *knob.beyond)
        for metal in metals
        if knob.turns(resolved[metal])
    ]


def run_all(wanted: Sequence[Job], base: Case, comm: MPI.Comm = MPI.COMM_WORLD) -> list[Point]:
    """Run the jobs, shared out among the ranks; the points are on all ranks."""
    return comm.bcast(shared_out(wanted, comm, lambda job, team: run(job, base, team)))


def turns(
    searches: Sequence[Search],
    base: Case,
    known: Sequence[Point],
    trials: int,
    comm: MPI.Comm = MPI.COMM_WORLD,
) -> list[Turn]:
    """Find where verdicts turn, `trials` halvings each; among the `known` are the base points."""
    found = {point.job: point for point in known}

    def one(search: Search, team: MPI.Comm) -> Turn:
        value = search.knob.base(on_metal(base, search.metal))
        start = replace(found[Job(search.metal)], job=Job(search.metal, search.knob, value))
        return turn(search, start, lambda job: found.get(job) or run(job, base, team), trials)

    return comm.bcast(shared_out(searches, comm, one))


def turn(search: Search, start: Point, run_one: Callable[[Job], Point], trials: int) -> Turn:
    """Halve the way from the `start` to the end, in ratios; a run that fails ends the search."""
    ends = [start, run_one(Job(search.metal, search.knob, search.end))]
    found = list(ends)
    for _ in range(trials):
        if None in (ends[0].bump, ends[1].bump) or _heals(ends[0]) == _heals(ends[1]):
            break
        low, high = (float(end.job.value or 0.0) for end in ends)
        middle = run_one(Job(search.metal, search.knob, (low * high) ** 0.5))
        found.append(middle)
        if middle.bump is None:
            break
        ends[0 if _heals(middle) == _heals(start) else 1] = middle
    bracket = float(ends[0].job.value or 0.0), float(ends[1].job.value or 0.0)
    return Turn(search, bracket, (_heals(ends[0]), _heals(ends[1])), tuple(found))


def _heals(point: Point) -> bool | None:
    return None if point.bump is None else point.bump.heals
