"""Creeping flow of metal: incompressible, without inertia, velocity v [m/s] and pressure p [Pa].

sigma = -p I + 2 eta(eps) D(v), div sigma + f = 0, div v = 0, with D = sym grad v and the equivalent
rate eps = sqrt(2/3 D:D). Tension is positive. All terms are those of the residual

    int 2 eta D(v):D(w) - p div w - q div v dv  -  (work of the loads on w)  =  0,

where a surface that nothing is said about is free of traction. About an axis circles are stretched
at the rate v_r / r, an entry of D of its own.
"""

from typing import Any

from ufl import dot, inner, inv, sqrt, sym, tr
from ufl import grad as reference_grad

from .frame import Moved, Surface
from .rheology import Rheology

# Squared rate [1/s2] that keeps the square root differentiable where nothing moves; any rate that
# matters is larger by orders of magnitude.
AT_REST = 1e-30


def gradient(v: Any, frame: Moved) -> Any:
    """Return the velocity gradient dv_i/dx_j in the plane, or in space [1/s]."""
    return dot(reference_grad(v), inv(frame.F))


def circling(v: Any, frame: Moved) -> Any:
    """Return the rate at which circles about the axis stretch [1/s]; 0 without an axis."""
    return frame.hoop(v) / (1 + frame.hoop(frame.d))


def divergence(v: Any, frame: Moved) -> Any:
    """Return div v [1/s]."""
    return tr(gradient(v, frame)) + circling(v, frame)


def surface_divergence(v: Any, surface: Surface) -> Any:
    """Return div_s v along a surface [1/s]; about an axis the circles count too."""
    return tr(surface.grad(v)) + circling(v, surface.frame)


def contraction(v: Any, w: Any, frame: Moved) -> Any:
    """Return D(v):D(w) [1/s2]."""
    in_plane = inner(sym(gradient(v, frame)), sym(gradient(w, frame)))
    return in_plane + circling(v, frame) * circling(w, frame)


def equivalent_rate(v: Any, frame: Moved) -> Any:
    """Return the equivalent (von Mises) strain rate sqrt(2/3 D:D) [1/s]."""
    return sqrt(2 / 3 * contraction(v, v, frame) + AT_REST)


def momentum(v: Any, p: Any, w: Any, law: Rheology, frame: Moved, dx: Any) -> Any:
    r"""Weak balance of forces: :math:`\int 2\eta\,D(v):D(w) - p\,\nabla\cdot w\;dv`.

    Args:
        v: velocity [m/s].
        p: pressure [Pa].
        w: vector test function; with a rigid motion of a boundary in its place the term is the
            force [N] with which that boundary pushes the metal (per depth in two dimensions).
        law: viscosity at an equivalent strain rate.
        frame: configuration of the metal.
        dx: measure of the metal.
    """
    eta = law.viscosity(equivalent_rate(v, frame))
    work = 2 * eta * contraction(v, w, frame) - p * divergence(w, frame)
    return work * frame.J * dx


def continuity(v: Any, q: Any, frame: Moved, dx: Any) -> Any:
    r"""Weak incompressibility: :math:`-\int q\,\nabla\cdot v\;dv`, so that the system is symmetric.

    Args:
        v: velocity [m/s].
        q: scalar test function.
        frame: configuration of the metal.
        dx: measure of the metal.
    """
    return -q * divergence(v, frame) * frame.J * dx


def resistance(v: Any, p: Any, q: Any, law: Rheology, frame: Moved, dx: Any) -> Any:
    r"""What the pressure costs: :math:`-\int pq/(2\eta)\;dv`, no part of any balance.

    With A the operator of `momentum` without its pressure, and B that of `continuity`, B A^-1 B^T
    has this form's spectrum but for bounds that no mesh changes, where the viscosity varies
    slowly: a preconditioner's matrix of the pressure. Source: Elman, Silvester and Wathen, Finite
    Elements and Fast Iterative Solvers (2014), section 3.5.

    Args:
        v: velocity [m/s], which the viscosity is that of.
        p: pressure, a trial function.
        q: scalar test function.
        law: viscosity at an equivalent strain rate.
        frame: configuration of the metal.
        dx: measure of the metal.
    """
    return -p * q / (2 * law.viscosity(equivalent_rate(v, frame))) * frame.J * dx


def capillarity(gamma: Any, w: Any, surface: Surface, ds: Any) -> Any:
    r"""Surface tension, a traction -gamma kappa n: :math:`\int\gamma\,\nabla_s\cdot w\;da`.

    No curvature is needed. The surface meets its edges at a right angle (symmetry planes), or its
    edges are held.

    Args:
        gamma: surface energy [J/m2].
        w: vector test function.
        surface: the metal's surface.
        ds: its measure.
    """
    return gamma * surface_divergence(w, surface) * surface.area * ds


def pressing(pressure: Any, w: Any, surface: Surface, ds: Any) -> Any:
    r"""Pressure on the surface, a traction -p n: :math:`\int p\,n\cdot w\;da`.

    Args:
        pressure: what presses on the metal [Pa].
        w: vector test function.
        surface: the metal's surface; its n points out of the metal.
        ds: its measure.
    """
    return pressure * dot(surface.n, w) * surface.area * ds


def friction(beta: Any, v: Any, w: Any, surface: Surface, ds: Any) -> Any:
    r"""Viscous friction on a wall, -beta v along it: :math:`\int\beta\,v_t\cdot w_t\;da`.

    The length of slip is eta/beta (Navier): 0 slides freely, without bound it sticks.

    Args:
        beta: coefficient [Pa s/m].
        v: velocity against the wall [m/s].
        w: vector test function.
        surface: the metal's surface.
        ds: its measure.
    """
    n = surface.n
    along = dot(v, w) - dot(v, n) * dot(w, n)
    return beta * along * surface.area * ds
