"""`fem-kna stability` as a user meets it: tables, maps, files, figures, one line per mistake."""

import json
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from fem_kna.commands.app import app
from fem_kna.commands.session import main
from fem_kna.inputs.overrides import overridden
from fem_kna.places import load_case
from fem_kna.report.fields import last_frame
from fem_kna.report.stability import analyses
from fem_kna.stability.atlas import COLUMNS, Atlas, Point
from fem_kna.stability.axes import AXES, PAPER_ALLOYS, PLACES
from fem_kna.stability.chart import draw_atlas
from fem_kna.stability.ranges import RANGES, variations, varied
from fem_kna.stability.report import of_atlas, of_crossovers
from fem_kna.stability.sweep import wavelengths_of
from fem_kna.stability.waves import Waves
from fem_kna.verify.dispersion import combinations
from fem_kna.verify.ripples import Ripple

# The main job's cell with metal that stands and nothing pressed: forms that compile soon.
BARE = ["plating_over_crack", "--set", "stack=none", "--set", "mesh.metal_depth=none"]


def leave(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run `fem-kna stability` in this process; return its exit code and what it said."""
    with pytest.raises(SystemExit) as ended:
        main(app, ["stability", *arguments])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_rates_over_wavelengths(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, picture = tmp_path / "found.json", tmp_path / "found.png"
    options = ["--wavelengths", "2um:50um:4", "--json", str(file), "--figure", str(picture)]
    code, shown, _ = leave([*BARE, *options, "--out", str(tmp_path)], capsys)
    assert code == 0
    told = json.loads(file.read_text())
    rows = told["wavelengths"]
    assert [row["wavelength [m]"] for row in rows] == pytest.approx(np.geomspace(2e-6, 5e-5, 4))
    for row in rows:
        terms = ("diffusion", "field", "capillarity", "levelling", "separator", "surface diffusion")
        total = sum(row[f"{name} [1/s]"] for name in terms)
        assert row["growth_rate [1/s]"] == pytest.approx(total, rel=1e-9)
        assert row["residual [-]"] < 1e-8
    (cutoff,) = told["cutoff_wavelengths [m]"]
    assert rows[0]["growth_rate [1/s]"] < 0 < rows[-1]["growth_rate [1/s]"]
    assert f"growth ends at {cutoff * 1e6:.4g} um" in shown
    assert "film is taken as intact everywhere, 30 ohm cm2" in shown
    assert picture.stat().st_size > 10_000
    label, shape = last_frame(tmp_path / "mode_front.pvd")
    assert label == pytest.approx(told["fastest"]["wavelength [m]"])
    moved = np.linalg.norm(shape.point_data["displacement [m]"], axis=1)
    assert moved.max() == pytest.approx(1e-6, rel=1e-6)  # the height that is shown
    _, liquid = last_frame(tmp_path / "mode.pvd")
    assert "potential [V]" in liquid.point_data
    assert liquid.points[:, 0].max() == pytest.approx(label / 2)


def test_a_map_of_four_points(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, picture = tmp_path / "map.json", tmp_path / "map.png"
    options = ["--map", "temperature,current", "--points", "2x2", "--wavelengths", "10um"]
    written = ["--no-band", "--json", str(file), "--figure", str(picture)]
    code, shown, _ = leave([*BARE, *options, *written], capsys)
    assert code == 0 and "of the points with a steady state grow" in shown
    told = json.loads(file.read_text())
    (reported,) = analyses({"map.json": told})
    assert reported.png is not None and len(reported.table.rows) == 4
    assert reported.table.rows[0][-1] == f"{told['growth_rate [1/s]'][0][0]:+.3e}"
    (slow, slow_and_warm), (fast, fast_and_warm) = zip(*told["growth_rate [1/s]"], strict=True)
    assert max(slow, slow_and_warm) < 0  # healed by capillarity
    # 20 mA/cm2 is above the limiting current at 0, but not at 60 degC, where salt diffuses faster
    assert fast is None and fast_and_warm > 0
    assert picture.stat().st_size > 10_000


ELSEWHERE = {"temperature": ["stack=none", "mesh.metal_depth=none"], "pressure": []}


@pytest.mark.slow
@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_map_finds_what_a_case_alone_does(name: str) -> None:
    """Whatever points it has been at before; with a separator pressed on metal that flows, too."""
    settings = [*ELSEWHERE[name], "working.metal=KNA-3.5", "counter.metal=KNA-3.5"]
    case = overridden(load_case("plating_over_crack").case(), settings)
    axes = AXES["current"], AXES[name]
    atlas = Atlas(case, axes, [1e-5], 1e-6)
    ends = axes[1].low, axes[1].high
    for found, end in zip(atlas.line(4.0, ends, MPI.COMM_SELF), ends, strict=True):
        alone = overridden(case, ["drive.current=4 mA/cm^2", *axes[1].settings(end)]).resolved()
        waves = Waves(alone, MPI.COMM_SELF, columns=COLUMNS)
        assert found.rate == pytest.approx(waves.ripple(1e-5).rate, rel=1e-8)


MISTAKES = {
    "--wavelengths 10": "--wavelengths '10'; accepted: FROM:TO:NUMBER",
    "--wavelengths 5um:1um:9": "--wavelengths '5um:1um:9'",
    "--amplitude 3s": "--amplitude '3s'",
    "--modes 0": "--modes 0; accepted: 1 to 100",
    "--at 10mm": "--at '10mm'",
    "--at 1h": "--at 3600 s; accepted: up to the drive's end, 900 s",
    "--modes 2 --figure a.png": "--figure",
    "--map composition": "--map 'composition'; accepted: two different ones",
    "--map composition,currant": "did you mean 'current'?",
    "--map composition,current --points 20": "--points '20'",
    "--map composition,current --modes 2": "--map: ripples of a flat front",
    "--map composition,current --at 3s": "--map: ripples of a flat front",
    "--map composition,pressure": "stack",
    "--json no/where.json": "--json",
    "--out no_folder": "--out 'no_folder'",
    "--set working.front=none": "working.front: none",
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line(mistake: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown, said = leave([*BARE, *mistake.split()], capsys)
    assert (code, shown) == (2, "")
    assert said.startswith("error: ") and said.count("\n") == 1
    assert MISTAKES[mistake] in said


def test_wavelengths_are_read_with_their_units() -> None:
    assert wavelengths_of("10um") == [pytest.approx(1e-5)]
    assert wavelengths_of("1um:0.1mm:3") == pytest.approx([1e-6, 1e-5, 1e-4])


def test_axes_begin_and_end_where_they_say() -> None:
    for axis in AXES.values():
        values = axis.values(7)
        assert (values[0], values[-1]) == (axis.low, axis.high)
        assert (np.diff(values) > 0).all()


def test_ranges_are_those_of_the_materials() -> None:
    _, problem, k = combinations()[9]
    case = Ripple(problem, k).case
    assert list(variations(case)) == []  # chosen numbers have no range
    name = "reference stress"
    assert varied(case, (name, True)) == case and name in RANGES


def test_one_estimate_is_varied_as_one() -> None:
    """A low i0 of potassium alone would let sodium carry the current instead."""
    case = load_case("plating_over_crack").case().resolved()
    for high, end in ((False, 1.0), (True, 100.0)):
        reactions = varied(case, ("exchange current density", high)).reactions
        assert [float(one.kinetics.exchange_current_density) for one in reactions] == [end, end]


def test_crossovers_are_looked_for_at_the_paper_s_alloys() -> None:
    assert set(PAPER_ALLOYS[:-1]) < set(AXES["composition"].places)
    assert len(AXES["temperature"].places) == PLACES


@pytest.mark.slow
def test_a_map_with_its_band_is_drawn(tmp_path: Path) -> None:
    _, problem, k = combinations()[9]
    axes = AXES["composition"], AXES["current"]
    x, y = (list(axis.values(4)) for axis in axes)
    lines = [[Point(1e-5 * (J - a), 1e-5) for J in y] for a in x]
    lines[0][-1] = Point(np.nan, np.nan)
    told = of_atlas(Ripple(problem, k).case, axes, (x, y), lines, [1e-5], 1e-6)
    assert told["growth_rate [1/s]"][0][-1] is None
    told["crossover_at"] = x
    told["crossover"] = of_crossovers({"": [0.1, 1.0, np.inf, -np.inf], "high": [np.nan] * 4})
    assert told["crossover"]["central"][2:] == ["grows nowhere", "grows everywhere"]
    draw_atlas(told, axes, tmp_path / "map.png")
    assert (tmp_path / "map.png").stat().st_size > 10_000


def test_a_protocol_has_no_base_state(capsys: pytest.CaptureFixture[str]) -> None:
    code, shown, said = leave(["symmetric_cycling"], capsys)
    assert (code, shown) == (2, "") and said.count("\n") == 1
    assert "drive: a Protocol, whose steps differ; accepted: Galvanostatic" in said
