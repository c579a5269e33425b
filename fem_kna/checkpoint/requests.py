"""When a run is to write a checkpoint, and when it is to end with one."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import numpy as np
from mpi4py import MPI

from ..inputs.errors import InputError
from ..inputs.messages import shown
from ..inputs.units import Unit

SIGNALS = (signal.SIGTERM, signal.SIGUSR1)  # what Slurm sends ahead of a time limit
ACCEPTED = "accepted: a number of steps, as 50, or a time, as '10 min'"


@dataclass(frozen=True)
class Every:
    """How often a checkpoint is written: every so many steps, or seconds of wall time."""

    steps: int | None = None
    seconds: float | None = None

    @classmethod
    def read(cls, text: str) -> "Every":
        """Return what a user means by a number of steps or a time.

        Raises:
            InputError: it is neither.
        """
        if text.strip().isdecimal() and int(text) > 0:
            return cls(steps=int(text))
        try:
            seconds = float(Unit("s", above=0).read(text))
        except ValueError:
            raise InputError(f"--checkpoint '{shown(text)}': {ACCEPTED}") from None
        return cls(seconds=seconds)


OFTEN = Every(seconds=300.0)  # little work is lost, and writing takes well below a percent of it


class Requests:
    """Asks for checkpoints, and for an end where the system has; the same on all ranks."""

    def __init__(self, every: Every, comm: MPI.Comm) -> None:
        """Begin to count now; signals count inside `heard`."""
        self._every, self._comm = every, comm
        self._signal, self._hears = 0, False
        self._step, self._clock = 0, time.monotonic()

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Take note of signals that ask for an end, instead of ending at once."""
        if threading.current_thread() is not threading.main_thread():
            yield  # Python hears no signals elsewhere
            return
        before = {number: signal.getsignal(number) for number in SIGNALS}
        self._hears = True
        self._listen()
        try:
            yield
        finally:
            self._hears = False
            for number, handler in before.items():
                signal.signal(number, handler or signal.SIG_DFL)

    def begin(self, step: int) -> None:
        """Count from here: a checkpoint of this step is there, or it is the first one."""
        self._step, self._clock = step, time.monotonic()

    def asked(self, step: int) -> tuple[bool, str | None]:
        """Return whether a checkpoint is due after a step, and the signal that asks for an end.

        One rank's clock and any rank's signal count for all. Collective.
        """
        self._listen()
        here = np.array([self._signal, self._comm.rank == 0 and self._is_due(step)], dtype=np.int64)
        self._comm.Allreduce(MPI.IN_PLACE, here, op=MPI.MAX)
        number, due = int(here[0]), bool(here[1])
        name = signal.Signals(number).name if number else None
        return due or name is not None, name

    def _is_due(self, step: int) -> bool:
        if self._every.steps is not None:
            return step - self._step >= self._every.steps
        return time.monotonic() - self._clock >= (self._every.seconds or np.inf)

    def _listen(self) -> None:
        """Hear signals, also after Gmsh or Mmg have given them back their own meaning."""
        for number in SIGNALS if self._hears else ():
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._signal = number
