"""Random surfaces from a power spectrum: the same one on every mesh and any number of ranks."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Roughness:
    """A self-affine surface on [0, width]^axes, even about its edges (they are symmetry planes).

    Cosine modes with random amplitudes whose variance follows
    ``(1 + (k correlation_length)^2)^-(hurst + axes / 2)``: white above the correlation length,
    a power law below it, nothing below the wavelength `cut_off`. Scaled to the given `rms` height,
    mean 0. All lengths in one unit.
    """

    width: float
    axes: int
    rms: float
    correlation_length: float
    hurst: float
    cut_off: float
    seed: int

    @cached_property
    def amplitudes(self) -> np.ndarray:
        """Amplitude of each mode ``prod cos(pi m_i x_i / width)``: an array (modes,) * axes."""
        count = 1 + int(2 * self.width / self.cut_off + 1e-9)
        numbers = np.indices((count,) * self.axes)
        k = np.pi / self.width * np.sqrt((numbers**2).sum(axis=0))
        spread = (1 + (k * self.correlation_length) ** 2) ** (-(self.hurst + self.axes / 2) / 2)
        spread[(k == 0) | (k > 2 * np.pi / self.cut_off * (1 + 1e-9))] = 0
        # RandomState, not default_rng: NumPy promises that its stream never changes.
        amplitude = spread * np.random.RandomState(self.seed).standard_normal(spread.shape)
        # A mode's mean square is 1/2 for each axis along which it varies.
        mean_square = (amplitude**2 * 0.5 ** (numbers > 0).sum(axis=0)).sum()
        return self.rms / np.sqrt(mean_square) * amplitude

    def height(self, x: np.ndarray) -> np.ndarray:
        """Return the height (n,) at the points `x` (n, axes)."""
        modes = np.pi / self.width * np.arange(len(self.amplitudes))
        waves = np.cos(x[:, :, None] * modes)
        if self.axes == 1:
            return waves[:, 0] @ self.amplitudes
        return np.einsum("pi,pi->p", waves[:, 0] @ self.amplitudes, waves[:, 1])

    @property
    def peak(self) -> float:
        """The greatest distance from the mean."""
        return float(np.abs(self.sampled).max())

    @property
    def slope(self) -> float:
        """The greatest slope."""
        spacing = self.width / (len(self.sampled) - 1)
        along = [np.diff(self.sampled, axis=axis) / spacing for axis in range(self.axes)]
        return float(max(np.abs(part).max() for part in along))

    @cached_property
    def sampled(self) -> np.ndarray:
        """The height on a grid with eight points on the shortest wave, one array axis each."""
        line = np.linspace(0, self.width, 1 + int(np.ceil(8 * self.width / self.cut_off)))
        grid = np.stack(np.meshgrid(*[line] * self.axes, indexing="ij"), axis=-1)
        return self.height(grid.reshape(-1, self.axes)).reshape(grid.shape[:-1])
