"""A round bump on a flat electrode: the start of a dendrite, half a disc or half a ball."""

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
        solids = {name: [self.box(gmsh, *span)] for name, span in self.layers().items()}
        for name in solids.keys() - {"metal"}:
            solids[name] = occ.cut(solids[name], [bump], removeTool=False)[0]
        if "metal" in solids:
            solids["metal"] = occ.fuse(solids["metal"], [bump])[0]
        else:
            occ.remove([bump], recursive=True)
        return joined(gmsh, solids)

    def bump(self, gmsh: Any) -> tuple[int, int]:
        """Add the part of the ball inside the model; return its (dimension, tag)."""
        occ, quarter = gmsh.model.occ, 1.5707963267948966
        if self.dimension == "3d":
            return 3, occ.addSphere(0, 0, 0, self.radius, -1, 0, quarter, quarter)
        disc = (2, occ.addDisk(0, 0, 0, self.radius, self.radius))
        corner = (2, occ.addRectangle(0, 0, 0, self.radius, self.radius))
        return occ.intersect([disc], [corner])[0][0]

    def size_fields(self, gmsh: Any) -> list[int]:
        """Grade to the bump's surface, besides the front."""
        size = self.bump_size or self.radius / (8 if self.dimension == "3d" else 40)
        from_bump = f"Fabs(Sqrt(x^2+y^2+z^2)-{float(self.radius)!r})"
        return [*super().size_fields(gmsh), self.sizes.from_surface(gmsh, from_bump, near=size)]
