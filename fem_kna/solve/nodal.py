"""A matrix by blocks of a node's unknowns, and its fields apart. Knows no physics."""

from typing import Any, NamedTuple

import numpy as np
from dolfinx import fem
from petsc4py import PETSc


class Parts(NamedTuple):
    """A matrix by its fields: W (nodes, fields, fields), P_k of each and G_k of all but the last.

    All of them are those of the own nodes, see `Nodal`.
    """

    W: np.ndarray
    fields: list[PETSc.Mat]
    of_the_last: list[PETSc.Mat]


class Nodal:
    r"""A matrix of blocked unknowns: DOLFINx assembles it, PETSc multiplies with it.

    For a preconditioner it is split into its fields by their own rows and columns,

        P_k = sum_l W_kl (A - S)_lk,      W = diag(D) D^-1,      D the block of each node,

    with what is taken off, S. W makes each node's fields independent of each other and leaves
    each field its own size. Where one law with coefficients at each node couples them everywhere,
    A ~ M K with a scalar K, as by diffusion and migration, W A ~ diag(M) K: all that couples the
    fields is gone. Where storage outweighs that, what is left of it is small next to storage. What
    is left where coefficients differ from node to node the last field f, a potential, has most of:

        G_k = sum_l W_kl (A - S)_lf      is what field k hears of it.
    """

    def __init__(self, form: fem.Form) -> None:
        """Make the matrix for a bilinear `form`. Collective."""
        self._held = fem.create_matrix(form)
        rows, columns = (self._held.index_map(k) for k in (0, 1))
        self._rows, self.size = rows.size_local, self._held.block_size[0]
        self._starts = self._held.indptr[: self._rows + 1].astype(PETSc.IntType)
        number = np.arange(columns.size_local + columns.num_ghosts, dtype=np.int32)
        self._numbers = columns.local_to_global(number).astype(PETSc.IntType)
        self._columns = self._numbers[self._held.indices[: self._starts[-1]]]
        self._shape = (rows.size_local, rows.size_global)
        own, all_ = (self.size * n for n in self._shape)
        self.matrix = PETSc.Mat().createBAIJ(
            ((own, all_), (own, all_)),
            self.size,
            csr=(self._starts, self._columns),
            comm=rows.comm,
        )

    def assemble(self, form: fem.Form, conditions: list[Any]) -> None:
        """Assemble `form`; rows and columns that `conditions` hold have a diagonal. Collective."""
        self._held.set_value(0.0)
        fem.assemble_matrix(self._held, form, bcs=conditions)
        self._held.scatter_reverse()
        values = self._held.data[: self._starts[-1] * self.size**2]
        self.matrix.setValuesBlockedCSR(self._starts, self._columns, values)
        self.matrix.assemble()

    def take_off(self, other: PETSc.Mat) -> None:
        """Take a matrix of scalars, whose blocks are among its own, off what will be split.

        From the next `assemble` on, it is forgotten.
        """
        starts, columns, values = other.getValuesCSR()
        row = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        at = self._positions(row // self.size, columns // self.size)
        np.subtract.at(self._blocks, (at, row % self.size, columns % self.size), values)

    def split(self) -> Parts:
        """Return the matrix by its fields. Collective."""
        blocks, row, last = self._blocks, self._row, self.size - 1
        W = _decoupling(blocks[self._columns == self._numbers[row]])

        def part(k: int, of: int) -> PETSc.Mat:
            """Return sum_l W_kl (A - S)_l,of."""
            values = np.einsum("nl,nl->n", W[row, k], blocks[:, :, of])
            return PETSc.Mat().createAIJ(
                (self._shape, self._shape),
                csr=(self._starts, self._columns, values),
                comm=self.matrix.getComm(),
            )

        fields = [part(k, k) for k in range(self.size)]
        return Parts(W, fields, [part(k, last) for k in range(last)])

    def close(self) -> None:
        """Free PETSc's matrix. Collective."""
        self.matrix.destroy()

    @property
    def _blocks(self) -> np.ndarray:
        """The blocks of the own rows, (entries, fields, fields)."""
        held = self._held.data[: self._starts[-1] * self.size**2]
        return held.reshape(-1, self.size, self.size)

    @property
    def _row(self) -> np.ndarray:
        """The own number of each block's row."""
        return np.repeat(np.arange(self._rows), np.diff(self._starts))

    def _positions(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return where the blocks of these nodes, by own and by global number, are."""
        width = self._shape[1]
        keys = self._row * np.int64(width) + self._columns
        order = np.argsort(keys)
        return order[np.searchsorted(keys, rows * np.int64(width) + columns, sorter=order)]


def _decoupling(D: np.ndarray) -> np.ndarray:
    """Return diag(D) D^-1 of each block; of singular ones no numbers, which solvers tell."""
    try:
        inverse = np.linalg.inv(D)
    except np.linalg.LinAlgError:  # on this rank alone, perhaps: all must go on
        inverse = np.full_like(D, np.nan)
    return inverse * np.einsum("nkk->nk", D)[:, :, None]
