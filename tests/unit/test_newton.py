"""What is left of a solver that PETSc breaks off, or that is closed while another one lives."""

from typing import Any

import dolfinx.mesh as dmesh
import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI
from petsc4py import PETSc

from fem_kna.solve.newton import Newton
from fem_kna.solve.options import direct_options

ROOM = "mat_mumps_icntl_14"


class Memory:
    """A tangent that counts how often it is told to forget."""

    def __init__(self, added: Any) -> None:
        self.added, self.forgotten = added, 0

    def follow(self, first: bool) -> None:
        """Stay what it is."""

    def forget(self) -> None:
        """Count."""
        self.forgotten += 1


def line(**options: Any) -> tuple[Newton, Memory]:
    """Return a solver of u'' = 0 between u = 1 and u = 1."""
    mesh = dmesh.create_unit_interval(MPI.COMM_SELF, 4)
    space = fem.functionspace(mesh, ("Lagrange", 1))
    u, mixed = fem.Function(space), ufl.MixedFunctionSpace(space)
    (test,), (trial,) = ufl.TestFunctions(mixed), ufl.TrialFunctions(mixed)
    ends = fem.locate_dofs_geometrical(space, lambda x: np.isclose(abs(x[0] - 0.5), 0.5))
    memory = Memory(fem.Constant(mesh, 0.0) * ufl.inner(trial, test) * ufl.dx)
    form = ufl.inner(ufl.grad(u), ufl.grad(test)) * ufl.dx
    held = [fem.dirichletbc(1.0, ends, space)]
    given = direct_options() | options
    return Newton(form, (u,), (trial,), (), given, "line_", held, tangent=memory), memory


def test_a_solve_that_breaks_off_is_forgotten_and_told() -> None:
    newton, memory = line(ksp_type="preonly")
    assert newton.solve() and newton.reason.startswith("CONVERGED") and not memory.forgotten
    newton.unknowns[0].x.array[:] = 7.0
    newton._snes.setTolerances(max_it=0)
    newton._snes.setErrorIfNotConverged(True)  # no iteration, and an error for that
    assert not newton.solve() and not newton.converged
    assert newton.reason == "ERROR_91"  # PETSC_ERR_NOT_CONVERGED
    assert memory.forgotten == 1
    newton._snes.setTolerances(max_it=5)
    assert newton.solve() and newton.reason.startswith("CONVERGED") and memory.forgotten == 1
    newton.close()


def test_a_matrix_of_nan_spoils_no_later_solve() -> None:
    """A root's slope at zero is no number, while the residual is one."""
    mesh = dmesh.create_unit_interval(MPI.COMM_SELF, 4)
    space = fem.functionspace(mesh, ("Lagrange", 1))
    u, mixed = fem.Function(space), ufl.MixedFunctionSpace(space)
    (test,), (trial,) = ufl.TestFunctions(mixed), ufl.TrialFunctions(mixed)
    form = (u + ufl.sqrt(u) - 2.0) * test * ufl.dx  # u = 1
    newton = Newton(form, (u,), (trial,), (), direct_options(), "root_of_")
    for start, converges in ((2.0, True), (0.0, False), (2.0, True), (3.0, True)):
        u.x.array[:] = start
        assert newton.solve() == converges, newton.reason
        assert not converges or u.x.array == pytest.approx(1.0, abs=1e-10)
    newton.close()


def test_a_solver_that_is_closed_leaves_its_options_to_another_of_its_prefix() -> None:
    """As on a new mesh: MUMPS reads them at its first factorisation, after the old solver's end."""
    (old, _), (new, _) = line(), line()
    old.close()
    assert new.solve()
    assert new._snes.ksp.pc.getFactorMatrix().getMumpsIcntl(14) == int(direct_options()[ROOM])
    new.close()
    assert not PETSc.Options("line_").hasName(ROOM)


def test_a_solver_that_was_made_anew_tells_where_it_stands() -> None:
    """As after a remedy that helped in vain: PETSc then has no update to go on by."""
    newton, _ = line()
    assert newton.solve() and newton.escalate()
    newton.unknowns[0].x.array[:] = 7.0
    wreck = newton.stuck()
    assert wreck.iterations == 0
    assert wreck.iterate[0] == pytest.approx(7.0)
    assert np.isfinite(wreck.residual[0]).all()
    newton.close()
