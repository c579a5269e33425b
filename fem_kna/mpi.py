"""Starts MPI. It must be the package's first import."""

import contextlib
import signal
from collections.abc import Iterator

ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)


@contextlib.contextmanager
def deaf_threads() -> Iterator[None]:
    """Have threads that are started meanwhile leave signals that ask for an end to the main one.

    MPI starts one; what it would hear could not be held back (see `motion.unheard`).
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# The wheels' MPI library is found only after one of these; a conda or Spack DOLFINx needs neither.
with contextlib.suppress(ModuleNotFoundError):
    import dolfinx_solver  # noqa: F401
with deaf_threads():
    import mpi4py.MPI  # noqa: F401
