"""A new mesh for a moved front: volumes, planes, names, sizes; and fields carried onto it."""

import basix.ufl
import numpy as np
import pytest
from dolfinx import fem
from dolfinx.mesh import create_unit_square, entities_to_geometry
from mpi4py import MPI
from scipy.spatial import cKDTree

from fem_kna import shape as shape_named
from fem_kna.geometry.build import build, mesh_drawing
from fem_kna.inputs.errors import InputError, RunError
from fem_kna.inputs.numerics import Remeshing
from fem_kna.inputs.units import mapped
from fem_kna.motion.mmg import Accuracy
from fem_kna.motion.nodes import cell_sizes
from fem_kna.motion.outline import outline
from fem_kna.motion.quality import gammas, qualities, worst_quality
from fem_kna.motion.remesh import remeshed
from fem_kna.motion.sizes import SizeField, target_sizes
from fem_kna.motion.tiring import Tiring, edge_lengths
from fem_kna.motion.transfer import Transfer
from fem_kna.motion.volumes import Volumes, normals
from fem_kna.motion.whole import gathered

WIDTH, GAP = 0.2, 1.0
DIMENSIONS = pytest.mark.parametrize("dimension", ["2d", "axisymmetric", "3d"])
FINE = {"2d": 3e-3, "axisymmetric": 3e-3, "3d": 1.2e-2}
ROUND_OFF = 1e-14


def cell(name="bump", dimension="2d", comm=MPI.COMM_SELF, **lengths):
    """A cell of height 1 and width 0.2; in the bump's middle a ball of radius 0.05."""
    fine = f"{FINE[dimension] * 100} um"
    sizes = {"front_size": fine} | ({"bump_size": fine, "radius": "5 um"} if name == "bump" else {})
    given = {"gap": "100 um", "width": "20 um", "electrolyte_gap": "30 um", "growth": 0.3}
    shape = shape_named(name)(dimension=dimension, **(given | sizes | lengths))
    return build(mapped(shape, lambda v, u: v * 1e4 if u.symbol else v), comm)


def moved(domain, ripple=0.0):
    """Blow the bump up to an overhanging head, in small steps so that no cell turns; in place."""
    x, up = domain.mesh.geometry.x, domain.mesh.geometry.dim - 1
    strong = 0.07 if up == 1 else 0.04  # flat tetrahedra turn early
    for _ in range(10):
        height, across = x[:, up].copy(), x[:, :up].copy()
        radius = np.linalg.norm(across, axis=1)
        inside = np.prod(1 - (across / WIDTH) ** 2, axis=1)
        push = strong * np.exp(-(((height - 0.052) / 0.027) ** 2)) * inside
        x[:, :up] += push[:, None] * across
        lift = np.exp(-((radius / 0.06) ** 2)) * height * np.exp(-((height / 0.12) ** 2))
        x[:, up] += 0.03 * np.where(height < 0.25, lift, 0.0)
    if ripple:
        wave = np.cos(np.pi * x[:, :up] / WIDTH).sum(axis=1)
        x[:, up] += ripple * wave * np.clip((x[:, up] - 0.5) / 0.5, 0, 1)
    return domain


def front_edges(domain):
    """The front's nodes and the mean edge length at each."""
    front = outline(domain, "front")
    return front.points, edge_lengths(front)


def field(domain, growth=0.3):
    """Sizes as the cell was drawn with."""
    points, _ = front_edges(domain)
    fine = FINE[domain.dimension]
    return SizeField(points, np.full(len(points), fine), growth, 0.08)


def volumes_under(domain, *electrodes):
    """The volume each electrode has under it, per region."""
    tags = tuple(domain.boundaries[name] for name in electrodes)
    whole = gathered(domain)
    book = Volumes(tags, -1, domain.dimension == "axisymmetric", 0.3)
    return np.array([book.under(whole.points, patch) for patch in book.patches(whole)])


def nodes_of(domain, name):
    dim = domain.mesh.topology.dim - 1
    nodes = np.unique(entities_to_geometry(domain.mesh, dim, domain.facets_of(name)))
    return domain.mesh.geometry.x[nodes]


def on_planes(domain, name):
    """The planes that hold facets of a boundary, exactly: {(axis, place)}; all facets in one."""
    dim = domain.mesh.topology.dim - 1
    corners = domain.mesh.geometry.x[
        entities_to_geometry(domain.mesh, dim, domain.facets_of(name))
    ][:, :, : dim + 1]
    flat = (corners == corners[:, :1]).all(axis=1)
    assert flat.any(axis=1).all()
    axes = flat.argmax(axis=1)
    places = corners[np.arange(len(axes)), 0, axes]
    return {(int(axis), float(place)) for axis, place in zip(axes, places, strict=True)}


@DIMENSIONS
@pytest.mark.parametrize("moving", [("front",), ("front", "counter")])
def test_a_tired_mesh_is_made_anew_and_no_volume_is_lost(dimension, moving):
    old = cell(dimension=dimension)
    sizes = cell_sizes(old.mesh)
    moved(old, 0.02 if "counter" in moving else 0.0)
    assert (cell_sizes(old.mesh) / sizes > 0).all()
    book = Volumes((old.boundaries["front"],), -1, False)
    (front,) = book.patches(gathered(old))
    assert (normals(gathered(old).points[front.facets])[:, -1] > 0).any()  # it overhangs
    new = remeshed(old, field(old), moving=moving)
    for name in old.regions:
        assert new.measure_of(name) == pytest.approx(old.measure_of(name), rel=ROUND_OFF)
    before = volumes_under(old, *moving)
    assert np.allclose(volumes_under(new, *moving), before, rtol=0, atol=1e-16)
    assert worst_quality(old.mesh) < 0.3 < worst_quality(new.mesh)
    assert new.statistics.min_quality == worst_quality(new.mesh)
    upright = [(axis, place) for axis in range(old.mesh.geometry.dim - 1) for place in (0, WIDTH)]
    assert np.allclose(sorted(on_planes(new, "sides")), upright, rtol=0, atol=1e-15)
    if "counter" not in moving:
        ((axis, height),) = on_planes(new, "counter")
        assert (axis, height) == pytest.approx((old.mesh.geometry.dim - 1, GAP), rel=1e-15)
        assert new.measure_of("counter") == pytest.approx(old.measure_of("counter"), rel=1e-14)
    for name in old.boundaries:
        assert new.measure_of(name) == pytest.approx(old.measure_of(name), rel=2e-3)
    assert (new.regions, new.boundaries) == (old.regions, old.boundaries)


@DIMENSIONS
def test_frozen_front_is_kept_to_the_last_bit(dimension):
    old = moved(cell(dimension=dimension))
    new = remeshed(old, field(old), frozen=True)
    nodes, kept = nodes_of(old, "front"), nodes_of(new, "front")
    off, same = cKDTree(kept).query(nodes)
    assert len(nodes) == len(kept) and off.max() < 1e-17
    inside = (nodes[:, :-1] > 1e-9).all(axis=1) & (nodes < WIDTH - 1e-9).all(axis=1)
    assert np.array_equal(nodes[inside], kept[same[inside]])
    assert len(new.facets_of("front")) == len(old.facets_of("front"))
    assert new.measure_of("front") == pytest.approx(old.measure_of("front"), rel=ROUND_OFF)
    for name in old.regions:
        assert new.measure_of(name) == pytest.approx(old.measure_of(name), rel=ROUND_OFF)
    assert worst_quality(old.mesh) < 0.3 < worst_quality(new.mesh)


@DIMENSIONS
def test_a_front_through_the_interface_keeps_both_liquids(dimension):
    old = moved(cell(dimension=dimension, electrolyte_gap="1.5 um"))
    new = remeshed(old, field(old))
    for name in old.regions:
        assert new.measure_of(name) == pytest.approx(old.measure_of(name), rel=1e-13)


@DIMENSIONS
@pytest.mark.parametrize("moving", [("front",), ("front", "counter")])
def test_metal_behind_the_front_keeps_its_volume(dimension, moving):
    old = moved(cell(dimension=dimension, metal_depth="3 um"), 0.02 if "counter" in moving else 0.0)
    new = remeshed(old, field(old), moving=moving)
    for name in old.regions:
        assert new.measure_of(name) == pytest.approx(old.measure_of(name), rel=ROUND_OFF)
    front = fem.assemble_scalar(fem.form(1.0 * new.dS()))
    assert front == pytest.approx(new.measure_of("front"))


@pytest.mark.parametrize("dimension", ["2d", "axisymmetric"])
@pytest.mark.parametrize("metal", [None, "3 um"])
def test_a_curved_front_that_stays_keeps_its_nodes_while_the_counter_moves(dimension, metal):
    old = moved(cell(dimension=dimension, metal_depth=metal), 0.02)
    new = remeshed(old, field(old), moving=("counter",))
    off, _ = cKDTree(nodes_of(new, "front")).query(nodes_of(old, "front"))
    assert off.max() < 1e-15
    for name in old.regions:
        assert new.measure_of(name) == pytest.approx(old.measure_of(name), rel=ROUND_OFF)


@pytest.mark.parametrize("dimension", ["2d", "axisymmetric"])
def test_rounding_of_the_old_nodes_does_not_change_the_new_mesh(dimension):
    meshes = []
    for size in (0.0, 1e-14):
        old = moved(cell(dimension=dimension))
        x = old.mesh.geometry.x
        off_planes = (x[:, 0] > 1e-9) & (x[:, 0] < WIDTH - 1e-9)
        off_planes &= (x[:, 1] < GAP - 1e-9) & (np.abs(x[:, 1] - 0.3) > 1e-9)
        noise = np.random.default_rng(1).uniform(-size, size, (len(x), 2))
        x[off_planes, :2] += noise[off_planes]
        meshes.append(gathered(remeshed(old, field(old))))
    one, other = meshes
    assert np.array_equal(one.cells, other.cells)
    assert np.abs(one.points - other.points).max() < 1e-13


@pytest.mark.parametrize("dimension", ["2d", "axisymmetric"])
def test_corner_at_the_foot_stays_and_the_curve_gets_none(dimension):
    old = cell(dimension=dimension)
    coarse = 0.3 * 0.05  # a quarter of the circle in five pieces, each turning by 17 degrees
    points, _ = front_edges(old)
    new = remeshed(old, SizeField(points, np.full(len(points), coarse), 0.3, 0.08))
    front = nodes_of(new, "front")
    off_foot = np.linalg.norm(front[:, :2] - [0.05, 0], axis=1).min()
    assert off_foot < 0.02 * coarse
    off_circle = np.abs(np.linalg.norm(front[front[:, 1] > 0.01], axis=1) - 0.05)
    assert off_circle.max() < 0.05 * coarse


def test_edges_are_as_long_as_the_field_asks():
    old = moved(cell())
    points, _ = front_edges(old)
    wanted = np.where(points[:, 0] < 0.05, 1e-3, 6e-3)
    new = remeshed(old, SizeField(points, wanted, 0.3, 0.05))
    there, lengths = front_edges(new)
    ratio = lengths / SizeField(points, wanted, 0.3, 0.05)(there)
    assert 0.85 < np.median(ratio) < 1.15
    assert ratio.min() > 0.4 and ratio.max() < 1.6


def test_sizes_of_one_part_in_ten_thousand():
    old = cell("planar_cell", front_size="0.2 um")
    points = np.column_stack([np.linspace(0, 1e-2, 101), np.zeros(101)])
    size = SizeField(points, np.full(101, 1e-4), 0.3, 0.1)
    new = remeshed(old, size, accuracy=Accuracy(passes=5))
    there, lengths = front_edges(new)
    assert 0.7e-4 < lengths[there[:, 0] < 0.9e-2].min() < 1.3e-4
    assert worst_quality(new.mesh) > 0.3
    assert new.measure_of("separator") == pytest.approx(old.measure_of("separator"), rel=ROUND_OFF)


def test_names_that_are_not_there_and_fields_that_are_no_sizes():
    old = cell("planar_cell", front_size="2 um")
    with pytest.raises(InputError, match="unknown boundary 'back'"):
        remeshed(old, field(old), moving=("back",))
    for wrong in (
        lambda points: np.zeros(len(points)),
        lambda points: np.ones(3),
        lambda points: 1 / 0,
    ):
        with pytest.raises(RunError, match=r"^remeshing: ") as caught:
            remeshed(old, wrong)
        assert "\n" not in str(caught.value)


def test_a_mesh_that_overlaps_itself_is_refused():
    old = cell("planar_cell", front_size="2 um")
    nodes = old.mesh.geometry.x
    inner = np.argmin(np.linalg.norm(nodes[:, :2] - [0.1, 0.05], axis=1))
    nodes[inner, 1] += 0.1
    with pytest.raises(RunError, match="turned inside out"):
        remeshed(old, field(old))


def test_squares_are_refused():
    def draw(gmsh):
        gmsh.model.occ.addRectangle(0, 0, 0, 1, 1)
        gmsh.model.occ.synchronize()
        gmsh.model.mesh.setTransfiniteSurface(1)
        gmsh.model.mesh.setRecombine(2, 1)
        gmsh.model.mesh.generate(2)
        gmsh.model.addPhysicalGroup(2, [1], name="electrolyte")
        gmsh.model.addPhysicalGroup(1, [1], name="front")
        gmsh.model.addPhysicalGroup(1, [3], name="counter")
        return 2

    with pytest.raises(RunError, match="cells 'quadrilateral'"):
        remeshed(mesh_drawing(draw, "2d", MPI.COMM_SELF), lambda x: np.ones(len(x)))


def test_mmg_says_nothing_and_leaves_nothing(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for dimension in ("2d", "3d"):
        old = cell("planar_cell", dimension, front_size="4 um")
        remeshed(old, lambda x: np.full(len(x), 0.05))
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


# Quality and sizes


def test_gamma_is_that_of_gmsh():
    for dimension in ("2d", "3d"):
        mesh = cell(dimension=dimension)
        assert worst_quality(mesh.mesh) == pytest.approx(mesh.statistics.min_quality, rel=1e-9)
        assert len(qualities(mesh.mesh)) == mesh.statistics.cells
    regular = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) * 3e-4
    flat = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]]) * 1.0
    assert gammas(np.array([regular, flat])) == pytest.approx([1, 0])
    assert gammas(np.array([[[0.0], [2.0]]])) == pytest.approx([1])


def test_a_turned_cell_is_seen():
    mesh = create_unit_square(MPI.COMM_SELF, 4, 4)
    sizes, nodes = cell_sizes(mesh), mesh.geometry.x.copy()
    assert np.abs(sizes).sum() == pytest.approx(1)
    middle = np.argmin(np.abs(nodes - [0.5, 0.5, 0]).sum(axis=1))
    nodes[middle] += [0.3, 0, 0]
    assert (cell_sizes(mesh, nodes) / sizes < 0).any()
    assert (cell_sizes(mesh) / sizes == 1).all()


def test_size_field_is_the_least_over_the_front():
    random = np.random.default_rng(1)
    points, sizes = random.random((200, 2)), 10 ** random.uniform(-3, -1, 200)
    there = random.random((500, 2)) * 2
    distances = np.linalg.norm(there[:, None] - points, axis=2)
    exact = np.minimum((sizes + 0.2 * distances).min(axis=1), 0.15)
    ratio = SizeField(points, sizes, 0.2, 0.15)(there) / exact
    assert ratio.max() <= 1 + 1e-12 and ratio.min() > 0.91


def test_target_sizes_resolve_curvature_between_limits():
    sizes = target_sizes(0.1, np.array([0.0, 10.0, -100.0, 1e6]), angle=0.5, least=1e-3, most=0.08)
    assert sizes == pytest.approx([0.08, 0.05, 0.005, 0.001])


@pytest.mark.parametrize("dimension", ["2d", "3d"])
@pytest.mark.parametrize("hopeless", [{"quality": 0.99}, {"longest": 1.001}])
def test_settings_that_no_mesh_meets_ask_for_a_new_one_only_as_it_tires(dimension, hopeless):
    old, settings = cell(dimension=dimension), Remeshing(**({"quality": 0.01} | hopeless))
    first = Tiring(old, ["front"], settings)
    moved(old)
    assert first.reason(worst_quality(old.mesh))
    points, _ = front_edges(old)
    coarse = SizeField(points, 1.3 * first.wanted.sizes["front"], 0.3, 0.08)
    new = remeshed(old, coarse)
    second = Tiring(new, ["front"], settings, first)
    worst = worst_quality(new.mesh)
    assert second.wanted.over > 1.001 and second.wanted.worst == worst
    assert second.reason(worst) is None
    new.mesh.geometry.x[:] *= 1.1
    new.front_mesh.mesh.geometry.x[:] *= 1.1
    assert second.reason(0.9 * worst)


# Fields


def spaces(old, new, degree, size=None, front=False):
    element = ("Lagrange", degree) if size is None else ("Lagrange", degree, (size,))
    meshes = (old.front_mesh.mesh, new.front_mesh.mesh) if front else (old.mesh, new.mesh)
    return [fem.Function(fem.functionspace(mesh, element)) for mesh in meshes]


def power(degree):
    return lambda x: np.stack([1 + (2 * x[0] - 3 * x[1]) ** degree, (x[1] + x[2]) ** degree])


@pytest.mark.parametrize("dimension", ["2d", "3d"])
@pytest.mark.parametrize("degree", [1, 2])
def test_what_both_spaces_have_is_carried_exactly(dimension, degree):
    old = cell("planar_cell", dimension, front_size="1 um" if dimension == "2d" else "3 um")
    new = remeshed(old, lambda x: 0.02 + 0.1 * x[:, -1])
    assert new.statistics != old.statistics
    transfer = Transfer(old, new)
    before, after = spaces(old, new, degree, 2)
    exact = after.copy()
    for function in (before, exact):
        function.interpolate(power(degree))
    transfer.bulk(before, after)
    assert np.abs(after.x.array - exact.x.array).max() < 1e-12
    before, after = spaces(old, new, degree, front=True)
    exact = after.copy()
    for function in (before, exact):
        function.interpolate(lambda x: power(degree)(x)[0])
    transfer.surface(before, after)
    assert np.abs(after.x.array - exact.x.array).max() < 1e-12
    assert transfer.distance < 1e-12


@DIMENSIONS
def test_points_off_the_old_mesh_take_the_closest_value(dimension):
    old = moved(cell(dimension=dimension))
    new = remeshed(old, field(old))
    transfer, up = Transfer(old, new), old.mesh.geometry.dim - 1
    before, after = spaces(old, new, 2)
    exact = after.copy()
    for function in (before, exact):
        function.interpolate(lambda x: 2 + x[0] - x[up])
    transfer.bulk(before, after)
    assert 0 < transfer.distance < 0.2 * FINE[dimension]
    assert np.abs(after.x.array - exact.x.array).max() <= 1.5 * transfer.distance
    before, after = spaces(old, new, 1, front=True)
    before.x.array[:] = 7.0
    transfer.surface(before, after)
    assert after.x.array == pytest.approx(7.0, rel=1e-12)
    assert transfer.distance < 0.2 * FINE[dimension]


def test_electrodes_do_not_mix():
    old = moved(cell())
    new = remeshed(old, field(old))
    before, after = spaces(old, new, 1, front=True)
    before.interpolate(lambda x: np.where(x[1] > 0.5, 5.0, 2.0))
    Transfer(old, new).surface(before, after)
    assert set(after.x.array.round(12)) == {2.0, 5.0}


def test_a_field_of_the_liquid_alone_does_not_see_the_metal():
    old = moved(cell(metal_depth="3 um"))
    new = remeshed(old, field(old))
    before, after = spaces(old, new, 1)
    liquid = [name for name in old.regions if name != "metal"]
    wet = [
        np.unique(f.function_space.dofmap.list[d.cells_of(*liquid)])
        for f, d in ((before, old), (after, new))
    ]
    before.x.array[:], after.x.array[:] = -1.0, -9.0
    before.x.array[wet[0]] = 3.0
    Transfer(old, new).bulk(before, after, *liquid)
    assert after.x.array[wet[1]] == pytest.approx(3.0)
    assert (np.delete(after.x.array, wet[1]) == -9.0).all()


def test_spaces_that_do_not_fit_are_refused():
    old = cell("planar_cell", front_size="4 um")
    (scalar, _), (_, vector) = spaces(old, old, 1), spaces(old, old, 1, 2)
    with pytest.raises(RunError, match="1 components into 2"):
        Transfer(old, old).bulk(scalar, vector)
    real = basix.ufl.real_element(old.mesh.basix_cell(), ())
    for element in (real, ("DG", 0), ("N1curl", 1)):
        function = fem.Function(fem.functionspace(old.mesh, element))
        with pytest.raises(RunError, match="accepted: continuous Lagrange"):
            Transfer(old, old).bulk(function, function)
