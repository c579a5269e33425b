"""The outline of a boundary: its order, its normals, and measures known in closed form."""

import numpy as np
import pytest
from mpi4py import MPI

from fem_kna import shape as shape_named
from fem_kna.geometry.build import build
from fem_kna.inputs.errors import InputError
from fem_kna.inputs.units import mapped
from fem_kna.motion.outline import Gatherer, Outline, interface, outline

LATERAL = ("2d", "axisymmetric", "3d")
AREA = {"1d": 1.0, "2d": 50.0, "axisymmetric": np.pi * 50**2, "3d": 2500.0}


def domain(name="planar_cell", dimension="2d", **lengths):
    """A cell in micrometres: 50 wide, 500 high, separator from 20."""
    lengths = {"gap": "500 um", "electrolyte_gap": "20 um", "growth": 0.5} | lengths
    shape = shape_named(name)(dimension=dimension, **lengths)
    micro = mapped(shape, lambda value, unit: value * 1e6 if unit.symbol else value)
    return build(micro, MPI.COMM_SELF)


def line(*points, dimension="2d"):
    """An outline through `points`, the liquid to the left."""
    steps = np.arange(len(points) - 1)
    return Outline(np.array(points, float), np.column_stack([steps, steps + 1]), dimension)


@pytest.mark.parametrize("metal", [None, "20 um"])
@pytest.mark.parametrize("dimension", ["1d", *LATERAL])
def test_flat_electrodes(dimension, metal):
    mesh = domain(dimension=dimension, metal_depth=metal, front_size="5 um")
    front, counter, between = outline(mesh, "front"), outline(mesh, "counter"), interface(mesh)
    for flat, height, up in ((front, 0, 1), (counter, 500, -1), (between, 20, 1)):
        assert np.allclose(flat.normals[:, -1], up)
        assert np.allclose(flat.points[:, -1], height)
        assert flat.mean_height == pytest.approx(height)
        assert flat.area == pytest.approx(AREA[dimension])
        assert flat.projected_area == pytest.approx(up * AREA[dimension])
        assert flat.sense == up
        assert flat.steepest == pytest.approx(1)
        assert max(flat.roughness, abs(flat.tip_height)) < 1e-9


@pytest.mark.parametrize("dimension", LATERAL)
def test_tilted_plane(dimension):
    mesh, slope = domain(dimension=dimension, front_size="5 um"), 0.2
    mesh.mesh.geometry.x[:, mesh.mesh.geometry.dim - 1] += slope * mesh.mesh.geometry.x[:, 0]
    front, counter = outline(mesh, "front"), outline(mesh, "counter")
    # Mean and variance of x over the cross-section: a segment, a disc's radius, a square.
    mean = {"axisymmetric": 100 / 3}.get(dimension, 25.0)
    spread = np.sqrt({"axisymmetric": 2500 / 18}.get(dimension, 2500 / 12))
    for tilted, height, tip in ((front, 0, 50 - mean), (counter, 500, mean)):
        assert tilted.mean_height == pytest.approx(height + slope * mean, rel=1e-12)
        assert tilted.roughness == pytest.approx(slope * spread, rel=1e-12)
        assert tilted.tip_height == pytest.approx(slope * tip, rel=1e-10)
        assert tilted.steepest == pytest.approx(1 / np.hypot(1, slope))
        assert tilted.area == pytest.approx(AREA[dimension] * np.hypot(1, slope))
    assert (front.lowest, front.highest) == pytest.approx((0, 10))


@pytest.mark.parametrize(
    ("dimension", "volume", "surface", "size"),
    [
        ("2d", np.pi * 25 / 4, np.pi * 5 / 2 + 45, 0.125),
        ("axisymmetric", np.pi * 125 * 2 / 3, np.pi * (2500 + 25), 0.125),
        ("3d", np.pi * 125 / 6, np.pi * 25 / 4 + 2500, 0.6),
    ],
)
def test_round_bump(dimension, volume, surface, size):
    bump = outline(domain("bump", dimension, bump_size=f"{size} um"), "front")
    inscribed = (size / 5) ** 2  # the facets are chords of the ball
    assert bump.mean_height == pytest.approx(volume / AREA[dimension], rel=inscribed)
    assert bump.area == pytest.approx(surface, rel=inscribed)
    assert bump.highest == pytest.approx(5)
    assert bump.tip_height == pytest.approx(5 - volume / AREA[dimension], rel=inscribed)
    assert 0 < bump.steepest < size / 5


def test_sinusoid():
    wave = outline(domain("sinusoidal", amplitude="1 um", wavelength="20 um"), "front")
    assert wave.mean_height == pytest.approx(0, abs=1e-3)
    # For small slopes amplitude / sqrt 2; here weighted with the arc length of the wave.
    x = (np.arange(20000) + 0.5) / 20000 * 2 * np.pi
    arc = np.hypot(1, np.sin(x) * 2 * np.pi / 20)
    assert wave.roughness == pytest.approx(
        np.sqrt((np.cos(x) ** 2 * arc).mean() / arc.mean()), 1e-3
    )
    assert wave.steepest == pytest.approx(1 / np.hypot(1, 2 * np.pi / 20), 1e-3)


def test_mean_height_counts_what_hangs_over():
    mushroom = line((0, 3), (2, 3), (2, 2), (1, 2), (1, 0), (4, 0))
    assert mushroom.mean_height == pytest.approx((2 * 1 + 1 * 2) / 4)
    assert mushroom.overhang == pytest.approx(1)
    assert mushroom.steepest == pytest.approx(-1)
    assert mushroom.projected_area == pytest.approx(4)
    turned = line((0, 3), (2, 3), (2, 2), (1, 2), (1, 0), (4, 0), dimension="axisymmetric")
    assert turned.mean_height == pytest.approx((4 * 1 + 1 * 2) / 16)
    assert turned.area == pytest.approx(np.pi * (16 + 3 + 3 + 2 * 2 * 1 + 2 * 1 * 2))


def test_overhang_of_a_displaced_front():
    mesh = domain("bump", "2d", radius="10 um", electrolyte_gap="0 um")
    before, x = outline(mesh, "front"), mesh.mesh.geometry.x
    x[:, 0] += 0.6 * x[:, 1] * np.exp(-((x[:, 1] / 15) ** 2)) * x[:, 0] * (50 - x[:, 0]) / 625
    bent = outline(mesh, "front")
    assert before.overhang < 1e-9 < 0.1 < bent.overhang
    assert bent.steepest < -0.1
    height, radius = bent.polyline[:, 1], bent.polyline[:, 0]
    assert bent.mean_height == pytest.approx(np.trapezoid(height, radius) / 50)
    assert bent.projected_area == pytest.approx(50)


def test_order_is_outward_from_the_axis():
    mesh = domain("bump", "2d")
    for name, start, end in (("front", (0, 5), (50, 0)), ("counter", (0, 500), (50, 500))):
        path = outline(mesh, name).polyline
        assert np.allclose(path[[0, -1]], [start, end], atol=1e-9)
        assert (np.diff(path[:, 0]) > 0).all()


def test_pieces_are_parted_and_closed_ones_close():
    ring = np.array([[1, 2], [3, 2], [2, 4]], float)  # a metal triangle in the liquid
    points = np.vstack([[[0, 0], [5, 0]], ring])
    both = Outline(points, np.array([[0, 1], [4, 3], [3, 2], [2, 4]]), "2d")
    assert both.polyline.shape == (2 + 1 + 4, 2)
    assert np.isnan(both.polyline[2]).all()
    assert np.array_equal(both.polyline[3], both.polyline[-1])
    assert both.overhang == pytest.approx(2)


def test_gatherer_follows_the_mesh_and_brings_values():
    mesh = domain("bump", "3d", bump_size="2 um")
    gather, x = Gatherer(mesh, "front"), mesh.mesh.geometry.x
    before = gather()
    x[:, 2] *= 2
    after = gather()
    assert np.array_equal(after.points, before.points * [1, 1, 2])
    assert np.array_equal(after.points, gather.gathered(x)[:, :3])
    assert np.array_equal(x[after.mesh_nodes], after.points[after.outline_nodes])
    assert after.mean_height == pytest.approx(2 * before.mean_height)


def test_what_is_not_there():
    mesh = domain(electrolyte_gap="0 um")
    empty = interface(mesh)
    assert len(empty) == 0
    assert (empty.area, empty.overhang, empty.polyline.shape) == (0, 0, (0, 2))
    with pytest.raises(ZeroDivisionError):
        _ = empty.mean_height
    with pytest.raises(ValueError, match="zero-size"):
        _ = empty.highest
    with pytest.raises(InputError, match="did you mean 'front'"):
        outline(mesh, "frnt")
    with pytest.raises(ValueError, match="no polyline in 3d"):
        _ = Outline(np.eye(3), np.array([[0, 1, 2]]), "3d").polyline
