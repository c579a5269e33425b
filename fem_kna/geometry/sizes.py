"""Element sizes: each field grows linearly with a distance; the smallest one rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sizes:
    """Element sizes of a cell.

    `front` [length]: largest element edge on the electrode; `growth` [-]: increase of the edge
    per distance; `far` [length]: largest edge anywhere.
    """

    front: float
    growth: float
    far: float

    def from_surface(self, gmsh: Any, distance: str, near: float | None = None) -> int:
        """Add a Gmsh field: size `near` (or `front`) where `distance` is 0, growing with it.

        `distance` is a formula in x, y, z, or in F1, F2, ... of fields already there.
        """
        return graded(gmsh, distance, near or self.front, self.growth, self.far)


def graded(gmsh: Any, distance: str, near: float, growth: float, far: float) -> int:
    """Add a Gmsh field that grows from `near` by `growth` per unit of `distance` up to `far`."""
    field = gmsh.model.mesh.field
    measured = field.add("MathEval")
    field.setString(measured, "F", distance)
    size = field.add("Threshold")
    settings = {
        "InField": measured,
        "SizeMin": near,
        "SizeMax": far,
        "DistMin": 0,
        "DistMax": max(far - near, 1e-9 * far) / growth,
    }
    for name, value in settings.items():
        field.setNumber(size, name, value)
    return size


def smallest_of(gmsh: Any, fields: Iterable[int]) -> None:
    """Let the smallest of `fields` set the element size everywhere."""
    field = gmsh.model.mesh.field
    smallest = field.add("Min")
    field.setNumbers(smallest, "FieldsList", list(fields))
    field.setAsBackgroundMesh(smallest)
