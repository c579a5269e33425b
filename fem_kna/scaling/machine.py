"""The machine that costs belong to: cores, memory, and how fast memory is read."""

import os
import platform
import time
from pathlib import Path
from typing import Any

from mpi4py import MPI
from petsc4py import PETSc

TRIAD = 10_000_000  # numbers of a vector, 80 MB: more than caches hold
TRIES = 4
MOVED = 3 * 8  # [B] of an element of a triad: two are read, one is written


def machine() -> dict[str, Any]:
    """Describe the machine that the times belong to."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory [B]": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": platform.platform(),
        "load_average": os.getloadavg()[0],
    }


def triad_bandwidth(comm: MPI.Comm) -> float:
    """Return what w = a x + y moves on all ranks at once, at best [B/s]. Collective.

    Counted as STREAM does, without the read of what is to be written over.
    """
    x, y, w = (PETSc.Vec().createSeq(TRIAD, comm=MPI.COMM_SELF) for _ in range(3))
    x.set(1.0)
    y.set(2.0)
    best = min(_timed(w, x, y, comm) for _ in range(TRIES))
    for vector in (x, y, w):
        vector.destroy()
    return comm.size * TRIAD * MOVED / best


def _timed(w: PETSc.Vec, x: PETSc.Vec, y: PETSc.Vec, comm: MPI.Comm) -> float:
    comm.Barrier()
    begun = time.perf_counter()
    w.waxpy(3.0, x, y)
    return float(comm.allreduce(time.perf_counter() - begun, op=MPI.MAX))


def _processor() -> str:
    if not Path("/proc/cpuinfo").exists():
        return ""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")
