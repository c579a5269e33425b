"""A run under a protocol: from step to step and cycle to cycle, each cycle a row of a table."""

from math import ceil
from typing import Any

from .crossing import Watch, watch_of, watches_of
from .inputs.errors import RunError
from .jumping import Jumper
from .protocols.limits import limits_of
from .protocols.protocol import Entry, Jumps, Protocol
from .protocols.steps import EXHAUSTED, told
from .results.cathode import cycled
from .results.fronts import Row
from .system.laws import refill

TOLD = ("_drift", "_in_", "_left")  # what the table tells of a cycle's end


class Cycling:
    """Takes a course through the steps of its protocol, from where its journal says it is."""

    def __init__(self, course: Any) -> None:
        """Begin with what the journal tells; nothing is done yet."""
        self.course, self.journal = course, course.journal
        self.protocol: Protocol = course.model.case.drive
        self._entries = list(self.protocol.entries())
        self._jumper = Jumper(course, self.protocol.jumps or Jumps())
        self._cycle = 0
        self._rows: list[Row] = []  # of the table, of a jump that is under test
        self._plans: dict[int, list[float]] = {}  # sizes of the steps in time of each step's

    def met(self) -> Watch | None:
        """Go to the end of the protocol; return the event that ends it before.

        Raises:
            RunError: a step met none of its limits while there was patience, or failed.
        """
        stage = self.journal.stage
        while stage.step < len(self._entries):
            entry = self._entries[stage.step]
            self._look_after(stage.step, entry)
            if entry.cycle != self._cycle:
                self._cycle = entry.cycle
                self._jumper.begin(whole=not stage.under_way and self._is_first(stage.step))
            met = self._keep(entry)
            if met is not None and met.then != "next step":
                return met
            stage.step, stage.under_way = stage.step + 1, False
            last = stage.step == len(self._entries)
            if last or self._entries[stage.step].cycle > entry.cycle:
                self._end_cycle(entry)
        return None

    def _is_first(self, place: int) -> bool:
        """Whether an entry begins its cycle; a resumed run may begin in the midst of one."""
        return place == 0 or self._entries[place - 1].cycle < self._entries[place].cycle

    def _look_after(self, place: int, entry: Entry) -> None:
        """Set what is kept of an entry: all rows of some cycles, frames at some steps' ends."""
        every = ceil(self.protocol.cycles / self.protocol.detailed_cycles)
        frames = ceil(len(self._entries) / self.course.model.case.numerics.frames)
        last, recorder = place + 1 == len(self._entries), self.course.recorder
        recorder.detailed = (entry.cycle - 1) % every == 0 or entry.cycle == self.protocol.cycles
        recorder.framed = last or (place + 1) % frames == 0
        recorder.told = self.journal.tally.add
        recorder.share = place / len(self._entries)

    def _keep(self, entry: Entry) -> Watch | None:
        """Keep one step until the first of its limits; return what was met, none: its time."""
        course, stage, step = self.course, self.journal.stage, entry.step
        limit = step.time_limit
        self._switch(entry)
        if not stage.under_way:
            over = self._begin(entry)
            if over is not None:
                return over
        longest = self.protocol.patience if limit is None else limit
        march = course.model.march
        if self.protocol.jumps is not None:
            # Cycles whose steps in time differ differ by their error, as much as by ageing.
            march.plan, march.taken = list(self._plans.get(entry.number, ())), []
        met: Watch | None = course.until(stage.begin + float(longest) / course.model.scales.of("s"))
        if self._jumper.follows and met is None and march.taken is not None:
            # One that ends otherwise takes another time in every cycle.
            self._plans[entry.number] = march.taken
        if met is None and limit is None:
            raise RunError(
                f"{told(entry.number, step)} of cycle {entry.cycle}: has met no limit within "
                f"{float(longest):g} s; accepted: a limit that it meets, 'or for TIME', or more "
                "patience"
            )
        return met

    def _switch(self, entry: Entry) -> None:
        """Put the terminals under what the step says, and watch its limits."""
        course, model, step, stage = self.course, self.course.model, entry.step, self.journal.stage
        refill(model.cell.drive.terminal, model.scales.scaled(step.terminal))
        course.strips = step.until == EXHAUSTED or step.until_voltage is not None
        events = model.case.events if model.travel is not None else ()
        start = stage.charge if stage.under_way else course.observer.plated()
        limits = limits_of(step, start)
        course.watched = (*watches_of(events, step.until), *(watch_of(limit) for limit in limits))

    def _begin(self, entry: Entry) -> Watch | None:
        """Find the potentials under the new terminals; return what ends the step there and then.

        A hold whose current is low enough already is done; of another limit that is passed the
        protocol ends: there is nothing to plate or strip as the step says.
        """
        course, march, stage = self.course, self.course.model.march, self.journal.stage
        march.restart()
        stage.begin, stage.under_way, stage.charge = march.time, True, course.observer.plated()
        self.journal.tally.begin()
        course.record(0.0, frame=False)
        self.journal.margins = course.margins(course.observer.front)
        limits = limits_of(entry.step, stage.charge)
        for limit in limits:
            if limit.over(course.observer):
                name = (
                    f"{told(entry.number, entry.step)} of cycle {entry.cycle} is over at its start"
                )
                return Watch(name, "next step" if limit.passed else "stop", _never, happens=False)
        return None

    def _end_cycle(self, entry: Entry) -> None:
        """Put a cycle into the table and jump those that may be; or undo the jump before it."""
        stage, jumper, law = self.journal.stage, self._jumper, self.protocol.jumps
        if jumper.jump is not None and not jumper.settled:
            jumper.settled = True
            self._rows.append(self._row(entry, 0.0))
            return
        error = jumper.error()
        if law is not None and error > law.tolerance:
            self.course.recorder.drop()
            self.journal.tally.clear()
            self._rows = []
            place, jumped = jumper.refused()
        else:
            self.course.recorder.keep(self.course)
            self._note([*self._rows, self._row(entry, error)])
            self._rows = []
            place, jumped = stage.step, 0
            if law is not None:
                # Here nothing is under test: no checkpoint holds a jump that is not judged yet.
                self._keep_checkpoint()
                jumped = jumper.accepted(error, place, entry.left, entry.size)
        stage.step = place + jumped * entry.size
        self.course.recorder.holds = jumped > 0

    def _keep_checkpoint(self) -> None:
        self.course.recorder.holds = False
        if self.course.keeper is not None:
            self.course.keeper.look(self.course)

    def _row(self, entry: Entry, error: float) -> Row:
        """Return the row of the cycle that ends; of the first one after a jump with its length."""
        now = self.course.observer.measure(0.0)
        told = {key: now[key] for key in now if any(part in key for part in TOLD)}
        if self.protocol.jumps is not None:
            jump = None if self._rows else self._jumper.jump
            told |= {"jumped_cycles [-]": 0.0 if jump is None else float(jump.cycles)}
            told |= {"jump_error [-]": error}
        working = self.course.model.case.working
        stores = "stripping" if working.porous else "plating"  # charged, a cathode has given its K
        row = cycled(self.journal.tally.row(entry.cycle, told, stores), working)
        self.journal.tally.clear()
        return row

    def _note(self, rows: list[Row]) -> None:
        self.journal.cycles += rows
        for row in rows:
            if self.course.files is not None:
                self.course.files.cycle(row)


def _never(front: Any, seen: Any) -> None:
    return None
