"""The yardstick: transport and kinetics of four ions as a plain DOLFINx script would solve them.

One space per unknown, `NonlinearProblem` on the blocks, MUMPS, quadrature as UFL estimates it, and
nothing of fem_kna. One backward Euler step from rest between two electrodes of potassium under a
voltage, on the cube of `cells.py`; all numbers in its units, `against_plain.py` hands them over.

    python benchmarks/plain_dolfinx.py NUMBERS.json

prints what was found and what it cost as one line of JSON.
"""

import contextlib
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

with contextlib.suppress(ImportError):
    import dolfinx_solver  # noqa: F401
import dolfinx.mesh as dmesh
import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem.petsc import NonlinearProblem
from mpi4py import MPI

OPTIONS = {
    "snes_rtol": 1e-9,
    "snes_atol": 1e-12,
    "ksp_type": "preonly",
    "pc_type": "lu",
    "pc_factor_mat_solver_type": "mumps",
}


def bent(n: int, dim: int, height: float, reach: float) -> dmesh.Mesh:
    """Return the unit square or cube with a bump on its bottom's corner."""
    if dim == 2:
        crossed = dmesh.DiagonalType.crossed
        mesh = dmesh.create_unit_square(MPI.COMM_WORLD, n, n, diagonal=crossed)
    else:
        mesh = dmesh.create_unit_cube(MPI.COMM_WORLD, n, n, n)
    x = mesh.geometry.x
    x[:, dim - 1] += (1 - x[:, dim - 1]) * bump_of(x[:, : dim - 1].T, height, reach)
    return mesh


def electrodes(mesh: dmesh.Mesh, height: float, reach: float) -> ufl.Measure:
    """Return the measure over the bottom (1) and the top (2)."""
    up = mesh.topology.dim - 1
    bottom = dmesh.locate_entities_boundary(
        mesh, up, lambda x: np.isclose(x[up], bump_of(x[:up], height, reach))
    )
    top = dmesh.locate_entities_boundary(mesh, up, lambda x: np.isclose(x[up], 1.0))
    facets = np.concatenate([bottom, top])
    tags = np.concatenate([np.full_like(bottom, 1), np.full_like(top, 2)])
    order = np.argsort(facets)
    return ufl.Measure(
        "ds", mesh, subdomain_data=dmesh.meshtags(mesh, up, facets[order], tags[order])
    )


def bump_of(lateral: Any, height: float, reach: float) -> Any:
    """Return how high the bottom is at lateral coordinates (dim - 1, n)."""
    return height * np.exp(-(lateral**2).sum(axis=0) / (2 * reach**2))


def main(p: dict[str, Any]) -> dict[str, float]:
    """Solve the step with the numbers `p`; return the currents and the cost."""
    mesh = bent(p["divisions"], p["dimension"], p["height"], p["reach"])
    ds = electrodes(mesh, p["height"], p["reach"])
    V = fem.functionspace(mesh, ("Lagrange", 1))
    W = ufl.MixedFunctionSpace(*(V.clone() for _ in range(4)))
    *c, phi = (fem.Function(space) for space in W.ufl_sub_spaces())
    *v, psi = ufl.TestFunctions(W)
    for function, start in zip(c, p["concentrations"], strict=False):
        function.x.array[:] = start
    phi.x.array[:] = p["voltage"] / 2
    z, D = p["charges"], p["diffusivities"]
    last = -sum(z_k * c_k for z_k, c_k in zip(z, c, strict=False)) / z[-1]
    N = [
        -D_k * (ufl.grad(c_k) + z_k * c_k * ufl.grad(phi))
        for c_k, z_k, D_k in zip([*c, last], z, D, strict=True)
    ]
    i = sum(z_k * N_k for z_k, N_k in zip(z, N, strict=True))
    F = -ufl.inner(i, ufl.grad(psi)) * ufl.dx
    for c_k, start, N_k, v_k in zip(c, p["concentrations"], N, v, strict=False):
        F += p["porosity"] * (c_k - start) / p["step"] * v_k * ufl.dx
        F -= ufl.inner(N_k, ufl.grad(v_k)) * ufl.dx
    currents = []
    for tag, metal in ((1, p["voltage"]), (2, 0.0)):
        eta = metal - phi - p["standard"]
        i_n = p["exchange"] * (ufl.exp(eta / 2) - c[0] / p["reference"] * ufl.exp(-eta / 2))
        F -= i_n * (v[0] + psi) * ds(tag)
        currents.append(fem.form(i_n * ds(tag)))
    problem = NonlinearProblem(
        ufl.extract_blocks(F), [*c, phi], petsc_options_prefix="plain_", petsc_options=OPTIONS
    )
    begun = time.process_time(), time.perf_counter()
    problem.solve()
    spent = time.process_time() - begun[0], time.perf_counter() - begun[1]
    newton = problem.solver.getIterationNumber()
    assert problem.solver.getConvergedReason() > 0, problem.solver.getConvergedReason()
    dofs = 4 * V.dofmap.index_map.size_global
    memory = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    front, counter = (fem.assemble_scalar(form) for form in currents)
    return {
        "dofs [-]": dofs,
        "newton [-]": newton,
        "newton_step_processor_time [s]": spent[0] / newton,
        "newton_step_time [s]": spent[1] / newton,
        "peak_memory [B]": memory,
        "front_current [-]": front,
        "counter_current [-]": counter,
    }


if __name__ == "__main__":
    print(json.dumps(main(json.loads(Path(sys.argv[1]).read_text()))))
