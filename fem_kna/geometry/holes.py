"""A plate with round holes, each meshed as a polygon with the area of the circle."""

from typing import Any

import numpy as np

Corner = tuple[float, float]


def area_preserving(radius: float, segments: int) -> float:
    """Return the circumradius of the regular polygon with the area of a circle of `radius`."""
    angle = 2 * np.pi / segments
    return radius * float(np.sqrt(angle / np.sin(angle)))


def plate_with_holes(
    gmsh: Any, low: Corner, high: Corner, centres: np.ndarray, radius: float
) -> tuple[int, int]:
    """Add the rectangle between two corners less discs at `centres` (n, 2); return (2, tag).

    One surface with inner loops: cutting disc by disc would take minutes for a thousand.
    """
    occ = gmsh.model.occ
    corners = (low, (high[0], low[1]), high, (low[0], high[1]))
    points = [occ.addPoint(*corner, 0) for corner in corners]
    sides = [occ.addLine(a, b) for a, b in zip(points, points[1:] + points[:1], strict=True)]
    circles = [occ.addCircle(x, y, 0, radius) for x, y in centres]
    loops = [occ.addCurveLoop(sides), *(occ.addCurveLoop([circle]) for circle in circles)]
    return 2, occ.addPlaneSurface(loops)


def distance_from_holes(gmsh: Any, segments: int) -> str:
    """Divide every circle into `segments`; return the distance from the circles, for a field."""
    circles = [
        tag for _, tag in gmsh.model.getEntities(1) if gmsh.model.getType(1, tag) == "Circle"
    ]
    for circle in circles:
        gmsh.model.mesh.setTransfiniteCurve(circle, segments + 1)
    field = gmsh.model.mesh.field
    distance = field.add("Distance")
    field.setNumbers(distance, "CurvesList", circles)
    field.setNumber(distance, "Sampling", segments)
    return f"F{distance}"
