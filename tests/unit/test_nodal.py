"""Gradients by values at vertices, and upwind streams: on a few elements, by hand."""

import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from fem_kna.physics.midpoint import MIDPOINT
from fem_kna.physics.nodal import along_streams, nodal_gradient


def kinked(c):
    """Half as steep again beyond c = 0.37: inside an element."""
    return c + (c - 0.37 + abs(c - 0.37)) / 4


def assembled(form):
    return fem.assemble_vector(fem.form(form)).array


def test_between_vertices_a_chord():
    """Whatever bends inside: -int grad P . grad v are the chords' slopes, here on thirds."""
    line = mesh.create_unit_interval(MPI.COMM_SELF, 3)
    V = fem.functionspace(line, ("Lagrange", 1))
    c, v = fem.Function(V), ufl.TestFunction(V)
    c.interpolate(lambda x: x[0])
    G = nodal_gradient(kinked, line, c)
    found = assembled(ufl.dot(G, ufl.grad(v)) * ufl.dx(degree=MIDPOINT))
    P = kinked(np.arange(4) / 3)
    slopes = np.diff(P) * 3
    order = np.argsort(V.tabulate_dof_coordinates()[:, 0])
    by_hand = [-slopes[0], *(slopes[:-1] - slopes[1:]), slopes[-1]]
    assert found[order] == pytest.approx(by_hand, abs=1e-14)


def test_in_triangles_it_is_the_interpolants_gradient():
    square = mesh.create_unit_square(MPI.COMM_SELF, 2, 2)
    V = fem.functionspace(square, ("Lagrange", 1))
    c, s, product = fem.Function(V), fem.Function(V), fem.Function(V)
    c.interpolate(lambda x: 1 + x[0] ** 2)
    s.interpolate(lambda x: x[1] - x[0])
    product.x.array[:] = c.x.array * s.x.array**2
    miss = nodal_gradient(lambda c, s: c * s**2, square, c, s) - ufl.grad(product)
    square_miss = fem.form(ufl.inner(miss, miss) * ufl.dx(degree=MIDPOINT))
    assert fem.assemble_scalar(square_miss) < 1e-28


def test_a_stream_adds_half_an_element_of_diffusion():
    """With a jump of 1 over an element h = 1/4 at a = 2: (h/2)|a| (1/h)^2 h = 1, a's sign apart."""
    line = mesh.create_unit_interval(MPI.COMM_SELF, 4)
    V = fem.functionspace(line, ("Lagrange", 1))
    s, v = fem.Function(V), ufl.TestFunction(V)
    s.interpolate(lambda x: 1.0 * (x[0] > 0.6))
    for a, size in ((2.0, 1.0), (-2.0, 1.0), (0.0, 0.0)):
        stream = fem.Constant(line, np.array([a]))
        found = assembled(along_streams(s, stream, v, line) * ufl.dx)
        order = np.argsort(V.tabulate_dof_coordinates()[:, 0])
        assert found[order] == pytest.approx([0, 0, -size, size, 0], abs=1e-12)
