"""The meshed cell: named regions and boundaries, and the measures to integrate over them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from math import factorial, pi
from typing import Any

import dolfinx.mesh as dmesh
import numpy as np
import ufl
from mpi4py import MPI

from ..inputs.errors import InputError
from ..inputs.messages import unknown
from .drawing import Statistics
from .measures import WeightedMeasure
from .part import FrontMesh, Part, all_of, count, front_mesh_of, part_of
from .ranks import lasting
from .shape import Dimension

ELECTRODES = ("front", "counter")
METAL_SIDE = 100  # added to a boundary's tag: the same facets, seen from the metal


@dataclass(frozen=True)
class Domain:
    """A distributed mesh whose regions and boundaries have names.

    `regions` and `boundaries` map the names that this mesh has to the values in `cell_tags` and
    `facet_tags`. Lengths are those the shape was given in.
    """

    mesh: dmesh.Mesh
    cell_tags: dmesh.MeshTags
    facet_tags: dmesh.MeshTags
    regions: dict[str, int]
    boundaries: dict[str, int]
    dimension: Dimension
    statistics: Statistics
    electrodes: tuple[str, ...] = ELECTRODES

    def with_electrodes(self, *names: str) -> "Domain":
        """Return the same mesh with these boundaries as the electrodes of `front_mesh`.

        Raises:
            InputError: the mesh has no such boundary.
        """
        for name in names:
            _tag("boundary", name, self.boundaries)
        return replace(self, electrodes=names)

    @cached_property
    def comm(self) -> MPI.Comm:
        """The ranks that share the mesh."""
        return lasting(self.mesh.comm)

    @cached_property
    def weight(self) -> Any:
        """2 pi r in an axisymmetric cell, else 1."""
        if self.dimension != "axisymmetric":
            return 1.0
        return 2 * pi * ufl.SpatialCoordinate(self.mesh)[0]

    def dx(self, *names: str) -> WeightedMeasure:
        """Return the volume measure over the named regions, or over all of the cell.

        Raises:
            InputError: the mesh has no such region.
        """
        tags = tuple(_tag("region", name, self.regions) for name in names)
        return WeightedMeasure(self._cells(tags) if tags else self._cells, self.weight)

    def ds(self, *names: str, side: str = "liquid") -> WeightedMeasure:
        """Return the measure over the named boundaries, seen from one side.

        A front with metal behind it is an interior interface: the integrand is then taken in the
        liquid (the normal points into the metal), or with ``side="metal"`` in the metal. Where a
        boundary has one side only, `side` makes no difference.

        Raises:
            InputError: the mesh has no such boundary.
        """
        shift = METAL_SIDE if side == "metal" else 0
        tags = tuple(_tag("boundary", name, self.boundaries) + shift for name in names)
        return WeightedMeasure(self._facets(tags), self.weight)

    def dS(self) -> WeightedMeasure:
        """Return the measure over a front with metal behind it, metal on '+', liquid on '-'.

        Raises:
            InputError: the cell has no metal.
        """
        _tag("region", "metal", self.regions)
        weight = self.weight if self.dimension != "axisymmetric" else self.weight("+")
        return WeightedMeasure(self._interface(self.boundaries["front"]), weight)

    def front_dx(self, *names: str) -> WeightedMeasure:
        """Return the measure on `front_mesh` over the named electrodes (``front``, ``counter``)."""
        weight: Any = 1.0
        if self.dimension == "axisymmetric":
            weight = 2 * pi * ufl.SpatialCoordinate(self.front_mesh.mesh)[0]
        tags = tuple(_tag("electrode", name, self._electrodes) for name in names)
        return WeightedMeasure(self._front_cells(tags), weight)

    def facets_of(self, *names: str) -> np.ndarray:
        """Return the local facets (owned and ghosts) of the named boundaries, sorted."""
        tags = [_tag("boundary", name, self.boundaries) for name in names]
        return self.facet_tags.indices[np.isin(self.facet_tags.values, tags)]

    def cells_of(self, *names: str) -> np.ndarray:
        """Return the local cells (owned and ghosts) of the named regions, sorted."""
        tags = [_tag("region", name, self.regions) for name in names]
        return self.cell_tags.indices[np.isin(self.cell_tags.values, tags)]

    def measure_of(self, name: str) -> float:
        """Return the volume of a region or the area of a boundary, over all ranks.

        In 2-D per unit depth, in 1-D per unit area, axisymmetric of the full body.

        Raises:
            InputError: the mesh has no such region or boundary.
        """
        dim = self.mesh.topology.dim
        if name in self.regions:
            cells = self.cells_of(name)
            sizes = self._sizes(dim, cells[cells < self.mesh.topology.index_map(dim).size_local])
        else:
            sizes = self._sizes(dim - 1, self._owned_facets(name))
        return float(self.comm.allreduce(sizes.sum(), op=MPI.SUM))

    def _sizes(self, dim: int, entities: np.ndarray) -> np.ndarray:
        """Return the measure of each simplex; in an axisymmetric cell of the ring it stands for."""
        corners = self.mesh.geometry.x[dmesh.entities_to_geometry(self.mesh, dim, entities)]
        edges = corners[:, 1:] - corners[:, :1]
        sizes = np.sqrt(np.linalg.det(edges @ edges.transpose(0, 2, 1))) / factorial(dim)
        if self.dimension == "axisymmetric":
            sizes *= 2 * pi * corners[:, :, 0].mean(axis=1)
        return sizes

    def liquid_on_both_sides(self, name: str) -> bool:
        """Whether any facet of the boundary lies inside the liquid, on any rank."""
        first, last = self._neighbours(self.facets_of(name))
        inside = (first != last) & np.isin(first, self._liquid) & np.isin(last, self._liquid)
        return bool(self.comm.allreduce(inside.any(), op=MPI.LOR))

    def front_sizes(
        self, where: Callable[[np.ndarray], np.ndarray] | None = None
    ) -> tuple[float, float]:
        """Return the smallest and largest front element, over all ranks.

        `where` selects facets by their midpoints, an array (3, n), as ``dolfinx`` passes points.
        In 1-D, where facets are points, the sizes are those of the cells at the front.
        (inf, 0) when no facet is selected.
        """
        facets, dim = self._owned_facets("front"), self.mesh.topology.dim
        if where is not None:
            midpoints = dmesh.compute_midpoints(self.mesh, dim - 1, facets)
            facets = facets[where(midpoints.T)]
        cells = dmesh.compute_incident_entities(self.mesh.topology, facets, dim - 1, dim)
        size = self.mesh.h(dim, cells) if dim == 1 else self.mesh.h(dim - 1, facets)
        return (
            float(self.comm.allreduce(min(size, default=np.inf), op=MPI.MIN)),
            float(self.comm.allreduce(max(size, default=0.0), op=MPI.MAX)),
        )

    @cached_property
    def front_mesh(self) -> FrontMesh:
        """The electrodes' facets (front and counter) as a submesh; made on all ranks at once."""
        return front_mesh_of(self.mesh, self.facets_of(*self.electrodes), self.facet_tags)

    @cached_property
    def liquid(self) -> Part:
        """The cells filled with liquid; made on all ranks at once."""
        if "metal" not in self.regions:
            return all_of(self.mesh)
        return part_of(self.mesh, np.sort(self._liquid))

    @cached_property
    def metal(self) -> Part | None:
        """The cells of metal, if there is any; made on all ranks at once."""
        return part_of(self.mesh, self.cells_of("metal")) if "metal" in self.regions else None

    @cached_property
    def cathode(self) -> Part | None:
        """The cells of a porous cathode, None where there is none; made on all ranks at once."""
        return part_of(self.mesh, self.cells_of("cathode")) if "cathode" in self.regions else None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Liquid and metal where these are meshes of their own, to be moved with this one."""
        return () if self.metal is None else (self.liquid, self.metal)

    def liquid_facets(self, facets: np.ndarray) -> np.ndarray:
        """Return those of the local `facets` that the liquid has, as facets of its mesh."""
        return self.liquid.own_facets(self._sides(facets)[0])

    def metal_facets(self, facets: np.ndarray) -> np.ndarray:
        """Return those of the local `facets` that the metal has, as facets of its mesh."""
        assert self.metal is not None, "a mesh without metal"
        return self.metal.own_facets(self._sides(facets)[1])

    def _owned_facets(self, name: str) -> np.ndarray:
        facets = self.facets_of(name)
        return facets[facets < self.mesh.topology.index_map(self.mesh.topology.dim - 1).size_local]

    @property
    def _electrodes(self) -> dict[str, int]:
        return {name: self.boundaries[name] for name in self.electrodes}

    @cached_property
    def _cells(self) -> ufl.Measure:
        return ufl.Measure("dx", domain=self.mesh, subdomain_data=self.cell_tags)

    @cached_property
    def _front_cells(self) -> ufl.Measure:
        front = self.front_mesh
        return ufl.Measure("dx", domain=front.mesh, subdomain_data=front.tags)

    # One object for all boundaries: a form whose measures of one kind bring different
    # subdomain data is refused by UFL, or integrated over the wrong facets.
    @cached_property
    def _facets(self) -> ufl.Measure:
        liquid, metal = [], []
        for tag in self.boundaries.values():
            inner, outer = self._sides(self.facet_tags.find(tag))
            liquid.append((tag, self._owned(inner)))
            metal.append((tag + METAL_SIDE, self._owned(outer)))
        return ufl.Measure("ds", domain=self.mesh, subdomain_data=liquid + metal)

    @cached_property
    def _interface(self) -> ufl.Measure:
        liquid, metal = self._sides(self._owned_facets("front"))
        pairs = np.hstack([metal, liquid]).astype(np.int32).ravel()
        data = [(self.boundaries["front"], pairs)]
        return ufl.Measure("dS", domain=self.mesh, subdomain_data=data)

    def _sides(self, facets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (cell, facet's place in it) of each facet seen from the liquid and the metal.

        Two arrays (n, 2). A facet with one cell has it on both sides.
        """
        first, last = self._neighbours(facets)
        wet = np.isin(np.arange(count(self.mesh, self.mesh.topology.dim)), self._liquid)
        swap = ~wet[first] & wet[last]
        liquid, metal = np.where(swap, last, first), np.where(swap, first, last)
        return self._with_place(liquid, facets), self._with_place(metal, facets)

    @property
    def _liquid(self) -> np.ndarray:
        return self.cells_of(*(name for name in self.regions if name != "metal"))

    def _neighbours(self, facets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the first and the last cell at each facet: the same one where there is one."""
        dim = self.mesh.topology.dim
        self.mesh.topology.create_connectivity(dim - 1, dim)
        links = self.mesh.topology.connectivity(dim - 1, dim)
        return links.array[links.offsets[facets]], links.array[links.offsets[facets + 1] - 1]

    def _with_place(self, cells: np.ndarray, facets: np.ndarray) -> np.ndarray:
        dim = self.mesh.topology.dim
        self.mesh.topology.create_connectivity(dim, dim - 1)
        links = self.mesh.topology.connectivity(dim, dim - 1)
        of_cell = links.array.reshape(links.num_nodes, -1)[cells]
        return np.column_stack([cells, np.argmax(of_cell == facets[:, None], axis=1)])

    def _owned(self, pairs: np.ndarray) -> np.ndarray:
        """Keep the pairs whose cell is this rank's, flat as DOLFINx takes them."""
        local = self.mesh.topology.index_map(self.mesh.topology.dim).size_local
        return pairs[pairs[:, 0] < local].astype(np.int32).ravel()


def _tag(kind: str, name: str, known: dict[str, int]) -> int:
    if name not in known:
        raise InputError(f"mesh: {unknown(kind, name, known)}")
    return known[name]
