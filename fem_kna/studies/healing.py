"""Who heals? Two metals over the ranges of the parameters, one at a time, and where that turns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mpi4py import MPI

from ..commands.progress import progress
from ..commands.teams import shared_out
from ..inputs.case import Case
from ..inputs.errors import RunError
from ..run import simulate
from .knobs import Knob, on_metal
from .verdict import Bump, bump_of

# Ten digits of an update are for charge that is conserved to round-off; a bump's height needs four.
LOOSE = {"snes_stol": 1e-6}
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
    """What a job found: its bump and numbers at its end, or why it failed."""

    job: Job
    bump: Bump | None
    numbers: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""


@dataclass(frozen=True)
class Search:
    """Where the verdict on a metal turns: a knob from a value on one side to one on the other."""

    metal: str
    knob: Knob
    ends: tuple[float, float]


@dataclass(frozen=True)
class Turn:
    """The bracket in which a verdict turned, and its verdicts; None where it did not turn."""

    search: Search
    bracket: tuple[float, float]
    heals: tuple[bool, bool]
    runs: tuple[Point, ...]


def run(job: Job, base: Case, comm: MPI.Comm = MPI.COMM_WORLD) -> Point:
    """Run a job; a run that fails is a finding, too."""
    case = job.case(base)
    try:
        with progress(job.said) as report:
            result = simulate(case, comm, options=LOOSE, progress=report)
    except RunError as error:
        return Point(job, None, failure=" ".join(str(error).split()))
    kept = (*READ, "steps [-]", "wall_time [s]", "status")
    numbers = {key: result.summary[key] for key in kept if key in result.summary}
    crack: Any = case.mesh
    return Point(job, bump_of(result.history, float(crack.half_width)), numbers)


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
    searches: Sequence[Search], base: Case, trials: int, comm: MPI.Comm = MPI.COMM_WORLD
) -> list[Turn]:
    """Find where verdicts turn, `trials` halvings each."""

    def one(search: Search, team: MPI.Comm) -> Turn:
        return turn(search, lambda job: run(job, base, team), trials)

    return comm.bcast(shared_out(searches, comm, one))


def turn(search: Search, run_one: Callable[[Job], Point], trials: int) -> Turn:
    """Halve the way between the ends, in ratios; a run that fails ends the search."""
    found = [run_one(Job(search.metal, search.knob, value)) for value in search.ends]
    ends = list(found)
    for _ in range(trials):
        if None in (ends[0].bump, ends[1].bump) or _heals(ends[0]) == _heals(ends[1]):
            break
        low, high = (float(end.job.value or 0.0) for end in ends)
        middle = run_one(Job(search.metal, search.knob, (low * high) ** 0.5))
        found.append(middle)
        if middle.bump is None:
            break
        ends[0 if _heals(middle) == _heals(ends[0]) else 1] = middle
    bracket = float(ends[0].job.value or 0.0), float(ends[1].job.value or 0.0)
    return Turn(search, bracket, (_heals(ends[0]), _heals(ends[1])), tuple(found))


def _heals(point: Point) -> bool:
    return point.bump is not None and point.bump.heals
