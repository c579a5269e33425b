"""A protocol: steps in their order, and how often they are repeated. It is the drive of a case."""

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from pydantic import Field, InstanceOf, ValidationInfo, field_validator

from ..inputs.errors import InputError
from ..inputs.units import ArealCharge, Parameters, PositiveNumber, Time, given, registry
from ..physics.drive import Terminal
from .grammar import lines_of, read
from .refusals import problem_of
from .steps import EXHAUSTED, OF_CATHODES, Repeat, Step, told

METAL = {"plate": "plated", "strip": "stripped"}


class Entry(NamedTuple):
    """A step where it stands: its number as written, and the cycle it is part of, both from 1.

    `left` counts the cycles like it that follow, `size` the steps of each.
    """

    step: Step
    number: int
    cycle: int
    left: int = 0
    size: int = 1


class Jumps(Parameters):
    """Cycles may be jumped while little changes from one to the next, see `fem_kna.jumping`."""

    tolerance: PositiveNumber = given(
        1e-3, "error of a jump: of concentrations over the salt's, of amounts over a tenth of it"
    )
    longest: Annotated[int, Field(ge=1)] = 500


class Protocol(Parameters):
    """Steps, each kept until the first of its limits: ``Protocol(steps="Plate at ...; ...")``.

    `steps` are objects or texts, see `grammar`, or one text of lines. A `Repeat` applies to all
    since the one before. `capacity` is what a C-rate refers to. A step that has met none of its
    limits after `patience` ends the run. Every pass of what is repeated is a cycle; of a step in
    no repeat one, too; of so many `detailed_cycles`, spread evenly, the history keeps all steps.
    With `jumps` not all cycles are simulated.
    `terminal` is what a run sets at the beginning of a step.
    """

    capacity: ArealCharge | None = None
    steps: tuple[Step | Repeat, ...]
    patience: Time = given("24 h", "longer than any step of the paper by far")
    detailed_cycles: int = Field(default=20, ge=1)
    jumps: InstanceOf[Jumps] | None = None
    terminal: Terminal = Field(default_factory=Terminal)

    @field_validator("steps", mode="before")
    @classmethod
    def _read(cls, raw: Any, info: ValidationInfo) -> Any:
        entries = lines_of(raw) if isinstance(raw, str) else list(raw)
        if not entries:
            raise ValueError("no steps; accepted: at least one")
        capacity = info.data.get("capacity")
        return tuple(_checked(k, entry, capacity) for k, entry in enumerate(entries, start=1))

    @field_validator("steps")
    @classmethod
    def _repeats_something(cls, steps: tuple[Step | Repeat, ...]) -> Any:
        before: Any = Repeat(times=1)
        for number, entry in enumerate(steps, start=1):
            if isinstance(entry, Repeat) and isinstance(before, Repeat):
                problem = "nothing before it to repeat; accepted: after a step"
                raise InputError(f"Protocol.steps: {told(number, entry)}: {problem}")
            before = entry
        return steps

    def entries(self) -> Iterator[Entry]:
        """Yield every step that is done, in order; repeats are unrolled."""
        cycle, block = 1, list[tuple[int, Step]]()
        for number, entry in enumerate((*self.steps, Repeat(times=1)), start=1):
            if isinstance(entry, Step):
                block.append((number, entry))
                continue
            for left in reversed(range(entry.times if block else 0)):
                yield from (Entry(step, k, cycle, left, len(block)) for k, step in block)
                cycle += 1
            block = []

    @property
    def cycles(self) -> int:
        """How many cycles there are."""
        return max(entry.cycle for entry in self.entries())

    @property
    def duration(self) -> Any:
        """The longest that all of it may take."""
        whole, block = 0.0, 0.0
        for entry in (*self.steps, Repeat(times=1)):
            if isinstance(entry, Step):
                limit = entry.time_limit
                block = block + (self.patience if limit is None else limit)
            else:
                whole, block = whole + entry.times * block, 0.0
        return whole

    @property
    def current(self) -> float:
        """The largest current of a step, by which a case is judged against its limiting one."""
        return max(
            float(entry.current or 0.0) if isinstance(entry, Step) else 0.0 for entry in self.steps
        )

    def balance(self, voltage: Any, i: Any, test: Any, front: Any, counter: Any) -> Any:
        """Return the equation of the terminals, see `Terminal`."""
        return self.terminal.balance(voltage, i, test, front, counter)

    def check(self, events: set[str], bulk: float, mixed: bool, porous: bool = False) -> None:
        """Refuse limits that a case cannot meet.

        Args:
            events: names of those that are watched.
            bulk: concentration of the host's ion at the start [mol m-3].
            mixed: whether an electrode's metal is counted, so that it can be exhausted.
            porous: whether the working electrode is a cathode, which is discharged and charged.
        """
        for number, step in enumerate(self.steps, start=1):
            if isinstance(step, Step):
                problem = _misfit(step, events, bulk, mixed) or _misnamed(step, porous)
                if problem is not None:
                    raise InputError(f"Protocol.steps: {told(number, step)}: {problem}")


def _checked(number: int, raw: Any, capacity: Any) -> Step | Repeat:
    """Return an entry of a protocol, read and found to make sense, its C-rate a current.

    Raises:
        InputError: in one line, with the entry's number and text.
    """
    try:
        entry = read(raw) if isinstance(raw, str) else raw
        problem = None
        if isinstance(entry, Step):
            entry = _with_current(entry, capacity)
            problem = problem_of(entry)
        elif not isinstance(entry, Repeat):
            problem = "accepted: a text, Step or Repeat"
    except (ValueError, InputError) as error:
        problem = str(error)
    if problem is not None:
        raise InputError(f"Protocol.steps: {told(number, raw)}: {problem}")
    return entry


def _with_current(step: Step, capacity: Any) -> Step:
    if step.rate is None or step.current is not None:
        return step
    if capacity is None:
        raise ValueError("a C-rate of what? accepted: with Protocol(capacity='1 mAh/cm^2', ...)")
    current = registry.Quantity(float(step.rate) * float(capacity), "A/m^2")
    return Step(**{name: getattr(step, name) for name in Step.model_fields} | {"current": current})


def _misnamed(step: Step, porous: bool) -> str | None:
    if porous and step.action in METAL:
        return f"a cathode is not {METAL[step.action]}; accepted: 'Discharge', 'Charge'"
    if not porous and step.action in OF_CATHODES:
        return "no cathode to do that with; accepted: 'Plate', 'Strip', or a PorousElectrode"
    return None


def _misfit(step: Step, events: set[str], bulk: float, mixed: bool) -> str | None:
    if step.until == EXHAUSTED:
        return (
            None
            if mixed
            else (
                "no electrode's metal is counted; accepted: with composition=WellMixed(depth=...)"
            )
        )
    if step.until is not None and step.until not in events:
        known = ", ".join(sorted({EXHAUSTED, *events}))
        return f"no event '{step.until}' is watched; accepted: {known}"
    if step.until_concentration is not None and step.until_concentration >= bulk:
        return f"contradictory: the cell begins with {bulk:g} mol/m^3; accepted: less"
    return None
