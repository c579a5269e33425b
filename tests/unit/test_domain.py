"""The domain: measures on both sides of a front, its submesh, and drawings that are refused."""

import gmsh
import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from fem_kna import shape as shape_named
from fem_kna.geometry.build import build, mesh_drawing
from fem_kna.inputs.errors import InputError
from fem_kna.inputs.units import mapped


def domain(dimension="2d", metal="20 um"):
    """A planar cell in micrometres: 50 wide, 500 high, metal from -20, separator from 10."""
    shape = shape_named("planar_cell")(
        dimension=dimension, gap="500 um", metal_depth=metal, electrolyte_gap="10 um", growth=0.5
    )
    return build(
        mapped(shape, lambda value, unit: value * 1e6 if unit.symbol else value), MPI.COMM_SELF
    )


def total(form, mesh):
    """The value of a form over all ranks."""
    maps = [mesh.front_mesh.entity_map]
    return mesh.comm.allreduce(fem.assemble_scalar(fem.form(form, entity_maps=maps)), op=MPI.SUM)


def area(dimension):
    return {"1d": 1.0, "2d": 50.0, "axisymmetric": np.pi * 50**2}[dimension]


DIMENSIONS = pytest.mark.parametrize("dimension", ["1d", "2d", "axisymmetric"])


@DIMENSIONS
def test_integrals_carry_the_weight_of_their_dimension(dimension):
    mesh = domain(dimension)
    height = ufl.SpatialCoordinate(mesh.mesh)[mesh.mesh.geometry.dim - 1]
    assert total(height * mesh.dx("separator"), mesh) == pytest.approx(
        area(dimension) * (500**2 - 10**2) / 2
    )
    assert total(1.0 * mesh.dx()(degree=1), mesh) == pytest.approx(area(dimension) * 520)
    assert total(height * mesh.ds("front", "counter"), mesh) == pytest.approx(area(dimension) * 500)
    assert mesh.measure_of("separator") == pytest.approx(area(dimension) * 490)


@DIMENSIONS
def test_front_is_seen_from_either_side(dimension):
    mesh = domain(dimension)
    up = ufl.FacetNormal(mesh.mesh)[mesh.mesh.geometry.dim - 1]
    mark = fem.Function(fem.functionspace(mesh.mesh, ("DG", 0)))
    mark.x.array[mesh.cells_of("metal")] = 7
    mark.x.array[mesh.cells_of("electrolyte")] = 3
    one = area(dimension)
    assert total(mark * up * mesh.ds("front"), mesh) == pytest.approx(-3 * one)
    assert total(mark * up * mesh.ds("front", side="metal"), mesh) == pytest.approx(7 * one)
    assert total(mark("+") * up("+") * mesh.dS(), mesh) == pytest.approx(7 * one)
    assert total(mark("-") * mesh.dS(), mesh) == pytest.approx(3 * one)


@DIMENSIONS
def test_front_mesh_tells_its_electrodes_apart(dimension):
    mesh = domain(dimension)
    front = mesh.front_mesh
    value = fem.Function(fem.functionspace(front.mesh, ("DG", 0)))
    value.x.array[front.tags.find(mesh.boundaries["front"])] = 2
    value.x.array[front.tags.find(mesh.boundaries["counter"])] = 5
    one = area(dimension)
    assert total(value * mesh.ds("front"), mesh) == pytest.approx(2 * one)
    assert total(value * mesh.ds("front", side="metal"), mesh) == pytest.approx(2 * one)
    assert total(value * mesh.ds("counter"), mesh) == pytest.approx(5 * one)
    assert total(value("+") * mesh.dS(), mesh) == pytest.approx(2 * one)
    if dimension != "1d":  # DOLFINx integrates over no mesh of points
        assert total(value * mesh.front_dx("front"), mesh) == pytest.approx(2 * one)


def test_front_mesh_follows_the_parent():
    mesh = domain()
    front = mesh.front_mesh
    assert np.array_equal(front.mesh.geometry.x, mesh.mesh.geometry.x[front.nodes])
    assert np.array_equal(np.sort(front.facets), np.sort(mesh.facets_of("front", "counter")))


def test_boundary_measures_share_their_data():
    """UFL takes one set of subdomain data for all `ds` of a form."""
    mesh = domain()
    data = {id(mesh.ds(name).measure.subdomain_data()) for name in mesh.boundaries}
    data.add(id(mesh.ds("front", side="metal")(degree=3).measure.subdomain_data()))
    assert len(data) == 1


def test_unknown_names_tell_the_known_ones():
    mesh = domain(metal=None)
    for ask in (lambda: mesh.dx("metal"), mesh.dS, lambda: mesh.cells_of("metal")):
        with pytest.raises(InputError, match="known: electrolyte, separator"):
            ask()
    with pytest.raises(InputError, match="did you mean 'front'"):
        mesh.ds("frnt")
    with pytest.raises(InputError, match="known: front, counter"):
        mesh.front_dx("sides")
    with pytest.raises(InputError, match="unknown boundary 'depth'"):
        mesh.measure_of("depth")


def square(*boundaries, regions=("separator",), cut=False):
    """A drawing of a unit square: boundaries in the order bottom, right, top, left."""

    def draw(gmsh):
        geo, model = gmsh.model.geo, gmsh.model
        points = [geo.addPoint(x, y, 0) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
        lines = [geo.addLine(a, b) for a, b in zip(points, points[1:] + points[:1], strict=True)]
        surface = geo.addPlaneSurface([geo.addCurveLoop(lines)])
        if cut:
            geo.mesh.setTransfiniteSurface(surface)
            geo.mesh.setRecombine(2, surface)
        geo.synchronize()
        model.mesh.generate(2)
        for tag, name in enumerate(regions, 1):
            model.addPhysicalGroup(2, [surface], tag, name)
        for line, name in zip(lines, boundaries, strict=False):
            model.addPhysicalGroup(1, [line], name=name)
        return 2

    return draw


def two_layers(gmsh):
    """Two squares whose common side is called the front, both of them liquid."""
    occ, model = gmsh.model.occ, gmsh.model
    layers = [(2, occ.addRectangle(0, low, 0, 1, 1)) for low in (0, 1)]
    occ.fragment(layers[:1], layers[1:])
    occ.synchronize()
    model.mesh.generate(2)
    (common,) = (t for _, t in model.getEntities(1) if len(model.getAdjacencies(1, t)[0]) == 2)
    top = max((t for _, t in model.getEntities(1)), key=lambda t: occ.getCenterOfMass(1, t)[1])
    model.addPhysicalGroup(2, [1], 1, "electrolyte")
    model.addPhysicalGroup(2, [2], 2, "separator")
    model.addPhysicalGroup(1, [common], 1, "front")
    model.addPhysicalGroup(1, [top], 2, "counter")
    return 2


def nameless_cells(gmsh):
    square("front", "sides", "counter", regions=())(gmsh)
    return 2


def stray_point(gmsh):
    square("front", "sides", "counter")(gmsh)
    gmsh.model.geo.addPoint(5, 5, 0)
    gmsh.model.geo.synchronize()
    gmsh.model.mesh.clear()
    gmsh.model.mesh.generate(2)
    return 2


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (stray_point, "1 nodes lie in no cell"),
        (square("front"), "no boundary 'counter'"),
        (square("counter"), "no boundary 'front'"),
        (square("front", "side", "counter"), "'side'; did you mean 'sides'"),
        (square("front", "sides", "counter", regions=("seperator",)), "did you mean 'separator'"),
        (square("front", "sides", "counter", regions=("metal", "separator")), "two of the groups"),
        (nameless_cells, "cells lie in no region"),
        (two_layers, "liquid on both sides"),
        (lambda gmsh: gmsh.model.mesh.generate(7), "cell: no mesh: "),
        (lambda gmsh: 1 / 0, "cell: no mesh: division by zero"),
    ],
)
def test_drawing_that_cannot_be_used_is_one_line(draw, words):
    with pytest.raises(InputError) as caught:
        mesh_drawing(draw, "2d", MPI.COMM_SELF, subject="cell")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not gmsh.isInitialized()


def test_squares_are_as_good_as_triangles():
    mesh = mesh_drawing(square("front", "sides", "counter", cut=True), "2d", MPI.COMM_SELF)
    assert mesh.mesh.topology.cell_type.name == "quadrilateral"
    assert total(1.0 * mesh.ds("front"), mesh) == pytest.approx(1.0)


def test_gmsh_of_the_caller_is_left_alone():
    gmsh.initialize(interruptible=False)
    try:
        gmsh.option.setNumber("Mesh.Algorithm", 5)
        gmsh.model.add("mine")
        domain()
        assert gmsh.isInitialized()
        assert gmsh.option.getNumber("Mesh.Algorithm") == 5
        assert gmsh.model.list() == ["", "mine"]
    finally:
        gmsh.finalize()
