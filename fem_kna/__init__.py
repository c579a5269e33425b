"""Continuum model of potassium and potassium-sodium electrodes on DOLFINx and PETSc."""

import contextlib

# The wheels' MPI library is found only after one of these; a conda or Spack DOLFINx needs neither.
with contextlib.suppress(ModuleNotFoundError):
    import dolfinx_solver  # noqa: F401
import mpi4py.MPI  # noqa: F401
