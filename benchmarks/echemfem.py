"""A yardstick from another code: three ions on a unit square with an exact solution.

Migration and diffusion of ions with charges 2, -2, 1, electroneutral, F = R = T = 1; the values on
x = 0 and 1 are given, on y = 0 and 1 ion 1 reacts by Butler-Volmer with two electrons, and a flux
is added that makes the solution exact. EchemFEM (Roy et al., J. Open Source Softw. 8 (2023) 5505)
has it among its tests. Solved with this package's Newton and blocks, and with MUMPS in AMF order.

    python benchmarks/echemfem.py [DIVISIONS [DEGREE [triangle]]]
"""

import contextlib
import json
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

with contextlib.suppress(ImportError):
    import dolfinx_solver  # noqa: F401
import dolfinx.mesh as dmesh
import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI
from ufl import cos, div, exp, grad, inner, sin

from fem_kna.solve.blocks import Division
from fem_kna.solve.newton import Newton
from fem_kna.solve.options import block_options, direct_options

Z, D = (2, -2, 1), (0.72, 1.065, 9.312)
POTENTIALS = (3.0, 5.0)  # of the metal at y = 0 and y = 1
NAMES = ("c1", "c2", "U")
AMF = {"mat_mumps_icntl_7": 2}


def exact(x: Any) -> tuple[Any, Any, Any]:
    """Return c1, c2 and U."""
    c1 = cos(x[0]) + sin(x[1]) + 3
    c3 = 2 + exp(-x[0]) * cos(x[1])
    return c1, c1 + c3 / 2, sin(x[0]) + cos(x[1]) + 3


def fluxes(c1: Any, c2: Any, U: Any) -> tuple[Any, Any, Any]:
    """Return the flux of ions 1 and 2, and the current density."""
    ions = (c1, c2, 2 * (c2 - c1))
    N = [-D_k * (grad(c) + z * c * grad(U)) for c, z, D_k in zip(ions, Z, D, strict=True)]
    return N[0], N[1], sum(z * N_k for z, N_k in zip(Z, N, strict=True))


def reacting(c1: Any, U: Any, V: float) -> Any:
    """Return the current density of ion 1, anodic positive."""
    return exp(V - U) - c1 / 4 * exp(U - V)


@dataclass
class Problem:
    """The square with `divisions` along each side, cut into cells of a kind."""

    divisions: int
    degree: int = 1
    cells: Any = dmesh.CellType.quadrilateral

    @cached_property
    def space(self) -> Any:
        """A blocked space of c1, c2 and U."""
        mesh = dmesh.create_unit_square(MPI.COMM_WORLD, self.divisions, self.divisions, self.cells)
        return fem.functionspace(mesh, ("Lagrange", self.degree, (3,)))

    @cached_property
    def u(self) -> Any:
        """The unknown."""
        return fem.Function(self.space)

    def start(self) -> None:
        """Begin at the mean of the boundary's values."""
        for k, value in enumerate((4.3, 5.6, 4.3)):
            self.u.x.array[k::3] = value

    def form(self, v: Any) -> Any:
        """Return the residual tested with `v`."""
        mesh, quadrature = self.space.mesh, {"quadrature_degree": 2 * self.degree + 1}
        x, n = ufl.SpatialCoordinate(mesh), ufl.FacetNormal(mesh)
        dx, ds = ufl.dx(mesh, metadata=quadrature), self._ends(quadrature)
        there, u = exact(x), self.u
        F = 0
        for k, (N, true) in enumerate(zip(fluxes(*u), fluxes(*there), strict=True)):
            F += -inner(N, grad(v[k])) * dx - div(true) * v[k] * dx
            for tag, V in enumerate(POTENTIALS):
                share = (-1 / 2, 0, -Z[0] / 2)[k]  # i n out of the liquid is -i/2 of ion 1
                more = share * (reacting(u[0], u[2], V) - reacting(there[0], there[2], V))
                F += (inner(true, n) + more) * v[k] * ds(tag)
        return F

    def newton(self, blocks: bool) -> Newton:
        """Return a solver by blocks, or by MUMPS."""
        mixed = ufl.MixedFunctionSpace(self.space)
        (test,), trials = ufl.TestFunctions(mixed), ufl.TrialFunctions(mixed)
        options = (
            block_options(len(NAMES), degree=self.degree, surface=False)
            if blocks
            else self._mumps()
        )
        held, prefix = self._held(), "blocks_" if blocks else "mumps_"
        return Newton(
            self.form(test),
            (self.u,),
            trials,
            (),
            options,
            prefix,
            held,
            division=Division(np.empty(0, dtype=np.int64)) if blocks else None,
        )

    def errors(self) -> dict[str, float]:
        """Return the L2 errors of c1, c2 and U. Collective."""
        mesh = self.space.mesh
        dx = ufl.dx(mesh, metadata={"quadrature_degree": 2 * self.degree + 4})
        true = exact(ufl.SpatialCoordinate(mesh))
        squares = [fem.assemble_scalar(fem.form((self.u[k] - true[k]) ** 2 * dx)) for k in range(3)]
        return {
            name: float(np.sqrt(mesh.comm.allreduce(square)))
            for name, square in zip(NAMES, squares, strict=True)
        }

    @staticmethod
    def _mumps() -> dict[str, Any]:
        return direct_options() | {"ksp_type": "preonly"} | AMF

    def _ends(self, quadrature: dict[str, int]) -> Any:
        mesh = self.space.mesh
        found = [
            dmesh.locate_entities_boundary(mesh, 1, lambda x, y=y: np.isclose(x[1], y))
            for y in (0.0, 1.0)
        ]
        facets = np.concatenate(found)
        values = np.concatenate([np.full_like(some, tag) for tag, some in enumerate(found)])
        order = np.argsort(facets)
        tags = dmesh.meshtags(mesh, 1, facets[order], values[order])
        return ufl.Measure("ds", mesh, subdomain_data=tags, metadata=quadrature)

    def _held(self) -> list[Any]:
        values = fem.Function(self.space)
        x = ufl.SpatialCoordinate(self.space.mesh)
        points = self.space.element.interpolation_points
        values.interpolate(fem.Expression(ufl.as_vector(exact(x)), points))
        sides = dmesh.locate_entities_boundary(
            self.space.mesh, 1, lambda x: np.isclose(x[0], 0.0) | np.isclose(x[0], 1.0)
        )
        return [fem.dirichletbc(values, fem.locate_dofs_topological(self.space, 1, sides))]


def solved(problem: Problem, *, blocks: bool) -> dict[str, float]:
    """Solve from the start; return counts, and the processor time of solving each linear system."""
    newton = problem.newton(blocks)
    problem.start()
    begun = time.process_time()
    assert newton.solve(), newton.reason
    whole = time.process_time() - begun
    linear = _linear(newton)
    found = {
        "newton [-]": newton.iterations,
        "krylov_per_newton [-]": newton.linear_iterations / newton.iterations,
        "solve_processor_time [s]": whole,
        "linear_system_processor_time [s]": linear,
    }
    newton.close()
    return found


def _linear(newton: Newton) -> float:
    """Return what a preconditioner made anew and the solution of the last system take [s]."""
    ksp = newton._snes.getKSP()
    b, x = newton._x.duplicate(), newton._x.duplicate()
    newton._numbering.assemble_vector(newton.forms[0], b)
    b.setRandom()
    newton._layout.assemble(newton.forms[1])
    begun = time.process_time()
    newton._layout.renew()
    ksp.getPC().setReusePreconditioner(False)
    ksp.setTolerances(rtol=newton._least)  # not what the last iteration has asked for
    ksp.setOperators(newton._layout.matrix, newton._layout.preconditioner)
    ksp.solve(b, x)
    return time.process_time() - begun


def compared(divisions: int, degree: int = 1, kind: str = "quadrilateral") -> dict[str, Any]:
    """Solve by blocks and by MUMPS; return errors, counts and the ratio of times."""
    problem = Problem(divisions, degree, dmesh.CellType[kind])
    blocks = solved(problem, blocks=True)
    errors = problem.errors()
    key, all_ = "linear_system_processor_time [s]", "solve_processor_time [s]"
    mumps = solved(problem, blocks=False)
    dofs = problem.space.dofmap.index_map.size_global * 3
    return {
        "dofs [-]": dofs,
        "cells": kind,
        "degree": degree,
        "errors": errors,
        "blocks": blocks,
        "MUMPS, AMF": mumps,
        "blocks over MUMPS, one system [-]": blocks[key] / mumps[key],
        "blocks over MUMPS, all of Newton's method [-]": blocks[all_] / mumps[all_],
    }


if __name__ == "__main__":
    words = [*sys.argv[1:], *("57", "1", "quadrilateral")[len(sys.argv) - 1 :]]
    print(json.dumps(compared(int(words[0]), int(words[1]), words[2]), indent=2))
