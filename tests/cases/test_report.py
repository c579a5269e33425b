"""Reports of runs whose files are written by hand: every number and colour is known."""

import ast
import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvista as pv
from matplotlib import colormaps
from test_command_line import leave

from fem_kna.commands.app import app
from fem_kna.commands.session import main
from fem_kna.inputs.errors import InputError
from fem_kna.report.differences import differing, entries, labels
from fem_kna.report.fields import along, last_frame, working_front
from fem_kna.report.page import report
from fem_kna.report.pictures import checked_renderer, pictures
from fem_kna.report.read import read

MICRO = 1e-6
CURRENT, STRESS = "current density [A/m2]", "von Mises stress [Pa]"
NORMAL = "normal current density, anodic positive [A/m2]"
SIZES = {"K": (120.0, 4e4), "KNA-3.5": (60.0, 1e4)}  # current density, stress

try:
    checked_renderer()
    DRAWS = True
except InputError:
    DRAWS = False
drawn = pytest.mark.skipif(not DRAWS, reason="VTK finds neither EGL nor OSMesa to draw with")


def number(value: float, unit: str, trust: str = "chosen", **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, "source": f"<{trust}> by hand", "trust": trust} | more


def described(metal: str) -> dict[str, Any]:
    """Return a case as a manifest tells it."""
    estimate = number(0.7, "S/m", "estimated", range=[0.4, 1.1])
    return {
        "kind": "Case",
        "name": "by_hand",
        "mesh": {"kind": "Slab", "dimension": "2d", "width": number(1e-5, "m")},
        "electrolyte": {"name": "0.4 M", "conductivity": estimate},
        "working": {
            "kind": "Electrode",
            "metal": {"name": metal, "density": number(859.0, "kg/m^3", "derived")},
            "front": {"kind": "MovingFront"},
        },
        "drive": {"kind": "Galvanostatic", "current": number(40.0, "A/m^2")},
    }


def quads(*heights: float) -> pv.UnstructuredGrid:
    """Return rectangles 10 um wide on each other, between the heights [um]."""
    points = [(x, y, 0.0) for y in heights for x in (0.0, 10.0)]
    cells = [[4, 2 * k, 2 * k + 1, 2 * k + 3, 2 * k + 2] for k in range(len(heights) - 1)]
    kinds = [pv.CellType.QUAD] * len(cells)
    return pv.UnstructuredGrid(np.ravel(cells), kinds, np.array(points) * MICRO)


def lines(height: float) -> pv.UnstructuredGrid:
    """Return both fronts, of two edges each, the working one at `height` [um]."""
    points = [(x, y, 0.0) for y in (height, 20.0) for x in (10.0, 4.0, 0.0)]
    cells = np.array([[2, 0, 1], [2, 1, 2], [2, 3, 4], [2, 4, 5]])
    return pv.UnstructuredGrid(cells.ravel(), [pv.CellType.LINE] * 4, np.array(points) * MICRO)


def grids(metal: str, height: float) -> dict[str, Any]:
    """Return the three grids of a frame."""
    current, stress = SIZES[metal]
    liquid, front, body = quads(height, 10.0, 20.0), lines(height), quads(-5.0, height)
    liquid.cell_data[CURRENT] = [[0.0, -current, 0.0], [0.0, -current / 2, 0.0]]
    liquid.point_data["concentration K+ [mol/m3]"] = 300 + 5e6 * liquid.points[:, 1]
    liquid.point_data["potential [V]"] = 1e4 * liquid.points[:, 1]
    body.cell_data[STRESS] = [stress]
    front.point_data[NORMAL] = np.array([-40.0, -40.0, -80.0, 40.0, 40.0, 40.0])
    return {"fields": liquid, "front": front, "metal": body}


def write_run(folder: Path, metal: str, **summary: Any) -> Path:
    """Write a finished run of two frames."""
    folder.mkdir(parents=True)
    tip = 1e-6 if metal == "K" else 5e-7
    told = {"polarisation [V]": 0.4, "tip_height [m]": tip, "plated_charge [C/m2]": 3600.0}
    told |= {"salt_drift [-]": 3e-15, "wall_time [s]": 12.5, "status": "finished"}
    _json(folder / "summary.json", told | {"time [s]": 90.0} | summary)
    manifest = {"case": described(metal), "groups": {"wagner_length [m]": 0.003}}
    manifest |= {"warnings": ["electrolyte: said <once>"], "versions": {"numpy": "2.0"}}
    _json(folder / "manifest.json", manifest | {"command": ["cases/by_hand.py", "--set", "a=1 s"]})
    with (folder / "history.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time [s]", "charge [C/m2]", "voltage [V]", "tip_height [m]"])
        writer.writerow([0.0, 0.0, -0.3, ""])
        for k in range(1, 11):
            writer.writerow([9.0 * k, 360.0 * k, -0.3 - 0.01 * k, tip * k / 10])
    frames: dict[str, list[str]] = {}
    for time, height in ((0.0, 0.0), (90.0, 1.0)):
        for name, grid in grids(metal, height).items():
            grid.save(folder / f"{name}{time:03.0f}.vtu")
            entry = f'<DataSet timestep="{time}" part="0" file="{name}{time:03.0f}.vtu"/>'
            frames.setdefault(name, []).append(entry)
    for name, found in frames.items():
        text = f'<VTKFile type="Collection"><Collection>{"".join(found)}</Collection></VTKFile>'
        (folder / f"{name}.pvd").write_text(text)
    return folder


def _json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data))


def write_comparison(folder: Path) -> Path:
    """Write a comparison of two metals."""
    names = {"K": "K--0.4", "KNA-3.5": "KNA--0.4"}
    for metal, name in names.items():
        write_run(folder / name, metal)
    runs = [
        {"electrolyte": "0.4 M", "metal": metal, "folder": name} for metal, name in names.items()
    ]
    _json(folder / "comparison.json", {"runs": runs})
    return folder


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_comparison(tmp_path_factory.mktemp("out") / "by_hand" / "abc")


@drawn
def test_panels_share_one_scale(comparison: Path) -> None:
    """The smaller current has the colour of the middle of the map, the larger that of its end."""
    found = pictures(read([comparison]).runs)
    assert list(found) == ["current", "metal-stress", "concentration"]
    shades = colormaps["magma"]
    for picture, share in zip(found["current"], (1.0, 0.5), strict=True):
        assert (picture.scales["current"].low, picture.scales["current"].high) == (0.0, 120.0)
        (left, right), (low, high) = picture.box or ((0, 0), (0, 0))
        assert (left, right) == pytest.approx((-1e-5, 1e-5))
        assert (low, high) == pytest.approx((1e-6 - 3.5e-6, 1e-6 + 2.5e-6))
        rows, columns = picture.pixels.shape[:2]
        colour = np.array(shades(share)[:3]) * 255
        for place in (0.1, 0.9):  # the mirror image, too
            seen = picture.pixels[rows // 8, round(place * columns)]
            assert np.abs(seen - colour).max() < 3
        assert np.abs(picture.pixels[-rows // 8, columns // 4] - (0xC9, 0xCC, 0xD1)).max() < 3
    stress = [picture.scales["metal"] for picture in found["metal-stress"]]
    assert [scale.words for scale in stress] == ["0 to 40 kPa"] * 2


def test_a_front_is_read_from_the_axis_outward(comparison: Path) -> None:
    time, grid = last_frame(comparison / "K--0.4" / "front.pvd")
    assert time == 90.0
    front = working_front(grid)
    numbers, distance = along(front)
    assert distance == pytest.approx([0.0, 4e-6, 1e-5])
    assert np.asarray(front[NORMAL])[numbers] == pytest.approx([-80.0, -40.0, -40.0])


@pytest.fixture(scope="module")
def reported(comparison: Path) -> Path:
    """Return the comparison with its report."""
    with pytest.raises(SystemExit) as left:
        main(app, ["report", str(comparison)])
    assert left.value.code == 0
    return comparison


@drawn
def test_the_page_needs_nothing_else(reported: Path) -> None:
    page = (reported / "report.html").read_text()
    assert not re.search(r"(src|href)=\"(?!data:|#)|url\(|@import|<script", page)
    images = re.findall(r"<img src=\"data:image/[a-z+]+;base64,[^\"]+\" alt=\"([^\"]+)\"", page)
    files = {path.stem for path in (reported / "report_figures").glob("*.png")}
    assert len(images) == page.count("<img") == len(files) == page.count('class="panel"')
    assert {"current-1", "current-2", "charge-voltage", "fronts-1"} <= files
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "tip height (µm) 1 0.5 0.500" in text  # K, KNA-3.5, ratio
    assert "current density 0 to 12 mA/cm²" in text and "At 90 s" in text
    assert "salt drift [–] 3.0e-15 3.0e-15" in text
    assert "said &lt;once&gt;" in text and text.count("said &lt;once&gt;") == 1
    assert "Estimated: electrolyte. conductivity 7 mS/cm" in text
    assert "7 mS/cm 4 to 11 mS/cm estimated" in text and "&lt;estimated&gt; by hand" in text
    assert "python cases/by_hand.py --set" in text and "numpy 2.0" in text


@drawn
def test_paraview_is_told_what_the_pictures_show(reported: Path) -> None:
    """The script names runs, series and fields that are there, in the report's colours."""
    folder = reported / "report_figures"
    tree = ast.parse((folder / "draw_in_paraview.py").read_text())
    told = {
        node.targets[0].id: ast.literal_eval(node.value)  # type: ignore[attr-defined]
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.List, ast.Dict))
    }
    assert len(told["PICTURES"]) == 6
    for picture in told["PICTURES"]:
        assert (folder / picture["file"]).is_file() and picture["time"] == 90.0
        for layer in picture["layers"]:
            time, grid = last_frame(folder / picture["run"] / f"{layer['series']}.pvd")
            assert time == picture["time"]
            if layer["field"]:
                data = grid.cell_data if layer["on_cells"] else grid.point_data
                points = told["COLOURS"][layer["colours"]]
                most = np.linalg.norm(np.atleast_2d(np.asarray(data[layer["field"]]).T), axis=0)
                assert points[0] <= most.max() <= points[-4] * (1 + 1e-5)
    assert told["COLOURS"]["current, current"][-4] == 120.0


def of_dimension(folder: Path, dimension: str) -> Path:
    """Write a run of a cell of another dimension, but for its fields."""
    write_run(folder, "K")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["case"]["mesh"]["dimension"] = dimension
    _json(folder / "manifest.json", manifest)
    return folder


def test_a_cell_of_one_dimension_has_profiles(tmp_path: Path) -> None:
    folder = of_dimension(tmp_path / "run", "1d")
    points = np.column_stack([np.linspace(0, 1e-4, 3), np.zeros((3, 2))])
    line = pv.UnstructuredGrid(np.array([2, 0, 1, 2, 1, 2]), [pv.CellType.LINE] * 2, points)
    line.point_data["concentration K+ [mol/m3]"] = [300.0, 350.0, 400.0]
    line.save(folder / "fields090.vtu")
    found = report(read([folder]), "")
    assert set(found.files) == {
        "charge-voltage.png", "charge-tip-height.png", "across-concentration-K-.png"
    }  # fmt: skip
    assert "Figure 2.</b> Across the cell at the end: concentration K+." in found.page


@drawn
def test_a_cell_of_three_dimensions_shows_its_fronts(tmp_path: Path) -> None:
    folder = of_dimension(tmp_path / "run", "3d")
    squares = [pv.Plane(center=(0, 0, z), i_size=1e-5, j_size=1e-5) for z in (0.0, 2e-5)]
    fronts = squares[0].merge(squares[1]).cast_to_unstructured_grid()
    fronts.point_data[NORMAL] = np.where(fronts.points[:, 2] > 0, 40.0, -40.0)
    fronts.save(folder / "front090.vtu")
    found = pictures(read([folder]).runs)
    assert list(found) == ["surface-current"]
    (picture,) = found["surface-current"]
    assert picture.scales["i"].words == "-4 to 4 mA/cm²" and picture.box is None
    for share in (0.0, 1.0):  # both electrodes are seen
        colour = np.array(colormaps["viridis"](share)[:3]) * 255
        assert (np.abs(picture.pixels - colour).max(axis=2) < 3).sum() > 1000


@drawn
def test_several_runs_are_one_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ends = {"K": "finished", "KNA-3.5": "failed: the salt is used up"}
    folders = [str(write_run(tmp_path / name, name, status=end)) for name, end in ends.items()]
    page = tmp_path / "both.html"
    assert leave(["report", *folders, "--out", str(page)], capsys)[0] == 0
    text = " ".join(re.sub(r"<[^>]+>", " ", page.read_text()).split())
    assert "run working.metal.name polarisation (mV) tip height (µm) status" in text
    assert "K K 400 1 finished" in text and "KNA-3.5 KNA-3.5 400 0.5 failed: the salt" in text
    assert "working.metal KNA-3.5: failed: the salt is used up" in text  # among the warnings


def test_stability_is_reported_from_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terms = ("diffusion", "field", "capillarity", "levelling", "separator", "surface diffusion")
    rows = [
        {"wavelength [m]": x, "growth_rate [1/s]": rate, "residual [-]": 1e-12}
        | {f"{name} [1/s]": rate / 6 for name in terms}
        for x, rate in ((1e-6, -1e-5), (1e-5, 2e-5), (1e-4, 1e-5))
    ]
    told: dict[str, Any] = {"case": "by_hand", "base_state": "steady", "notes": ["a flat front"]}
    told |= {"wavelengths": rows, "fastest": rows[1] | {"at_end_of_range": False}}
    _json(tmp_path / "rates.json", told | {"cutoff_wavelengths [m]": [3e-6]})
    assert leave(["report", str(tmp_path / "rates.json")], capsys)[0] == 0
    page = (tmp_path / "rates.html").read_text()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "fastest: 2e-05 1/s at 10 µm; growth ends at 3 µm" in text
    assert "10 2.000e-05 1e-12" in text and "a flat front" in text and page.count("<img") == 1
    assert not (tmp_path / "rates_figures" / "draw_in_paraview.py").exists()


def test_each_mistake_is_one_line(
    comparison: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    half = write_run(tmp_path / "half", "K")
    (half / "summary.json").unlink()
    _json(half / "manifest.json", {"case": described("K"), "status": "running"})
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "other.json").write_text("[]")
    for path, word in (
        (tmp_path / "nothing", "no such file or folder"),
        (tmp_path, "no run here"),
        (comparison.parents[1], f"one in '{comparison}'"),
        (half, "not finished (its manifest says 'running'"),
        (tmp_path / "broken.json", "cannot be read"),
        (tmp_path / "other.json", "no stability analysis"),
    ):
        out = ["--out", str(tmp_path / "page.html")]
        code, _, said = leave(["report", str(path), *out], capsys)
        assert code == 2 and word in said and said.count("\n") == 1 and "accepted:" in said
    for out_, word in (("page.pdf", ".html"), ("nowhere/page.html", "no such folder")):
        code, _, said = leave(["report", str(comparison), "--out", str(tmp_path / out_)], capsys)
        assert code == 2 and word in said and said.count("\n") == 1
    monkeypatch.setattr("fem_kna.commands.report.find_spec", lambda name: None)
    code, _, said = leave(["report", str(comparison)], capsys)
    assert code == 2 and "pip install 'fem-kna[report]'" in said and said.count("\n") == 1
    assert not (tmp_path / "page.html").exists()


def test_what_sets_cases_apart() -> None:
    """What follows from a metal's name does not name a run; a chosen number does."""
    first, second = described("K"), described("KNA-3.5")
    second["working"]["metal"]["density"]["value"] = 858.0
    second["drive"]["current"] = number(20.0, "A/m^2")
    found = differing([first, second])
    assert found["drive.current"] == ["4 mA/cm²", "2 mA/cm²"]
    assert found["working.metal.density"] == ["859 kg/m³", "858 kg/m³"]
    assert labels([first, second]) == [
        "working.metal K, drive.current 4 mA/cm²",
        "working.metal KNA-3.5, drive.current 2 mA/cm²",
    ]
    assert labels([first, first]) == ["", ""]
    small = entries({"yield_stress": number(10.0, "Pa", "estimated", range=[1.0, 300.0])})
    (entry,) = small
    assert (entry.value, entry.limits) == ("10 Pa", "1 to 300 Pa")
    (entry,) = entries({"activation_temperature": number(4691.0, "K", "recalled")})
    assert entry.value == "4691 K"
    law = number(39e3, "J/mol", "recalled")
    both = [e.path for e in entries({"conductivity": number(0.7, "S/m") | {"arrhenius": law}})]
    assert both == ["conductivity", "conductivity.arrhenius"]
