"""A section through a glass-fibre separator with its fibres resolved, on a flat electrode."""

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from fem_kna.geometry.holes import area_preserving, distance_from_holes, plate_with_holes
from fem_kna.geometry.packing import DENSEST, coverage, packed
from fem_kna.geometry.shape import Dimension, shown
from fem_kna.geometry.sizes import Sizes
from fem_kna.geometry.slab import Slab, Solids, joined
from fem_kna.inputs.units import Fraction, Length, given

SEGMENTS = 16


class FibreSeparator(Slab):
    """Round glass fibres in 2-D, random and apart; liquid between them, homogeneous mat beyond.

    Fibres fill `resolved_depth` above `electrolyte_gap` (none: up to the counter electrode). Their
    number is whole, so the porosity of that layer is met to within half a fibre.
    """

    dimensions: ClassVar[tuple[Dimension, ...]] = ("2d",)
    curved: ClassVar[str] = "fibres"

    width: Length = given("20 um", "twenty fibre diameters")
    porosity: Fraction = given(0.92, "Whatman GF/A, maker's mass and thickness")
    fibre_diameter: Length = given("1 um", "glass microfibre, mean; range 0.2 to 3 um")
    clearance: Length = given("0.25 um", "a quarter of a diameter: meshed by good elements")
    resolved_depth: Length | None = given("40 um", "near field of a deposit")
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 1

    @property
    def sizes(self) -> Sizes:
        """Element sizes; by default those of the fibres' segments on the front."""
        sizes = super().sizes
        front = self.front_size or min(2 * self.segment, sizes.far)
        return Sizes(front, sizes.growth, sizes.far)

    @property
    def segment(self) -> float:
        """Length of an element on a fibre."""
        return np.pi * self.fibre_diameter / SEGMENTS

    @property
    def mat(self) -> tuple[float, float]:
        """The heights between which the fibres lie."""
        depth = self.resolved_depth or self.top
        return self.electrolyte_gap, min(self.electrolyte_gap + depth, self.top)

    @property
    def box_of_mat(self) -> tuple[float, float]:
        """Width and height of the layer with fibres."""
        return self.width, self.mat[1] - self.mat[0]

    @property
    def number(self) -> int:
        """How many fibres give the porosity."""
        area = self.box_of_mat[0] * self.box_of_mat[1]
        return round((1 - self.porosity) * area / (np.pi / 4 * self.fibre_diameter**2))

    @property
    def centres(self) -> np.ndarray:
        """Where the fibres are, an array (n, 2)."""
        size, apart = self.fibre_diameter, self.clearance
        centres = packed(self.box_of_mat, self.number, size, apart, self.seed)
        centres += (0, self.mat[0])
        return centres

    @property
    def achieved_porosity(self) -> float:
        """The porosity of the layer with fibres, their number being whole; the mesh has it."""
        area = self.box_of_mat[0] * self.box_of_mat[1]
        return 1 - self.number * np.pi / 4 * self.fibre_diameter**2 / area

    def check(self) -> None:
        """Raise `InputError` (one line) if the lengths describe no cell."""
        super().check()
        for field in ("fibre_diameter", "clearance"):
            self.require_below(field, "width")
        deep = self.box_of_mat[1] > self.fibre_diameter + 2 * self.clearance
        self.require(deep, "resolved_depth", "room for a fibre and its clearance")
        self.require(self.number > 0, "porosity", "a mat with at least one fibre")
        covered = coverage(self.box_of_mat, self.number, self.fibre_diameter, self.clearance)
        least = 1 - (1 - self.porosity) * DENSEST / covered
        self.require(
            covered <= DENSEST,
            "porosity",
            f"at least {least:.3f} for random fibres {shown(self.clearance)} apart",
        )

    def facts(self) -> dict[str, float]:
        """Return how many fibres there are and the porosity they leave."""
        return {"fibres [-]": self.number, "porosity of the mat [-]": self.achieved_porosity}

    def layers(self) -> dict[str, tuple[float, float]]:
        """Map each region to its heights: electrolyte up to the end of the resolved fibres."""
        top = self.mat[1]
        spans = {"electrolyte": (0.0, top), "separator": (top, self.top)}
        metal = {"metal": (-self.metal_depth, 0.0)} if self.metal_depth else {}
        return metal | {name: (low, high) for name, (low, high) in spans.items() if high > low}

    def solids(self, gmsh: Any) -> Solids:
        """Draw the layers, the electrolyte with a round hole for each fibre."""
        layers = self.layers()
        low, high = layers.pop("electrolyte")
        radius = area_preserving(self.fibre_diameter / 2, SEGMENTS)
        liquid = plate_with_holes(gmsh, (0, low), (self.width, high), self.centres, radius)
        solids = {name: [self.box(gmsh, *span)] for name, span in layers.items()}
        return joined(gmsh, {"electrolyte": [liquid]} | solids)

    def size_fields(self, gmsh: Any) -> list[int]:
        """Give every fibre its segments, and grow away from fibres and front."""
        distance = distance_from_holes(gmsh, SEGMENTS)
        from_fibres = self.sizes.from_surface(gmsh, distance, near=self.segment)
        return [*super().size_fields(gmsh), from_fibres]
