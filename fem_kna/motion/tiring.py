"""When a moving mesh has tired, and how fine the next one shall be.

What is wanted along a front is kept at its nodes and rides with them: the edge lengths it had at
the start. So what was resolved finely - a crack in the film - stays so, and what stretches gets
more elements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from mpi4py import MPI
from scipy.spatial import cKDTree

from ..geometry.domain import Domain
from .outline import Gatherer, Outline
from .sizes import SizeField, target_sizes

SPENT = 0.95  # of what a new mesh came with; until it has lost that, another is no better


@dataclass(frozen=True)
class Wanted:
    """What edge lengths are wanted: by boundary at its nodes, in the order of its outline.

    `least` is the shortest at the start, `far` the longest of the first mesh. Of a mesh that was
    made anew `over` is how many times too long an edge of the fronts was from the first, `worst`
    the quality of its worst cell.
    """

    sizes: Mapping[str, np.ndarray]
    least: float
    far: float
    over: float = 1.0
    worst: float = 1.0


class Tiring:
    """Watches the mesh of moving boundaries. All of it is collective, and the same on all ranks.

    Args:
        domain: the mesh.
        names: the moving boundaries.
        settings: `Remeshing` of the case.
        before: the watch over the mesh that this one replaces; None at the start.
    """

    def __init__(
        self, domain: Domain, names: Sequence[str], settings: Any, before: "Tiring | None" = None
    ) -> None:
        """Find the boundaries, and what edge lengths are wanted along them."""
        self._domain, self._settings = domain, settings
        self.gatherers = {name: Gatherer(domain, name) for name in names}
        outlines = self.outlines()
        if before is None:
            sizes = {name: edge_lengths(outline) for name, outline in outlines.items()}
            shortest = min(lengths.min(initial=np.inf) for lengths in sizes.values())
            # In 1-D, where a front has no edges, the cell there.
            least = float(shortest) or domain.front_sizes()[0]
            self.wanted = Wanted(sizes, least, largest_edge(domain))
        else:
            self.wanted = replace(before.wanted, sizes=before.wanted_at(outlines))
            over = max(self._stretched(name, outline) for name, outline in outlines.items())
            worst = domain.statistics.min_quality
            self.wanted = replace(self.wanted, over=over, worst=worst)

    @property
    def finest(self) -> float:
        """The shortest edge length that is asked for on the fronts."""
        return float(self._settings.finest) * self.wanted.least

    def outlines(self) -> dict[str, Outline]:
        """Return the moving boundaries where they are now, by name."""
        return {name: gatherer() for name, gatherer in self.gatherers.items()}

    def wanted_at(self, outlines: Mapping[str, Outline]) -> dict[str, np.ndarray]:
        """Return the edge lengths wanted at the nodes of other outlines: those of the nearest."""
        found = {}
        for name, here in self.outlines().items():
            _, nearest = cKDTree(here.points).query(outlines[name].points)
            found[name] = self.wanted.sizes[name][nearest]
        return found

    def reason(self, worst: float) -> str | None:
        """Say why the mesh has tired, with its `worst` quality; None while it has not.

        Settings that no mesh meets do not ask for a new one after each step: see `SPENT`.
        """
        if self._domain.mesh.topology.dim == 1:
            return None
        if worst < min(self._settings.quality, SPENT * self.wanted.worst):
            return f"worst cell {worst:.2f}"
        longest = max(float(self._settings.longest), self.wanted.over / SPENT)
        for name, outline in self.outlines().items():
            ratio = self._stretched(name, outline)
            if ratio > longest:
                return f"edges of the {name} {ratio:.2f} times what is wanted"
        return None

    def _stretched(self, name: str, outline: Outline) -> float:
        """Return how many times too long an edge of a front is, the worst of them."""
        return float((edge_lengths(outline) / self.wanted.sizes[name]).max())

    def sizes(self, curvature: np.ndarray) -> SizeField:
        """Return the size field of the next mesh.

        Args:
            curvature: of the fronts, at this rank's geometry nodes.
        """
        points = np.concatenate([outline.points for outline in self.outlines().values()])
        sizes = np.concatenate([self._targets(name, curvature) for name in self.gatherers])
        return SizeField(points, sizes, float(self._settings.growth), self.wanted.far)

    def _targets(self, name: str, curvature: np.ndarray) -> np.ndarray:
        bent = self.gatherers[name].gathered(curvature)
        angle = float(self._settings.angle)
        return target_sizes(self.wanted.sizes[name], bent, angle=angle, least=self.finest)


def edge_lengths(outline: Outline) -> np.ndarray:
    """Return the mean length of the edges at each node, (n,); 0 where facets are points."""
    corners = range(outline.facets.shape[1])
    pairs = [outline.facets[:, [i, j]] for i in corners for j in corners if i < j]
    if not pairs:
        return np.zeros(len(outline.points))
    edges = np.concatenate(pairs)
    lengths = np.linalg.norm(outline.points[edges[:, 0]] - outline.points[edges[:, 1]], axis=1)
    sums = np.bincount(edges.ravel(), np.repeat(lengths, 2), len(outline.points))
    return np.asarray(sums / np.bincount(edges.ravel(), minlength=len(outline.points)))


def largest_edge(domain: Domain) -> float:
    """Return the longest edge of all cells; collective."""
    mesh = domain.mesh
    corners = mesh.geometry.x[mesh.geometry.dofmaps[0]]
    edges = np.linalg.norm(corners[:, :, None] - corners[:, None], axis=3)
    return float(domain.comm.allreduce(edges.max(initial=0.0), op=MPI.MAX))
