"""The solver by blocks: the answers of the factorisation, in iterations that do not grow."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from petsc4py import PETSc

import fem_kna as kna
from fem_kna.inputs.case import Case
from fem_kna.solve.blocks import Blocks
from fem_kna.solve.options import multigrid
from fem_kna.solve.upkeep import Upkeep
from fem_kna.system.build import Model
from fem_kna.system.solvers import WORTH, solver_set

ROOT = Path(__file__).parents[2]
STEPS = (1.0, 10.0)  # [s]


@pytest.fixture(autouse=True)
def _cells(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The benchmarks' cells."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    yield
    for name in ("cells", "counts", "metal", "moving", "against_plain"):
        sys.modules.pop(name, None)


def marched(
    divisions: int,
    solver: str,
    steps: tuple[float, ...] = STEPS,
    dim: int = 3,
) -> tuple[Model, float]:
    """Take steps [s] of transport and kinetics; return the model and its Krylov per Newton."""
    from cells import cube, four_ions

    from fem_kna.system.build import model_on

    found = model_on(cube(divisions, dim=dim), four_ions(solver=solver))
    found.march.start()
    for step in steps:
        assert found.march.try_step(step / found.scales.of("s"))
    found.close()
    return found, found.newton.linear_iterations / found.newton.iterations


@pytest.mark.parametrize(("dim", "divisions"), [(2, 24), (3, 6)])
def test_blocks_find_what_the_factorisation_finds(dim: int, divisions: int) -> None:
    (direct, _), (blocks, iterations) = (
        marched(divisions, solver, dim=dim) for solver in ("direct", "block")
    )
    for one, other in zip(direct.fields.unknowns, blocks.fields.unknowns, strict=True):
        np.testing.assert_allclose(one.x.array, other.x.array, rtol=1e-9, atol=1e-10)
    assert iterations < 8


def test_iterations_do_not_grow_with_the_mesh() -> None:
    _, coarse = marched(7, "block")
    _, fine = marched(14, "block")  # eight times the unknowns
    assert fine < 1.2 * coarse and fine <= 7


def test_digits_that_newton_has_no_use_for_are_not_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That costs hardly a Newton iteration, and spares a fifth of the Krylov iterations."""
    steps = (1.0, 1.0, 10.0, 10.0)
    few = marched(14, "block", steps)[0].newton
    monkeypatch.setattr(Upkeep, "leaves", lambda upkeep, least, _: least)
    all_ = marched(14, "block", steps)[0].newton
    assert few.iterations <= all_.iterations + 1
    assert few.linear_iterations < 0.8 * all_.linear_iterations


def test_a_same_step_begins_with_the_last_ones_jacobian(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends where a new one leads, in as many Newton iterations."""
    steps, found, assembled = (1.0, 1.0, 1.0, 1.0), [], []
    assemble = Blocks.assemble
    monkeypatch.setattr(
        Blocks, "assemble", lambda blocks, forms: (assembled.append(1), assemble(blocks, forms))
    )
    for lasts in (Upkeep.lasts, lambda upkeep, tolerance: False):
        monkeypatch.setattr(Upkeep, "lasts", lasts)
        assembled.clear()
        found.append((marched(7, "block", steps)[0], len(assembled)))
    (kept, fewer), (anew, more) = found
    assert fewer == more - 2
    assert kept.newton.iterations == anew.newton.iterations
    for one, other in zip(kept.fields.unknowns, anew.fields.unknowns, strict=True):
        np.testing.assert_allclose(one.x.array, other.x.array, rtol=1e-11, atol=1e-11)


@pytest.mark.slow
@pytest.mark.parametrize(("dim", "divisions"), [(2, 24), (3, 7)])
def test_moving_fronts_take_hardly_more_iterations_and_end_where_the_factorisation_does(
    dim: int, divisions: int
) -> None:
    from cells import cube, four_ions
    from moving import moving

    from fem_kna.system.build import model_on

    steps, ends = (1.0, 10.0, 10.0), []
    fixed = marched(divisions, "block", steps, dim)[1]
    for solver in ("direct", "block"):
        found = model_on(cube(divisions, dim=dim), moving(four_ions(solver=solver)))
        found.march.start()
        for step in steps:
            assert found.march.try_step(step / found.scales.of("s"))
        ends.append([found.domain.mesh.geometry.x, *(u.x.array for u in found.fields.unknowns)])
        found.close()
    assert found.march.helped == {}
    for one, other in zip(*ends, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-9)
    assert found.newton.linear_iterations / found.newton.iterations < 1.5 * fixed


@pytest.mark.parametrize(
    ("kind", "divisions", "most"),
    [
        ("steady", 7, {"GAMG": 11, "BoomerAMG": 11}),
        ("limit", 7, {"GAMG": 16, "BoomerAMG": 17}),
        pytest.param("limit", 14, {"GAMG": 17, "BoomerAMG": 18}, marks=pytest.mark.slow),
    ],
)
def test_a_steady_state_takes_hardly_more(kind: str, divisions: int, most: dict[str, int]) -> None:
    """Under 4 mA/cm2, and at nine tenths of the current that leaves no potassium."""
    from counts import counted

    report = counted(divisions, kind)
    assert (report["least_over_most_potassium [-]"] < 0.1) == (kind == "limit")
    assert 5 < max(step["krylov_at_most [-]"] for step in report["steps"]) <= most[multigrid()]


@pytest.mark.slow
def test_quadratic_elements_take_few_more_as_the_mesh_grows() -> None:
    from counts import counted

    coarse, fine = (counted(n, "square")["steps"] for n in (7, 14))
    for one, other in zip(coarse, fine, strict=True):
        few, many = (step["newton [-]"] * step["krylov_per_newton [-]"] for step in (one, other))
        assert many <= 1.2 * few and other["krylov_per_newton [-]"] < 12


def on_two_ranks(program: str, *arguments: str, limit: float) -> dict[str, Any]:
    """Return what one of the package's benchmarks finds on two ranks."""
    command = [str(Path(sys.executable).parent / "mpirun"), "-n", "2", sys.executable]
    command += [str(ROOT / "benchmarks" / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.mpi
def test_two_ranks_take_as_few_iterations() -> None:
    (step,) = on_two_ranks("counts.py", "brief", "7", limit=100)["steps"]
    assert step["krylov_per_newton [-]"] <= 8


@pytest.mark.slow
def test_a_plain_script_finds_the_same_currents() -> None:
    from against_plain import compared

    assert compared(8)["relative difference of currents [-]"] < 1e-9


def fast(case: Case) -> Case:
    """Return a case whose exchange resists the current less than the liquid does."""
    (reaction,) = case.reactions
    i0 = 1e4 * reaction.kinetics.exchange_current_density
    kinetics = reaction.kinetics.model_copy(update={"exchange_current_density": i0})
    return case.model_copy(
        update={"reactions": (reaction.model_copy(update={"kinetics": kinetics}),)}
    )


@pytest.mark.parametrize(("eliminated", "fewest", "most"), [(True, 5, 10), (False, 20, 90)])
def test_a_surface_that_is_not_eliminated_is_missed(
    eliminated: bool, fewest: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planted mistake: the volume is solved for without what the electrodes do to it."""
    monkeypatch.setattr(Upkeep, "leaves", lambda upkeep, least, _: least)
    from cells import four_ions, model

    found = model(7, fast(four_ions(solver="block", film="1e-4 ohm*cm^2")))
    layout = found.newton._layout
    assert isinstance(layout, Blocks)
    if not eliminated:
        layout._bodies[0]._nodal.take_off = lambda other: None  # type: ignore[method-assign]
    found.march.start()
    assert fewest <= found.newton.linear_iterations / found.newton.iterations <= most
    found.close()


def test_blocks_that_fail_give_way_to_the_factorisation() -> None:
    from cells import cube, four_ions

    from fem_kna.system.build import model_on

    found = model_on(cube(6), four_ions(solver="block"), {"ksp_max_it": 1})
    found.march.start()
    assert found.march.helped == {"escalations_to_direct": 1}
    assert found.march.try_step(0.01 / found.scales.of("s"))
    found.close()


def test_the_set_is_chosen_by_dimension_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    from cells import four_ions, model

    found = model(4, four_ions(solver="direct"))
    automatic = found.case.model_copy(update={"numerics": kna.Numerics()})
    assert solver_set(automatic, found.fields) == "direct"
    assert 8_000 <= WORTH[3] < WORTH[2]  # factors grow faster in space
    monkeypatch.setitem(WORTH, 3, 100)
    assert solver_set(automatic, found.fields) == "block"
    found.close()


def test_hypre_is_used_where_petsc_has_it_and_the_log_says_which(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from cells import four_ions, model

    from fem_kna.solve.options import block_options
    from fem_kna.system.solvers import named

    found = model(4, four_ions(solver="block"))
    cycle = "fieldsplit_volume_fieldsplit_0_pc_type"
    for has, pc, told in ((True, "hypre", "BoomerAMG"), (False, "gamg", "GAMG")):
        monkeypatch.setattr(PETSc.Sys, "hasExternalPackage", lambda package, has=has: has)
        assert block_options(1)[cycle] == pc
        assert named(found.case, found.fields) == f"solver: block, {told}"
    found.close()


def test_blocks_refuse_what_they_do_not_know() -> None:
    from fem_kna.verify.growing import flat, growing

    case: Case = growing(flat("1d"), 100, 1.0, numerics={"solver": "block"})
    with pytest.raises(kna.InputError, match=r"numerics\.solver: 'block' with one dimension"):
        kna.simulate(case)


@pytest.mark.slow
def test_metal_that_flows_is_solved_by_blocks_as_by_the_factorisation() -> None:
    from fem_kna.verify.growing import bump, growing

    flow = "fieldsplit_volume_flow_"
    factorised = {f"{flow}pc_type": "lu", f"{flow}pc_factor_mat_solver_type": "mumps"}
    factorised |= {"ksp_rtol": 1e-6}  # as without metal
    ends = {}
    for solver in ("direct", "block"):
        case: Case = growing(bump(metal_depth="5 um"), 100, 1.0, numerics={"solver": solver})
        ends[solver] = kna.simulate(case).summary
    exactly = kna.simulate(case, options=factorised).summary
    for key in ("tip_height [m]", "voltage [V]", "current_focus [-]"):
        assert ends["block"][key] == pytest.approx(ends["direct"][key], rel=1e-7), key
    assert "escalations_to_direct [-]" not in ends["block"]
    assert exactly["krylov [-]"] <= 14 * exactly["newton [-]"]
    assert ends["block"]["krylov [-]"] <= 33 * ends["block"]["newton [-]"]


@pytest.mark.slow
def test_metal_behind_a_bump_takes_hardly_more_iterations_on_a_finer_mesh() -> None:
    from metal import counted

    coarse, fine = (counted("bump", size) for size in ("2", "1.2"))
    assert fine["helped"] == {} and fine["metal [-]"] > 3 * coarse["metal [-]"]
    for one, other in zip(coarse["steps"], fine["steps"], strict=True):
        assert one["krylov_per_newton [-]"] > 9  # the metal's, not the liquid's alone
        assert other["krylov_per_newton [-]"] < 1.4 * one["krylov_per_newton [-]"]


@pytest.mark.mpi
@pytest.mark.slow
def test_metal_by_blocks_on_two_ranks_of_which_one_may_have_none() -> None:
    report = on_two_ranks("metal.py", "bump", "2", limit=200)
    assert report["helped"] == {} and report["ranks [-]"] == 2
    assert all(9 < step["krylov_per_newton [-]"] <= 21 for step in report["steps"])
