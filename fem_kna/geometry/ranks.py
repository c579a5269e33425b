"""What the ranks that share a mesh do together, and by which communicator.

Every DOLFINx mesh has a communicator of its own. mpi4py hangs a lock on a communicator over which
Python objects are sent, and takes it when the communicator is freed: with the mesh, at whatever
moment Python collects it. A run that makes many meshes has been seen to wait for itself for ever.
"""

from collections.abc import Callable
from typing import Any

from mpi4py import MPI

SAME = (MPI.IDENT, MPI.CONGRUENT)


def lasting(comm: MPI.Comm) -> MPI.Comm:
    """Return the world, or the communicator of this rank alone, where `comm` has just its ranks."""
    for candidate in (MPI.COMM_WORLD, MPI.COMM_SELF):
        if MPI.Comm.Compare(comm, candidate) in SAME:
            return candidate
    return comm


def first_rank_alone(
    comm: MPI.Comm, work: Callable[[], Any], told: Callable[[Exception], Exception]
) -> Any:
    """Return what `work` returns on rank 0, None on the others.

    Whatever goes wrong there is raised on all ranks, as the error that `told` makes of it: so that
    none waits for the others. Collective.
    """
    result, problem, cause = None, None, None
    if comm.rank == 0:
        try:
            result = work()
        except Exception as error:
            problem, cause = told(error), error
    problem = comm.bcast(problem, root=0)
    if problem is not None:
        raise problem from cause
    return result


def said(error: Exception) -> str:
    """Return the message of any error in one line."""
    return " ".join(str(error).split()) or type(error).__name__
