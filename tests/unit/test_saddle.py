"""Velocity and pressure by blocks: what the preconditioner solves, and in how many iterations."""

import basix.ufl
import dolfinx.mesh as dmesh
import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI
from petsc4py import PETSc

from fem_kna.solve.blocks import Blocks
from fem_kna.solve.options import STOKES
from fem_kna.solve.saddle import Saddle


def stokes(n: int, knows: bool = True) -> Blocks:
    """Return the blocks of a flow in a cube, whose viscosity varies by 1e4.

    It sticks to the bottom. The pressure's matrix `knows` of the viscosity, or takes it for 1.
    """
    mesh = dmesh.create_unit_cube(MPI.COMM_SELF, n, n, n)
    cell, x = mesh.basix_cell(), ufl.SpatialCoordinate(mesh)
    V = fem.functionspace(mesh, basix.ufl.element("Lagrange", cell, 2, shape=(3,)))
    Q = fem.functionspace(mesh, basix.ufl.element("Lagrange", cell, 1))
    mixed = ufl.MixedFunctionSpace(V, Q)
    (w, q), (dv, dp) = ufl.TestFunctions(mixed), ufl.TrialFunctions(mixed)
    eta = ufl.exp(9.2 * x[0])
    rate = ufl.sym(ufl.grad(dv))
    form = (
        2 * eta * ufl.inner(rate, ufl.sym(ufl.grad(w))) - dp * ufl.div(w) - q * ufl.div(dv)
    ) * ufl.dx
    forms = fem.form(ufl.extract_blocks(form))
    schur = fem.form(-dp * q / (2 * (eta if knows else 1)) * ufl.dx)
    bottom = dmesh.locate_entities_boundary(mesh, 2, lambda x: np.isclose(x[2], 0.0))
    held = [fem.dirichletbc(fem.Function(V), fem.locate_dofs_topological(V, 2, bottom))]
    unknowns = fem.Function(V), fem.Function(Q)
    blocks = Blocks(unknowns, held, forms, [((0, 1), Saddle(unknowns, held, schur))])
    blocks.renew()
    return blocks


def solved(blocks: Blocks) -> tuple[np.ndarray, int]:
    """Return the solution for a right-hand side of ones, and the iterations taken, 200 at most."""
    ksp, given = PETSc.KSP().create(MPI.COMM_SELF), PETSc.Options("stokes_")
    krylov = {"ksp_type": "gmres", "ksp_pc_side": "right", "ksp_rtol": 1e-8, "ksp_max_it": 200}
    apart = {"pc_type": "python", "pc_python_type": "fem_kna.solve.apart.Apart"}
    flow = {f"flow_{name}": value for name, value in STOKES.items()}
    for name, value in (krylov | apart | flow).items():
        given[name] = value
    ksp.setOptionsPrefix("stokes_")
    ksp.setOperators(blocks.matrix, blocks.preconditioner)
    ksp.setFromOptions()
    x, b = blocks.matrix.createVecs()
    b.set(1.0)
    ksp.solve(b, x)
    return x.array.copy(), ksp.getIterationNumber()


def test_it_finds_what_a_factorisation_finds() -> None:
    blocks = stokes(3)
    found, _ = solved(blocks)
    b = blocks.matrix.createVecLeft()
    b.set(1.0)
    lu = PETSc.KSP().create(MPI.COMM_SELF)
    lu.setOperators(blocks.matrix)
    lu.setType("preonly")
    lu.getPC().setType("lu")
    lu.getPC().setFactorSolverType("mumps")
    x = b.duplicate()
    lu.solve(b, x)
    assert np.linalg.norm(found - x.array) < 1e-6 * x.norm()


def test_iterations_hardly_grow_with_the_mesh_if_the_viscosity_is_known() -> None:
    (_, coarse), (_, fine) = (solved(stokes(n)) for n in (4, 7))  # five times the unknowns
    assert fine <= 1.1 * coarse and fine <= 42
    _, unknowing = solved(stokes(7, knows=False))
    assert unknowing > 2 * fine  # a planted mistake


def test_what_is_held_stays_by_itself() -> None:
    blocks = stokes(2)
    rows, columns, values = blocks.matrix.getValuesCSR()
    held = blocks._bodies[0].numbering.rows(blocks.kept)
    assert len(held) == 3 * 25
    for row in held:
        own = slice(rows[row], rows[row + 1])
        assert values[own][columns[own] == row] == pytest.approx(1.0)
        assert np.abs(values[own][columns[own] != row]).max(initial=0.0) == 0.0
