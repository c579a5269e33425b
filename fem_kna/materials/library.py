"""The materials by name: electrolytes, separators, films, charge transfer, and all of them."""

from collections.abc import Callable
from functools import cache

from ..inputs.units import Parameters
from .metals import is_metal, metal
from .models import ElectrodeKinetics, Electrolyte, Film, Separator
from .tables import build, is_known, proper_name, tables


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


def find(name: str) -> dict[str, Parameters]:
    """Return every material called `name`, by kind; there may be several ('K') or none."""
    return {kind: read(name) for kind, read in KINDS.items() if _has(kind, name)}


def _has(kind: str, name: str) -> bool:
    return is_metal(name) if kind == "metal" else is_known(kind, name)
