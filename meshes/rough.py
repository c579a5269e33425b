"""A rough electrode: a random front with the rms height and spectrum of a real surface."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from fem_kna.geometry.lift import LiftedSlab
from fem_kna.geometry.roughness import Roughness
from fem_kna.geometry.shape import Dimension, shown
from fem_kna.geometry.sizes import Sizes
from fem_kna.inputs.units import Fraction, Length, given


class Rough(LiftedSlab):
    """Random front: rms height, correlation length, Hurst exponent, cut-off, seed (2-D, 3-D)."""

    dimensions: ClassVar[tuple[Dimension, ...]] = ("2d", "3d")

    rms: Length = given("0.5 um", "rolled or pressed foil, chosen")
    correlation_length: Length = given("10 um", "chosen")
    hurst: Fraction = given(0.8, "common for worn and rolled metal surfaces")
    cut_off: Length = given("5 um", "shortest wave: half of the correlation length")
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 1

    @property
    def sizes(self) -> Sizes:
        """Element sizes; by default at least four elements on the shortest wave."""
        sizes = super().sizes
        front = self.front_size or min(sizes.front, self.cut_off / 4)
        return Sizes(front, sizes.growth, sizes.far)

    @property
    def roughness(self) -> Roughness:
        """The random surface."""
        return Roughness(
            self.across,
            self.height,
            self.rms,
            self.correlation_length,
            self.hurst,
            self.cut_off,
            self.seed,
        )

    @property
    def reach(self) -> float:
        """The lift fades over the largest features."""
        return max(2 * self.correlation_length, 4 * self.roughness.peak)

    def check(self) -> None:
        """Raise `InputError` (one line) if the lengths describe no cell."""
        super().check()
        self.require(
            self.cut_off <= 2 * self.width,
            "cut_off",
            f"at most twice the width, {shown(self.width)}",
        )
        resolved = self.front_size is None or self.front_size <= self.cut_off / 2
        self.require(resolved, "front_size", f"at most half of cut_off, {shown(self.cut_off)}")
        self.require_room("rms", self.roughness.peak, self.roughness.slope)

    def elevation(self, x: np.ndarray) -> np.ndarray:
        """Return the height of the front (n,) at the lateral coordinates `x` (n, 1 or 2)."""
        return self.roughness.height(x)

    def facts(self) -> dict[str, float]:
        """Return the greatest height and slope of this surface."""
        return {"peak [m]": self.roughness.peak, "steepest slope [-]": self.roughness.slope}
