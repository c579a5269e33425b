"""A porous cathode, a separator and a flat metal electrode: the full cell, layer on layer."""

import numpy as np

from fem_kna.geometry.slab import EXACT, Slab
from fem_kna.inputs.units import Length, given


class FullCell(Slab):
    """Flat layers in 1-D, 2-D, axisymmetric or 3-D: the cathode lies below the separator.

    The cathode's far face, where its current is collected, is the ``front``.
    """

    cathode: Length = given("50 um", "laboratory coatings; the paper names no thickness")

    def check(self) -> None:
        """Raise `InputError` (one line) if the lengths describe no cell."""
        super().check()
        self.require(self.metal_depth is None, "metal_depth", "none, beside a cathode")

    def layers(self) -> dict[str, tuple[float, float]]:
        """Map each region to the heights between which it lies."""
        return {"cathode": (-self.cathode, 0.0), **super().layers()}

    def boundary(self, nodes: np.ndarray, beside: list[str]) -> str | None:
        """Return the name of a face: the collector's is ``front``."""
        if np.abs(nodes[:, self.height] + self.cathode).max() < EXACT:
            return "front"
        return super().boundary(nodes, beside)
