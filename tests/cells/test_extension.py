"""The mesh in space follows its fronts: exactly, by iterations that do not grow, or by factors."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from dolfinx import fem
from petsc4py import PETSc

import fem_kna as kna
from fem_kna.geometry.domain import Domain
from fem_kna.inputs.errors import RunError
from fem_kna.motion import extension as extension_module
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


def failing(extension: Extension) -> list[str]:
    """Have the iterations end too early; return the list in which stands what then helps."""
    helped: list[str] = []
    extension.helped = helped.append
    extension._ksp.setTolerances(max_it=1)
    return helped


def test_where_iterations_fail_the_stiffness_is_factorised() -> None:
    """And kept so, until it is renewed."""
    extension, x = extended(cube(4))
    wanted = 0.01 * np.cos(3 * x)
    expected = extension.displacement(wanted)
    helped = failing(extension)
    for _ in range(2):
        np.testing.assert_allclose(extension.displacement(wanted), expected, atol=1e-10)
        assert extension._ksp.getType() == "preonly"
    assert helped == ["mesh_stiffness_factorisations"]
    extension._renew()
    assert extension._ksp.getType() == "cg"
    extension.close()


def test_where_iterations_fail_the_stiffness_is_first_renewed() -> None:
    """It is that of the mesh before, and the new one gives what it gives at once."""
    domain = cube(4)
    extension, x = extended(domain)
    domain.mesh.geometry.x[extension.node_of] += extension.displacement(0.01 * np.cos(3 * x))
    helped = failing(extension)
    fresh, x = extended(domain)
    wanted = 0.01 * np.sin(5 * x)
    found, expected = extension.displacement(wanted), fresh.displacement(wanted)
    np.testing.assert_allclose(found, expected, atol=1e-10)
    assert helped == ["mesh_stiffness_renewals"] and extension._ksp.getType() == "cg"
    extension.close()
    fresh.close()


@pytest.fixture
def _scant() -> Iterator[None]:
    """Give factors a megabyte of memory."""
    PETSc.Options().setValue("mat_mumps_icntl_23", 1)
    yield
    PETSc.Options().delValue("mat_mumps_icntl_23")


@pytest.mark.usefixtures("_scant")
def test_a_mesh_that_cannot_follow_ends_the_run_and_says_why() -> None:
    extension, x = extended(cube(8))
    helped = failing(extension)
    with pytest.raises(RunError) as raised:
        extension.displacement(0.01 * np.cos(3 * x))
    assert str(raised.value) == (
        "the mesh cannot follow its fronts: the linear solve of its extension ended "
        "KSP DIVERGED_MAX_IT after 1 iterations; tried, too: mesh stiffness factorisations "
        "(KSP DIVERGED_PCSETUP_FAILED after 0 iterations)"
    )
    assert helped == []
    extension.close()


def test_a_run_goes_on_and_tells_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import cells

    by_multigrid = extension_module._by_multigrid

    def by_too_few(stiffness: PETSc.Mat) -> PETSc.KSP:
        ksp = by_multigrid(stiffness)
        ksp.setTolerances(max_it=1)
        return ksp

    sizes = {"front_size": "25 um", "far_size": "25 um"}
    mesh = kna.shape("planar_cell")(dimension="3d", gap="50 um", width="50 um", **sizes)
    case = cells.plating("failing", mesh, "0.1 s")
    expected = kna.simulate(case).summary
    monkeypatch.setattr(extension_module, "_by_multigrid", by_too_few)
    found = kna.simulate(case, folder=tmp_path).summary
    assert "mesh_stiffness_factorisations [-]" not in expected
    assert found["mesh_stiffness_factorisations [-]"] == found["remedies [-]"] == 1
    assert "1 mesh stiffness factorisations" in (tmp_path / "run.log").read_text()
    for name in ("voltage [V]", "deposited_volume [m3/m2]"):
        assert found[name] == pytest.approx(expected[name], rel=1e-8, abs=0)
