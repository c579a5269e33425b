"""The layered cell most shapes start from: flat layers of metal, free electrolyte and separator."""

from typing import Any, ClassVar

import numpy as np

from ..inputs.units import Extent, Length, PositiveNumber, Value, given
from .drawing import mend
from .shape import BOUNDARIES, REGIONS, Dimension, Shape, shown
from .sizes import Sizes, smallest_of

EXACT = 1e-7  # of the gap: what two nodes of the same plane may differ by
HEIGHT = {"1d": 0, "2d": 1, "axisymmetric": 1, "3d": 2}

Solids = dict[str, list[tuple[int, int]]]


class Slab(Shape):
    """A flat electrode under a liquid of constant thickness; what the layered shapes share.

    The sides are symmetry planes (and the axis): the model is the half of a cell in 2-D, the
    quarter in 3-D, one radius in an axisymmetric cell.
    """

    dimensions: ClassVar[tuple[Dimension, ...]] = ("1d", "2d", "axisymmetric", "3d")
    curved: ClassVar[str] = "front"  # what a face on none of the planes belongs to

    width: Length = given("50 um", "lateral extent of the model; far field of a flaw of microns")
    electrolyte_gap: Extent = given("0 um", "the separator lies on the electrode")
    front_size: Length | None = None
    growth: PositiveNumber = given(0.07, "slow enough to resolve a diffusion layer off the front")
    far_size: Length | None = None

    def check(self) -> None:
        """Raise `InputError` (one line) if the lengths describe no cell."""
        super().check()
        self.require_below("electrolyte_gap", "gap")
        for field in ("front_size", "far_size"):
            self.require_below(field, "gap")
        front, far = self.front_size, self.far_size
        graded = front is None or far is None or front <= far
        self.require(graded, "front_size", f"at most far_size, {shown(far)}")
        if self.dimension == "1d":
            return
        narrow = self.front_size is None or self.front_size <= self.across
        self.require(narrow, "front_size", f"at most the width of {shown(self.across)}")
        for layer in ("electrolyte_gap", "metal_depth"):
            self.require_thick(layer)

    def require_thick(self, layer: str) -> None:
        """Raise `InputError` if elements of the front would lie flat in `layer`."""
        thickness, front = getattr(self, layer), self.sizes.front
        size = shown(Value(front, "m") if isinstance(self.gap, Value) else front)
        fits = not thickness or thickness >= front / 2
        self.require(fits, layer, f"none, or at least half of front_size, {size}")

    @property
    def sizes(self) -> Sizes:
        """Element sizes; by default 100 elements along the front (25 per edge in 3-D)."""
        if self.dimension == "1d":
            front, far = self.top / 500, self.top / 20
        else:
            front = self.across / (25 if self.dimension == "3d" else 100)
            far = min(self.top / 20, self.across / 2)
        far = self.far_size or far
        return Sizes(self.front_size or min(front, far), self.growth, far)

    @property
    def top(self) -> float:
        """The height of the counter electrode: the gap, nan until the case fills it in."""
        return np.nan if self.gap is None else self.gap

    @property
    def across(self) -> float:
        """The lateral extent of the model."""
        return self.width

    @property
    def height(self) -> int:
        """Which coordinate is the height."""
        return HEIGHT[self.dimension]

    def require_below(self, field: str, limit: str) -> None:
        """Raise `InputError` unless `field` is below the field `limit`, where both are given."""
        value, most = getattr(self, field), getattr(self, limit)
        fits = value is None or most is None or value < most
        self.require(fits, field, f"below {limit}, {shown(most)}")

    def draw(self, gmsh: Any) -> int:
        """Draw the solids, mesh them by the size fields and name their parts."""
        solids = self.solids(gmsh)
        gmsh.model.occ.synchronize()
        smallest_of(gmsh, self.size_fields(gmsh))
        tdim = self.height + 1
        gmsh.model.mesh.generate(tdim)
        self.name_parts(gmsh, tdim, solids)
        self.finish(gmsh)
        mend(gmsh, tdim)
        return tdim

    def solids(self, gmsh: Any) -> Solids:
        """Draw the layers, joined where they touch; return each region's entities."""
        layers = {name: [self.box(gmsh, *span)] for name, span in self.layers().items()}
        return joined(gmsh, layers)

    def size_fields(self, gmsh: Any) -> list[int]:
        """Return the Gmsh fields whose minimum is the element size: growing away from the front."""
        return [self.sizes.from_surface(gmsh, f"Fabs({'xyz'[self.height]})")]

    def finish(self, gmsh: Any) -> None:
        """Change the finished mesh; nothing to do for flat layers."""

    def layers(self) -> dict[str, tuple[float, float]]:
        """Map each region to the heights between which it lies."""
        spans = {
            "metal": (-(self.metal_depth or 0.0), 0.0),
            "electrolyte": (0.0, self.electrolyte_gap),
            "separator": (self.electrolyte_gap, self.top),
        }
        return {name: (low, high) for name, (low, high) in spans.items() if high > low}

    def box(self, gmsh: Any, low: float, high: float) -> tuple[int, int]:
        """Add the box over the whole width between two heights; return its (dimension, tag)."""
        occ, tall = gmsh.model.occ, high - low
        if self.dimension == "1d":
            return 1, occ.addLine(occ.addPoint(low, 0, 0), occ.addPoint(high, 0, 0))
        if self.dimension == "3d":
            return 3, occ.addBox(0, 0, low, self.across, self.across, tall)
        return 2, occ.addRectangle(0, low, 0, self.across, tall)

    def name_parts(self, gmsh: Any, tdim: int, solids: Solids) -> None:
        """Make one physical group per region and per boundary, with the tags everybody shares."""
        region_of = {tag: name for name, parts in solids.items() for _, tag in parts}
        boundaries: dict[str, list[int]] = {}
        for _, tag in gmsh.model.getEntities(tdim - 1):
            beside = [region_of[cell] for cell in gmsh.model.getAdjacencies(tdim - 1, tag)[0]]
            nodes = gmsh.model.mesh.getNodes(tdim - 1, tag, includeBoundary=True)[1]
            name = self.boundary(nodes.reshape(-1, 3), beside)
            if name is not None:
                boundaries.setdefault(name, []).append(tag)
        for name, parts in solids.items():
            tags = [tag for _, tag in parts]
            gmsh.model.addPhysicalGroup(tdim, tags, REGIONS.index(name) + 1, name)
        for name, tags in boundaries.items():
            gmsh.model.addPhysicalGroup(tdim - 1, tags, BOUNDARIES.index(name) + 1, name)

    def boundary(self, nodes: np.ndarray, beside: list[str]) -> str | None:
        """Return the name of the face with these `nodes` (n, 3) and the regions `beside` it."""
        if len(beside) > 1:
            return "front" if len(set(beside)) > 1 and "metal" in beside else None
        planes = [
            (self.height, 0.0, "front"),
            (self.height, self.top, "counter"),
            (self.height, -(self.metal_depth or np.inf), "collector"),
            *((axis, place, "sides") for axis in range(self.height) for place in (0, self.across)),
        ]
        for axis, place, name in planes:
            if np.abs(nodes[:, axis] - place).max() < EXACT:
                return name
        return self.curved


def joined(gmsh: Any, solids: Solids) -> Solids:
    """Make touching solids share their faces; return each region's entities afterwards."""
    parts = [part for region in solids.values() for part in region]
    if len(parts) == 1:
        return solids
    _, became = gmsh.model.occ.fragment(parts[:1], parts[1:])
    pieces = iter(became)
    return {
        name: [piece for _ in region for piece in next(pieces)] for name, region in solids.items()
    }
