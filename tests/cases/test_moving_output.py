"""What a run with moving fronts leaves behind: ParaView series through new meshes, pictures."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import image
from PIL import Image
from scipy.spatial import cKDTree
from test_command_line import leave, series

import fem_kna as kna
from fem_kna.places import shipped
from fem_kna.results.profiles import front_lines, front_profile
from fem_kna.verify.parallel import launched

CASE = str(shipped("cases") / "plating_over_crack.py")
RADIUS, HERE = 5e-6, 1e-9 * 5e-6

SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, str(Path(sys.argv[1])))
import fem_kna as kna
from test_moving_output import bump
kna.simulate(bump(), folder=Path(sys.argv[2]))
"""


def bump() -> kna.Case:
    """Return a cell whose bump grows through two meshes."""
    film = kna.UniformFilm(resistance="10 ohm*cm^2")
    electrode = kna.Electrode(metal="K", film=film, front=kna.MovingFront())
    return kna.Case(
        name="bump",
        mesh=kna.shape("bump")(
            width="30 um", gap="100 um", bump_size="0.6 um", front_size="3 um", dimension="2d"
        ),
        electrolyte="KFSI/DME",
        separator="GF/D",
        working=electrode,
        counter=electrode,
        drive=kna.Galvanostatic(current="12 mA/cm^2", duration="60 s"),
        numerics=kna.Numerics(frames=3, remeshing=kna.Remeshing(quality=0.72)),
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> kna.Result:
    result = kna.simulate(bump(), folder=tmp_path_factory.mktemp("bump"))
    assert result.summary["remeshes [-]"] >= 1
    return result


def frames(run: kna.Result, name: str) -> Any:
    """Yield the points and fields of each frame with the outline at its time [m]."""
    times, found = series(run.folder / name)
    assert times == pytest.approx([0.0, 20.0, 40.0, 60.0]) == [time for time, _ in run.outlines]
    for (points, fields), (_, front) in zip(found, run.outlines, strict=True):
        yield points[:, :2], fields, front.points * run.model.scales.length


def off(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return how far each of `points` is from the nearest of `others`."""
    return cKDTree(others).query(points)[0]


@pytest.mark.parametrize("name", ["fields.pvd", "front.pvd"])
def test_each_frame_has_the_mesh_of_its_time(run: kna.Result, name: str) -> None:
    sizes = []
    for points, fields, front in frames(run, name):
        assert off(front, points).max() < HERE
        assert all(len(values) == len(points) for values in fields.values())
        sizes.append(len(points))
    assert len(set(sizes)) > 1


def test_the_fronts_carry_their_height_films_and_curvature(run: kna.Result) -> None:
    rows = {row["time [s]"]: row for row in run.history}
    for (time, _), (points, fields, front) in zip(
        run.outlines, frames(run, "front.pvd"), strict=True
    ):
        assert np.abs(fields["height [m]"] - points[:, 1]).max() < HERE
        working = off(points, front) < HERE
        gap = points[~working, 1].min() - points[working, 1].max()
        assert gap == pytest.approx(rows[time]["clearance [m]"], rel=1e-6)
        i = -fields["normal current density, anodic positive [A/m2]"]
        assert i[working].min() > 0 > i[~working].max()
        stretched = fields["film resistance, working [ohm m2]"] * fields["film stretch [-]"]
        assert stretched[working] == pytest.approx(1e-3, rel=5e-3)  # a film keeps its volume


def test_a_bump_bends_by_one_over_its_radius(run: kna.Result) -> None:
    points, fields, _ = next(frames(run, "front.pvd"))
    round_ = np.abs(np.hypot(*points.T) - RADIUS) < HERE
    cap = round_ & (points[:, 1] > 0.7 * RADIUS)  # away from the foot
    assert cap.sum() > 5
    assert fields["curvature [1/m]"][cap] * RADIUS == pytest.approx(1.0, rel=0.02)


def test_profiles_follow_the_front(run: kna.Result) -> None:
    along, current = front_profile(run.model) or (np.empty(0), np.empty(0))
    (_, front), length = run.outlines[-1], run.model.scales.length
    # The mesh may have been renewed once more, after the last frame.
    assert along[-1] == pytest.approx(front.sizes.sum() * length, rel=1e-3)
    assert along[0] == pytest.approx(0.0, abs=1e-20)  # [m]: round-off of the front's displacement
    assert np.diff(along).min() > 0
    mean = np.trapezoid(current, along) / 30e-6  # of the cell's width
    assert mean == pytest.approx(120.0, rel=1e-3)
    row, line = front_lines(run.model, run.outlines, run.history)[-1]
    assert row is run.history[-1] and line[0, 1] == pytest.approx(front.highest * length)


@pytest.mark.mpi
def test_two_ranks_write_the_same_series(run: kna.Result, tmp_path: Path) -> None:
    here = str(Path(__file__).parent)
    launched([sys.executable, "-c", SCRIPT, here, str(tmp_path)], 2, limit=100)
    for name, key in (("front.pvd", "curvature [1/m]"), ("fields.pvd", "potential [V]")):
        both = (series(run.folder / name), series(tmp_path / name))
        assert both[0][0] == both[1][0]
        for (points, fields), (others, found) in zip(both[0][1], both[1][1], strict=True):
            assert max(off(points, others).max(), off(others, points).max()) < 1e-6 * RADIUS
            nearest = cKDTree(points).query(others)[1]
            size = np.abs(fields[key]).max()
            assert np.abs(found[key] - fields[key][nearest]).max() < 1e-5 * size


QUICK = ["--set", "drive.duration=20 s", "--set", "numerics.frames=2", "--rows", "0.4 M KFSI/DME"]
HELD = ("stack", "mesh.metal_depth", "working.front", "counter.front")
FIXED = [word for field in HELD for word in ("--set", f"{field}=none")]


@pytest.mark.slow
def test_the_main_job_leaves_an_animation_until_its_front_is_held(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown, _ = leave(["run", CASE, *QUICK, "--out", str(tmp_path)], capsys)
    assert code == 0 and "tip growth [um per mAh/cm2]" in shown
    assert "stress focus" in shown
    for animation in tmp_path.glob("*/*/*/front.gif"):
        with Image.open(animation) as picture:
            assert picture.n_frames == 3 and picture.width > picture.height
    (moving,) = tmp_path.glob("*/*/figure.png")
    code, shown, _ = leave(["run", CASE, *QUICK, *FIXED, "--out", str(tmp_path / "fixed")], capsys)
    assert code == 0 and "tip" not in shown
    assert "The metals differ little here" in " ".join(shown.split())
    (fixed,) = (tmp_path / "fixed").glob("*/*/figure.png")
    assert not list((tmp_path / "fixed").glob("*/*/*/front.gif"))
    assert image.imread(moving).shape[0] > image.imread(fixed).shape[0]
