"""The command line as a user meets it: messages, exit codes, files; here and on two ranks."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy.spatial import cKDTree
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkIOXML import vtkXMLPUnstructuredGridReader

from fem_kna.commands.app import app
from fem_kna.commands.session import main
from fem_kna.places import shipped

CASE = str(shipped("cases") / "plating_over_crack.py")
MPIRUN = str(Path(sys.executable).parent / "mpirun")

BAD = [
    ("drive.curent=4 mA/cm^2", "unknown key 'curent'; did you mean 'current'?"),
    ("drive.current=4", "'4' has no unit; accepted: a number in A/m^2"),
    ("drive.current=4 mA", "'4 mA' has the wrong unit; accepted: a number in A/m^2"),
    ("electrolyte.ions.K+.concentration=-1 mol/L", "is out of range; accepted"),
    ("electrolyte.ions.K+.concentration=0.3 mol/L", "net charge -100 mol/m^3"),
    ("separator=GF/E", "unknown separator 'GF/E'; did you mean"),
    ("working.boundary=frnt", "unknown boundary 'frnt'; did you mean 'front'?"),
    ("mesh.half_width=60 um", "CrackPatch.half_width: '60 um'; accepted: below"),
    ("mesh.dimension=4d", "'1d', '2d', 'axisymmetric' or '3d'"),
    ("numerics.solver=magic", "unknown solver set 'magic'; known: auto, block, direct"),
    ("mesh=bump", "working.film: 'CrackedFilm' varies over a patch"),
    ("temperature=80 degC", "accepted: 260.55 to 336.86 K"),
]


def leave(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run `fem-kna` in this process; return its exit code and what it said."""
    with pytest.raises(SystemExit) as ended:
        main(app, arguments)
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


@pytest.mark.parametrize(("setting", "wanted"), BAD)
def test_bad_input_is_one_line_and_writes_nothing(
    setting: str, wanted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    code, _, said = leave(["run", CASE, "--set", setting, "--out", str(out)], capsys)
    assert code == 2
    assert said.startswith("error: ") and said.count("\n") == 1 and wanted in said
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["run", "plating_over_crak"], "did you mean 'plating_over_crack'?"),
        (["run", "nowhere.py"], "no such file"),
        (["run", CASE, "--columns", "K,KNX"], "unknown metal 'KNX'"),
        (["run", CASE, "--set", "working.metal=K"], "accepted: --columns A,B"),
        (["run", CASE, "--", "ksp_rtol"], "accepted after --: -name [value]"),
        (["run", CASE, "--sett", "x"], "No such option"),
        (["run", CASE, "--json", "no/such/folder/x.json"], "a folder that exists"),
        (["run", CASE, "--out", CASE], "--out: cannot write to"),
        (["materials", "KFSI/DMX"], "did you mean"),
        (["mesh", "bumb"], "did you mean 'bump'?"),
        (["verify", "--only", "transprot"], "did you mean 'transport'?"),
    ],
)
def test_bad_arguments_are_one_line(
    arguments: list[str], wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, said = leave(arguments, capsys)
    assert code == 2 and wanted in said and said.count("\n") == 1


def test_dry_run_shows_case_sources_and_groups(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    setting = "drive.current=20 mA/cm^2"
    code, shown, said = leave(
        ["run", CASE, "--dry-run", "--set", setting, "--out", str(out)], capsys
    )
    assert code == 0 and not out.exists()
    assert "200 A/m^2" in shown and "command line" in shown
    assert "wagner_length [m]" in shown and "Tai et al." in shown
    assert "above the limiting current density of 170.5 A/m2" in said


QUICK = ["--set", "drive.duration=2 s", "--set", "numerics.frames=2"]


def test_a_comparison_leaves_everything_a_reader_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "table.json"
    code, shown, _ = leave(
        ["run", CASE, *QUICK, "--out", str(tmp_path), "--json", str(table)], capsys
    )
    assert code == 0 and "current focus" in shown and "KNA-3.5" in shown
    (folder,) = (tmp_path / "plating_over_crack").iterdir()
    runs = json.loads((folder / "comparison.json").read_text())["runs"]
    assert [run["metal"] for run in runs] == ["K", "KNA-3.5"] * 2
    assert json.loads(table.read_text())["runs"] == runs
    assert (folder / "figure.png").stat().st_size > 10_000
    check_run(folder / runs[-1]["folder"])


def check_run(folder: Path) -> None:
    """Read back every file of one run and hold them against each other."""
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["status"] == "finished"
    assert summary["plated_charge [C/m2]"] == pytest.approx(40.0 * 2.0, rel=1e-12)
    with (folder / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == summary["steps [-]"] + 1
    assert float(rows[-1]["voltage [V]"]) == summary["voltage [V]"]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["case"]["drive"]["current"]["source"].startswith("Tai et al.")
    assert manifest["versions"]["dolfinx"].startswith("0.11") and manifest["mesh"]["nodes"] > 1000
    assert manifest["warnings"] == []
    times, frames = series(folder / "fields.pvd")
    assert times == pytest.approx([0.0, 1.0, 2.0]) and len(frames) == 3
    points, fields = frames[-1]
    assert points[:, 1].max() == pytest.approx(3.65e-4, abs=1e-7)  # metres; the counter recedes
    places, front = series(folder / "front.pvd")[1][-1]
    on_front, _ = cKDTree(places[places[:, 1] < 1e-4]).query(points)
    lowest = fields["concentration K+ [mol/m3]"][on_front < 1e-12].min()
    assert lowest == pytest.approx(float(rows[-1]["min_surface_concentration [mol/m3]"]), rel=1e-9)
    assert {"potential [V]", "concentration Na+ [mol/m3]"} <= set(fields)
    focus = -front["normal current density, anodic positive [A/m2]"].min() / 40.0
    # The mean over the front's true area is a little less than 40 A/m2.
    assert focus == pytest.approx(summary["current_focus [-]"], rel=1e-3)


Frame = tuple[np.ndarray, dict[str, np.ndarray]]


def series(path: Path) -> tuple[list[float], list[Frame]]:
    """Read a ParaView series with VTK: times, and points with point data of each frame."""
    entries = ElementTree.parse(path).getroot().iter("DataSet")
    found = [(float(entry.get("timestep", "nan")), entry.get("file", "")) for entry in entries]
    return [time for time, _ in found], [frame(path.parent / name) for _, name in found]


def frame(path: Path) -> Frame:
    """Read one frame, all its parts."""
    reader = vtkXMLPUnstructuredGridReader()
    reader.SetFileName(str(path))
    reader.Update()
    grid = reader.GetOutput()
    data = grid.GetPointData()
    names = [data.GetArrayName(index) for index in range(data.GetNumberOfArrays())]
    fields = {name: vtk_to_numpy(data.GetArray(name)) for name in names}
    return vtk_to_numpy(grid.GetPoints().GetData()), fields


def two_ranks(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the case script on two ranks; a hang is killed and fails the test."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [MPIRUN, "-n", "2", sys.executable, CASE, *arguments, "--out", str(folder)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=environment, check=False
    )


@pytest.mark.mpi
def test_bad_input_on_two_ranks_is_said_once(tmp_path: Path) -> None:
    done = two_ranks(["--set", "drive.current=4"], tmp_path / "out")
    assert done.returncode == 2 and done.stderr.count("error:") == 1
    assert done.stderr.strip().count("\n") == 0 and not (tmp_path / "out").exists()


@pytest.mark.mpi
def test_a_run_on_two_ranks_ends(tmp_path: Path) -> None:
    done = two_ranks(QUICK, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("current focus") == 2 and "100 %" in done.stderr
