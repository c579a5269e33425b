"""Measures that carry their weight, so that one integral is right in every dimension."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import ufl

# The midpoints of two opposite edges of a tetrahedron, between which its centre lies.
OPPOSITE = np.array([[0.5, 0.0, 0.0], [0.0, 0.5, 0.5]])
VOLUME = 1 / 6  # of the reference tetrahedron


@dataclass(frozen=True)
class WeightedMeasure:
    """A UFL measure times a weight: ``integrand * measure`` is ``(integrand * weight) * measure``.

    The weight is 1, or 2 pi r in an axisymmetric cell, where areas and volumes are then those of
    the full body of revolution.
    """

    measure: ufl.Measure
    weight: Any = 1.0

    def __rmul__(self, integrand: Any) -> ufl.Form:
        return (integrand * self.weight) * self.measure

    def __call__(self, degree: int, rule: str | None = None) -> "WeightedMeasure":
        """Return the same measure with this quadrature degree (and quadrature rule)."""
        metadata = {"quadrature_degree": degree} | ({"quadrature_rule": rule} if rule else {})
        return replace(self, measure=self.measure.reconstruct(metadata=metadata))

    def on_opposite_edges(self) -> "WeightedMeasure":
        """Return the same measure of tetrahedra by two points, exact for what is linear in them.

        The centre alone would do, but FFCx (0.11) takes a coefficient's value there for that at
        all points of another rule on the same cells.
        """
        weights = np.full(len(OPPOSITE), VOLUME / len(OPPOSITE))
        custom = {"quadrature_rule": "custom", "quadrature_points": OPPOSITE}
        metadata = custom | {"quadrature_weights": weights}
        return replace(self, measure=self.measure.reconstruct(metadata=metadata))
