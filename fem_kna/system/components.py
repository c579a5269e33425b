"""The scalar fields among a model's unknowns, by name and unit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from dolfinx import fem

from .state import Fields

AXES = "xyz"
DISSOLVED = ("sodium", "KNa2")  # in metal that is meshed


@dataclass(frozen=True)
class Component:
    """One scalar field: the unknown it belongs to, its place in the block there, its unit."""

    name: str
    unit: str
    unknown: int
    place: int
    of: int  # places in the block

    def values(self, array: np.ndarray) -> np.ndarray:
        """Return its values out of an array of the unknown's, a view."""
        return array[self.place :: self.of]


def components(fields: Fields) -> Iterator[Component]:
    """Yield the components of all unknowns, in their order."""
    for unknown, names in enumerate(_named(fields)):
        for place, (name, unit) in enumerate(names):
            yield Component(name, unit, unknown, place, len(names))


def scalar(space: Any, component: Component, array: np.ndarray) -> fem.Function:
    """Return a component of an `array` on `space` as a linear function of its own.

    On electrodes that are points it is one value each. Nothing is compiled.
    """
    own, places = (
        (space, slice(None)) if component.of == 1 else space.sub(component.place).collapse()
    )
    found = fem.Function(own)
    found.x.array[:] = array[places]
    if own.element.basix_element.degree < 2:
        return found
    linear = fem.Function(fem.functionspace(space.mesh, ("Lagrange", 1)))
    linear.interpolate(found)
    return linear


def _named(fields: Fields) -> Iterator[list[tuple[str, str]]]:
    axes = AXES[: fields.domain.mesh.geometry.dim]
    salt = [(f"concentration of {ion}", "mol/m^3") for ion in fields.ions]
    yield [*salt, ("potential", "V")]
    yield [("normal current density", "A/m^2")]
    yield [("voltage", "V")]
    if fields.flow:
        yield [(f"velocity {axis}", "m/s") for axis in axes]
        yield [("pressure", "Pa")]
    if fields.deposits:
        skin = DISSOLVED[: fields.columns - len(fields.stocks)]
        amounts = [(f"amount of {metal}", "mol/m^2") for metal in fields.stocks]
        yield [*amounts, *((f"{metal} in the surface", "mol/m^3") for metal in skin)]
    for _, metal in zip(fields.solute, DISSOLVED, strict=False):
        yield [(f"{metal} in the metal", "mol/m^3")]
    for space in fields.cathode:
        modes = range(space.dofmap.index_map_bs - 1)
        inside = [(f"particles, mode {n}", "mol/m^3") for n in modes]
        yield [("potential of the network", "V"), *inside]
    if fields.plate:
        yield [("way of the plate", "m")]
    if fields.layer is not None:
        place = [(f"displacement {axis}", "m") for axis in axes]
        gap = [("contact gap", "m")] if fields.bodies else []
        pressed = ("contact pressure", "Pa") if fields.bodies else ("multiplier", "1/m")
        yield [*place, ("curvature", "1/m"), pressed, *gap]
