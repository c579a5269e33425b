"""Roots and maxima of what is dear to compute, of which some values are known."""

from collections.abc import Callable, Mapping

from scipy.optimize import brentq, minimize_scalar


def crossing(
    function: Callable[[float], float], known: Mapping[float, float], close: float
) -> float:
    """Return where a function changes sign between the ends of what is `known`, within `close`."""
    ends = min(known), max(known)
    return float(brentq(_remembering(function, known), *ends, xtol=close))


def peak(function: Callable[[float], float], known: Mapping[float, float], close: float) -> float:
    """Return where a function is highest, from three known values with the highest in the middle.

    To about `close` of the place itself.
    """
    values = _remembering(function, known)
    options = {"xtol": close}
    best = minimize_scalar(lambda x: -values(x), bracket=sorted(known), options=options)
    return float(best.x)


def _remembering(
    function: Callable[[float], float], known: Mapping[float, float]
) -> Callable[[float], float]:
    return lambda x: known[x] if x in known else function(x)
