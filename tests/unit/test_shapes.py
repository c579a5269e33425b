"""The shapes: exact areas and volumes, names, grading, repeatability, and refusals in one line."""

import json

import meshio
import numpy as np
import pytest
import typer
import ufl
from mpi4py import MPI
from scipy.special import ellipe
from typer.testing import CliRunner

from fem_kna import shape as shape_named
from fem_kna.commands.mesh import mesh as command
from fem_kna.geometry.build import build
from fem_kna.geometry.find import shape_names
from fem_kna.geometry.packing import packed
from fem_kna.geometry.roughness import Roughness
from fem_kna.inputs.errors import InputError
from fem_kna.inputs.units import mapped

UM = 1e-6
METAL = {"metal_depth": "20 um", "electrolyte_gap": "10 um"}
VARIANTS = [
    (name, dim)
    for name in shape_names()
    if name != "full_cell"  # has layers of its own
    for dim in shape_named(name).dimensions
]


def drawn(name, **fields):
    """The shape with the usual gap, in metres."""
    return shape_named(name)(**({"gap": "500 um"} | fields))


def domain(name, **fields):
    """A coarse mesh of it: sizes grow fast away from the front."""
    return build(drawn(name, **({"growth": 0.3} | fields)), MPI.COMM_SELF)


def front_nodes(mesh):
    """The coordinates (n, 3) of the nodes on the front."""
    mesh.mesh.topology.create_connectivity(mesh.mesh.topology.dim - 1, 0)
    facets = mesh.front_mesh.tags.find(mesh.boundaries["front"])
    nodes = mesh.front_mesh.mesh.geometry.dofmaps[0][facets]
    return mesh.front_mesh.mesh.geometry.x[np.unique(nodes)]


@pytest.mark.parametrize("metal", [{}, METAL], ids=["liquid", "metal"])
@pytest.mark.parametrize(("name", "dimension"), VARIANTS)
def test_parts_have_their_names_and_good_cells(name, dimension, metal):
    mesh = domain(name, dimension=dimension, **metal)
    regions = {"metal", "electrolyte", "separator"} if metal else {"separator"}
    boundaries = {"front", "counter"} | ({"collector"} if metal else set())
    boundaries |= set() if dimension == "1d" else {"sides"}
    if name == "fibre_separator":
        regions, boundaries = regions | {"electrolyte"}, boundaries | {"fibres"}
    assert set(mesh.regions) == regions
    assert set(mesh.boundaries) == boundaries
    assert mesh.statistics.min_quality > 0.2
    assert mesh.statistics.nodes == mesh.mesh.geometry.index_map().size_global


@pytest.mark.parametrize(
    ("dimension", "area"),
    [
        ("1d", 1.0),
        ("2d", 50 * UM),
        ("axisymmetric", np.pi * (50 * UM) ** 2),
        ("3d", (50 * UM) ** 2),
    ],
)
def test_flat_layers_have_their_volumes(dimension, area):
    mesh = domain("planar_cell", dimension=dimension, **METAL)
    for name, thickness in (("metal", 20 * UM), ("electrolyte", 10 * UM), ("separator", 490 * UM)):
        assert mesh.measure_of(name) == pytest.approx(area * thickness, rel=1e-9)
    for name in ("front", "counter", "collector"):
        assert mesh.measure_of(name) == pytest.approx(area, rel=1e-9)


def test_a_cathode_lies_below_the_separator_and_ends_at_the_front():
    mesh = domain("full_cell", dimension="2d", cathode="20 um")
    assert set(mesh.regions) == {"cathode", "separator"}
    assert set(mesh.boundaries) == {"front", "counter", "sides"}
    for name, thickness in (("cathode", 20 * UM), ("separator", 500 * UM)):
        assert mesh.measure_of(name) == pytest.approx(50 * UM * thickness, rel=1e-9)
    assert front_nodes(mesh)[:, 1] == pytest.approx(-20 * UM)
    with pytest.raises(InputError, match=r"metal_depth: '20 um'; accepted: none, beside a cathode"):
        domain("full_cell", **METAL)


@pytest.mark.parametrize(
    ("dimension", "box", "bump"),
    [
        ("2d", 50 * 500, np.pi * 5**2 / 4),
        ("axisymmetric", np.pi * 50**2 * 500, 2 / 3 * np.pi * 5**3),
        ("3d", 50**2 * 500, 1 / 6 * np.pi * 5**3),
    ],
)
def test_bump_takes_its_volume_to_second_order(dimension, box, bump):
    unit = UM ** (2 if dimension == "2d" else 3)
    missing = []
    for size in (1.0, 0.5):
        mesh = domain("bump", dimension=dimension, bump_size=f"{size} um")
        missing.append(bump - (box - mesh.measure_of("separator") / unit))
    assert 0 < missing[1] < 0.01 * bump
    assert 2.5 < missing[0] / missing[1] < 6


def test_bump_volume_goes_to_the_metal():
    mesh = domain("bump", dimension="3d", **METAL)
    total = sum(mesh.measure_of(name) for name in mesh.regions)
    assert total == pytest.approx((50 * UM) ** 2 * 520 * UM, rel=1e-9)
    assert mesh.measure_of("metal") > (50 * UM) ** 2 * 20 * UM


def test_sinusoidal_front_has_its_length():
    amplitude, wavelength = 2 * UM, 20 * UM
    slope = 2 * np.pi * amplitude / wavelength
    exact = wavelength / np.pi * ellipe(-(slope**2))
    mesh = domain("sinusoidal", amplitude="2 um", front_size="0.2 um")
    assert mesh.measure_of("front") == pytest.approx(exact, rel=1e-3)
    assert mesh.measure_of("front") < exact


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("sinusoidal", {"dimension": "2d"}),
        ("sinusoidal", {"dimension": "3d", "pattern": "eggbox"} | METAL),
        ("sinusoidal", {"dimension": "3d", "pattern": "ridge"}),
        ("rough", {"dimension": "2d"} | METAL),
        ("rough", {"dimension": "3d", "front_size": "2.5 um"}),
    ],
)
def test_lifted_fronts_lie_on_the_given_height(name, fields):
    shape = drawn(name, growth=0.3, **fields)
    nodes = front_nodes(build(shape, MPI.COMM_SELF))
    height = shape.elevation(nodes[:, : shape.height])
    assert np.abs(height).max() > 0.1 * UM
    assert np.abs(nodes[:, shape.height] - height).max() < 1e-12 * 500 * UM


def test_lifted_front_leaves_flat_what_is_flat():
    mesh = domain("sinusoidal", dimension="2d", **METAL)
    assert mesh.measure_of("electrolyte") == pytest.approx(10 * 10 * UM**2, rel=1e-9)
    assert mesh.measure_of("metal") == pytest.approx(10 * 20 * UM**2, rel=1e-9)


def test_rough_front_is_the_same_on_every_mesh():
    coarse, fine = (drawn("rough", front_size=size) for size in ("2.5 um", "0.5 um"))
    x = np.linspace(0, 50 * UM, 7)[:, None]
    assert np.array_equal(coarse.elevation(x), fine.elevation(x))
    assert not np.allclose(coarse.elevation(x), drawn("rough", seed=2).elevation(x))


@pytest.mark.parametrize("axes", [1, 2])
def test_roughness_has_its_rms_and_mean(axes):
    surface = Roughness(50.0, axes, 0.5, 10.0, 0.8, 5.0, seed=3)
    line = (np.arange(200) + 0.5) * 0.25
    points = np.stack(np.meshgrid(*[line] * axes), axis=-1).reshape(-1, axes)
    height = surface.height(points)
    assert np.sqrt(np.mean(height**2)) == pytest.approx(0.5, rel=1e-12)
    assert abs(height.mean()) < 1e-12


def test_roughness_follows_its_power_law():
    """Doubling the wave number far below the correlation length costs 2^(2 hurst + 1) in 1-D."""
    squares = [
        Roughness(50.0, 1, 0.5, 500.0, 0.8, 5.0, seed).amplitudes ** 2 for seed in range(4000)
    ]
    normalised = np.mean([square / square.sum() for square in squares], axis=0)
    assert normalised[10] / normalised[20] == pytest.approx(2**2.6, rel=0.15)
    assert len(normalised) == 21  # the shortest wave is 2 * 50 / 20 = 5


def test_fibre_mat_has_its_porosity():
    shape = drawn("fibre_separator", growth=0.3, porosity=0.9)
    mesh = build(shape, MPI.COMM_SELF)
    mat = 20 * UM * 40 * UM
    porosity = mesh.measure_of("electrolyte") / mat
    assert porosity == pytest.approx(shape.facts()["porosity of the mat [-]"], rel=1e-9)
    assert abs(porosity - 0.9) <= 0.5 * np.pi / 4 * UM**2 / mat
    assert mesh.measure_of("fibres") == pytest.approx(shape.number * np.pi * UM, rel=0.02)


def test_discs_keep_their_distance():
    centres = packed((20.0, 40.0), 80, 1.0, 0.25, seed=5)
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=2) + 10 * np.eye(80)
    assert apart.min() >= 1.25 - 1e-12
    assert centres.min() >= 0.75
    assert (centres.max(axis=0) <= (19.25, 39.25)).all()
    with pytest.raises(InputError, match="discs find room"):
        packed((5.0, 5.0), 20, 1.0, 0.25, seed=5)


@pytest.mark.parametrize(("dimension", "worst"), [("2d", 1.1), ("axisymmetric", 1.1), ("3d", 1.6)])
def test_front_elements_have_the_size_asked_for(dimension, worst):
    _, largest = domain("planar_cell", dimension=dimension, front_size="4 um").front_sizes()
    assert 3 * UM < largest < worst * 4 * UM


@pytest.mark.parametrize("dimension", ["2d", "axisymmetric", "3d"])
def test_two_elements_resolve_the_edge_of_the_patch(dimension):
    mesh = build(drawn("crack_patch", dimension=dimension), MPI.COMM_SELF)
    across = (lambda x: np.hypot(x[0], x[1])) if dimension == "3d" else (lambda x: x[0])
    _, largest = mesh.front_sizes(lambda x: np.abs(across(x) - 2 * UM) < 0.5 * UM)
    assert 0 < largest <= 0.5 * UM
    assert mesh.front_sizes(lambda x: x[0] < 0) == (np.inf, 0.0)


def test_default_meshes_have_the_size_that_fits_a_laptop():
    nodes = {
        dim: build(drawn("crack_patch", dimension=dim), MPI.COMM_SELF).statistics.nodes
        for dim in ("2d", "3d")
    }
    assert 2000 < nodes["2d"] < 4000
    assert 8000 < nodes["3d"] < 15000


@pytest.mark.parametrize(("name", "dimension"), [("crack_patch", "2d"), ("bump", "3d")])
def test_mesh_is_the_same_again_and_in_any_unit(name, dimension):
    shape = drawn(name, dimension=dimension, growth=0.3, front_size="3 um", **METAL)
    scaled = mapped(shape, lambda value, unit: value / UM if unit.symbol == "m" else value)
    first, again, large = (build(item, MPI.COMM_SELF) for item in (shape, shape, scaled))
    assert np.array_equal(first.mesh.geometry.x, again.mesh.geometry.x)
    assert np.allclose(first.mesh.geometry.x / UM, large.mesh.geometry.x, rtol=1e-12, atol=1e-9)
    assert np.array_equal(first.mesh.geometry.dofmaps[0], large.mesh.geometry.dofmaps[0])
    assert np.array_equal(first.facet_tags.values, large.facet_tags.values)


@pytest.mark.parametrize("dimension", ["2d", "3d"])
def test_patch_is_one_inside_half_at_its_edge_and_zero_outside(dimension):
    shape = drawn("crack_patch", dimension=dimension)
    x = np.array([[0.0, 2.0, 10.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]) * UM
    assert shape.patch(x) == pytest.approx([1.0, 0.5, 0.0], abs=0.02)
    assert drawn("planar_cell").patch(x) == pytest.approx(0.0)


def test_patch_reads_the_same_in_a_form():
    shape = drawn("crack_patch", dimension="axisymmetric")
    mesh = build(shape, MPI.COMM_SELF)
    symbol = shape.patch(ufl.SpatialCoordinate(mesh.mesh))
    for r in (0.0, 1.7 * UM, 2.4 * UM):
        assert symbol((r, 0.0)) == pytest.approx(float(shape.patch(np.array([[r], [0.0]]))[0]))


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("planar_cell", {"gap": None}, "PlanarCell.gap: 'None'"),
        (
            "planar_cell",
            {"electrolyte_gap": "500 um"},
            "electrolyte_gap: '500 um'; accepted: below",
        ),
        ("planar_cell", {"front_size": "2 mm"}, "front_size: '2 mm'; accepted: below gap, 500 um"),
        ("planar_cell", {"front_size": "60 um"}, "accepted: at most the width of 50 um"),
        ("planar_cell", {"electrolyte_gap": "0.2 um"}, "at least half of front_size, 500 nm"),
        ("planar_cell", {"metal_depth": "0.2 um"}, "metal_depth: '200 nm'; accepted: none, or at"),
        ("planar_cell", {"far_size": "600 um"}, "far_size: '600 um'; accepted: below gap"),
        ("planar_cell", {"front_size": "9 um", "far_size": "8 um"}, "accepted: at most far_size"),
        ("crack_patch", {"dimension": "1d"}, "dimension: '1d'; accepted: 2d, axisymmetric, 3d"),
        ("crack_patch", {"half_width": "60 um"}, "half_width: '60 um'; accepted: below width"),
        ("crack_patch", {"edge_width": "3 um"}, "edge_width: '3 um'; accepted: at most half_width"),
        ("crack_patch", {"edge_size": "0.6 um"}, "accepted: at most half of edge_width, 1 um"),
        ("bump", {"radius": "600 um"}, "radius: '600 um'; accepted: below gap, 500 um"),
        ("bump", {"radius": "60 um"}, "radius: '60 um'; accepted: below width, 50 um"),
        ("bump", {"electrolyte_gap": "5 um"}, "accepted: 5 % off electrolyte_gap"),
        ("sinusoidal", {"amplitude": "5 um"}, "this one has slope 1.57"),
        ("sinusoidal", {"amplitude": "2 um", "metal_depth": "2 um"}, "80 % of metal_depth, 2 um"),
        ("sinusoidal", {"amplitude": "450 um", "wavelength": "9 mm"}, "80 % of gap, 500 um"),
        ("sinusoidal", {"width": "13 um"}, "a multiple of half the wavelength, 20 um"),
        ("rough", {"rms": "5 um"}, "Rough.rms: '5 um'; accepted: a front no steeper"),
        ("rough", {"cut_off": "200 um"}, "cut_off: '200 um'; accepted: at most twice the width"),
        ("rough", {"front_size": "3 um"}, "accepted: at most half of cut_off, 5 um"),
        ("fibre_separator", {"porosity": 0.3}, "porosity: '0.3'; accepted: at least 0.6"),
        ("fibre_separator", {"porosity": 1.0}, "accepted: a mat with at least one fibre"),
        ("fibre_separator", {"resolved_depth": "1 um"}, "accepted: room for a fibre"),
    ],
)
def test_impossible_geometry_is_one_line(name, fields, words):
    with pytest.raises(InputError) as caught:
        build(drawn(name, **fields), MPI.COMM_SELF)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_shape_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'crack_patch'"):
        shape_named("crak_patch")
    with pytest.raises(InputError, match="no file"):
        shape_named("nowhere/mine.py")


SHAPE_FILE = "from fem_kna.geometry.slab import Slab\n"


def test_shape_in_a_file_of_ones_own(tmp_path):
    (tmp_path / "mine.py").write_text(SHAPE_FILE + 'class Mine(Slab):\n    """My cell."""\n')
    found = shape_named(str(tmp_path / "mine.py"))
    assert found.__name__ == "Mine"
    assert shape_named(str(tmp_path / "mine.py")) is found
    assert build(found(gap="100 um"), MPI.COMM_SELF).regions == {"separator": 3}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SHAPE_FILE, "defines 0 shapes"),
        (SHAPE_FILE + "class A(Slab): ...\nclass B(Slab): ...\n", "defines 2 shapes"),
        ("import nothing_of_the_kind\n", "cannot be loaded"),
        ("class A(:\n", "cannot be loaded"),
    ],
)
def test_shape_file_that_cannot_be_used_is_one_line(tmp_path, text, words):
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(InputError, match=words) as caught:
        shape_named(str(tmp_path / "mine.py"))
    assert "\n" not in str(caught.value)


@pytest.fixture
def run():
    app = typer.Typer()
    app.command()(command)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_command_lists_shapes_and_fields(run):
    assert all(name in run().output for name in shape_names())
    fields = run("crack_patch", "--list").output
    assert "half_width" in fields and "2 um" in fields


def test_command_meshes_and_says_what_came_out(run, tmp_path):
    found = tmp_path / "found.json"
    result = run(
        "planar_cell", "--set", "growth=0.3", "--set", "metal_depth=20 um", "--json", found
    )
    assert result.exit_code == 0
    assert "separator" in result.output and "collector" in result.output
    numbers = json.loads(found.read_text())
    assert numbers["regions"]["metal"]["size [m2]"] == pytest.approx(50 * 20 * UM**2)
    assert numbers["boundaries"]["front"] == {"number": 1, "size [m]": pytest.approx(50 * UM)}
    assert numbers["nodes [-]"] > 100


@pytest.mark.parametrize("ending", ["vtu", "vtk", "msh"])
@pytest.mark.parametrize("dimension", ["1d", "2d", "3d"])
def test_written_mesh_holds_regions_and_boundaries(run, tmp_path, dimension, ending):
    path = tmp_path / f"cell.{ending}"
    settings = [f"dimension={dimension}", "growth=0.3", "metal_depth=20 um", "front_size=5 um"]
    result = run("planar_cell", *(word for s in settings for word in ("--set", s)), "-o", path)
    assert result.exit_code == 0, result.exception
    written = meshio.read(path)
    region, boundary = ("gmsh:physical",) * 2 if ending == "msh" else ("region", "boundary")
    assert set(np.unique(written.cell_data[region][0])) == {1, 3}
    assert {1, 2, 4} <= set(np.unique(written.cell_data[boundary][1]))
    assert written.points.max() == pytest.approx(500 * UM)


def test_written_xdmf_has_its_file_of_numbers(run, tmp_path):
    run("planar_cell", "--set", "growth=0.3", "-o", tmp_path / "cell.xdmf")
    assert (tmp_path / "cell.h5").stat().st_size > 1000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("planar_cell", "-o", "cell.stl"), "accepted endings"),
        (("planar_cell", "-o", "no_folder/cell.vtu"), "a folder that exists"),
        (("planar_cell", "--set", "width=3"), "has no unit"),
        (("planar_cell", "--set", "depth=3 um"), "unknown key"),
        (("plane",), "unknown shape"),
    ],
)
def test_command_refuses_in_one_line(run, words, message):
    error = run(*words).exception
    assert isinstance(error, InputError)
    assert message in str(error)


def test_equal_sizes_make_a_uniform_mesh():
    sizes = {"front_size": "5 um", "far_size": "5 um", "gap": "50 um", "width": "50 um"}
    smallest, largest = build(shape_named("planar_cell")(**sizes), MPI.COMM_SELF).front_sizes()
    assert smallest == pytest.approx(5 * UM) == largest
