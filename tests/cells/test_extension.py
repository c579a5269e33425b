"""The mesh in space follows its fronts: exactly, by iterations that do not grow, or not at all."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from dolfinx import fem

from fem_kna.geometry.domain import Domain
from fem_kna.inputs.errors import RunError
from fem_kna.motion.extension import Extension

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _cells(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The benchmarks' cells."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    yield
    sys.modules.pop("cells", None)


def cube(divisions: int) -> Domain:
    import cells

    return cells.cube(divisions)


def extended(domain: Domain) -> tuple[Extension, np.ndarray]:
    """Return the extension of a cube whose both electrodes move, and its nodes (n, 3)."""
    space = fem.functionspace(domain.mesh, ("Lagrange", 1, (3,)))
    found = Extension(domain, ("front", "counter"), space)
    return found, domain.mesh.geometry.x[found.node_of]


def test_a_lattice_is_stretched_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    """With cells of one size u = (0, 0, z) / 100 is in equilibrium: no load inside, sides free."""
    import cells

    monkeypatch.setattr(cells, "bumpy", lambda x, dim: x)
    extension, x = extended(cube(8))
    wanted = 0.01 * np.column_stack([0 * x[:, 0], 0 * x[:, 0], x[:, 2]])
    found = extension.displacement(wanted)
    extension.close()
    np.testing.assert_allclose(found, wanted, atol=1e-11)
    on_front = np.isin(x[:, 2], (0.0, 1.0))
    assert (found[on_front] == wanted[on_front]).all()


def test_iterations_hardly_grow_with_the_mesh() -> None:
    """Factors would grow as its power 4/3: at 7.5e5 unknowns MUMPS has found none."""
    taken = []
    for divisions in (6, 12, 24):
        extension, x = extended(cube(divisions))
        extension.displacement(0.01 * np.cos(3 * x))
        taken.append(extension._ksp.getIterationNumber())
        extension.close()
    assert taken[0] > 5 and taken[-1] <= 20, taken


def test_a_mesh_that_cannot_follow_ends_the_run_and_says_why() -> None:
    extension, x = extended(cube(4))
    extension._ksp.setTolerances(max_it=1)
    with pytest.raises(RunError, match="the mesh cannot follow its fronts: PETSc's KSP reason -3"):
        extension.displacement(0.01 * np.cos(3 * x))
    extension.close()
