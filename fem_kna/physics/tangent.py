"""The derivative of creep, for Newton's method: of a power law it must not be the plain one.

With the stress S = 2 eta(eps) D the plain derivative along dD is

    2 eta dD + (4/3) eta'(eps)/eps (D:dD) D,

and where a step reverses the flow it overshoots by nearly n: Newton's method then creeps. Taking
S as another unknown, with the same law written as S/(2 eta) = D, gives by Newton's method, with S
eliminated,

    S + dS = 2 eta D + 2 eta dD + (4/3) eta'(eps)/eps (D:dD) P,     P = S/(2 eta):

the residual is what it was, but the metal is soft only along a stress that has come to agree with
the flow. P is taken no longer than D. Made symmetric, as multigrid asks for, the derivative needs
more iterations. Source: Rudi, Shih and Stadler, Geochem. Geophys. Geosyst. 21 (2020) e2020GC009059.

Rates of strain are vectors here: all entries of D, and the circles' as the last one.
"""

from typing import Any

from ufl import as_vector, diff, dot, max_value, sqrt, sym, variable

from .flow import circling, equivalent_rate, gradient
from .frame import Moved
from .rheology import Rheology


def strain_rate(v: Any, frame: Moved) -> Any:
    """Return the entries of D(v) [1/s]: row by row, then the circles'."""
    D, dim = sym(gradient(v, frame)), len(v)
    entries = [D[i, j] for i in range(dim) for j in range(dim)]
    return as_vector([*entries, circling(v, frame)])


def stress(v: Any, law: Rheology, frame: Moved) -> Any:
    """Return the entries of 2 eta D(v) [Pa]."""
    return 2 * law.viscosity(equivalent_rate(v, frame)) * strain_rate(v, frame)


def expected_stress(v: Any, change: Any, S: Any, law: Rheology, frame: Moved) -> Any:
    """Return the entries of S + dS [Pa] after a `change` of the velocity `v`."""
    D, dD = strain_rate(v, frame), strain_rate(change, frame)
    eta, slope = _viscosity(v, law, frame)
    return 2 * eta * (D + dD) + 2 * slope * dot(D, dD) * _agreed(S, v, eta, frame)


def replaced(v: Any, dv: Any, w: Any, S: Any, law: Rheology, frame: Moved, dx: Any) -> Any:
    """Return what the derivative along `dv` has more than the plain one, tested by `w`.

    Args:
        v: velocity [m/s].
        dv: trial function.
        w: vector test function.
        S: entries of the stress [Pa]; with that of `v` there is no difference.
        law: viscosity at an equivalent strain rate.
        frame: configuration of the metal.
        dx: measure of the metal.
    """
    D, dD, Dw = (strain_rate(u, frame) for u in (v, dv, w))
    eta, slope = _viscosity(v, law, frame)
    P = _agreed(S, v, eta, frame)
    return 2 * slope * dot(P - D, Dw) * dot(D, dD) * frame.J * dx


def _viscosity(v: Any, law: Rheology, frame: Moved) -> tuple[Any, Any]:
    """Return eta and (2/3) eta'/eps: its derivative is that times D:dD."""
    rate = variable(equivalent_rate(v, frame))
    eta = law.viscosity(rate)
    return eta, 2 / 3 * diff(eta, rate) / rate


def _agreed(S: Any, v: Any, eta: Any, frame: Moved) -> Any:
    """Return P = S/(2 eta), no longer than D."""
    P = S / (2 * eta)
    return P / max_value(1.0, sqrt(2 / 3 * dot(P, P)) / equivalent_rate(v, frame))
