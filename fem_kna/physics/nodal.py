"""Gradients of functions of a linear field by their values at the vertices of each simplex.

What bends sharply in a field, as a phase's composition where the phase ends, does so somewhere
inside an element, between the points of a quadrature or on one of them, and its gradient jumps as
the bend passes these. By the values at the vertices, I_h P(c), it does not: along a line its
integral is the difference of the values at the ends, however P bends between them: as in Stefan's
problem (Nochetto and Verdi, SIAM J. Numer. Anal. 25 (1988) 784). Where P is smooth the error stays
of second order.
"""

from collections.abc import Callable
from typing import Any

import ufl
from ufl import dot, grad

SLOW = 1e-12  # share of an element that is passed in the scaled unit of time: nothing moves


def nodal_gradient(of: Callable[..., Any], mesh: Any, *fields: Any) -> Any:
    """Return the gradient of I_h of(*fields) on the reference mesh: constant in each simplex.

    It holds in integrals by midpoints (`midpoint.MIDPOINT`), which are exact for it: values at the
    vertices are found from there.

    Args:
        of: a function of the fields' values.
        mesh: that of the integral; simplexes.
        fields: scalars, linear in each simplex.
    """
    edges = ufl.Jacobian(mesh)
    size = edges.ufl_shape[1]
    along = [dot(edges.T, grad(field)) for field in fields]  # along edges from one
    first = [
        field - sum(edge[k] for k in range(size)) / (size + 1)
        for field, edge in zip(fields, along, strict=True)
    ]
    there = of(*first)
    steps = [
        of(*(start + edge[k] for start, edge in zip(first, along, strict=True))) - there
        for k in range(size)
    ]
    return dot(ufl.JacobianInverse(mesh).T, ufl.as_vector(steps))


def along_streams(field: Any, stream: Any, test: Any, mesh: Any) -> Any:
    r"""Return the weak form's integrand of upwind differences, (a . grad s)(a . grad t) h / 2|a|.

    A flux of the field s along the stream a that carries it through the mesh, with the element's
    length h along that: linear elements then do not oscillate where the field jumps, and are of
    first order there (Brooks and Hughes, Comput. Methods Appl. Mech. Eng. 32 (1982) 199). By the
    barycentric coordinates, h / 2|a| = 1 / sum_k |a . grad lambda_k|.

    Args:
        field: linear in each simplex.
        stream: vector a on the reference mesh, the volume that passes the mesh per area and time.
        test: test function t.
        mesh: that of the integral; simplexes.
    """
    rates = dot(ufl.JacobianInverse(mesh), stream)
    parts = [rates[k] for k in range(rates.ufl_shape[0])]
    through = sum(abs(part) for part in (*parts, sum(parts)))
    return dot(stream, grad(field)) * dot(stream, grad(test)) / (through + SLOW)
