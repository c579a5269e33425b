"""Fields taken apart node by node: against dense matrices."""

import dolfinx.mesh as dmesh
import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI
from petsc4py import PETSc

from fem_kna.solve.apart import Fields
from fem_kna.solve.nodal import Nodal
from fem_kna.solve.options import GAMG, LENT

COUPLED = np.array([[2.0, 0.5, -1.0], [0.3, 1.0, 0.8], [-0.4, 0.6, 3.0]])  # fields, at every node


def dense(matrix: PETSc.Mat) -> np.ndarray:
    """Return all rows of a matrix on one rank."""
    return np.asarray(matrix.convert("dense", PETSc.Mat()).getDenseArray())


def dense_of(nodal: Nodal) -> np.ndarray:
    """Return a matrix on one rank by the blocks that are held."""
    nodes = nodal._shape[0]
    whole = np.zeros((nodes, nodes, nodal.size, nodal.size))
    whole[nodal._row, nodal._columns] = nodal._blocks
    return whole.transpose(0, 2, 1, 3).reshape(nodes * nodal.size, -1)


@pytest.fixture
def matrix() -> tuple[Nodal, np.ndarray]:
    """Three fields that diffuse into each other, one of which is held on a side; and W A."""
    mesh = dmesh.create_unit_square(MPI.COMM_SELF, 3, 2)
    V = fem.functionspace(mesh, ("Lagrange", 1, (3,)))
    u, v = ufl.TrialFunction(V), ufl.TestFunction(V)
    M = ufl.as_matrix(COUPLED.tolist())
    form = fem.form(ufl.inner(ufl.dot(M, ufl.grad(u)), ufl.grad(v)) * ufl.dx)
    left = dmesh.locate_entities_boundary(mesh, 1, lambda x: np.isclose(x[0], 0.0))
    value = fem.Function(V)
    held = fem.dirichletbc(value, fem.locate_dofs_topological(V, 1, left))
    nodal = Nodal(form)
    nodal.assemble(form, [held])
    return nodal, dense(nodal.matrix)


def decoupled(A: np.ndarray) -> np.ndarray:
    """Return diag(N) N^-1 of each node's block N of three, times A."""
    rows = []
    for k in range(0, len(A), 3):
        N = A[k : k + 3, k : k + 3]
        rows.append(np.diag(np.diag(N)) @ np.linalg.inv(N) @ A[k : k + 3])
    return np.concatenate(rows)


def test_each_field_is_its_own_part_of_the_decoupled_matrix(
    matrix: tuple[Nodal, np.ndarray],
) -> None:
    nodal, A = matrix
    W, fields, _ = nodal.split()
    assert W.shape == (len(A) // 3, 3, 3)
    WA = decoupled(A)
    for k, field in enumerate(fields):
        np.testing.assert_allclose(dense(field), WA[k::3, k::3], atol=1e-14)


def test_the_others_are_solved_for_with_what_they_hear_of_the_last(
    matrix: tuple[Nodal, np.ndarray],
) -> None:
    """Each solved exactly: the last by its own part, the others against their columns of it."""
    nodal, _ = matrix
    random = np.random.default_rng(0)
    nodal._held.data[:] *= random.uniform(0.9, 1.1, len(nodal._held.data))  # no law of all nodes
    A = dense_of(nodal)
    whole = {"ksp_type": "preonly", "pc_type": "lu"}
    fields = solvers(nodal, "heard_", whole, whole, whole)
    right = random.normal(size=len(A))
    found = np.empty_like(right)
    fields.solve(right, found)
    WA = decoupled(A)
    b = WA @ np.linalg.solve(A, right)  # W b
    last = np.linalg.solve(WA[2::3, 2::3], b[2::3])
    np.testing.assert_allclose(found[2::3], last, rtol=1e-10)
    for k in (0, 1):
        assert abs(WA[k::3, 2::3] @ last).max() > 1e-3  # there is something to hear
        own = np.linalg.solve(WA[k::3, k::3], b[k::3] - WA[k::3, 2::3] @ last)
        np.testing.assert_allclose(found[k::3], own, rtol=1e-10)
    fields.close()


def test_one_law_at_all_nodes_leaves_nothing_that_couples(
    matrix: tuple[Nodal, np.ndarray],
) -> None:
    """A = m K: of W A = diag(m) K nothing is off the fields' own parts, held nodes included."""
    _, A = matrix
    WA = decoupled(A)
    for k in range(3):
        WA[k::3, k::3] = 0.0
    assert abs(A).max() > 1 and abs(WA).max() < 1e-14


def test_what_is_taken_off_is_gone_and_forgotten_by_the_next_matrix(
    matrix: tuple[Nodal, np.ndarray],
) -> None:
    nodal, A = matrix
    places = np.array([3, 4, 5, 9], dtype=np.int32)  # rows; each on its own node's first field
    columns = (places // 3 * 3).astype(np.int32)
    other = PETSc.Mat().createAIJ(A.shape, nnz=1, comm=MPI.COMM_SELF)
    for row, column in zip(places, columns, strict=True):
        other.setValue(row, column, 0.1)
    other.assemble()
    nodal.take_off(other)
    B = A.copy()
    B[places, columns] -= 0.1
    fields = nodal.split().fields
    np.testing.assert_allclose(dense(fields[0]), decoupled(B)[0::3, 0::3], atol=1e-14)


def test_a_node_without_an_inverse_is_no_number_and_stops_no_rank() -> None:
    mesh = dmesh.create_unit_interval(MPI.COMM_SELF, 2)
    V = fem.functionspace(mesh, ("Lagrange", 1, (2,)))
    u, v = ufl.TrialFunction(V), ufl.TestFunction(V)
    form = fem.form(u[0] * v[0] * ufl.dx)  # nothing holds the second field
    nodal = Nodal(form)
    nodal.assemble(form, [])
    W = nodal.split().W
    assert np.isnan(W).all()


@pytest.fixture
def alike() -> Nodal:
    """Three fields of one law on a mesh that is worth three levels."""
    mesh = dmesh.create_unit_square(MPI.COMM_SELF, 24, 24)
    V = fem.functionspace(mesh, ("Lagrange", 1, (3,)))
    u, v = ufl.TrialFunction(V), ufl.TestFunction(V)
    M = ufl.as_matrix(COUPLED.tolist())
    law = ufl.inner(ufl.dot(M, ufl.grad(u)), ufl.grad(v)) + ufl.inner(ufl.dot(M, u), v)
    nodal = Nodal(fem.form(law * ufl.dx))
    nodal.assemble(fem.form(law * ufl.dx), [])
    return nodal


def solvers(matrix: Nodal, prefix: str, *cycles: dict[str, object]) -> Fields:
    """Return the fields of a matrix, each solved by a cycle of its own."""
    options = PETSc.Options(prefix)
    for k, cycle in enumerate(cycles):
        for name, value in cycle.items():
            options[f"fieldsplit_{k}_{name}"] = value
    fields = Fields()
    fields.take(matrix)
    fields.set_up(prefix)
    return fields


def test_fields_of_one_law_lose_nothing_by_the_last_ones_interpolation(alike: Nodal) -> None:
    """Multigrid of m K is that of K over m: lent or own, a cycle does the same."""
    right = np.random.default_rng(0).normal(size=alike.matrix.getSize()[0])
    found = []
    for prefix, first in (("lent_", LENT), ("own_", GAMG)):
        fields = solvers(alike, prefix, first, first, GAMG)
        found.append(np.empty_like(right))
        fields.solve(right, found[-1])
        assert [s.getPC().getMGLevels() for s in fields._solvers] == [3] * 3
        fields.close()
    np.testing.assert_allclose(*found, rtol=1e-9, atol=1e-12)


def test_a_new_generation_interpolates_anew(alike: Nodal) -> None:
    fields = solvers(alike, "anew_", LENT, LENT, GAMG)
    kept = fields._solvers[-1].getPC().getMGInterpolation(1)
    fields.forget()
    fields.take(alike)
    fields.set_up("anew_")
    first, _, last = (s.getPC().getMGInterpolation(1).handle for s in fields._solvers)
    assert first == last != kept.handle
    fields.close()


def test_where_the_last_field_is_factorised_the_others_make_their_own_interpolation(
    alike: Nodal,
) -> None:
    whole = {"ksp_type": "preonly", "pc_type": "lu"}
    fields = solvers(alike, "lu_", LENT, LENT, whole)
    *others, last = (solver.getPC() for solver in fields._solvers)
    assert last.getType() == "lu" and [pc.getMGLevels() for pc in others] == [3, 3]
    right = np.random.default_rng(0).normal(size=alike.matrix.getSize()[0])
    found = np.empty_like(right)
    fields.solve(right, found)
    W, matrices, _ = alike.split()
    own = np.einsum("nl,nl->n", W[:, 2], right.reshape(-1, 3))
    exact = np.linalg.solve(dense(matrices[2]), own)
    np.testing.assert_allclose(found[2::3], exact, rtol=1e-9, atol=1e-12)
    fields.close()
