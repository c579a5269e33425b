"""Measures that carry their weight, so that one integral is right in every dimension."""

from dataclasses import dataclass, replace
from typing import Any

import ufl


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
