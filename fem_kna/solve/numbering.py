"""The unknowns that are solved for, numbered through all functions. Knows PETSc, no physics."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from dolfinx import cpp, fem
from dolfinx.la import InsertMode
from mpi4py import MPI
from petsc4py import PETSc

from .memory import keeping

NOWHERE = -1  # PETSc drops what is added to a row or a column of this number


class Numbering:
    """Rows for the free unknowns of several functions: each rank's own ones in a row, by function.

    What is held has no row. On moving fronts that is most of the cells' displacements, which would
    fill the matrix and its factors with zeros.
    """

    def __init__(
        self, unknowns: Sequence[fem.Function], conditions: Sequence[fem.DirichletBC]
    ) -> None:
        """Number the `unknowns`, but for what `conditions` hold. Collective."""
        self._unknowns = tuple(unknowns)
        self.comm = unknowns[0].function_space.mesh.comm
        self._free = [_others(u, places) for u, places, _ in self._held(conditions)]
        self._size = sum(len(free) for free in self._free)
        self._rows = list(self._numbered())

    def vector(self) -> PETSc.Vec:
        """Return a vector with the rows."""
        return PETSc.Vec().createMPI((self._size, None), comm=self.comm)

    def matrix(self, columns: "Numbering | None" = None) -> PETSc.Mat:
        """Return a matrix that forms can be assembled into; the first time finds its pattern.

        Its columns are those of another numbering, or the rows again.
        """
        columns = columns or self
        matrix = PETSc.Mat().create(self.comm)
        matrix.setSizes(((self._size, None), (columns._size, None)))
        matrix.setType(PETSc.Mat.Type.AIJ)
        matrix.setLGMap(self._map, columns._map)
        matrix.setUp()
        return matrix

    @property
    def size(self) -> int:
        """How many rows this rank has."""
        return self._size

    def index_set(self, places: Sequence[int]) -> PETSc.IS:
        """Return the own rows of the functions at these places. Collective."""
        first = self.comm.scan(self._size) - self._size
        ends = first + np.cumsum([0, *(len(free) for free in self._free)])
        rows = [np.arange(ends[place], ends[place + 1]) for place in places]
        own = np.concatenate([np.empty(0), *rows]).astype(PETSc.IntType)
        return PETSc.IS().createGeneral(own, comm=self.comm)

    @cached_property
    def _map(self) -> PETSc.LGMap:
        return PETSc.LGMap().create(np.concatenate(self._rows), comm=self.comm)

    @cached_property
    def _local(self) -> list[PETSc.IS]:
        """The local values of each function, ghosts included, among those of all."""
        ends = np.cumsum([len(rows) for rows in self._rows])
        return [
            PETSc.IS().createStride(len(rows), first=int(end) - len(rows), comm=MPI.COMM_SELF)
            for rows, end in zip(self._rows, ends, strict=True)
        ]

    def get(self, vector: PETSc.Vec) -> None:
        """Write the unknowns' values into a vector."""
        vector.array[:] = self._gathered([u.x.array for u in self._unknowns])

    def put(self, vector: PETSc.Vec) -> None:
        """Give the unknowns the values of a vector. Collective."""
        ends = np.cumsum([len(free) for free in self._free])[:-1]
        parts = np.split(vector.array_r, ends)
        for u, free, values in zip(self._unknowns, self._free, parts, strict=True):
            u.x.array[free] = values
            u.x.scatter_forward()

    def assemble_vector(self, forms: Sequence[fem.Form], vector: PETSc.Vec) -> None:
        """Assemble linear forms, one per function, into a vector. Collective."""
        blocks = [
            fem.assemble_vector(form, coeffs=keeping(fem.pack_coefficients(form))) for form in forms
        ]
        for block in blocks:
            block.scatter_reverse(InsertMode.add)
        vector.array[:] = self._gathered([block.array for block in blocks])

    def assemble_matrix(
        self,
        forms: Sequence[Sequence[Any]],
        matrix: PETSc.Mat,
        columns: "Numbering | None" = None,
    ) -> None:
        """Assemble bilinear forms, a row of them per function, into a matrix. Collective."""
        matrix.zeroEntries()
        columns = columns or self
        for rows, blocks in zip(self._local, forms, strict=True):
            for across, form in zip(columns._local, blocks, strict=True):
                if form is not None:
                    part = matrix.getLocalSubMatrix(rows, across)
                    constants, coefficients = fem.pack_constants(form), fem.pack_coefficients(form)
                    cpp.fem.petsc.assemble_matrix(
                        part, form._cpp_object, constants, coefficients, [], True
                    )
                    matrix.restoreLocalSubMatrix(rows, across, part)
        matrix.assemble()

    def meet(self, conditions: Sequence[fem.DirichletBC]) -> None:
        """Give the unknowns what `conditions` want."""
        for u, _, own in self._held(conditions):
            for condition in own:
                condition.set(u.x.array)

    def rows(self, conditions: Sequence[fem.DirichletBC]) -> np.ndarray:
        """Return the own rows of what `conditions` are to hold."""
        return np.concatenate([rows for rows, _ in self._excess(conditions)])

    def put_excess(self, conditions: Sequence[fem.DirichletBC], vector: PETSc.Vec) -> None:
        """Write by how much the unknowns exceed what `conditions` want into a vector."""
        first, _ = vector.getOwnershipRange()
        for rows, excess in self._excess(conditions):
            vector.array[rows - first] = excess

    def _excess(
        self, conditions: Sequence[fem.DirichletBC]
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield for each function the own rows that `conditions` want, and their excess."""
        for rows, (u, places, own) in zip(self._rows, self._held(conditions), strict=True):
            wanted = u.x.array.copy()
            for condition in own:
                condition.set(wanted)
            places = places[places < _own_size(u)]
            yield rows[places], (u.x.array - wanted)[places]

    def _held(
        self, conditions: Sequence[fem.DirichletBC]
    ) -> Iterator[tuple[fem.Function, np.ndarray, list[fem.DirichletBC]]]:
        """Yield each function with the local places that are held, and by which `conditions`."""
        spaces = [u.function_space._cpp_object for u in self._unknowns]
        for u, own in zip(self._unknowns, fem.bcs_by_block(spaces, conditions), strict=True):
            places = [condition.dof_indices()[0] for condition in own]
            yield u, np.unique(np.concatenate([np.empty(0, dtype=np.int32), *places])), own

    def _gathered(self, arrays: Sequence[np.ndarray]) -> np.ndarray:
        return np.concatenate([array[free] for array, free in zip(arrays, self._free, strict=True)])

    def _numbered(self) -> Iterator[np.ndarray]:
        """Yield the row of each local value, function by function, ghosts included. Collective."""
        first = self.comm.scan(self._size) - self._size
        for u, free in zip(self._unknowns, self._free, strict=True):
            number = fem.Function(u.function_space)
            number.x.array[:] = NOWHERE
            number.x.array[free] = first + np.arange(len(free))
            number.x.scatter_forward()
            yield number.x.array.astype(PETSc.IntType)
            first += len(free)


def _own_size(u: fem.Function) -> int:
    """Return how many values of a function this rank owns."""
    dofs = u.function_space.dofmap
    return int(dofs.index_map.size_local * dofs.index_map_bs)


def _others(u: fem.Function, held: np.ndarray) -> np.ndarray:
    """Return the places of the own values of a function that are not held."""
    free = np.ones(len(u.x.array), dtype=bool)
    free[held] = False
    return np.flatnonzero(free[: _own_size(u)])
