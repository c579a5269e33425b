"""Half a wave of a rippled front between symmetry planes, meshed as a lattice that is never remade.

For another wavelength its nodes move in place: forms, sparsity and unknowns stay. The diagonals
alternate, so that the lattice is its own mirror image about every column and the discrete ripples
cos(m pi x/W) do not mix, but for m with `columns` - m.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from mpi4py import MPI
from scipy.optimize import brentq

from ..geometry.build import mesh_drawing
from ..geometry.domain import Domain
from ..geometry.slab import Slab, Solids

NEAR = 1.0  # height over width of the elements at a front
FINEST = 0.012  # of a layer: elements at a front are no taller, whatever the wavelength


class Lattice(Slab):
    """Flat layers over half a wave: `columns` of elements, and `rows` in each layer."""

    columns: int
    rows: int

    def solids(self, gmsh: Any) -> Solids:
        """Draw the layers and divide them evenly."""
        found = super().solids(gmsh)
        gmsh.model.occ.synchronize()
        mesh = gmsh.model.mesh
        for _, curve in gmsh.model.getEntities(1):
            low, high = np.reshape(gmsh.model.getBoundingBox(1, curve), (2, 3))
            across = high[0] - low[0] > high[1] - low[1]
            mesh.setTransfiniteCurve(curve, (self.columns if across else self.rows) + 1)
        for _, surface in gmsh.model.getEntities(2):
            mesh.setTransfiniteSurface(surface, "AlternateLeft")
        return found


@dataclass(frozen=True)
class HalfWave:
    """The lattice of a cell of the given layers; lengths in units of its gap.

    `electrolyte_gap` and `metal_depth` are 0 where there is none; `both` says that the counter
    electrode's front may ripple, too, and is resolved like the working one's.
    """

    columns: int
    rows: int
    electrolyte_gap: float
    metal_depth: float
    both: bool

    def build(self, comm: MPI.Comm) -> Domain:
        """Mesh the layers, evenly, one gap wide. Collective."""
        return mesh_drawing(self._shape.draw, "2d", comm, subject="half wave")

    @cached_property
    def layers(self) -> dict[str, tuple[float, float]]:
        """Heights between which each region lies."""
        return self._shape.layers()

    def place(self, even: np.ndarray, built: "HalfWave", width: float) -> np.ndarray:
        """Return where the nodes `even` (n, 3) of the lattice `built` are for a half wave's width.

        That one has the same layers, which may be as thick as they like. Rows are as high as
        columns are wide at a rippling front, and grow away from it.
        """
        x = even.copy()
        x[:, 0] *= width
        first = NEAR * width / self.columns
        for name, (bottom, top) in built.layers.items():
            low, high = self.layers[name]
            inside = (even[:, 1] >= bottom) & (even[:, 1] <= top)
            share = (even[inside, 1] - bottom) / (top - bottom)
            x[inside, 1] = low + (high - low) * self._graded(name, share, first / (high - low))
        return x

    def _graded(self, name: str, share: np.ndarray, first: float) -> np.ndarray:
        """Return heights in a layer of height one, of nodes at even shares of it."""
        first = min(first, FINEST)
        if name == "metal":
            return 1 - growing(1 - share, first, self.rows)
        if self.both and self._last(name):
            if self._first(name):
                upper = share > 0.5
                half = growing(2 * np.where(upper, 1 - share, share), 2 * first, self.rows / 2) / 2
                return np.where(upper, 1 - half, half)
            return 1 - growing(1 - share, first, self.rows)
        return growing(share, first, self.rows) if self._first(name) else share

    def _first(self, name: str) -> bool:
        return self.layers[name][0] == 0.0

    def _last(self, name: str) -> bool:
        return self.layers[name][1] == 1.0

    @property
    def _shape(self) -> Lattice:
        return Lattice.model_construct(
            dimension="2d",
            gap=1.0,
            width=1.0,
            metal_depth=self.metal_depth or None,
            electrolyte_gap=self.electrolyte_gap,
            front_size=0.5,
            growth=0.5,
            far_size=0.5,
            columns=self.columns,
            rows=self.rows,
        )


def growing(share: np.ndarray, first: float, rows: float) -> np.ndarray:
    """Return (e^(bs) - 1)/(e^b - 1) of even shares s, with the first of `rows` rows `first` high.

    Even rows where these are no higher.
    """
    if first * rows >= 1:
        return share

    def excess(b: float) -> float:
        return float(np.expm1(b / rows) / np.expm1(b) - first)

    b = brentq(excess, 1e-9, 700.0)
    return np.asarray(np.expm1(b * share) / np.expm1(b))
