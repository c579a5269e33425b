"""Conservation laws in weak form: storage + divergence + convection + outflow = 0.

On a moving mesh (see `frame`) they stand on the reference mesh: amounts are those in cells, fluxes
those through facets that travel along.
"""

from typing import Any

from ufl import grad, inner

from .frame import Frame


def storage(rate: Any, test: Any, dx: Any) -> Any:
    r"""Weak form of the rate of an amount, :math:`\int \partial_t(\varepsilon c)\,v\,dx`.

    Args:
        rate: rate of the amount per volume [mol m-3 s-1], scalar.
        test: scalar test function v.
        dx: measure of the region.
    """
    return rate * test * dx


def divergence(flux: Any, test: Any, dx: Any, frame: Frame) -> Any:
    r"""Weak form of a divergence by parts, inside: :math:`-\int N\cdot\nabla v\,dx`.

    Args:
        flux: vector N, [mol m-2 s-1] or [A m-2]; its boundary part is `outflow`.
        test: scalar test function v.
        dx: measure of the region.
        frame: its configuration; :math:`-\int J N\cdot F^{-T}\nabla v\,dX`.
    """
    return -frame.J * inner(flux, frame.grad(test)) * dx


def convection(density: Any, swept: Any, test: Any, dx: Any) -> Any:
    r"""What the mesh leaves behind as it travels: :math:`\int u\,\dot G\cdot\nabla v\,dX`.

    Part of Div(-u dG/dt), the flux of an amount at rest through the moving cells. With the rate of
    u J a constant u stays constant, whatever the motion.

    Args:
        density: amount u per volume.
        swept: rate of the swept volume dG/dt (see `Moved.swept`), vector on the reference mesh.
        test: scalar test function v.
        dx: measure of the region.
    """
    return density * inner(swept, grad(test)) * dx


def outflow(normal_flux: Any, test: Any, ds: Any) -> Any:
    r"""Boundary part of `divergence`: :math:`\int (N\cdot n)\,v\,ds`, leaving counted positive."""
    return normal_flux * test * ds
