"""What exact solutions on a unit block have in common."""

from dataclasses import dataclass
from typing import Any

import ufl

from ..geometry.domain import Domain


@dataclass(frozen=True)
class OnBlock:
    """A block of metal or mat whose fields are given in its coordinates."""

    domain: Domain

    @property
    def x(self) -> Any:
        """The coordinates."""
        return ufl.SpatialCoordinate(self.domain.mesh)

    @property
    def round(self) -> bool:
        """Whether the block is one about an axis."""
        return self.domain.dimension == "axisymmetric"
