"""The deposit front: how fast it moves, how curved it is, and how its points travel along it.

The normal n points out of the metal, kappa = div_s n is positive on a bulge, and a current is
positive when anodic: where metal dissolves the front recedes.
"""

from typing import Annotated, Any

import ufl
from pydantic import Field, InstanceOf
from ufl import dot, inner

from ..inputs.units import MullinsCoefficient, Parameters, SurfaceEnergy, given
from .frame import Surface
from .shift import FullTraction, StressShift


class MovingFront(Parameters):
    """An electrode whose surface moves as metal is plated and stripped.

    `surface_energy` none: the metal's own.
    `mullins_coefficient` is B in v_n = B lap_s kappa, diffusion of metal along its surface
    (Mullins, J. Appl. Phys. 28 (1957) 333); nobody has measured it for K under a film. `shift` is
    how curvature and stress shift the kinetics.
    """

    surface_energy: SurfaceEnergy | None = None
    mullins_coefficient: MullinsCoefficient = given("0 m^4/s", "left out unless given")
    shift: Annotated[StressShift, InstanceOf()] = Field(default_factory=FullTraction)


def kinematics(swept: Any, N: Any, dissolved: Any, area: Any, test: Any, ds: Any) -> Any:
    r"""Faraday's law of the front: :math:`\int (\dot G\cdot N - \sum_j V_j i_j/F\,a)\,h\,dA`.

    Args:
        swept: rate of the swept volume dG/dt (see `Moved.swept`), vector.
        N: reference normal out of the liquid.
        dissolved: volume of metal dissolved per area and time, sum_j V_j i_j / F [m s-1].
        area: present over reference area a.
        test: scalar test function h.
        ds: measure of the front.
    """
    return (dot(swept, N) - dissolved * area) * test * ds


def carried(v: Any, test: Any, surface: Surface, ds: Any) -> Any:
    r"""What flowing metal adds to `kinematics`: :math:`\int v\cdot n\,h\,da`.

    Args:
        v: the metal's velocity [m/s].
        test: scalar test function h.
        surface: the front's configuration; its n points out of the metal.
        ds: measure of the front, seen from the metal.
    """
    return dot(v, surface.n) * test * surface.area * ds


def surface_diffusion(B: Any, kappa: Any, test: Any, surface: Surface, ds: Any) -> Any:
    r"""Weak form of v_n = B lap_s kappa, on the left of `kinematics`.

    :math:`-\int B\,\nabla_s\kappa\cdot\nabla_s h\,da`.

    Args:
        B: Mullins coefficient [m4 s-1].
        kappa: curvature div_s n [1/m].
        test: scalar test function h.
        surface: the front's configuration.
        ds: measure of the front.
    """
    return -B * inner(surface.grad(kappa), surface.grad(test)) * surface.area * ds


def smoothing(share: Any, mesh: Any) -> Any:
    """Return s h^3 [m3], which times a front's speed |v_n| is a numerical surface diffusion.

    h is the edge of an equilateral facet as large. Where a front of straight facets turns within an
    element, along an edge or at a tip, its node is taken along by v_n / cos of half the turn, since
    that is what the facets sweep; so a tip becomes a needle, where a true one would grow round. Of
    shapes of length L it smooths as much as s (h/L)^3 of what grows.

    Args:
        share: s [-].
        mesh: the front's, of simplexes.
    """
    area, dim = ufl.FacetArea(mesh), mesh.geometry.dim  # in 1-D a front is a point
    return share * {1: 0.0, 2: area**3, 3: (4 * area / 3**0.5) ** 1.5}[dim]


def curvature(kappa: Any, x: Any, nodal_normal: Any, test: Any, surface: Surface, ds: Any) -> Any:
    r"""Weak curvature: :math:`\int \kappa\,\eta - \nabla_s x : \nabla_s(\eta\nu)\;da`.

    No normal is ever differentiated but the nodal one nu, which is linear in each facet. Symmetry
    planes meet the front at a right angle. Source: Dziuk, Numer. Math. 58 (1991) 603.

    Args:
        kappa: curvature [1/m].
        x: present position, a vector field.
        nodal_normal: nu, of unit length at the nodes.
        test: scalar test function eta.
        surface: a known configuration close to the present one: its metric.
        ds: measure of the front.
    """
    return (kappa * test - surface.contract(x, test * nodal_normal)) * surface.area * ds


def least_deformation(d: Any, mu: Any, test: Any, surface: Surface, ds: Any) -> Any:
    r"""What moves points along the front: :math:`\int \nabla_s d : \nabla_s m + \mu\,n\cdot m\,da`.

    Of all motions with the given normal part the one that deforms the front least; mu is the
    multiplier of that condition. It keeps the front's elements in shape where it curves, and their
    grading. Source: Hu and Li, Numer. Math. 152 (2022) 127.

    Args:
        d: displacement in this step, a vector field.
        mu: multiplier, scalar.
        test: vector test function m.
        surface: a known configuration close to the present one.
        ds: measure of the front.
    """
    return (surface.contract(d, test) + mu * dot(surface.n, test)) * surface.area * ds
