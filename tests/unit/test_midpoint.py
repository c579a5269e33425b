"""Products of linear functions by midpoints: exact in a simplex of any dimension."""

import dolfinx.mesh as dmesh
import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from fem_kna.physics.midpoint import MIDPOINT, product, second_moment


@pytest.fixture(params=[1, 2, 3])
def mesh(request: pytest.FixtureRequest) -> dmesh.Mesh:
    """Simplexes of no regular shape."""
    make = dmesh.create_unit_interval, dmesh.create_unit_square, dmesh.create_unit_cube
    mesh = make[request.param - 1](MPI.COMM_SELF, *(2,) * request.param)
    x = mesh.geometry.x
    x[:, : request.param] += np.random.default_rng(0).uniform(-0.1, 0.1, (len(x), request.param))
    return mesh


def test_product_is_that_of_a_rule_for_quadratics(mesh: dmesh.Mesh) -> None:
    V = fem.functionspace(mesh, ("Lagrange", 1))
    a, v = fem.Function(V), ufl.TestFunction(V)
    a.x.array[:] = np.random.default_rng(1).uniform(-1, 1, len(a.x.array))
    midpoint, exact = (
        ufl.Measure("dx", domain=mesh, metadata={"quadrature_degree": degree})
        for degree in (MIDPOINT, 2)
    )
    found, without, wanted = (
        fem.assemble_vector(fem.form(form)).array
        for form in (
            product((a, ufl.grad(a)), (v, ufl.grad(v)), midpoint, mesh),
            a * v * midpoint,
            a * v * exact,
        )
    )
    np.testing.assert_allclose(found, wanted, atol=1e-15)
    assert abs(without - wanted).max() > 0.02 * abs(wanted).max()  # what the second moment adds


def test_second_moment_of_a_line_is_its_length_squared_over_twelve() -> None:
    mesh = dmesh.create_interval(MPI.COMM_SELF, 1, (0.0, 3.0))
    moment = fem.form(second_moment(mesh)[0, 0] / 3 * ufl.dx(domain=mesh))
    assert fem.assemble_scalar(moment) == pytest.approx(9 / 12)
