"""The ranks that share a mesh, by a communicator that outlives it.

Every DOLFINx mesh has a communicator of its own. mpi4py hangs a lock on a communicator over which
Python objects are sent, and takes it when the communicator is freed: with the mesh, at whatever
moment Python collects it. A run that makes many meshes has been seen to wait for itself for ever.
"""

from mpi4py import MPI

SAME = (MPI.IDENT, MPI.CONGRUENT)


def lasting(comm: MPI.Comm) -> MPI.Comm:
    """Return the world, or the communicator of this rank alone, where `comm` has just its ranks."""
    for candidate in (MPI.COMM_WORLD, MPI.COMM_SELF):
        if MPI.Comm.Compare(comm, candidate) in SAME:
            return candidate
    return comm
