"""What the front is about to touch: clearances known by construction, and corners that are none."""

from itertools import pairwise

import numpy as np
import pytest
from mpi4py import MPI

from fem_kna import shape as shape_named
from fem_kna.geometry.build import build
from fem_kna.inputs.units import mapped
from fem_kna.motion.closest import closest_between, closest_points
from fem_kna.motion.outline import Outline, interface, outline
from fem_kna.motion.touching import Plane, clearances, nearest, side_planes

SIDES = (Plane(0, 0.0), Plane(0, 10.0))
SIZES = pytest.mark.parametrize("size", [0.4, 0.1, 0.02])
GAPS = pytest.mark.parametrize("gap", [1.0, 0.1, 0.01])


def line(*points, size=0.1, dimension="2d"):
    """An outline through `points`, cut into pieces of about `size`; the liquid lies to the left."""
    nodes = [np.array(points[:1], float)]
    for start, end in pairwise(points):
        way = np.subtract(end, start)
        count = max(1, round(np.hypot(*way) / size))
        nodes.append(start + way * np.arange(1, count + 1)[:, None] / count)
    steps = np.arange(sum(map(len, nodes)) - 1)
    return Outline(np.vstack(nodes), np.column_stack([steps, steps + 1]), dimension)


def arc(centre, radius, start, end, size=0.1):
    """Points of an arc between two angles in degrees."""
    count = max(4, round(abs(np.radians(end - start)) * radius / size))
    angle = np.radians(np.linspace(start, end, count + 1))
    return [(centre[0] + radius * np.cos(a), centre[1] + radius * np.sin(a)) for a in angle]


def mushroom(right, size):
    """A cap of radius 1 on a stem from x = 6 to 7, reaching to x = `right`."""
    under, round_rim = (7, 3), arc((right - 1, 4), 1, -90, 90, size)
    left_rim = arc((6, 4), 1, 90, 270, size)
    # From the left: floor, stem, left rim from below, top, right rim from above, stem, floor.
    path = [(0, 0), (6, 0), *left_rim[::-1], *round_rim[::-1], under, (7, 0), (10, 0)]
    return line(*path, size=size)


@SIZES
@GAPS
def test_bumps_that_face_each_other(gap, size):
    left, right = (2, 0), (4 + 4 + gap - 2, 0)
    bumps = [*arc(left, 2, 180, 0, size), *arc(right, 2, 180, 0, size)]
    found = clearances(line(*bumps, size=size))
    if gap == 1.0:  # wider than the floor between is deep
        assert found == {}
        return
    assert gap - 1e-12 < found["pinch-off"].clearance < gap + 1.5 * gap**2 + 0.6 * size**2
    assert found["pinch-off"].place[0] == pytest.approx(4 + gap / 2, abs=gap + size**2)
    assert found["pinch-off"].place[1] < 2 * gap + size


@SIZES
@GAPS
@pytest.mark.parametrize("dimension", ["2d", "axisymmetric"])
def test_overhang_that_meets_its_mirror_image(gap, size, dimension):
    front = mushroom(10 - gap / 2, size)
    turned = Outline(front.points, front.facets, dimension)
    found = clearances(turned, planes=SIDES)["pinch-off"]
    assert found.clearance == pytest.approx(gap, abs=0.3 * size**2)
    assert found.place == pytest.approx([10 - gap / 2, 4], abs=size)
    mirrored = Outline(front.points * [-1, 1] + [10, 0], front.facets[:, ::-1], dimension)
    assert clearances(mirrored, planes=SIDES)["pinch-off"].clearance == pytest.approx(
        found.clearance
    )
    assert clearances(turned, planes=SIDES[:1]) == {}


@SIZES
@GAPS
def test_trench_that_closes(gap, size):
    low, high = 5 - gap / 2, 5 + gap / 2
    trench = line((0, 0), (low, 0), (low, -3), (high, -3), (high, 0), (10, 0), size=size)
    assert clearances(trench)["pinch-off"].clearance == pytest.approx(gap)
    half = line((0, -3), (gap / 2, -3), (gap / 2, 0), (10, 0), size=size)
    assert clearances(half, planes=SIDES)["pinch-off"].clearance == pytest.approx(gap)
    assert clearances(half) == {}


@SIZES
def test_neck_of_a_hollow_and_not_the_hollow(size):
    hollow = [(0, 3), *arc((5, 1), 2, 92, 448, size), (10, 3)]
    neck = 4 * np.sin(np.radians(2))
    assert clearances(line(*hollow, size=size))["pinch-off"].clearance == pytest.approx(neck)


@SIZES
@pytest.mark.parametrize(
    "path",
    [
        [(0, 0), *arc((5, 0), 2, 180, 0), (10, 0)],  # a foot of 90 degrees
        [*arc((0, 0), 2, 90, 0), (10, 0)],
        [(0, 0), (4, 0), (4, 2), (6, 2), (6, 0), (10, 0)],
        [(0, 2), (4, 2), (5, 0), (6, 2), (10, 2)],  # a valley of 53 degrees
        [(0, 2), *arc((5, 2), 2, 180, 360), (10, 2)],  # half a round
        [(0, 0), (10, 0)],
        [(0, 0), (10, 4)],
        [(5 + 2 * s, 3 * np.cos(2 * s)) for s in np.linspace(-2, 2, 400)],
    ],
    ids=["bump", "half", "block", "valley", "hollow", "flat", "tilted", "wave"],
)
def test_what_does_not_close(path, size):
    assert clearances(line(*path, size=size), planes=SIDES) == {}


def test_nothing_wider_than_the_reach_is_looked_for():
    front = mushroom(9.8, 0.1)
    everything = clearances(front, planes=SIDES)["pinch-off"]
    assert clearances(front, planes=SIDES, reach=0.3) == {}
    within = clearances(front, planes=SIDES, reach=0.5)["pinch-off"]
    assert within.clearance == everything.clearance
    assert np.array_equal(within.place, everything.place)


@pytest.mark.parametrize("shift", [0.0, 0.03, 0.05])
@pytest.mark.parametrize("gap", [0.05, 0.004])
def test_gap_far_narrower_than_facets_which_lie_askew(gap, shift):
    low, high = 5 - gap / 2, 5 + gap / 2
    left = [(0, 0), (low, 0), (low, -3)]
    right = [(high, -3), (high, -1 + shift), (high, 0), (10, 0)]
    found = clearances(line(*left, *right, size=0.1), reach=0.1)
    assert found["pinch-off"].clearance == pytest.approx(gap)


def test_metal_between_does_not_count():
    thin = line((0, 0), (4.95, 0), (4.95, 5), (5.05, 5), (5.05, 0), (10, 0))
    assert clearances(thin) == {}


@SIZES
def test_round_front_below_the_counter_and_the_interface(size):
    front = line((0, 0), *arc((5, 0), 2, 180, 0, size), (10, 0), size=size)
    counter = line((10, 3), (0, 3), size=3)
    between = line((0, 2.25), (10, 2.25), size=0.7)
    found = clearances(front, counter, between, SIDES)
    assert set(found) == {"short", "separator"}
    for kind, height in (("short", 3), ("separator", 2.25)):
        assert found[kind].clearance == pytest.approx(height - front.highest)
        assert found[kind].place == pytest.approx([5, 2], abs=size)
    assert nearest(front, counter, between, SIDES) is not None
    assert nearest(front, counter, between, SIDES).kind == "separator"


def test_spike_of_the_counter_above_the_middle_of_a_facet():
    front, spike = line((0, 0), (10, 0), size=10), line((10, 3), (4, 0.5), (0, 3), size=9)
    gap = nearest(front, spike)
    assert (gap.kind, gap.clearance) == ("short", pytest.approx(0.5))
    assert gap.place == pytest.approx([4, 0])


def test_what_is_empty_makes_no_gap():
    front = line((0, 0), (10, 0))
    empty = Outline(np.empty((0, 2)), np.empty((0, 2), int), "2d")
    assert clearances(front, empty, empty, SIDES) == {}
    assert clearances(empty, front, front, SIDES) == {}
    assert nearest(front) is None
    single = line((0, 0), (10, 0), size=10)
    assert clearances(single, single)["short"].clearance == 0


def cell(name, dimension, **lengths):
    """A cell drawn in micrometres: 100 high and 50 wide, separator from 20."""
    lengths = {"gap": "100 um", "electrolyte_gap": "20 um", "growth": 0.5} | lengths
    shape = shape_named(name)(dimension=dimension, **lengths)
    micro = mapped(shape, lambda value, unit: value * 1e6 if unit.symbol else value)
    return build(micro, MPI.COMM_SELF)


def found_in(mesh):
    front, counter = outline(mesh, "front"), outline(mesh, "counter")
    return clearances(front, counter, interface(mesh), side_planes(mesh))


@pytest.mark.parametrize("dimension", ["1d", "2d", "axisymmetric", "3d"])
def test_flat_cell(dimension):
    mesh = cell("planar_cell", dimension, front_size="5 um")
    lateral = {"1d": [], "3d": [0, 1]}.get(dimension, [0])
    planes = [(axis, place) for axis in lateral for place in (0.0, 50.0)]
    assert np.allclose(side_planes(mesh), np.reshape(planes, (-1, 2)) if planes else ())
    found = found_in(mesh)
    assert {kind: gap.clearance for kind, gap in found.items()} == pytest.approx(
        {"short": 100, "separator": 20}
    )


def revolved(path, around=16):
    """A quarter of the surface that `path`, an outline in (r, z), sweeps around the axis."""
    points, angle = path.points, np.linspace(0, np.pi / 2, around + 1)
    r, z = points[:, :1], np.repeat(points[:, 1:], around + 1, axis=1)
    swept = np.stack([r * np.cos(angle), r * np.sin(angle), z], axis=-1).reshape(-1, 3)
    (a, b), k = path.facets.T[:, :, None] * (around + 1), np.arange(around)
    first = np.stack([a + k, b + k, a + k + 1], axis=-1).reshape(-1, 3)
    second = np.stack([a + k + 1, b + k, b + k + 1], axis=-1).reshape(-1, 3)
    facets = np.vstack([first, second])
    corners = swept[facets]
    area = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    return Outline(swept, facets[area > 1e-9], "3d")


@GAPS
def test_mushroom_of_revolution_in_3d(gap):
    cap = 3.0
    profile = [(0, 6), *arc((cap - 1, 5), 1, 90, -90, 0.2), (1, 4), (1, 0), (12, 0)]
    front = revolved(line(*profile, size=0.3))
    assert front.normals[front.midpoints[:, 2] == 0][:, 2] == pytest.approx(1)
    side = cap + gap / 2
    found = clearances(front, planes=(Plane(0, 0.0), Plane(1, 0.0), Plane(1, side)))["pinch-off"]
    assert found.clearance == pytest.approx(gap, abs=0.02)
    assert found.place == pytest.approx([0, cap, 5], abs=0.3)
    alone = clearances(front, planes=(Plane(0, 0.0), Plane(1, 0.0)))
    assert all(gap.clearance > 3 for gap in alone.values())  # at most from the cap to the floor


def stretched(path, length=4.0, count=20):
    """The surface that `path`, an outline in (x, z), sweeps along y, in 3-D."""
    y = np.linspace(0, length, count + 1)
    x, z = (np.repeat(column[:, None], count + 1, axis=1) for column in path.points.T)
    swept = np.stack([x, np.broadcast_to(y, x.shape), z], axis=-1).reshape(-1, 3)
    (a, b), k = path.facets.T[:, :, None] * (count + 1), np.arange(count)
    first = np.stack([a + k, b + k, a + k + 1], axis=-1).reshape(-1, 3)
    second = np.stack([a + k + 1, b + k, b + k + 1], axis=-1).reshape(-1, 3)
    return Outline(swept, np.vstack([first, second]), "3d")


@pytest.mark.parametrize("depth", [2, 4])
def test_groove_in_3d_is_none_and_a_deep_slot_is(depth):
    planes = (Plane(1, 0.0), Plane(1, 4.0))
    valley = line((0, 2), (4, 2), (5, 2 - depth / 2), (6, 2), (10, 2), size=0.2)
    assert clearances(stretched(valley), planes=planes) == {}  # of 90 degrees, and of 53
    slot = line((0, 0), (4.8, 0), (4.8, -depth), (5.2, -depth), (5.2, 0), (10, 0), size=0.2)
    assert clearances(stretched(slot), planes=planes)["pinch-off"].clearance == pytest.approx(0.4)


def tube(radius, height, around, up, flip=1):
    """The inside of a round hole in metal, from its bottom's rim up to its mouth, around z."""
    angle, level = 2 * np.pi * np.arange(around) / around, np.linspace(0, height, up + 1)
    z, a = np.meshgrid(level, angle, indexing="ij")
    points = np.stack([radius * np.cos(a), radius * np.sin(a), z], axis=-1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(up), np.arange(around), indexing="ij")
    low, next_low = i * around + j, i * around + (j + 1) % around
    first = np.stack([low, low + around, next_low], axis=-1).reshape(-1, 3)
    second = np.stack([next_low, low + around, next_low + around], axis=-1).reshape(-1, 3)
    return Outline(points, np.vstack([first, second])[:, ::flip], "3d")


def test_narrow_hole_in_3d_and_the_pin_of_the_same_form():
    hole = tube(0.5, 5, 24, 25)
    assert (hole.normals[:, :2] * hole.midpoints[:, :2]).sum() < 0
    found = clearances(hole)["pinch-off"]
    assert 0.75 < found.clearance <= 1  # chords count that leave the wall at 60 degrees and more
    assert clearances(tube(0.5, 5, 24, 25, flip=-1)) == {}


def test_closest_points_against_fine_sampling():
    random = np.random.default_rng(1)
    for count, dim in ((2, 2), (2, 3), (3, 3)):
        points, corners = random.normal(size=(50, dim)), random.normal(size=(50, count, dim))
        steps = np.linspace(0, 1, 101)
        shares = np.stack(np.meshgrid(*[steps] * (count - 1), indexing="ij"), axis=-1)
        shares = shares.reshape(-1, count - 1)[shares.reshape(-1, count - 1).sum(axis=1) <= 1]
        shares = np.column_stack([1 - shares.sum(axis=1), shares])
        sampled = np.linalg.norm(shares @ corners - points[:, None], axis=2).min(axis=1)
        exact = np.linalg.norm(closest_points(points, corners) - points, axis=1)
        assert (exact <= sampled + 1e-12).all()
        assert np.allclose(exact, sampled, atol=0.05)


def test_closest_of_two_segments():
    first, second = np.array([[[0, 0], [2, 0.0]]]), np.array([[[1, 0.5], [1, 3.0]]])
    width, here, there = closest_between(first, second)
    assert width == pytest.approx([0.5])
    assert (here, there) == (pytest.approx(np.array([[1, 0]])), pytest.approx(second[:, 0]))
