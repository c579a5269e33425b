"""Forms on disk: waited for while another process compiles them, and not for ever."""

import os
import time

import dolfinx.mesh as dmesh
import numpy as np
import ufl
from dolfinx import fem, jit
from mpi4py import MPI

from fem_kna.solve.compiled import ABANDONED, ORDER_FREE, WAIT, clear_abandoned


def test_every_form_waits_for_another_process():
    assert jit.get_options()["timeout"] == WAIT > 60


def test_sums_are_taken_in_any_order_and_what_is_no_number_stays_none() -> None:
    given = jit.get_options()["cffi_extra_compile_args"]
    assert "-O2" in given and set(ORDER_FREE) <= set(given)
    mesh = dmesh.create_unit_interval(MPI.COMM_SELF, 1)
    u = fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))
    form = fem.form(ufl.inner(ufl.grad(u), ufl.grad(u)) * ufl.dx)
    for value in (np.nan, np.inf):  # inf - inf, too, is none
        u.x.array[:] = value
        assert np.isnan(fem.assemble_scalar(form))


def test_what_a_killed_process_left_is_compiled_again(tmp_path):
    """Begun long ago: done, never done, and begun just now."""
    for name in ("done.c", "done.c.cached", "killed.c", "running.c"):
        (tmp_path / name).touch()
    begun = time.time() - ABANDONED - 1
    for name in ("done.c", "killed.c"):
        os.utime(tmp_path / name, (begun, begun))
    clear_abandoned(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"done.c", "done.c.cached", "running.c"}


def test_a_cache_that_is_not_there_yet_is_empty(tmp_path):
    clear_abandoned(tmp_path / "none")
