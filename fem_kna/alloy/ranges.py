"""Numbers with a range: what the uncertainty of the phase diagram makes of a quantity."""

from collections.abc import Callable, Iterable

from ..inputs.units import Value
from .redlich_kister import VARIANTS, Solutions

MODEL = (
    "K-Na phase diagram, Redlich-Kister liquid and bcc fitted to Xue et al., J. Am. Chem. Soc. "
    "140 (2018) 3292, and Bale, Bull. Alloy Phase Diagrams 3(3) (1982); range: limiting solidus "
    "slope of K 0.08 to 0.12 at%/K"
)


def spread(values: Iterable[float], unit: str = "", source: str = MODEL) -> Value:
    """Return the first, central value, with the extremes of all values as its range."""
    found = list(values)
    return Value(found[0], unit, source, "derived", min(found), max(found))


def ranged(quantity: Callable[[Solutions], float], unit: str = "", source: str = MODEL) -> Value:
    """Return a quantity of the central Gibbs energies, its range over all `VARIANTS` of them."""
    return spread(map(quantity, VARIANTS), unit, source)
