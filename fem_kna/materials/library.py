"""The materials by name: electrolytes, separators, films, charge transfer, and all of them."""

from collections.abc import Callable
from functools import cache

from ..inputs.errors import InputError
from ..inputs.messages import unknown
from ..inputs.units import Parameters
from .metals import metal
from .models import ElectrodeKinetics, Electrolyte, Film, Separator
from .tables import build, proper_name, tables


@cache
def electrolyte(name: str) -> Electrolyte:
    """Return an electrolyte, e.g. 'KFSI/DME'. Raises `InputError` on an unknown name."""
    return _named(Electrolyte, "electrolyte", name)


@cache
def separator(name: str) -> Separator:
    """Return a separator, e.g. 'GF/D'. Raises `InputError` on an unknown name."""
    return _named(Separator, "separator", name)


@cache
def film(name: str) -> Film:
    """Return a film, e.g. 'SEI on K'. Raises `InputError` on an unknown name."""
    return _named(Film, "film", name)


@cache
def kinetics(name: str) -> ElectrodeKinetics:
    """Return the charge transfer at 'K' or 'Na'. Raises `InputError` on an unknown name."""
    return _named(ElectrodeKinetics, "kinetics", name)


def _named[P: Parameters](model: type[P], kind: str, name: str) -> P:
    proper = proper_name(kind, name)
    return build(model, proper, tables(kind)[proper])


KINDS: dict[str, Callable[[str], Parameters]] = {
    "metal": metal,
    "electrolyte": electrolyte,
    "separator": separator,
    "film": film,
    "kinetics": kinetics,
}


def names() -> dict[str, list[str]]:
    """Return the known names of each kind of material."""
    return {kind: list(tables(kind)) for kind in KINDS}
