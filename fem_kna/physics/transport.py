"""Conservation laws in weak form: storage + divergence + outflow = 0."""

from typing import Any

from ufl import grad, inner


def storage(rate: Any, test: Any, dx: Any) -> Any:
    r"""Weak form of the rate of an amount, :math:`\int \partial_t(\varepsilon c)\,v\,dx`.

    Args:
        rate: rate of the amount per volume [mol m-3 s-1], scalar.
        test: scalar test function v.
        dx: measure of the region.
    """
    return rate * test * dx


def divergence(flux: Any, test: Any, dx: Any) -> Any:
    r"""Weak form of a divergence by parts, inside: :math:`-\int N\cdot\nabla v\,dx`.

    Args:
        flux: vector N, [mol m-2 s-1] or [A m-2]; its boundary part is `outflow`.
        test: scalar test function v.
        dx: measure of the region.
    """
    return -inner(flux, grad(test)) * dx


def outflow(normal_flux: Any, test: Any, ds: Any) -> Any:
    r"""Boundary part of `divergence`: :math:`\int (N\cdot n)\,v\,ds`, leaving counted positive."""
    return normal_flux * test * ds
