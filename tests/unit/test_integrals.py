"""What a moving region stores and passes: by midpoints as exactly as by more points."""

from types import SimpleNamespace
from typing import Any

import dolfinx.mesh as dmesh
import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI
from ufl import grad

from fem_kna.physics.frame import Moved
from fem_kna.physics.midpoint import MIDPOINT
from fem_kna.stability.linear import Travelling
from fem_kna.system.integrals import ByMidpoints, ByPoints

POINTS = 4  # degree that is enough for all products here


def no_axis(d: Any) -> float:
    """Return the stretch of circles where there are none."""
    return 0.0


@pytest.fixture
def cell() -> SimpleNamespace:
    """Tetrahedra that are displaced twice at random, and a field on them."""
    mesh = dmesh.create_unit_cube(MPI.COMM_SELF, 2, 2, 2)
    places = fem.functionspace(mesh, ("Lagrange", 1, (3,)))
    d, held = fem.Function(places), fem.Function(places)
    c = fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))
    random = np.random.default_rng(0)
    for u in (d, held, c):
        u.x.array[:] = random.uniform(-0.1, 0.1, len(u.x.array))
    v = ufl.TestFunction(c.function_space)
    by = [
        ufl.Measure("dx", domain=mesh, metadata={"quadrature_degree": degree})
        for degree in (MIDPOINT, POINTS)
    ]
    sums = ByMidpoints(by[0], mesh), ByPoints(by[1])
    return SimpleNamespace(c=c, v=v, d=d, held=held, sums=sums)


@pytest.mark.parametrize("travelling", [False, True])
def test_what_a_mesh_passes_is_exact_by_midpoints(cell: SimpleNamespace, travelling: bool) -> None:
    frame = Travelling(cell.d, no_axis, cell.held) if travelling else Moved(cell.d, no_axis)
    swept, stretch = frame.swept(), frame.stretch()
    found, wanted, without = (
        fem.assemble_vector(fem.form(sums.convection(cell.c, slope, swept, stretch, cell.v))).array
        for sums, slope in (
            *((one, grad(cell.c)) for one in cell.sums),
            (cell.sums[0], ufl.zero(3)),
        )
    )
    np.testing.assert_allclose(found, wanted, atol=1e-15)
    assert abs(without - wanted).max() > 0.02 * abs(wanted).max()  # what the gradients add


def test_what_is_stored_is_exact_by_midpoints(cell: SimpleNamespace) -> None:
    J = Moved(cell.d, no_axis).J
    found, wanted = (
        fem.assemble_vector(fem.form(sums.storage(J * cell.c, J * grad(cell.c), cell.v))).array
        for sums in cell.sums
    )
    np.testing.assert_allclose(found, wanted, atol=1e-15)
