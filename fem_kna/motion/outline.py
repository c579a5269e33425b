"""Where a boundary is: its facets, whole on every rank, and the measures of a front's shape.

A front is small beside its mesh, so that every rank holds all of it and decides the same. Its order
comes from the mesh's input, not from how the mesh is cut into parts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from mpi4py import MPI

from ..geometry.domain import Domain
from ..geometry.shape import Dimension
from .facets import INTERFACE, everywhere, facet_vectors

# Points (barycentric) and weights on a facet of 1, 2, 3 nodes. Exact to degree 3 on a segment: the
# square of the height times the radius; to degree 2 on a triangle: the square of the height.
GAUSS = np.array([0.5 - 0.5 / 3**0.5, 0.5 + 0.5 / 3**0.5])
RULES = {
    1: np.ones((1, 1)),
    2: np.column_stack([GAUSS, GAUSS[::-1]]),
    3: 0.5 - 0.5 * np.eye(3),
}


@dataclass(frozen=True)
class Outline:
    """The facets of a boundary, the same on all ranks; lengths are those of the mesh.

    `points` (n, gdim) are its nodes, `facets` (m, 1, 2 or 3) their numbers. The order of a facet's
    nodes tells its sides: in 2-D the liquid lies to the left of the way from the first node to the
    second, in 3-D the nodes run anticlockwise seen from the liquid. In 1-D, where a facet has no
    order, `signs` (m,) is +1 where the liquid lies above; none: everywhere.

    `outline_nodes` (k,) are the numbers here of this rank's `mesh_nodes` (k,), owned and ghosts:
    ``mesh.geometry.x[mesh_nodes, :gdim]`` is ``points[outline_nodes]``.
    """

    points: np.ndarray
    facets: np.ndarray
    dimension: Dimension
    signs: np.ndarray | None = None
    mesh_nodes: np.ndarray | None = None
    outline_nodes: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.facets)

    @cached_property
    def corners(self) -> np.ndarray:
        """The facets' nodes, (m, nodes per facet, gdim)."""
        return self.points[self.facets]

    @cached_property
    def midpoints(self) -> np.ndarray:
        """The facets' midpoints, (m, gdim)."""
        return self.corners.mean(axis=1)

    @cached_property
    def normals(self) -> np.ndarray:
        """Unit normals (m, gdim), out of the metal and into the liquid.

        Of the interface: out of the electrolyte and into the separator.
        """
        return self._vectors / np.maximum(self.sizes, np.finfo(float).tiny)[:, None]

    @cached_property
    def sizes(self) -> np.ndarray:
        """Length or area of each facet as drawn, (m,): 1 in 1-D, not turned around an axis."""
        return np.linalg.norm(self._vectors, axis=1)

    @cached_property
    def areas(self) -> np.ndarray:
        """Area of each facet, (m,): in 2-D per unit depth, axisymmetric of the ring it stands for.

        1 in 1-D.
        """
        return self._weights.sum(axis=1)

    @property
    def area(self) -> float:
        """Area of the true surface; 0 of an empty outline."""
        return float(self.areas.sum())

    @property
    def projected_area(self) -> float:
        """Area of the surface seen along the height, metal above counted negative.

        What an overhang hides is counted once: it is the cell's cross-section.
        """
        return float(self.areas @ self.normals[:, -1])

    @property
    def sense(self) -> float:
        """+1 where the metal lies below, as at the front; -1 where above, as at the counter."""
        return float(np.sign(self.projected_area)) or 1.0

    @property
    def highest(self) -> float:
        """Greatest height of a node. ValueError when the outline is empty."""
        return float(self.points[:, -1].max())

    @property
    def lowest(self) -> float:
        """Least height of a node. ValueError when the outline is empty."""
        return float(self.points[:, -1].min())

    @property
    def mean_height(self) -> float:
        """Volume under the surface (above height 0) per cross-section, right for overhangs too.

        ZeroDivisionError where there is no cross-section: an empty outline, a closed surface.
        """
        lifted = self._heights * self._weights
        return float(lifted.sum(axis=1) @ self.normals[:, -1]) / self.projected_area

    @property
    def roughness(self) -> float:
        """Root of the mean square of height - `mean_height`, the mean taken over the true surface.

        The surface and not the cross-section, which an overhang passes several times.
        """
        off = self._heights - self.mean_height
        return float(np.sqrt((off**2 * self._weights).sum() / self.area))

    @property
    def tip_height(self) -> float:
        """How far the furthest node stands out of `mean_height` into the liquid."""
        into_liquid = self.highest if self.sense > 0 else -self.lowest
        return into_liquid - self.sense * self.mean_height

    @property
    def steepest(self) -> float:
        """Least cosine of a facet's slope: 1 flat, 0 vertical, negative where it overhangs.

        ValueError when the outline is empty.
        """
        return float((self.sense * self.normals[:, -1]).min())

    @property
    def overhang(self) -> float:
        """How far the surface reaches sideways over itself: 0 where it has one height everywhere.

        The most by which a walk outward along `polyline` comes back towards the axis. In 1-D 0.

        Raises:
            ValueError: in 3-D, where no order leads outward; `steepest` tells there.
        """
        if self.dimension == "1d":
            return 0.0
        walks = [self.points[chain, 0] for chain in self.chains]
        return max((float((np.maximum.accumulate(x) - x).max()) for x in walks), default=0.0)

    @property
    def polyline(self) -> np.ndarray:
        """The nodes (k, 2) in order from the axis outward, for figures; pieces parted by nan.

        Raises:
            ValueError: in 1-D and 3-D.
        """
        gap = np.full((1, 2), np.nan)
        pieces = [piece for chain in self.chains for piece in (gap, self.points[chain])]
        return np.vstack(pieces[1:]) if pieces else np.empty((0, 2))

    @cached_property
    def chains(self) -> list[np.ndarray]:
        """The numbers of the nodes in order, one array per connected piece, the innermost first.

        Each starts at its end nearer to the axis; a closed piece ends where it starts.

        Raises:
            ValueError: in 1-D and 3-D.
        """
        if self.dimension not in ("2d", "axisymmetric"):
            raise ValueError(f"outline: no polyline in {self.dimension}")
        chains = [self._outward(np.array(chain)) for chain in _followed(self.facets)]
        return sorted(chains, key=lambda chain: tuple(self.points[chain[0]]))

    def _outward(self, chain: np.ndarray) -> np.ndarray:
        return chain[::-1] if self.points[chain[-1], 0] < self.points[chain[0], 0] else chain

    @cached_property
    def _vectors(self) -> np.ndarray:
        """Normals as long as the facets are large, (m, gdim)."""
        return facet_vectors(self.corners, self.signs)

    @cached_property
    def _weights(self) -> np.ndarray:
        """Area that each integration point stands for, (m, q)."""
        count = self.facets.shape[1]
        weights = np.tile(self.sizes[:, None] / count, (1, count))
        if self.dimension == "axisymmetric":
            weights *= 2 * np.pi * self.corners[:, :, 0] @ RULES[count].T
        return weights

    @property
    def _heights(self) -> np.ndarray:
        """Heights of the integration points, (m, q)."""
        return self.corners[:, :, -1] @ RULES[self.facets.shape[1]].T


class Gatherer:
    """Gathers a boundary's outline again and again while the mesh moves.

    What depends on the mesh's cells alone is found once, here; a call only gathers coordinates.
    Both are collective. Of no use for another mesh: make a new one after remeshing. The mesh must
    be of simplices, not turned inside out, and number its nodes in its input independently of how
    it is distributed.
    """

    def __init__(self, domain: Domain, name: str) -> None:
        """Find the facets of the boundary `name`, or of ``interface`` (none, if there is none).

        Of the boundary only what touches liquid.

        Raises:
            InputError: the mesh has no such boundary.
        """
        self._geometry, self._comm = domain.mesh.geometry, domain.comm
        self._dimension = domain.dimension
        ids, self._signs = everywhere(domain, name)
        self._ids, numbers = np.unique(ids, return_inverse=True)
        self._facets = numbers.reshape(ids.shape)
        self._mesh_nodes, self._outline_nodes = self._shared()

    def __call__(self) -> Outline:
        """Return the outline where the mesh is now."""
        return Outline(
            self.gathered(self._geometry.x[:, : self._geometry.dim]),
            self._facets,
            self._dimension,
            self._signs,
            self._mesh_nodes,
            self._outline_nodes,
        )

    def gathered(self, values: np.ndarray) -> np.ndarray:
        """Return on all ranks at the outline's nodes (n, ...) what is given at the mesh's (k, ...).

        `values` are real, at this rank's geometry nodes; those of ghosts are not used.
        """
        owned = self._mesh_nodes < self._geometry.index_map().size_local
        whole = np.zeros((len(self._ids), *values.shape[1:]))
        whole[self._outline_nodes[owned]] = values[self._mesh_nodes[owned]]
        self._comm.Allreduce(MPI.IN_PLACE, whole)  # each entry from one rank: no rounding
        return whole

    def _shared(self) -> tuple[np.ndarray, np.ndarray]:
        """Return this rank's geometry nodes that lie on the outline, and their numbers in it."""
        known = self._geometry.input_global_indices
        here = np.flatnonzero(np.isin(known, self._ids))
        return here, np.searchsorted(self._ids, known[here])


def outline(domain: Domain, name: str) -> Outline:
    """Return the boundary `name` (or ``interface``), whole on every rank; collective.

    Raises:
        InputError: the mesh has no such boundary.
    """
    return Gatherer(domain, name)()


def interface(domain: Domain) -> Outline:
    """Return the facets between electrolyte and separator, none where one is missing; collective.

    Their normals point into the separator.
    """
    return outline(domain, INTERFACE)


def _followed(segments: np.ndarray) -> Iterator[list[int]]:
    """Yield the chains of nodes that directed segments (m, 2) form, open ones first."""
    after = dict(segments.tolist())
    starts = sorted(set(after) - set(after.values()))
    while after:
        node = starts.pop(0) if starts else min(after)
        chain = [node]
        while node in after:
            node = after.pop(node)
            chain.append(node)
        yield chain
