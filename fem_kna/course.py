"""The course of a run: steps, new meshes when the old one tires, and events on the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from time import perf_counter
from typing import Any, Protocol

from .crossing import Watch, crossed, located, share, watches_of
from .cycling import Cycling
from .inputs.errors import RunError
from .motion.quality import worst_quality
from .physics.drive import Drive
from .protocols.protocol import Protocol as Steps
from .recording import Recorder
from .results.alloying import until_bare
from .results.folder import RunFolder
from .results.fronts import FrontNow
from .results.journal import Happening, Journal, Stage
from .results.observe import Observer
from .solve.march import StepFailed
from .summary import summarised
from .system.build import Model
from .system.moment import Moment
from .system.renew import on_new_mesh, refuse_needles, under_new_drive

CRUSHED = 0.8  # of the quality that asks for a new mesh, or that it has: no step may end below it
MOST = 0.7  # of the metal that is left one step may strip; some of it dies besides
HOPELESS = 0.8  # of the quality asked for, if that is not more than ...
ORDINARY = 0.3  # ... this: a new mesh below it is none

Progress = Callable[[float, int], None]  # share of the run's time (`Done`), steps so far


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
    watched: tuple[Watch, ...] = ()
    strips: bool = False  # down to the bare collector, perhaps: steps come close to that moment
    recorder: Recorder = field(default_factory=Recorder)
    begun: float = field(default_factory=perf_counter)

    def run(self) -> None:
        """Go from the start to the end of the drive, and of those that events lead to.

        Raises:
            RunError: no step succeeded any more, no mesh could be made, or no file be written.
            Stopped: the system asked for an end; there is a checkpoint.
        """
        self.observer = Observer(self.model, self.journal.ledger)
        self.model.march.start()
        self.record(0.0, frame=True)
        self._watch(self.model.case.events)
        self.journal.margins = self.margins(self.observer.front)
        self._go_on()

    def resume(self) -> None:
        """Go on from where the model and the journal are; raises as `run` does."""
        self.observer = Observer(self.model, self.journal.ledger)
        self._watch(self.model.case.events)
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
        drive = self.model.case.drive
        met = Cycling(self).met() if isinstance(drive, Steps) else self._kept(drive)
        if met is None:
            return None
        if met.then == "stop":
            self.journal.ended = met.name
            return None
        case = self.model.case.model_copy(update={"drive": met.then})
        self._follow(under_new_drive(self.model, case, self.options))
        self._watch(case.events)
        march = self.model.march
        self.journal.stage = Stage(met.name, march.time, self.journal.now)
        return met.then

    def _kept(self, drive: Drive) -> Watch | None:
        """Keep one drive for its duration; return what ends it before."""
        frames, stage = self.model.case.numerics.frames, self.journal.stage
        self.recorder.share = None
        duration = float(drive.duration) / self.model.scales.of("s")
        while stage.frame <= frames:
            met = self.until(stage.begin + stage.frame / frames * duration)
            if met is not None:
                return met
            stage.frame += 1
        return None

    def _watch(self, events: Any) -> None:
        self.watched = watches_of(events) if self.model.travel is not None else ()

    def until(self, end: float) -> Watch | None:
        """March to `end`; return what is met before and does not let the drive go on."""
        while self.model.march.time < end:
            if self.keeper is not None and not self.recorder.holds:
                self.keeper.look(self)
            moment, dt = self._step(min(end, self._horizon()))
            met, front = None, None
            if moment is not None:
                if self.model.travel is not None and self._crushed(moment, dt):
                    continue
                met, dt, front = self._met(moment, dt)
            ends = met is not None and met.then != "go on"
            self.recorder.detailed |= met is not None and met.happens
            self.record(dt, front, frame=ends or self.model.march.time == end)
            if met is not None and met.happens:
                self._note(met)
            if ends:
                return met
            self._renew_if_tired()
        return None

    def _horizon(self) -> float:
        """Return a time that no step may pass: most of the way to the last atom that is stripped.

        Beyond it there is no solution, and Newton's method would find that out the long way.
        """
        if not self.strips:
            return inf
        most = MOST * until_bare(self.model)
        return self.model.march.time + max(most, 2 * self.model.march.control.smallest)

    def _step(self, end: float) -> tuple[Moment | None, float]:
        """Take one step; where none succeeds, once more on a new mesh.

        Not where the salt is used up: on a new mesh a run would find a few tiny steps more, again
        and again, and end no wiser. Return the moment before the step, on the mesh it was taken on
        (None where nothing moves, or is watched), and its size.
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
        needed = self.model.travel is not None or self.watched
        return Moment.of(self.model) if needed else None

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
        refuse_needles(self.model)
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
                "front folds, or has features finer than its elements: finer ones, or more "
                "numerics.front_smoothing"
            )

    def _follow(self, model: Model) -> None:
        """Go on with another model of the same run."""
        self.model = model
        self.observer = Observer(model, self.journal.ledger)
        if self.files is not None:
            self.files.follow(model)

    def _met(self, moment: Moment, dt: float) -> tuple[Watch | None, float, FrontNow | None]:
        """Return what is first met within the step, if anything, with the step cut short there.

        And the fronts at its end.
        """
        front = self._look()
        margins = self.margins(front)
        met = list(crossed(self.journal.margins, margins))
        if met:
            place = min(met, key=lambda k: share(self.journal.margins[k], margins[k]))
            dt, front = self._met_exactly(place, moment, dt, margins[place])
            margins = self.margins(front)
            # It has happened, if by rounding not quite: else it would happen again at once.
            margins[place] = min(margins[place], 0.0)
        self.journal.margins = margins
        return (self.watched[place] if met else None), dt, front

    def _met_exactly(
        self, place: int, moment: Moment, dt: float, after: float
    ) -> tuple[float, FrontNow | None]:
        """Repeat the step until it ends where a margin is zero; return its size and the fronts."""
        watch, taken = self.watched[place], dt
        front = None

        def margin(h: float) -> float:
            nonlocal front, taken
            moment.restore(self.model)
            if not self.model.march.try_step(h):
                raise RunError(f"event {watch.name}: no step of {h:.3g} succeeded on the way to it")
            front, taken = self._look(), h
            return watch.margin(front, self.observer)

        h = located(margin, self.journal.margins[place], after, dt)
        if front is None or h != taken:
            margin(h)
        return h, front

    def _look(self) -> FrontNow | None:
        return None if self.model.travel is None else self.observer.look()

    def margins(self, front: FrontNow | None) -> list[float | None]:
        """Return how far what is watched is from being met."""
        return [watch.margin(front, self.observer) for watch in self.watched]

    def _note(self, event: Watch) -> None:
        row, front = self.journal.history[-1], self.observer.front
        assert front is not None
        place = tuple(float(x) for x in front.place(event.name))
        self.journal.happenings.append(
            Happening(event.name, row["time [s]"], row["charge [C/m2]"], place)
        )
        if self.files is not None:
            self.files.log(f"event: {event.name} at {row['time [s]']:.6g} s")

    def record(self, dt: float, front: FrontNow | None = None, *, frame: bool) -> None:
        """Measure the present state after a step `dt`, and write it where files are kept."""
        self.recorder.record(self, dt, front, frame)
