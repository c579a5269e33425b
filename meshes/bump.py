"""A round bump on a flat electrode: the start of a dendrite, half a disc or half a ball."""

from math import pi
from typing import Any, ClassVar

from fem_kna.geometry.shape import Dimension, shown
from fem_kna.geometry.slab import Slab, Solids, joined
from fem_kna.inputs.units import Length, given


class Bump(Slab):
    """Flat front with a bump of given radius on the axis: half a disc (2-D), half a ball."""

    dimensions: ClassVar[tuple[Dimension, ...]] = ("2d", "axisymmetric", "3d")

    radius: Length = given("5 um", "a deposit of microns, chosen")
    bump_size: Length | None = None

    def check(self) -> None:
        """Raise `InputError` (one line) if the lengths describe no cell."""
        super().check()
        self.require_below("radius", "gap")
        self.require_below("radius", "width")
        self.require_below("bump_size", "radius")
        touching = abs(self.radius - self.electrolyte_gap) < 0.05 * self.radius
        self.require(
            not touching, "radius", f"5 % off electrolyte_gap, {shown(self.electrolyte_gap)}"
        )

    def solids(self, gmsh: Any) -> Solids:
        """Take the bump out of the liquid, and add it to the metal where that is drawn."""
        occ, bump = gmsh.model.occ, self.bump(gmsh)
        layers = {name: [self.box(gmsh, *span)] for name, span in self.layers().items()}
        metal = layers.pop("metal", None)
        solids = {
            name: occ.cut(liquid, [bump], removeTool=False)[0] for name, liquid in layers.items()
        }
        if metal is None:
            occ.remove([bump], recursive=True)
            return joined(gmsh, solids)
        return joined(gmsh, {"metal": occ.fuse(metal, [bump])[0]} | solids)

    def bump(self, gmsh: Any) -> tuple[int, int]:
        """Add the part of the ball inside the model; return its (dimension, tag)."""
        occ = gmsh.model.occ
        if self.dimension == "3d":
            return 3, occ.addSphere(0, 0, 0, self.radius, -1, 0, pi / 2, pi / 2)
        disc = (2, occ.addDisk(0, 0, 0, self.radius, self.radius))
        corner = (2, occ.addRectangle(0, 0, 0, self.radius, self.radius))
        return occ.intersect([disc], [corner])[0][0]

    def size_fields(self, gmsh: Any) -> list[int]:
        """Grade to the bump's surface, and away from the flat front around it."""
        size = self.bump_size or self.radius / (8 if self.dimension == "3d" else 40)
        up, radius = "xyz"[self.height], repr(float(self.radius))
        across = "Sqrt(x^2+y^2)" if self.dimension == "3d" else "x"
        to_flat = f"Sqrt((({radius}-{across})*Step({radius}-{across}))^2+{up}^2)"
        to_foot = f"Sqrt(({across}-{radius})^2+{up}^2)"
        to_ball = f"Fabs(Sqrt(x^2+y^2+z^2)-{radius})"
        to_bump = f"Step({up})*{to_ball}+(1-Step({up}))*{to_foot}"
        surface = self.sizes.from_surface
        return [surface(gmsh, to_flat), surface(gmsh, to_bump, near=size)]
