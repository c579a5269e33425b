"""The course of a run: steps, new meshes when the old one tires, and events on the way."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol

from .inputs.errors import RunError
from .motion.quality import worst_quality
from .motion.touching import side_planes, thinnest
from .physics.drive import Drive
from .physics.events import Event
from .results.folder import RunFolder
from .results.fronts import FrontNow
from .results.journal import Happening, Journal, Stage
from .results.observe import Observer
from .solve.march import StepFailed
from .summary import summarised
from .system.build import Model
from .system.moment import Moment
from .system.renew import on_new_mesh, under_new_drive

TRIALS = 8  # steps to find the moment of an event; two or three do
CLOSE = 1e-3  # of the margin before the step: what counts as the moment itself
CRUSHED = 0.8  # of the quality that asks for a new mesh, or that it has: no step may end below it
HOPELESS = 0.8  # of the quality asked for, if that is not more than ...
ORDINARY = 0.3  # ... this: a new mesh below it is none

Progress = Callable[[float, int], None]  # share of the run's time, steps so far


class Keeper(Protocol):
    """Keeps checkpoints of a run."""

    def look(self, course: "Course") -> None:
        """Write a checkpoint if one is due; raise `Stopped` when an end is asked for."""


@dataclass
class Course:
    """One run on its way: the model at its last step, and what has been recorded so far.

    `keeper` keeps checkpoints of it; none: there are none.
    """

    model: Model
    options: Mapping[str, Any] | None
    files: RunFolder | None
    progress: Progress
    keeper: Keeper | None = None
    journal: Journal = field(default_factory=Journal)
    observer: Observer = field(init=False)
    begun: float = field(default_factory=perf_counter)

    def run(self) -> None:
        """Go from the start to the end of the drive, and of those that events lead to.

        Raises:
            RunError: no step succeeded any more, no mesh could be made, or no file be written.
            Stopped: the system asked for an end; there is a checkpoint.
        """
        self.observer = Observer(self.model, self.journal.ledger)
        self.model.march.start()
        self._record(0.0, frame=True)
        self.journal.margins = self._all_margins(self.observer.front)
        self._go_on()

    def resume(self) -> None:
        """Go on from where the model and the journal are; raises as `run` does."""
        self.observer = Observer(self.model, self.journal.ledger)
        if self.journal.ended is None:
            self._go_on()

    @property
    def wall_time(self) -> float:
        """How long the run has taken, earlier sessions included [s]."""
        return self.journal.spent + perf_counter() - self.begun

    def summary(self, status: str = "running") -> dict[str, Any]:
        """Return the summary of the run so far. Collective."""
        return summarised(self.model, self.journal, status, self.wall_time)

    def _go_on(self) -> None:
        drive: Drive | None = self.model.case.drive
        while drive is not None:
            drive = self._driven()

    def _driven(self) -> Drive | None:
        """March to the end of the present drive; return the one that an event leads to."""
        frames, stage = self.model.case.numerics.frames, self.journal.stage
        duration = float(self.model.case.drive.duration) / self.model.scales.of("s")
        while stage.frame <= frames:
            event = self._until(stage.begin + stage.frame / frames * duration)
            if event is not None and event.then == "stop":
                self.journal.ended = event.name
                return None
            if event is not None:
                case = self.model.case.model_copy(update={"drive": event.then})
                self._follow(under_new_drive(self.model, case, self.options))
                march = self.model.march
                self.journal.stage = Stage(event.name, march.time, self.journal.now)
                return event.then
            stage.frame += 1
        return None

    def _until(self, end: float) -> Event | None:
        """March to `end`; return an event that ends the drive."""
        while self.model.march.time < end:
            if self.keeper is not None:
                self.keeper.look(self)
            moment, dt = self._step(end)
            event, front = None, None
            if moment is not None:
                if self._crushed(moment, dt):
                    continue
                event, dt, front = self._met(moment, dt)
            ends = event is not None and event.then != "go on"
            self._record(dt, front, frame=ends or self.model.march.time == end)
            if event is not None:
                self._note(event)
            if ends:
                return event
            self._renew_if_tired()
        return None

    def _step(self, end: float) -> tuple[Moment | None, float]:
        """Take one step; where none succeeds, once more on a new mesh.

        Not where the salt is used up: on a new mesh a run would find a few tiny steps more, again
        and again, and end no wiser. Return the moment before the step, on the mesh it was taken on
        (None where nothing moves), and its size.
        """
        try:
            return self._moment(), self.model.march.step(end)
        except StepFailed as failed:
            renewed = self.journal.renewed_at == self.model.march.steps
            if not self._can_renew or renewed or self.observer.used_up():
                raise
            try:
                self._renew("no step succeeded")
            except StepFailed:
                raise failed from None  # which tells where the run got to
            return self._moment(), self.model.march.step(end)

    def _moment(self) -> Moment | None:
        return None if self.model.travel is None else Moment.of(self.model)

    @property
    def _can_renew(self) -> bool:
        """Whether another mesh could be a better one: not in 1-D."""
        return self.model.travel is not None and self.model.domain.mesh.topology.dim > 1

    def _renew_if_tired(self) -> None:
        if self.model.tiring is None:
            return
        worst = worst_quality(self.model.domain.mesh)
        self.journal.worst = min(self.journal.worst, worst)
        reason = self.model.tiring.reason(worst)
        if reason is not None:
            self._renew(reason)

    def _crushed(self, moment: Moment, dt: float) -> bool:
        """Whether the step pressed a cell too flat; it is then undone, and a new mesh comes first.

        Where the mesh is new already, the step to be tried next is half as long.
        """
        worst = worst_quality(self.model.domain.mesh)
        wanted = self.model.case.numerics.remeshing.quality
        if worst >= CRUSHED * min(wanted, self.model.domain.statistics.min_quality):
            return False
        moment.restore(self.model)
        self.model.march.rejected += 1
        if self.journal.renewed_at == self.model.march.steps:
            self.model.march.shorten(dt / 2)
        else:
            self._renew(f"a step of the old one presses a cell to {worst:.2f}")
        return True

    def _renew(self, reason: str) -> None:
        """Go on on a new mesh.

        Raises:
            RunError: no good mesh of the fronts can be made.
        """
        self._refuse_needles()
        self._follow(on_new_mesh(self.model, self.options))
        self.journal.remeshes += 1
        self.journal.renewed_at = self.model.march.steps
        statistics = self.model.domain.statistics
        if self.files is not None:
            self.files.log(
                f"new mesh: {reason}; now {statistics.cells} cells, worst "
                f"{statistics.min_quality:.2f}"
            )
        wanted = min(self.model.case.numerics.remeshing.quality, ORDINARY)
        if statistics.min_quality < HOPELESS * wanted:
            raise RunError(
                f"remeshing: the best mesh has a cell of quality {statistics.min_quality:.2g}; the "
                "front folds, or has features finer than its elements"
            )

    def _refuse_needles(self) -> None:
        """Refuse metal thinner than an element: it shoots out, for its tip is not resolved."""
        model, tiring = self.model, self.model.tiring
        planes, length = side_planes(model.domain), model.scales.length
        for name, outline in tiring.outlines().items():
            found = thinnest(outline, planes, tiring.finest)
            if found is not None:
                place = ", ".join(f"{x * length:.3g}" for x in found[1])
                raise RunError(
                    f"the {name} has a needle or neck of metal {found[0] * length:.2g} m thin at "
                    f"({place}) m, less than an element: finer elements or more surface energy"
                )

    def _follow(self, model: Model) -> None:
        """Go on with another model of the same run."""
        self.model = model
        self.observer = Observer(model, self.journal.ledger)
        if self.files is not None:
            self.files.follow(model)

    def _met(self, moment: Moment, dt: float) -> tuple[Event | None, float, FrontNow]:
        """Return the first event within the step, if any, with the step cut short to meet it.

        And the fronts at its end.
        """
        front = self.observer.look()
        margins = self._all_margins(front)
        met = list(_crossed(self.journal.margins, margins))
        if met:
            place = min(met, key=lambda k: _share(self.journal.margins[k], margins[k]))
            dt, front = self._met_exactly(place, moment, dt, margins[place])
            margins = self._all_margins(front)
            # It has happened, if by rounding not quite: else it would happen again at once.
            margins[place] = min(margins[place], 0.0)
        self.journal.margins = margins
        return (self.model.case.events[place] if met else None), dt, front

    def _met_exactly(
        self, place: int, moment: Moment, dt: float, after: float
    ) -> tuple[float, FrontNow]:
        """Repeat the step shorter and shorter until it ends where the event happens.

        Return its size and the fronts at its end.
        """
        event, before = self.model.case.events[place], self.journal.margins[place]
        low, high = (0.0, before), (dt, after)
        for _ in range(TRIALS):
            h = low[0] + (high[0] - low[0]) * _share(low[1], high[1])
            moment.restore(self.model)
            if not self.model.march.try_step(h):
                raise RunError(f"event {event.name}: no step of {h:.3g} succeeded on the way to it")
            front = self.observer.look()
            margin = event.margin(front)
            if abs(margin) <= CLOSE * before:
                break
            low, high = ((h, margin), high) if margin > 0 else (low, (h, margin))
        return h, front

    def _all_margins(self, front: FrontNow | None) -> list[float | None]:
        if front is None:
            return []
        return [event.margin(front) for event in self.model.case.events]

    def _note(self, event: Event) -> None:
        row, front = self.journal.history[-1], self.observer.front
        assert front is not None
        place = tuple(float(x) for x in front.place(event.name))
        self.journal.happenings.append(
            Happening(event.name, row["time [s]"], row["charge [C/m2]"], place)
        )
        if self.files is not None:
            self.files.log(f"event: {event.name} at {row['time [s]']:.6g} s")

    def _record(self, dt: float, front: FrontNow | None = None, *, frame: bool) -> None:
        row = self.observer.measure(dt, front)
        self.journal.history.append(row)
        if frame and self.observer.front is not None:
            self.journal.outlines.append((row["time [s]"], self.observer.front.outlines["working"]))
        if self.files is not None:
            self.files.row(row)
            if frame:
                self.files.frame(row["time [s]"], self.summary())
        elapsed = row["time [s]"] - self.journal.stage.begin_in_seconds
        self.progress(elapsed / self.model.case.drive.duration, self.model.march.steps)


def _crossed(before: list[float | None], after: list[float | None]) -> Iterator[int]:
    """Yield the places where a positive margin has fallen to zero."""
    for k, (was, now) in enumerate(zip(before, after, strict=True)):
        if was is not None and now is not None and was > 0 >= now:
            yield k


def _share(before: float, after: float) -> float:
    """Return the share of a step after which a margin that falls linearly is zero."""
    return before / (before - after)
