"""A flat electrode facing a flat counter electrode: the reference every flaw is compared with."""

from fem_kna.geometry.slab import Slab


class PlanarCell(Slab):
    """Flat front, flat counter electrode, in 1-D, 2-D, axisymmetric or 3-D."""
