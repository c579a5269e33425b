"""The layered cell most shapes start from: flat layers of metal, free electrolyte and separator."""

from typing import Any, ClassVar

import numpy as np

from ..inputs.units import Extent, Length, PositiveNumber, given
from .drawing import generate
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
    inner_boundary: ClassVar[str] = "front"

    width: Length = given("50 um", "lateral extent of the model; far field of a flaw of microns")
    electrolyte_gap: Extent = given("0 um", "the separator lies on the electrode")
    front_size: Length | None = None
    growth: PositiveNumber = given(0.07, "slow enough to resolve a diffusion layer off the front")
    far_size: Length | None = None

    def check(self) -> None:
        """Raise `InputError` (one line) if the lengths describe no cell."""
        super().check()
        gap, sizes = f"below the gap of {shown(self.gap)}", self.sizes
        self.require(self.electrolyte_gap < self.gap, "electrolyte_gap", gap)
        self.require(sizes.front < self.gap, "front_size", gap)
        if self.dimension != "1d":
            width = f"at most the width of {shown(self.width)}"
            self.require(sizes.front <= self.width, "front_size", width)
        self.require(sizes.front <= sizes.far, "front_size", f"at most far_size, {sizes.far:.4g}")
        self.require(sizes.far <= self.gap, "far_size", f"at most the gap of {shown(self.gap)}")

    @property
    def sizes(self) -> Sizes:
        """Element sizes; by default 100 elements on the front (25 per edge in 3-D), 20 across."""
        far = self.far_size or self.gap / 20
        across = {"1d": self.gap / 500, "3d": self.width / 25}.get(self.dimension, self.width / 100)
        return Sizes(self.front_size or min(across, far), self.growth, far)

    @property
    def height(self) -> int:
        """Which coordinate is the height."""
        return HEIGHT[self.dimension]

    def draw(self, gmsh: Any) -> int:
        """Draw the solids, mesh them by the size fields and name their parts."""
        solids = self.solids(gmsh)
        gmsh.model.occ.synchronize()
        smallest_of(gmsh, self.size_fields(gmsh))
        tdim = self.height + 1
        generate(gmsh, tdim)
        self.name_parts(gmsh, tdim, solids)
        self.finish(gmsh)
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
            "separator": (self.electrolyte_gap, self.gap),
        }
        return {name: (low, high) for name, (low, high) in spans.items() if high > low}

    def box(self, gmsh: Any, low: float, high: float) -> tuple[int, int]:
        """Add the box over the whole width between two heights; return its (dimension, tag)."""
        occ, tall = gmsh.model.occ, high - low
        if self.dimension == "1d":
            return 1, occ.addLine(occ.addPoint(low, 0, 0), occ.addPoint(high, 0, 0))
        if self.dimension == "3d":
            return 3, occ.addBox(0, 0, low, self.width, self.width, tall)
        return 2, occ.addRectangle(0, low, 0, self.width, tall)

    def name_parts(self, gmsh: Any, tdim: int, solids: Solids) -> None:
        """Make one physical group per region and per boundary, with the tags everybody shares."""
        region_of = {tag: name for name, parts in solids.items() for _, tag in parts}
        boundaries: dict[str, list[int]] = {}
        for _, tag in gmsh.model.getEntities(tdim - 1):
            regions = {region_of[cell] for cell in gmsh.model.getAdjacencies(tdim - 1, tag)[0]}
            nodes = gmsh.model.mesh.getNodes(tdim - 1, tag, includeBoundary=True)[1].reshape(-1, 3)
            boundaries.setdefault(self.boundary(nodes, regions), []).append(tag)
        boundaries.pop("", None)
        for name, parts in solids.items():
            tags = [tag for _, tag in parts]
            gmsh.model.addPhysicalGroup(tdim, tags, REGIONS.index(name) + 1, name)
        for name, tags in boundaries.items():
            gmsh.model.addPhysicalGroup(tdim - 1, tags, BOUNDARIES.index(name) + 1, name)

    def boundary(self, nodes: np.ndarray, regions: set[str]) -> str:
        """Return the name of the face with these `nodes` (n, 3) between `regions`; "" for none."""
        if len(regions) > 1:
            return "front" if "metal" in regions else ""
        planes = [
            (self.height, self.gap, "counter"),
            (self.height, -(self.metal_depth or np.inf), "collector"),
            *((axis, place, "sides") for axis in range(self.height) for place in (0, self.width)),
        ]
        for axis, place, name in planes:
            if np.abs(nodes[:, axis] - place).max() < EXACT:
                return name
        return self.inner_boundary


def joined(gmsh: Any, solids: Solids) -> Solids:
    """Make touching solids share their faces; return each region's entities afterwards."""
    parts = [part for region in solids.values() for part in region]
    if len(parts) == 1:
        return solids
    _, became = gmsh.model.occ.fragment(parts[:1], parts[1:])
    pieces = iter(became)
    return {name: [piece for _ in region for piece in next(pieces)]
            for name, region in solids.items()}
