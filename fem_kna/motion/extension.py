"""Carrying the mesh along with its moving boundaries, as an elastic body would follow them.

The equations hold whatever the mesh does away from the fronts; all that counts there is the quality
of its elements. Small elements are stiff, so that it is the large ones that give way.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assemble_matrix
from mpi4py import MPI
from petsc4py import PETSc

from ..geometry.domain import Domain
from ..inputs.errors import RunError
from ..solve.reasons import linear_reason
from .nodes import cell_sizes, interfaces, marked, nodes_of, sliding

EXACT = 1e-10  # relative residual of a displacement that is found by iterations
MOST = 1000  # of these, where some 20 do; PETSc itself would go on to 10 000
TIRED = 1.5  # change of a cell's volume since the stiffness was computed that asks for a new one


class Extension:
    """Displacements of the whole mesh that follow those of its moving boundaries.

    Solves int grad_sym(u) : grad_sym(v) / volume dx = 0 with u given on the moving boundaries,
    zero on the other electrodes, on fibres and between regions, and sliding along the sides. The
    stiffness and its solver are kept until the mesh has changed much; `origin` (n, dim) are the
    places of the space's nodes where it was computed. Where a solve fails, `helped` is told what
    has helped, by name, a plural.
    """

    def __init__(
        self, domain: Domain, moving: Sequence[str], space: Any, bodies: Sequence[str] = ()
    ) -> None:
        """Set up the stiffness of the present mesh, for vectors of `space`, linear in each cell.

        `bodies` are regions that move as they are told, like the moving boundaries.
        """
        self.domain, self.space = domain, space
        self.helped: Callable[[str], None] = lambda name: None
        mesh = domain.mesh
        self.node_of = nodes_of(self.space)
        self.moving = marked(self.space, domain.facets_of(*moving))
        self.moving[np.unique(self.space.dofmap.list[domain.cells_of(*bodies)])] = True
        self.sliding = sliding(self.space, domain)
        still = [name for name in domain.boundaries if name not in (*moving, "sides")]
        fixed = marked(self.space, np.union1d(domain.facets_of(*still), interfaces(domain)))
        self._given = (self.moving | fixed)[:, None] | self.sliding
        u, v = ufl.TrialFunction(self.space), ufl.TestFunction(self.space)
        strain = ufl.inner(ufl.sym(ufl.grad(u)), ufl.sym(ufl.grad(v)))
        self._stiffness = fem.form(strain / ufl.CellVolume(mesh) * ufl.dx(mesh))
        self._solution = fem.Function(self.space)
        self._renew()

    def displacement(self, wanted: np.ndarray) -> np.ndarray:
        """Return the displacement (n, dim) of every local node of the space. Collective.

        Args:
            wanted: displacement (n, dim) of the moving boundaries' nodes; other rows are ignored.

        Raises:
            RunError: the linear solve failed, and no other way to solve it helped.
        """
        if self._worn():
            self._renew()
        found = self._carried(wanted)
        return self._remedied(wanted) if found is None else found

    def close(self) -> None:
        """Free the factors. Collective."""
        for held in (self._ksp, self._matrix, self._free):
            held.destroy()

    def _carried(self, wanted: np.ndarray) -> np.ndarray | None:
        """Return the displacement (n, dim), None if the linear solve fails."""
        since = self._positions() - self.origin
        total = self._solve(np.where(self.moving[:, None], since + wanted, 0.0))
        return None if total is None else total - since

    def _remedied(self, wanted: np.ndarray) -> np.ndarray:
        """Return the displacement after all; a shorter step would change the right side alone.

        Raises:
            RunError: nothing helped.
        """
        ended, tried = linear_reason(self._ksp), []
        for name in self._other_solvers():
            found = self._carried(wanted)
            if found is not None:
                self.helped(name)
                return found
            tried.append(f"{name.replace('_', ' ')} ({linear_reason(self._ksp)})")
        too = f"; tried, too: {', '.join(tried)}" if tried else ""
        solve = "the mesh cannot follow its fronts: the linear solve of its extension"
        raise RunError(f"{solve} ended {ended}{too}")

    def _other_solvers(self) -> Iterator[str]:
        """Change the solver, each time to a dearer one; yield what was done."""
        if self._moved():
            self._renew()
            yield "mesh_stiffness_renewals"
        if self._ksp.getType() == PETSc.KSP.Type.CG:
            self._ksp.destroy()
            self._ksp = _by_factors(self._free)
            yield "mesh_stiffness_factorisations"

    def _positions(self) -> np.ndarray:
        return self.domain.mesh.geometry.x[self.node_of][:, : self.space.value_size]

    def _moved(self) -> bool:
        """Whether the stiffness is not that of the present mesh. Collective."""
        moved = bool((self._positions() != self.origin).any())
        return bool(self.domain.comm.allreduce(moved, op=MPI.LOR))

    def _worn(self) -> bool:
        change = np.abs(np.log(np.abs(cell_sizes(self.domain.mesh) / self._volumes)))
        worst = self.domain.comm.allreduce(float(change.max(initial=0.0)), op=MPI.MAX)
        return bool(worst > np.log(TIRED))

    def _renew(self) -> None:
        """Compute the stiffness of the present mesh, and make its solver."""
        if hasattr(self, "_ksp"):
            self.close()
        self.origin, self._volumes = self._positions().copy(), cell_sizes(self.domain.mesh)
        self._matrix = assemble_matrix(self._stiffness)
        self._matrix.assemble()
        self._free = self._matrix.copy()
        rows = np.flatnonzero(self._given[: self._own].ravel()).astype(np.int32)
        start, _ = self._matrix.getOwnershipRange()
        self._rows = rows
        self._free.zeroRowsColumns(rows + start, diag=1.0)
        in_space = self.space.value_size == 3
        self._ksp = _by_multigrid(self._free) if in_space else _by_factors(self._free)

    @property
    def _own(self) -> int:
        return int(self.space.dofmap.index_map.size_local)

    def _solve(self, given: np.ndarray) -> np.ndarray | None:
        """Return the displacement (n, dim) with the values `given` where it is given.

        None if the linear solve fails: what PETSc then leaves may be infinite.
        """
        right, left = self._matrix.createVecs()
        values = np.where(self._given, given, 0.0)[: self._own].ravel()
        left.array[:] = values
        self._matrix.mult(left, right)
        right.scale(-1.0)
        right.array[self._rows] = 0.0
        self._ksp.solve(right, left)
        left.array[self._rows] = values[self._rows]
        self._solution.x.array[: len(values)] = left.array
        self._solution.x.scatter_forward()
        for vector in (left, right):
            vector.destroy()
        if self._ksp.getConvergedReason() < 0:
            return None
        return self._solution.x.array.reshape(self._given.shape).copy()


def _by_multigrid(stiffness: PETSc.Mat) -> PETSc.KSP:
    """Return a solver of a stiffness in space, symmetric and positive definite.

    There its factors outgrow a step's own matrices: of 1e5 unknowns they take 2 GB and as long as
    300 iterations, of 7.5e5 MUMPS asks for 30 GB.
    """
    ksp = PETSc.KSP().create(stiffness.getComm())
    ksp.setOperators(stiffness)
    ksp.setType(PETSc.KSP.Type.CG)
    ksp.setTolerances(rtol=EXACT, max_it=MOST)
    # Held on both sides as the mesh is, GAMG need not be told of rotations: as many iterations.
    ksp.getPC().setType(PETSc.PC.Type.GAMG)
    return ksp


def _by_factors(stiffness: PETSc.Mat) -> PETSc.KSP:
    """Return a solver of a stiffness that factorises it once."""
    ksp = PETSc.KSP().create(stiffness.getComm())
    ksp.setOperators(stiffness)
    ksp.setType(PETSc.KSP.Type.PREONLY)
    ksp.getPC().setType(PETSc.PC.Type.LU)
    ksp.getPC().setFactorSolverType(PETSc.Mat.SolverType.MUMPS)
    return ksp
