"""The materials by name: electrolytes, separators, films, kinetics, cathodes and
so on; and all of them.

Numbers are those at 25 degC and know how they follow temperature, see `units.at_temperature`.
"""

from collections.abc import Callable
from functools import cache

from ..inputs.units import ROOM, Parameters, at_temperature
from .hosts import ActiveMaterial
from .metals import is_metal, metal
from .models import (
    ElectrodeKinetics,
    Electrolyte,
    Film,
    Interdiffusion,
    Separator,
)
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


@cache
def diffusion(name: str) -> Interdiffusion:
    """Return the diffusion in the alloys 'K-Na'. Raises `InputError` on an unknown name."""
    return _named(Interdiffusion, "diffusion", name)


@cache
def active_material(name: str) -> ActiveMaterial:
    """Return an active material, e.g. 'PBA'. Raises `InputError` on an unknown name."""
    return _named(ActiveMaterial, "cathode", name)


def _named[P: Parameters](model: type[P], kind: str, name: str) -> P:
    proper = proper_name(kind, name)
    return build(model, proper, tables(kind)[proper])


KINDS: dict[str, Callable[[str], Parameters]] = {
    "metal": metal,
    "electrolyte": electrolyte,
    "separator": separator,
    "film": film,
    "kinetics": kinetics,
    "diffusion": diffusion,
    "cathode": active_material,
}


def names() -> dict[str, list[str]]:
    """Return the known names of each kind of material."""
    return {kind: list(tables(kind)) for kind in KINDS}


def find(name: str, temperature: float = ROOM) -> dict[str, Parameters]:
    """Return every material called `name` at a temperature [K], by kind.

    There may be several ('K') or none.

    Raises:
        InputError: the temperature is out of the range of the phase diagram, or of the laws by
            which numbers follow it.
    """
    return {
        kind: metal(name, temperature)
        if kind == "metal"
        else at_temperature(read(name), temperature)
        for kind, read in KINDS.items()
        if _has(kind, name)
    }


def _has(kind: str, name: str) -> bool:
    return is_metal(name) if kind == "metal" else is_known(kind, name)
