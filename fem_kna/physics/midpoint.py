"""Integrals over simplexes by their midpoints alone, exact for what is linear in each.

A coefficient that is linear has one value there, and its gradient is constant, so that an element's
matrix needs no loop over points. Products of two linear functions have a second moment beside it:

    int_T a b dx = |T| (a b)(m) + |T| grad a . S grad b,     S = int_T (x - m) (x - m)^T dx / |T|.

FFCx (0.11) may take a coefficient's value at the midpoint for that at the points of another rule on
the same cells: where one part of a form is integrated by midpoints, no other one may use values of
the same functions by another rule.
"""

from typing import Any

import ufl
from ufl import dot

MIDPOINT = 1  # degree of the quadrature whose only point is the midpoint of a simplex


def second_moment(mesh: Any) -> Any:
    """Return S of each simplex, a tensor [m2]: J M J^T with that of the reference simplex, M."""
    J = ufl.Jacobian(mesh)
    n = J.ufl_shape[1]
    M = (ufl.Identity(n) - ufl.as_matrix([[1 / (n + 1)] * n] * n)) / ((n + 1) * (n + 2))
    return dot(J, dot(M, J.T))


def product(a: tuple[Any, Any], b: tuple[Any, Any], dx: Any, mesh: Any) -> Any:
    r"""Return :math:`\int a\,b\,dx` by midpoints.

    Args:
        a: scalar, linear in each simplex, and its gradient.
        b: another one, and its gradient.
        dx: measure of the region, with the quadrature of degree `MIDPOINT`.
        mesh: that of the measure.
    """
    return (a[0] * b[0] + dot(a[1], dot(second_moment(mesh), b[1]))) * dx
