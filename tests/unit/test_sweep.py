"""Sweeps without a run: which points, where they stand, the table, the indices."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fem_kna as kna
from fem_kna.inputs.overrides import overridden
from fem_kna.report.sweep import failures, indices_charts, table
from fem_kna.report.swept import swept
from fem_kna.results.folder import run_folder
from fem_kna.sweep.batches import batches
from fem_kna.sweep.design import Grid, LatinHypercube, Listed, Morris, Over, Sobol, Sweep
from fem_kna.sweep.indices import indices
from fem_kna.sweep.outcome import State, begun, forget, note, outcome
from fem_kna.sweep.plan import NOTES, Plan, Point, planned, read, write
from fem_kna.sweep.table import HEALS, LATE_GROWTH, rows, write_table
from fem_kna.verify.cells import flat_line

CURRENT = Over("drive.current", "1 mA/cm^2, 2 mA/cm^2, 4 mA/cm^2")
PRESSURE = Over("stack.pressure", "0.01 MPa..1 MPa:log")
METAL = Over("working.metal+counter.metal", "K, KNA-3.5")
SALT = "electrolyte.ions.K+.concentration + electrolyte.ions.FSI-.concentration"


def flat() -> kna.Case:
    """Return a cell in 1-D."""
    return flat_line("flat")


@given(st.integers(0, 500), st.integers(1, 40), st.integers(1, 20))
def test_batches_hold_every_point_once_and_shrink(count: int, places: int, most: int) -> None:
    parts = list(batches(range(count), places, most))
    assert [x for part in parts for x in part] == list(range(count))
    sizes = [len(part) for part in parts]
    assert sizes == sorted(sizes, reverse=True) and all(1 <= size <= most for size in sizes)
    assert not sizes or sizes[-1] == 1  # no core waits for more than a point


def test_a_grid_is_the_product_a_list_is_side_by_side() -> None:
    grid = Grid().points([CURRENT, METAL])
    assert len(grid) == 6 and grid[1] == ("1 mA/cm^2", "KNA-3.5")
    assert Over(SALT, "0.2 mol/L").fields == SALT.split(" + ")
    listed = Listed().points([CURRENT, Over("drive.duration", "1 s, 2 s, 3 s")])
    assert listed[2] == ("4 mA/cm^2", "3 s")
    assert CURRENT.column == "drive.current [mA/cm^2]" and METAL.column == METAL.field
    assert CURRENT.told("2 mA/cm^2") == 2.0 and METAL.told("KNA-3.5") == "KNA-3.5"


@pytest.mark.parametrize(
    ("over", "sampling", "told"),
    [
        ([CURRENT, METAL], Listed(), "has 3, working.metal"),
        ([PRESSURE], Grid(), "a range LOW..HIGH with --sampling"),
        ([CURRENT], LatinHypercube(4), "accepted: LOW..HIGH"),
        ([Over("a", "2 m..1 m")], LatinHypercube(4), "rising"),
        ([Over("a", "1 m..2 cm")], LatinHypercube(4), "in one unit"),
        ([Over("a", "0 m..2 m:log")], LatinHypercube(4), "both positive"),
        ([PRESSURE], Sobol(6), "a power of two"),
        ([PRESSURE], Morris(0), "accepted: 1 to"),
    ],
)
def test_what_cannot_be_sampled_is_one_line(over: Any, sampling: Any, told: str) -> None:
    if not isinstance(sampling, Grid | Listed):
        pytest.importorskip("SALib", reason="make sweep-tools")
    with pytest.raises(kna.InputError, match=told):
        sampling.points(over)


def test_units_that_differ_are_refused() -> None:
    with pytest.raises(kna.InputError, match=r"A/m\^2 and mA/cm\^2; accepted: one unit"):
        _ = Over("drive.current", "1 mA/cm^2, 20 A/m^2").column


def test_samples_have_the_layout_of_their_method() -> None:
    """One sample per layer; blocks of D + 2 that share what they should; one step at a time."""
    pytest.importorskip("SALib", reason="make sweep-tools")
    over = [PRESSURE, Over("drive.duration", "0 s..8 s")]
    latin = np.array([[o.told(x) for o, x in zip(over, p, strict=True)]
                      for p in LatinHypercube(8).points(over)])  # fmt: skip
    assert sorted(np.floor(latin[:, 1])) == list(range(8))
    assert sorted(np.floor(4 * (np.log10(latin[:, 0]) + 2))) == list(range(8))
    block = Sobol(4).points(over)[:4]
    assert len(Sobol(4).points(over)) == 16
    assert block[1][1] == block[0][1] and block[1][0] == block[3][0]
    way = Morris(3).points(over)[:3]
    assert all(sum(a != b for a, b in zip(way[k], way[k + 1], strict=True)) == 1 for k in (0, 1))
    assert Sobol(4, seed=1).points(over) != Sobol(4, seed=2).points(over)


def plan_of(tmp_path: Path, sweep: Sweep) -> Plan:
    plan = planned(sweep, Path("flat.py"), tmp_path, ["drive.duration=10 s"])
    (plan.folder / NOTES).mkdir(parents=True)
    write(plan)
    return plan


def test_points_are_named_as_a_run_alone_would_be(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, Sweep(flat(), (CURRENT,)))
    assert read(plan.folder) == plan and len(plan.points) == 3
    alone = overridden(flat(), ["drive.duration=10 s", "drive.current=2 mA/cm^2"]).resolved()
    assert plan.run(plan.points[1]) == run_folder(tmp_path, alone)
    other = planned(Sweep(flat(), (CURRENT,)), Path("flat.py"), tmp_path, [])
    assert other.folder != plan.folder
    with pytest.raises(kna.InputError, match=r"point .*drive.current=-: --set drive.current"):
        planned(Sweep(flat(), (Over("drive.current", "1 A/m^2, -"),)), Path("x"), tmp_path, [])


def finish(plan: Plan, point: Point, status: str = "finished", **summary: float) -> None:
    folder = plan.run(point)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "summary.json").write_text(json.dumps({"status": status} | summary))


def test_points_stand_where_their_files_say(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, Sweep(flat(), (CURRENT,)))
    first, second, third = plan.points
    assert outcome(plan, first).state == State.WAITING
    note(plan, first, State.BEGUN)
    note(plan, second, State.FAILED, "no mesh")
    assert begun(plan, plan.points) == [first] and outcome(plan, first).state == State.BEGUN
    assert (outcome(plan, second).state, outcome(plan, second).reason) == ("failed", "no mesh")
    finish(plan, third, "failed: the salt is used up")
    assert outcome(plan, third).reason == "the salt is used up"
    finish(plan, first, "stopped: SIGTERM at 3 s")
    assert outcome(plan, first).state == State.BEGUN
    finish(plan, first, "event: short")
    assert outcome(plan, first).state == State.FINISHED
    forget(plan, second)
    forget(plan, third)
    assert {outcome(plan, p).state for p in (second, third)} == {State.WAITING}


def test_the_table_has_a_row_per_point_and_the_page_shows_it(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, Sweep(flat(), (CURRENT,)))
    first, second, _ = plan.points
    finish(plan, first, **{"polarisation [V]": 0.1, "steps [-]": 12})
    with (plan.run(first) / "history.csv").open("w") as file:
        file.write("charge [C/m2],tip_height [m],front_advance [m]\n0,0,0\n50,3e-6,1e-6\n")
        file.write("75,4e-6,2e-6\n100,4.05e-6,3e-6\n")
    mesh = {"half_width": {"value": 1e-6, "unit": "m"}}
    (plan.run(first) / "manifest.json").write_text(json.dumps({"case": {"mesh": mesh}}))
    note(plan, second, State.FAILED, "the salt is used up")
    found = rows(plan)
    write_table(plan.folder / "table.csv", found)
    with (plan.folder / "table.csv").open(newline="") as file:
        one, two, three = csv.DictReader(file)
    assert one["drive.current [mA/cm^2]"] == "1.0" and one["polarisation [V]"] == "0.1"
    assert float(one[LATE_GROWTH]) == pytest.approx(0.05) and one[HEALS] == "1.0"
    assert (two["status"], two["reason"]) == ("failed", "the salt is used up")
    assert three["status"] == "waiting" and three["polarisation [V]"] == ""
    sweep = swept(plan.folder)
    assert failures(sweep).rows == [[second.hash, "2.0", "the salt is used up"]]
    assert sweep.open == 1 and len(table(sweep).rows) == 3


@pytest.mark.parametrize("sampling", [Sobol(256), Morris(8)])
def test_indices_of_a_plane_are_its_slopes(tmp_path: Path, sampling: Any) -> None:
    """y = 3 a + b over unit ranges: variances 9 : 1, effects 3 and 1; c does nothing."""
    pytest.importorskip("SALib", reason="make sweep-tools")
    over = tuple(Over(f"mesh.{name}", "0..1") for name in "abc")
    found: list[dict[str, Any]] = []
    for values in sampling.points(over):
        told = {f"{o.field} [-]": o.told(x) for o, x in zip(over, values, strict=True)}
        a, b, c = (told[f"mesh.{name} [-]"] for name in "abc")
        found.append(told | {"status": "finished", "y [-]": 3 * a + b + 0 * c, "same [-]": 1.0})
    found[4] |= {"y [-]": ""}  # a failed point: its block goes
    plan = Plan(tmp_path, tmp_path, tmp_path, "x", over, sampling.name, ("y [-]", "same [-]"), ())
    told = indices(plan, found)
    assert told is not None and list(told["outputs"]) == ["y [-]"]
    effects = told["outputs"]["y [-]"]
    if sampling.name == "morris":
        assert [effects[f"mesh.{n}"]["mean_effect"] for n in "abc"] == pytest.approx([3, 1, 0])
        assert effects["mesh.a"]["spread_of_effect"] == pytest.approx(0, abs=1e-12)
    else:
        for key in ("first_order", "total"):
            got = [effects[f"mesh.{n}"][key] for n in "abc"]
            assert got == pytest.approx([0.9, 0.1, 0.0], abs=0.03)
    assert any("does not change" in line for line in told["notes"])
    assert any("1 of" in line and "left out" in line for line in told["notes"])
    assert indices(replace(plan, sampling="grid"), found) is None


def test_netcdf_holds_the_table_over_its_parameters(tmp_path: Path) -> None:
    xarray = pytest.importorskip("xarray", reason="make sweep-tools")
    from fem_kna.sweep.results import DATASET, written

    plan = plan_of(tmp_path, Sweep(flat(), (CURRENT, METAL)))
    for place, point in enumerate(plan.points):
        finish(plan, point, **{"polarisation [V]": 0.1 * place, "tip_growth [m/(C/m2)]": 1.0})
        text = "time [s],voltage [V]\n" + "".join(f"{k},{place + k}\n" for k in range(place + 1))
        (plan.run(point) / "history.csv").write_text(text)
    assert list(written(plan)) == []
    with xarray.open_dataset(plan.folder / DATASET) as found:
        assert dict(found.sizes) == {"drive.current": 3, METAL.field: 2, "row": 6}
        there = found.sel({"drive.current": 2.0, METAL.field: "KNA-3.5"})
        assert float(there.polarisation) == pytest.approx(0.3)
        assert there.polarisation.units == "V" and there.tip_growth.units == "m/(C/m2)"
        past = there.history_voltage.values
        assert past[:4] == pytest.approx([3, 4, 5, 6]) and np.isnan(past[4:]).all()


def test_one_parameter_is_a_dimension_of_its_own(tmp_path: Path) -> None:
    pytest.importorskip("xarray", reason="make sweep-tools")
    from fem_kna.sweep.dataset import dataset

    plan = plan_of(tmp_path, Sweep(flat(), (CURRENT,)))
    for point in plan.points:
        finish(plan, point, **{"polarisation [V]": 2.0})
    assert dataset(plan, rows(plan)).polarisation.dims == ("drive.current",)


def test_bars_are_drawn_for_every_number(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, Sweep(flat(), (CURRENT,)))
    finish(plan, plan.points[0], **{"current_focus [-]": 3.0})
    write_table(plan.folder / "table.csv", rows(plan))
    effects = {"drive.current": {"total": 0.8, "total_confidence": 0.1, "first_order": 0.7}}
    told = {"method": "sobol", "outputs": {"current_focus [-]": effects}, "notes": []}
    (plan.folder / "indices.json").write_text(json.dumps(told))
    (chart,) = indices_charts(swept(plan.folder))
    assert chart.png.startswith(b"\x89PNG") and chart.title == "current focus"
