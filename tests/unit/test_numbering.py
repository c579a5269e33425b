"""What is held has no row in Newton's matrix, and is met whatever the guess; lifted it has one."""

import dolfinx.mesh as dmesh
import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from fem_kna.solve.newton import Newton
from fem_kna.solve.options import direct_options

CELLS = 4


@pytest.mark.parametrize(("lifted", "rows"), [(False, CELLS - 1), (True, CELLS + 1)])
def test_held_ends_of_a_line_have_rows_only_if_lifted(lifted: bool, rows: int) -> None:
    """u'' = 0 between u = 1 and u = 3 is 1 + 2 x."""
    mesh = dmesh.create_unit_interval(MPI.COMM_SELF, CELLS)
    space = fem.functionspace(mesh, ("Lagrange", 1))
    u, mixed = fem.Function(space), ufl.MixedFunctionSpace(space)
    (test,), trials = ufl.TestFunctions(mixed), ufl.TrialFunctions(mixed)
    ends = [(1.0, lambda x: np.isclose(x[0], 0)), (3.0, lambda x: np.isclose(x[0], 1))]
    held = [fem.dirichletbc(g, fem.locate_dofs_geometrical(space, at), space) for g, at in ends]
    form = ufl.inner(ufl.grad(u), ufl.grad(test)) * ufl.dx
    newton = Newton(form, (u,), trials, (), direct_options(), "line_", held, lifted=lifted)
    assert newton._layout.matrix.getSize() == (rows, rows)
    u.x.array[:] = 7.0
    assert newton.solve() and newton.iterations <= 2
    assert np.allclose(u.x.array, 1 + 2 * space.tabulate_dof_coordinates()[:, 0], atol=1e-12)
    newton.close()
