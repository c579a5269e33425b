"""A rippled electrode: which wavelengths grow and which are flattened (half a wave by symmetry).

2-D: a ridge with its crest on the axis x = 0. 3-D: a ridge, or an egg-box of crests and hollows.
"""

from typing import ClassVar, Literal

import numpy as np

from fem_kna.geometry.lift import LiftedSlab
from fem_kna.geometry.shape import Dimension, shown
from fem_kna.inputs.units import Length, given


class Sinusoidal(LiftedSlab):
    """Front amplitude*cos(2 pi x/wavelength); 3-D also times cos(2 pi y/wavelength) (eggbox)."""

    dimensions: ClassVar[tuple[Dimension, ...]] = ("2d", "3d")

    amplitude: Length = given("1 um", "a ripple of microns, chosen")
    wavelength: Length = given("20 um", "twenty amplitudes: slopes below one third")
    pattern: Literal["ridge", "eggbox"] = "eggbox"
    width: Length | None = None

    @property
    def across(self) -> float:
        """The lateral extent: half a wave unless `width` says otherwise."""
        return self.width or self.wavelength / 2

    @property
    def reach(self) -> float:
        """The lift fades over one wavelength, as the field of a ripple does."""
        return self.wavelength

    def check(self) -> None:
        """Raise `InputError` (one line) if the lengths describe no cell."""
        super().check()
        slope = 2 * np.pi * self.amplitude / self.wavelength
        self.require_room("amplitude", self.amplitude, slope)
        halves = 2 * self.across / self.wavelength
        self.require(
            halves > 0.5 and abs(halves - round(halves)) < 1e-6,
            "width",
            f"a multiple of half the wavelength, {shown(self.wavelength)}",
        )

    def elevation(self, x: np.ndarray) -> np.ndarray:
        """Return the height of the front (n,) at the lateral coordinates `x` (n, 1 or 2)."""
        waves = np.cos(2 * np.pi / self.wavelength * x)
        return self.amplitude * (waves[:, 0] if self.pattern == "ridge" else waves.prod(axis=1))
