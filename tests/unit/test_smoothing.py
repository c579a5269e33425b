"""The volume s h^3 of a front's numerical smoothing, on facets whose edges are known."""

import basix.ufl
import dolfinx.mesh as dmesh
import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

import fem_kna as kna
from fem_kna.physics.front import smoothing

EDGE, SHARE = 0.3, 0.5
CORNERS = {
    "triangle": np.array([[0, 0], [1, 0], [0.5, 3**0.5 / 2]]),
    "tetrahedron": np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / 8**0.5,
}


@pytest.mark.parametrize("cell", CORNERS)
def test_a_facet_smooths_by_the_cube_of_its_edge(cell: str) -> None:
    """Of one cell all of whose edges are as long."""
    x = EDGE * CORNERS[cell]
    element = basix.ufl.element("Lagrange", cell, 1, shape=(x.shape[1],))
    cells = np.arange(len(x), dtype=np.int64)[None]
    mesh = dmesh.create_mesh(MPI.COMM_SELF, cells, element, x)
    form = smoothing(SHARE, mesh) * ufl.ds(mesh)
    facet = EDGE if cell == "triangle" else 3**0.5 / 4 * EDGE**2
    found = fem.assemble_scalar(fem.form(form)) / (len(x) * facet)
    assert found == pytest.approx(SHARE * EDGE**3)


@pytest.mark.parametrize(("dimension", "share"), [("2d", 0.0), ("axisymmetric", 0.0), ("3d", 0.02)])
def test_fronts_are_smoothed_in_space_unless_told_otherwise(dimension: str, share: float) -> None:
    assert kna.Numerics().on(dimension).front_smoothing == share
    assert kna.Numerics(front_smoothing=0.1).on(dimension).front_smoothing == 0.1
    assert kna.Numerics(front_smoothing=0.0).on(dimension).front_smoothing == 0.0
