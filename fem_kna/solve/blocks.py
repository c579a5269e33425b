"""A matrix in blocks: bodies that fill space, and the surface that couples them. No physics."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from dolfinx import fem
from mpi4py import MPI
from petsc4py import PETSc

from .bodies import Body, Coupling, Side
from .layout import Forms
from .numbering import Numbering
from .saddle import Saddle
from .split import Split

Places = tuple[int, ...]  # of unknowns among all


class Blocks:
    r"""Bodies (A, H), which grow fastest with a mesh, and the surface (M).

        K = [ A  .  B ]
            [ .  H  F ]
            [ C  E  M ]

    M is small enough to be factorised, and is eliminated; nothing else couples the bodies. Each
    of them has a preconditioner of its own.
    """

    def __init__(
        self,
        unknowns: Sequence[fem.Function],
        conditions: Sequence[Any],
        forms: Forms,
        bodies: Sequence[tuple[Places, Body]],
    ) -> None:
        """Make the matrices for `forms`. Collective.

        Each of the `bodies` stands behind its places among the unknowns; all others are the
        surface's.
        """
        self._places, self._bodies = zip(*bodies, strict=True)
        self.kept = tuple(condition for body in self._bodies for condition in body.kept)
        held = [condition for condition in conditions if condition not in self.kept]
        self.numbering = Numbering(unknowns, held)
        filling = sum(self._places, ())
        self._on = tuple(place for place in range(len(unknowns)) if place not in filling)
        self._couplings: tuple[Coupling, ...] = ()
        if self._on:
            self._surface = Numbering([unknowns[place] for place in self._on], held)
            M = self._surface.matrix()
            self._couplings = tuple(self._coupled(body.numbering, M) for body in self._bodies)
        self.assemble(forms)  # for the pattern
        volume = self._beside([body.matrix for body in self._bodies])
        self._P = PETSc.Mat().createPython(
            volume.getSizes(), Side(self._bodies), comm=self.numbering.comm
        )
        self._P.setUp()
        self._sets = self.numbering.index_set(filling), self.numbering.index_set(self._on)
        self.matrix, self.preconditioner = self._joined(volume), self._joined(self._P)

    def assemble(self, forms: Forms) -> None:
        """Assemble all blocks. Collective."""
        on = self._on
        for body, places in zip(self._bodies, self._places, strict=True):
            body.assemble(_part(forms, places, places))
        for body, places, at in self._coupled_bodies():
            body.numbering.assemble_matrix(_part(forms, places, on), at.B, self._surface)
            self._surface.assemble_matrix(_part(forms, on, places), at.C, body.numbering)
            if body.kept:
                at.B.zeroRows(body.numbering.rows(body.kept), diag=0.0)
        if on:
            self._surface.assemble_matrix(_part(forms, on, on), self._couplings[0].M)

    def renew(self) -> None:
        """Have the bodies' preconditioners follow what was assembled. Collective."""
        for body, coupling in zip(self._bodies, self._couplings or (None,), strict=True):
            body.renew(coupling)
        self._P.assemble()
        self.preconditioner.assemble()

    def attach(self, pc: PETSc.PC) -> None:
        """Name the blocks. Collective."""
        if self._on:
            volume, surface = self._sets
            pc.setFieldSplitIS(("surface", surface), ("volume", volume))

    def close(self) -> None:
        """Free the matrices. Collective."""
        self.matrix.destroy()
        self.preconditioner.destroy()
        self._P.destroy()
        for body in self._bodies:
            body.close()
        for coupling in self._couplings:
            coupling.close()

    def _coupled_bodies(self) -> Iterator[tuple[Body, Places, Coupling]]:
        """Yield bodies that a surface couples, with their places."""
        if self._on:
            yield from zip(self._bodies, self._places, self._couplings, strict=True)

    def _coupled(self, body: Numbering, M: PETSc.Mat) -> Coupling:
        B, C = body.matrix(self._surface), self._surface.matrix(body)
        B.setOption(PETSc.Mat.Option.KEEP_NONZERO_PATTERN, True)
        return Coupling(B, C, M)

    def _joined(self, volume: PETSc.Mat) -> PETSc.Mat:
        """Return a volume's matrix and the surface's, coupled."""
        if not self._on:
            return volume
        B = self._nest([[coupling.B] for coupling in self._couplings])
        C = self._nest([[coupling.C for coupling in self._couplings]])
        return self._nest([[volume, B], [C, self._couplings[0].M]], self._sets, self._sets)

    def _beside(self, matrices: Sequence[PETSc.Mat]) -> PETSc.Mat:
        """Return a matrix of bodies that nothing couples."""
        each = range(len(matrices))
        return self._nest([[matrices[r] if r == c else None for c in each] for r in each])

    def _nest(
        self,
        blocks: list[list[PETSc.Mat | None]],
        rows: Sequence[PETSc.IS] | None = None,
        columns: Sequence[PETSc.IS] | None = None,
    ) -> PETSc.Mat:
        """Return a matrix of `blocks`, on each rank one behind the other unless sets are told."""
        if rows is None and len(blocks) == len(blocks[0]) == 1:
            return blocks[0][0]
        comm = self.numbering.comm
        rows = rows or _strides([_first(row).getLocalSize()[0] for row in blocks], comm)
        columns = columns or _strides(
            [_first(c).getLocalSize()[1] for c in zip(*blocks, strict=True)], comm
        )
        nest = PETSc.Mat().createNest(blocks, isrows=rows, iscols=columns, comm=comm)
        nest.assemble()
        return nest


def _part(forms: Forms, rows: Places, columns: Places) -> Forms:
    return [[forms[row][column] for column in columns] for row in rows]


def _first(blocks: Sequence[PETSc.Mat | None]) -> PETSc.Mat:
    """Return the first block of a row or a column that there is."""
    return next(block for block in blocks if block is not None)


def _strides(sizes: Sequence[int], comm: MPI.Comm) -> list[PETSc.IS]:
    """Return sets of so many own rows each, one behind the other. Collective."""
    starts = comm.scan(sum(sizes)) - sum(sizes) + np.cumsum([0, *sizes[:-1]])
    return [
        PETSc.IS().createStride(size, first=int(start), comm=comm)
        for size, start in zip(sizes, starts, strict=True)
    ]


@dataclass(frozen=True)
class Division:
    """How unknowns are divided into blocks.

    The first unknown fills space with a node's values together; the first of those on the surface
    lies on nodes of it, whose global numbers are `under` its own ones. Of the unknowns in `flow`,
    if any, the first is a vector, the second keeps it free of divergence, and `schur`, in UFL, is
    a bilinear form of that one, alike its Schur complement.
    """

    under: np.ndarray
    flow: Places = ()
    schur: Any = None

    def blocks(
        self,
        unknowns: Sequence[fem.Function],
        conditions: Sequence[Any],
        forms: Forms,
        entity_maps: Sequence[Any],
    ) -> Blocks:
        """Return the matrices of a system for its bilinear `forms`. Collective."""
        spaces = [u.function_space._cpp_object for u in unknowns]
        held = fem.bcs_by_block(spaces, conditions)
        bodies: list[tuple[Places, Body]] = [
            ((0,), Split(unknowns[0], held[0], forms[0][0], self.under))
        ]
        if self.flow:
            own = [unknowns[place] for place in self.flow]
            schur = fem.form(self.schur, entity_maps=entity_maps)
            bodies.append((self.flow, Saddle(own, held[self.flow[0]], schur)))
        return Blocks(unknowns, conditions, forms, bodies)
