"""The linear functions under quadratic ones: a coarse level for multigrid. No physics."""

import numpy as np
from dolfinx import fem
from dolfinx.fem.petsc import interpolation_matrix
from petsc4py import PETSc

FINE = 1  # PETSc's number of the level above the coarse one


class Linear:
    r"""The linear vectors on the mesh of quadratic ones, as the coarse level under these.

        C = P^T V P,        P to quadratic ones from linear ones,

    C for algebraic multigrid, which knows its rigid motions. P is exact, where algebraic multigrid
    on V has to guess it from entries that a stiffness of many orders has mixed, and C has an eighth
    of the rows. What is held has nothing but a diagonal in C, as in V.
    """

    def __init__(self, fine: fem.Function, held: np.ndarray) -> None:
        """Interpolate to the space of `fine`. Collective.

        `held` are places among its own values: all on a face, vertices and what lies between.
        """
        space = fine.function_space
        self._size = space.dofmap.index_map_bs
        self._space = fem.functionspace(space.mesh, ("Lagrange", 1, (self._size,)))
        free = np.ones(space.dofmap.index_map.size_local * self._size)
        free[held] = 0.0
        below = self._interpolated(space, free)
        first, _ = self._space.dofmap.index_map.local_range
        self._held = (first * self._size + np.flatnonzero(below < 1)).astype(PETSc.IntType)
        self._P = interpolation_matrix(self._space, space)
        self._P.assemble()
        comm = space.mesh.comm
        self._P.diagonalScale(*(PETSc.Vec().createWithArray(v, comm=comm) for v in (free, below)))
        self._matrix: PETSc.Mat | None = None

    def serve(self, pc: PETSc.PC) -> None:
        """Be the coarse level of `pc` for its matrix, if that has two levels. Collective."""
        if pc.getType() != PETSc.PC.Type.MG:
            return
        V, first = pc.getOperators()[1], self._matrix is None
        self._matrix = V.PtAP(self._P, result=self._matrix)
        self._matrix.zeroRowsColumns(self._held, diag=1.0)
        if first:
            self._matrix.setBlockSize(self._size)
            self._matrix.setNearNullSpace(self._rigid())
            pc.setMGInterpolation(FINE, self._P)
        pc.getMGCoarseSolve().setOperators(self._matrix)

    def close(self) -> None:
        """Free all. Collective."""
        for held in (self._P, self._matrix):
            if held is not None:
                held.destroy()

    def _interpolated(self, space: fem.FunctionSpace, values: np.ndarray) -> np.ndarray:
        """Return the own values at the vertices, those of linear vectors. Collective."""
        fine, below = fem.Function(space), fem.Function(self._space)
        fine.x.array[: len(values)] = values
        fine.x.scatter_forward()
        below.interpolate(fine)
        own = self._space.dofmap.index_map.size_local * self._size
        return np.round(below.x.array[:own])

    def _rigid(self) -> PETSc.NullSpace:
        own = self._space.dofmap.index_map.size_local
        places = self._space.tabulate_dof_coordinates()[:own, : self._size].ravel()
        comm = self._space.mesh.comm
        return PETSc.NullSpace().createRigidBody(
            PETSc.Vec().createWithArray(places, bsize=self._size, comm=comm)
        )
