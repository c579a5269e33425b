"""The contact pressure on the electrodes, averaged over a length that does not depend on the mesh.

At the edge of a crack the multiplier of contact has noise from node to node, and the peak of single
nodes does not converge with an order. Averaged over a length that is given it does.
"""

from math import sqrt
from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assemble_matrix, assemble_vector
from petsc4py import PETSc

from ..motion.nodes import nodes_of
from ..system.build import Model


class BluntedContact:
    r"""Averages the contact pressure p along the electrodes by a Helmholtz filter. Collective.

        int p_bar h + l^2 grad_s p_bar . grad_s h da = int p h da,      l = b / sqrt(6),

    with the width b of the film's edge. On a line it weighs with exp(-|s|/l) / 2l, which spreads as
    far (root mean square b / sqrt 3) as averaging over b to either side; it keeps the mean over the
    electrode. Where the shape draws no patch there is no such edge, and p_bar = p. Source: Lazarov
    and Sigmund, Int. J. Numer. Methods Eng. 86 (2011) 765.
    """

    def __init__(self, model: Model) -> None:
        """Compile the forms for the mesh of `model`."""
        self._model, domain = model, model.domain
        front = domain.front_mesh
        self._pressure = fem.Function(fem.functionspace(front.mesh, ("Lagrange", 1)))
        space = self._pressure.function_space
        self._nodes = front.nodes[nodes_of(space)]
        self._average = fem.Function(space)
        edge = model.case.mesh.patch_edge
        self._blunt = edge is not None
        reach = fem.Constant(front.mesh, (edge or 0.0) / sqrt(6) / model.scales.length)
        p, h = ufl.TrialFunction(space), ufl.TestFunction(space)
        da = domain.front_dx(*domain.electrodes)
        self._forms = [
            fem.form((p * h + reach**2 * ufl.inner(ufl.grad(p), ufl.grad(h))) * da),
            fem.form(self._pressure * h * da),
        ]

    def at_nodes(self) -> np.ndarray:
        """Return p_bar, scaled, at this rank's nodes of the mesh's geometry; 0 off the fronts."""
        nodal = self._model.fields.contact_pressure()
        if not self._blunt:
            return nodal
        self._pressure.x.array[:] = nodal[self._nodes]
        self._solve()
        found = np.zeros_like(nodal)
        found[self._nodes] = self._average.x.array
        return found

    def _solve(self) -> None:
        """Solve for the average on the electrodes where they are now."""
        matrix, right = assemble_matrix(self._forms[0]), assemble_vector(self._forms[1])
        matrix.assemble()
        right.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        ksp = PETSc.KSP().create(matrix.comm)
        ksp.setOperators(matrix)
        ksp.setType(PETSc.KSP.Type.PREONLY)
        ksp.getPC().setType(PETSc.PC.Type.LU)
        ksp.getPC().setFactorSolverType(PETSc.Mat.SolverType.MUMPS)
        left = right.duplicate()
        ksp.solve(right, left)
        self._average.x.array[: left.getLocalSize()] = left.array
        self._average.x.scatter_forward()
        held: tuple[Any, ...] = (ksp, matrix, right, left)
        for one in held:
            one.destroy()
