"""A flat electrode whose film is weak over a patch: the crack in the SEI where deposits start.

2-D: half a strip of weak film. Axisymmetric: a disc. 3-D: a quarter of a disc.
"""

from typing import Any, ClassVar

import numpy as np
import ufl

from fem_kna.geometry.shape import Dimension, shown
from fem_kna.geometry.slab import Slab
from fem_kna.inputs.units import Length, given


class CrackPatch(Slab):
    """Flat front with a patch of weak film, its edge resolved: 2-D strip, disc (axi, 3-D)."""

    dimensions: ClassVar[tuple[Dimension, ...]] = ("2d", "axisymmetric", "3d")

    half_width: Length = given("2 um", "cracks of a few microns in SEI under cycling, chosen")
    edge_width: Length = given("1 um", "smooth edge, wide enough to be resolved")
    edge_size: Length | None = None

    def check(self) -> None:
        """Raise `InputError` (one line) if the lengths describe no cell."""
        super().check()
        self.require(
            self.half_width + self.edge_width < self.width,
            "half_width",
            f"below width - edge_width, {shown(self.width)} - {shown(self.edge_width)}",
        )
        self.require(
            self.edge_width <= self.half_width,
            "edge_width",
            f"at most half_width, {shown(self.half_width)}",
        )
        resolved = self.edge_size is None or self.edge_size <= self.edge_width / 2
        self.require(resolved, "edge_size", f"at most half of edge_width, {shown(self.edge_width)}")

    def patch(self, x: Any) -> Any:
        """Return 1 inside the patch and 0 outside, falling across `edge_width`.

        A tanh of the squared distance: smooth at the axis too, where a distance has no gradient.
        """
        squared = x[0] ** 2 + (x[1] ** 2 if self.dimension == "3d" else 0)
        beyond = (squared - self.half_width**2) / (self.half_width * self.edge_width)
        tanh = ufl.tanh if isinstance(beyond, ufl.core.expr.Expr) else np.tanh
        return (1 - tanh(beyond)) / 2

    @property
    def patch_edge(self) -> float:
        """The width across which the patch fades."""
        return self.edge_width

    def size_fields(self, gmsh: Any) -> list[int]:
        """Grade to the patch and its edge, besides the front."""
        size = self.edge_size or self.edge_width / (4 if self.dimension == "3d" else 8)
        across = "Sqrt(x^2+y^2)" if self.dimension == "3d" else "x"
        up = "xyz"[self.height]
        # The patch is as fine as its edge: its size grows with the distance to the whole patch.
        outside = f"({across}-{self.half_width!r})*Step({across}-{self.half_width!r})"
        fields = super().size_fields(gmsh)
        return [*fields, self.sizes.from_surface(gmsh, f"Sqrt(({outside})^2+{up}^2)", near=size)]
