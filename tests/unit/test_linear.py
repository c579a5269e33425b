"""The linear functions under quadratic ones: what their matrix is, and what they are held by."""

import basix.ufl
import dolfinx.mesh as dmesh
import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI
from petsc4py import PETSc

from fem_kna.solve.linear import Linear
from fem_kna.solve.numbering import Numbering


def stiffness(mesh: dmesh.Mesh, degree: int) -> tuple[fem.Function, np.ndarray, PETSc.Mat]:
    """Return a velocity, its rows that are held, and its matrix; those rows have a diagonal.

    It sticks to the bottom and slides along one side; the viscosity varies by 1e4.
    """
    element = basix.ufl.element("Lagrange", mesh.basix_cell(), degree, shape=(3,))
    u = fem.Function(fem.functionspace(mesh, element))
    V = u.function_space
    dv, w, x = ufl.TrialFunction(V), ufl.TestFunction(V), ufl.SpatialCoordinate(mesh)
    eta = ufl.exp(9.2 * x[0])
    form = 2 * eta * ufl.inner(ufl.sym(ufl.grad(dv)), ufl.sym(ufl.grad(w)))
    bottom, side = (
        dmesh.locate_entities_boundary(mesh, 2, lambda x, axis=axis: np.isclose(x[axis], 0.0))
        for axis in (2, 0)
    )
    conditions = [
        fem.dirichletbc(fem.Function(V), fem.locate_dofs_topological(V, 2, bottom)),
        fem.dirichletbc(0.0, fem.locate_dofs_topological(V.sub(0), 2, side), V.sub(0)),
    ]
    numbering = Numbering((u,), ())
    matrix, rows = numbering.matrix(), numbering.rows(conditions)
    dx = ufl.dx(degree=6)  # the same for both, as the exponential is integrated roughly
    numbering.assemble_matrix([[fem.form(form * dx)]], matrix)
    matrix.zeroRowsColumns(rows, diag=1.0)
    return u, rows, matrix


def coarse(V: PETSc.Mat, linear: Linear) -> PETSc.Mat:
    """Return the matrix of the coarse level of multigrid for V."""
    pc = PETSc.PC().create(MPI.COMM_SELF)
    pc.setType(PETSc.PC.Type.MG)
    pc.setMGLevels(2)
    pc.setOperators(V)
    linear.serve(pc)
    return pc.getMGCoarseSolve().getOperators()[1]


def test_the_coarse_matrix_is_that_of_linear_elements_and_follows_the_fine_one() -> None:
    mesh = dmesh.create_unit_cube(MPI.COMM_SELF, 3, 2, 2)
    fine, held, V = stiffness(mesh, 2)
    _, _, expected = stiffness(mesh, 1)
    linear = Linear(fine, held)
    for factor in (1.0, 3.0):  # the second time into the same matrix
        V.scale(factor)
        C = coarse(V, linear)
        found, wanted = (m.copy().convert("dense").getDenseArray().copy() for m in (C, expected))
        free = wanted.diagonal() != 1.0
        wanted[np.ix_(free, free)] *= factor
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9 * wanted.max())
    linear.close()


def test_other_preconditioners_are_left_alone() -> None:
    fine, held, V = stiffness(dmesh.create_unit_cube(MPI.COMM_SELF, 2, 1, 1), 2)
    pc = PETSc.PC().create(MPI.COMM_SELF)
    pc.setType(PETSc.PC.Type.LU)
    pc.setOperators(V)
    Linear(fine, held).serve(pc)
    assert pc.getType() == PETSc.PC.Type.LU
