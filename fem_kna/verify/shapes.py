"""Shapes that only checks need: where a boundary value problem has a closed form."""

from typing import Any, ClassVar

import numpy as np

from ..geometry.find import shape_named
from ..geometry.shape import BOUNDARIES, REGIONS, Dimension, Shape
from ..geometry.sizes import Sizes, smallest_of
from ..inputs.units import Length


class FilmedBoss(shape_named("bump")):  # type: ignore[misc]  # found by its file's name
    """A round bump whose film differs from that of the flat electrode around it."""

    def patch(self, x: Any) -> Any:
        """Return 1 on the bump, 0 on the plane and at the bump's foot."""
        return np.where(x[self.height] > 1e-9 * self.radius, 1.0, 0.0)


class Disk(Shape):
    """A disk electrode in an insulating plane, facing a spheroid with its foci on the disk's edge.

    The spheroid of height `gap` and radius sqrt(gap^2 + radius^2) is an equipotential of the disk,
    so that the infinite half space's formulas hold exactly below it.
    """

    dimensions: ClassVar[tuple[Dimension, ...]] = ("axisymmetric",)

    radius: Length
    edge_size: Length

    def draw(self, gmsh: Any) -> int:
        """Draw a quarter of the spheroid, its elements graded to the disk's edge."""
        occ, wide = gmsh.model.occ, float(np.hypot(self.gap, self.radius))
        corners = ((0, 0), (self.radius, 0), (wide, 0), (0, self.gap))
        centre, edge, side, top = (occ.addPoint(x, y, 0) for x, y in corners)
        counter = occ.addEllipseArc(side, centre, side, top)
        lines = {
            "front": [occ.addLine(centre, edge)],
            "sides": [occ.addLine(edge, side), occ.addLine(top, centre)],
            "counter": [counter],
        }
        curves = [lines["front"][0], lines["sides"][0], counter, lines["sides"][1]]
        surface = occ.addPlaneSurface([occ.addCurveLoop(curves)])
        occ.synchronize()
        to_edge = f"Sqrt((x-{float(self.radius)!r})^2+y^2)"
        sizes = Sizes(self.edge_size, growth=0.05, far=self.gap / 8)
        smallest_of(gmsh, [sizes.from_surface(gmsh, to_edge)])
        gmsh.model.mesh.generate(2)
        gmsh.model.addPhysicalGroup(2, [surface], REGIONS.index("electrolyte") + 1, "electrolyte")
        for name, tags in lines.items():
            gmsh.model.addPhysicalGroup(1, tags, BOUNDARIES.index(name) + 1, name)
        return 2
