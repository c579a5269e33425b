"""What a run with flowing metal under a pressed separator leaves behind; the same on two ranks."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.spatial import cKDTree
from test_command_line import frame, series
from test_report import drawn
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkIOXML import vtkXMLPUnstructuredGridReader

import fem_kna as kna
from fem_kna.physics.rheology import Thickened
from fem_kna.physics.stack import FixedGap
from fem_kna.report.fields import along, cells_of, last_frame, working_front
from fem_kna.report.pictures import pictures
from fem_kna.report.read import read
from fem_kna.results.figure import Curve, draw
from fem_kna.results.profiles import (
    contact_profile,
    current_map,
    front_lines,
    front_profile,
    stress_map,
)
from fem_kna.verify.parallel import launched

P, TIME = 2e5, 30.0
SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import fem_kna as kna
from test_stress_output import pressed
kna.simulate(pressed(), folder=Path(sys.argv[2]))
"""


def pressed() -> kna.Case:
    """Return a crack that is plated under a separator that bears on the metal; it is remeshed."""
    film = kna.CrackedFilm(resistance="30 ohm*cm^2", cracked_resistance="3 ohm*cm^2")
    electrode = kna.Electrode(metal="KNA-3.5", film=film, front=kna.MovingFront())
    mesh = kna.shape("crack_patch")(
        half_width="2 um", edge_width="1 um", edge_size="0.4 um", front_size="1 um", growth=0.3,
        width="10 um", gap="50 um", metal_depth="8 um",
    )  # fmt: skip
    return kna.Case(
        name="pressed",
        mesh=mesh,
        electrolyte="KFSI/DME",
        separator="GF/D",
        working=electrode,
        counter=electrode.model_copy(update={"film": kna.UniformFilm(resistance="1 ohm*cm^2")}),
        drive=kna.Galvanostatic(current="8 mA/cm^2", duration=f"{TIME} s"),
        stack=FixedGap(pressure=f"{P} Pa"),
        numerics=kna.Numerics(frames=3, remeshing=kna.Remeshing(quality=0.6)),
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> kna.Result:
    result = kna.simulate(pressed(), folder=tmp_path_factory.mktemp("pressed"))
    assert result.summary["remeshes [-]"] >= 1
    return result


def cells(path: Path) -> dict[str, np.ndarray]:
    """Return the cell data of one frame."""
    reader = vtkXMLPUnstructuredGridReader()
    reader.SetFileName(str(path))
    reader.Update()
    data = reader.GetOutput().GetCellData()
    names = [data.GetArrayName(index) for index in range(data.GetNumberOfArrays())]
    return {name: vtk_to_numpy(data.GetArray(name)) for name in names}


def last(folder: Path, name: str) -> tuple[np.ndarray, dict[str, np.ndarray], Any]:
    """Return points, point data and cell data of a series' last frame."""
    path = max(folder.glob(f"frames/*/{name}0*.pvtu"))
    return *frame(path), cells(path)


def test_the_summary_tells_the_stress_at_the_end(run: kna.Result) -> None:
    found = run.summary
    # All of the front under the mean pressure P would balance the separator's; it is held evenly.
    assert found["min_contact_pressure [Pa]"] < P < found["max_contact_pressure [Pa]"]
    mean, most = found["mean_contact_pressure [Pa]"], found["max_contact_pressure [Pa]"]
    assert found["stress_focus [-]"] == pytest.approx(most / mean) and most > 1.1 * mean
    assert mean == pytest.approx(P, rel=0.1)
    case = run.model.case
    law = Thickened(case.working.rheology, float(case.numerics.least_viscosity))
    rate, stress = found["max_creep_rate [1/s]"], found["max_von_mises [Pa]"]
    assert stress == pytest.approx(3 * float(law.viscosity(rate)) * rate)
    assert found["effective_viscosity [Pa*s]"] > float(law.viscosity(rate))
    assert run.history[0]["stress_focus [-]"] == pytest.approx(1.0, abs=0.05)


def test_the_metal_is_a_series_through_new_meshes(run: kna.Result) -> None:
    times, frames = series(run.folder / "metal.pvd")
    assert times == pytest.approx([0.0, 10.0, 20.0, 30.0])
    assert len({len(points) for points, _ in frames}) > 1
    for (points, fields), (_, front) in zip(frames, run.outlines, strict=True):
        line = front.points * run.model.scales.length
        assert cKDTree(points[:, :2]).query(line)[0].max() < 1e-14
        held = points[:, 1] < -7.999e-6
        assert held.any() and np.abs(fields["velocity [m/s]"][held]).max() < 1e-20


def test_the_metals_last_frame_is_what_the_summary_says(run: kna.Result) -> None:
    _, fields, means = last(run.folder, "metal")
    eps, eta = means["equivalent strain rate [1/s]"], means["viscosity [Pa*s]"]
    assert means["von Mises stress [Pa]"] == pytest.approx(3 * eta * eps)
    assert means["von Mises stress [Pa]"].max() == pytest.approx(run.summary["max_von_mises [Pa]"])
    assert eps.max() == pytest.approx(run.summary["max_creep_rate [1/s]"])
    assert np.median(fields["pressure [Pa]"]) == pytest.approx(P, rel=0.2)


def test_the_fronts_show_how_they_are_pressed(run: kna.Result) -> None:
    points, fields, _ = last(run.folder, "front")
    pressure = fields["contact pressure [Pa]"]
    working = points[:, 1] < 25e-6
    assert pressure[working].max() == pytest.approx(run.summary["max_contact_pressure [Pa]"])
    assert pressure[working].min() >= run.summary["min_contact_pressure [Pa]"]  # at single nodes
    assert pressure[~working] == pytest.approx(P, rel=0.1)


def test_the_separator_shows_its_pores_and_stress(run: kna.Result) -> None:
    """Where the sides are held they press with nu / (1 - nu) of the pressure on the plates."""
    _, _, means = last(run.folder, "fields")
    separator = run.model.case.separator
    pores, nu = means["porosity [-]"], float(separator.poisson_number)
    assert 0.5 < pores.min() < pores.max() < float(separator.porosity)
    stress = np.median(means["von Mises stress of the skeleton [Pa]"])
    assert stress == pytest.approx(P * (1 - nu / (1 - nu)), rel=0.1)


def test_the_liquid_carries_the_current_of_its_electrodes(run: kna.Result) -> None:
    """Charge is conserved: int i_y dV = - int y i ds over both electrodes, i anodic, to round-off.

    y is one of the functions that the balance of charge is tested with. Concentration and potential
    are those of the history's last row.
    """
    grid = last_frame(run.folder / "fields.pvd")[1].compute_cell_sizes()
    total = np.asarray(grid.cell_data["Area"]) @ np.asarray(
        grid.cell_data["current density [A/m2]"]
    )
    electrodes = last_frame(run.folder / "front.pvd")[1]
    ends = cells_of(electrodes)[0].reshape(-1, 2)
    i = electrodes.point_data["normal current density, anodic positive [A/m2]"][ends]
    places = electrodes.points[ends]
    y, lengths = places[:, :, 1], np.linalg.norm(places[:, 1] - places[:, 0], axis=1)
    moment = lengths / 6 @ (2 * y * i + y * i[:, ::-1]).sum(axis=1)
    assert total[1] == pytest.approx(-moment, rel=1e-9)
    front = working_front(last_frame(run.folder / "front.pvd")[1]).points
    at_front = cKDTree(np.asarray(grid.points)).query(front)[1]
    least = np.asarray(grid.point_data["concentration K+ [mol/m3]"])[at_front].min()
    told = run.history[-1]["min_surface_concentration [mol/m3]"]
    assert least == pytest.approx(told, rel=1e-3)
    drop = np.ptp(np.asarray(grid.point_data["potential [V]"]))
    assert 0 < drop < run.summary["polarisation [V]"]


def test_every_field_says_its_unit(run: kna.Result) -> None:
    for part in ("fields", "front", "metal"):
        grid = last_frame(run.folder / f"{part}.pvd")[1]
        for name in (name for name in grid.array_names if not name.startswith("vtk")):
            assert re.fullmatch(r"[^\[\]]+ \[[^\[\]]+\]", name), name
            assert np.isfinite(np.asarray(grid[name])).all(), name


@drawn
def test_the_report_of_a_run_shows_current_and_stress(run: kna.Result, tmp_path: Path) -> None:
    (only,) = read([run.folder]).runs
    found = pictures([only])
    assert list(found) == ["current", "stress", "concentration"]
    ((stress,),) = [found["stress"]]
    assert stress.scales["metal"].high == pytest.approx(run.summary["max_von_mises [Pa]"])
    assert stress.scales["mat"].high >= run.summary["max_contact_pressure [Pa]"] * (1 - 1e-9)
    assert len(np.unique(stress.pixels.reshape(-1, 3), axis=0)) > 100


@pytest.mark.mpi
def test_two_ranks_see_the_same_stress(run: kna.Result, tmp_path: Path) -> None:
    here = str(Path(__file__).parent)
    launched([sys.executable, "-c", SCRIPT, here, str(tmp_path)], 2, limit=200)
    names = [name for name in run.summary if "pressure" in name or "metal" in name]
    names += ["stress_focus [-]", "max_von_mises [Pa]", "effective_viscosity [Pa*s]"]
    found = json.loads((tmp_path / "summary.json").read_text())
    for name in names:
        assert found[name] == pytest.approx(run.summary[name], rel=1e-4), name
    lines = [along(working_front(last_frame(at / "front.pvd")[1])) for at in (run.folder, tmp_path)]
    assert lines[0][1] == pytest.approx(lines[1][1], abs=1e-11)  # no cell twice, none lost
    for name, key in (("metal", "velocity [m/s]"), ("front", "contact pressure [Pa]")):
        points, fields, _ = last(run.folder, name)
        others, same, _ = last(tmp_path, name)
        place = cKDTree(points).query(others)[1]
        assert np.abs(points[place] - others).max() < 1e-11
        error = np.abs(fields[key][place] - same[key]).max()
        assert error < 1e-3 * np.abs(fields[key]).max()


def curve(run: kna.Result, column: str, *, stress: bool) -> Curve:
    model = run.model
    profile, lines = front_profile(model), front_lines(model, run.outlines, run.history)
    assert profile is not None
    shown = (stress_map(model), contact_profile(model), 2e-6) if stress else ()
    return Curve("", column, run.history, profile, current_map(model), 1e-5, lines, {}, *shown)


@pytest.mark.parametrize("stress", [False, True])
def test_the_figure_has_current_and_stress_face_to_face(
    stress: bool, run: kna.Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr(plt, "close", drawn.append)
    curves = [curve(run, column, stress=stress) for column in ("K", "KNA")]
    draw(curves, tmp_path / "figure.png", "pressed")
    monkeypatch.undo()
    (figure,) = drawn
    labels = {axis.get_ylabel() for axis in figure.axes}
    assert {"height (µm)", "charge (mAh/cm²)", "tip height (µm)"} <= labels
    for label in ("von Mises stress (kPa)", "|current density| (mA/cm²)", "contact pressure (kPa)"):
        assert (label in labels) == stress
    assert ("current density (mA/cm²)" in labels) != stress  # the map of one run
    plt.close(figure)


def test_the_profile_of_contact_is_that_of_the_summary(run: kna.Result) -> None:
    along, pressure = contact_profile(run.model) or (np.empty(0), np.empty(0))
    assert along[0] == 0.0 and along[-1] == pytest.approx(1e-5, rel=0.1)
    assert pressure.max() == pytest.approx(run.summary["max_contact_pressure [Pa]"])
    mean = np.trapezoid(pressure, along) / along[-1]
    assert mean == pytest.approx(run.summary["mean_contact_pressure [Pa]"], rel=1e-3)
