"""An error that nothing catches on one rank ends all of them: the others would wait for it."""

import sys
import time
import traceback
from types import TracebackType

from mpi4py import MPI

from .inputs.errors import InputError, RunError, Stopped

FAILED = 1
HEARD = 1.0  # [s] for the launcher to pass on what was said: at an end it drops what is unread
EVERYWHERE = (InputError, RunError, Stopped)  # what the package raises on all ranks alike


def end_together() -> None:
    """Where there is more than one rank, let an uncaught error show itself and end them all."""
    if MPI.COMM_WORLD.size > 1:
        sys.excepthook = _end_all


def _end_all(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    if issubclass(kind, EVERYWHERE):
        sys.__excepthook__(kind, error, where)
        return
    # A command lets rank 0 alone speak: what another rank has to say here must be heard.
    said = "".join(traceback.format_exception(kind, error, where))
    print(said, end="", file=sys.__stderr__, flush=True)
    time.sleep(HEARD)
    MPI.COMM_WORLD.Abort(FAILED)
