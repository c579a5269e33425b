"""Modes of a cell on its own mesh: wires and balls that become round, ripples in space."""

from math import pi
from typing import ClassVar

import pytest
from mpi4py import MPI

import fem_kna as kna
from fem_kna.geometry.build import build
from fem_kna.geometry.shape import BOUNDARIES, REGIONS, Shape
from fem_kna.run import simulate
from fem_kna.stability.base import BaseState
from fem_kna.stability.flat import profile_of, strip_of
from fem_kna.stability.linear import Following, Linear
from fem_kna.stability.modes import fastest_modes
from fem_kna.stability.waves import Waves
from fem_kna.system.scales import scales_of
from fem_kna.verify import growing
from fem_kna.verify.cells import butler_volmer, cell, potassium

RADIUS, GAMMA, EXCHANGE = 5e-6, 0.11, 0.1  # [m], [J/m2], [A/m2]: slow enough for V10


class Ring(Shape):
    """A quarter of a wire, or half a ball about its axis, with liquid around it."""

    dimensions: ClassVar = ("2d", "axisymmetric")
    radius: kna.inputs.units.Length
    elements: int = 24

    def draw(self, gmsh):
        occ, a = gmsh.model.occ, self.radius
        b = a + self.gap
        centre = occ.addPoint(0, 0, 0)
        inner = [occ.addPoint(a, 0, 0), occ.addPoint(0, a, 0)]
        outer = [occ.addPoint(b, 0, 0), occ.addPoint(0, b, 0)]
        lines = {
            "front": [occ.addCircleArc(inner[0], centre, inner[1])],
            "counter": [occ.addCircleArc(outer[0], centre, outer[1])],
            "sides": [occ.addLine(inner[0], outer[0]), occ.addLine(inner[1], outer[1])],
        }
        first, last = lines["sides"]
        loop = occ.addCurveLoop([first, *lines["counter"], last, *lines["front"]])
        area = occ.addPlaneSurface([loop])
        occ.remove([(0, centre)])
        occ.synchronize()
        for line in lines["front"] + lines["counter"]:
            gmsh.model.mesh.setTransfiniteCurve(line, self.elements + 1)
        for line in lines["sides"]:
            gmsh.model.mesh.setTransfiniteCurve(line, self.elements // 2 + 1, "Progression", 1.1)
        gmsh.option.setNumber("Mesh.MeshSizeExtendFromBoundary", 1)
        gmsh.model.mesh.generate(2)
        gmsh.model.addPhysicalGroup(2, [area], REGIONS.index("separator") + 1, "separator")
        for name, tags in lines.items():
            gmsh.model.addPhysicalGroup(1, tags, BOUNDARIES.index(name) + 1, name)
        return 2


def ring(dimension):
    """A wire or a ball."""
    return Ring(dimension=dimension, gap="5 um", radius=f"{RADIUS} m")


def rest(mesh):
    """A cell at open circuit: its front only becomes smoother, by dissolution."""
    bare = kna.UniformFilm(resistance="0 ohm*m^2")
    front = kna.MovingFront(surface_energy=f"{GAMMA} J/m^2")
    return cell(
        mesh,
        working=kna.Electrode(metal="K", film=bare, front=front),
        counter=kna.Electrode(metal="K", film=bare),
        reactions=(potassium(butler_volmer(f"{EXCHANGE} A/m^2", "500 mol/m^3")),),
        drive=kna.Rest(duration="1 h"),
    ).resolved()


def modes(case, count):
    domain = build(scales_of(case).scaled(case).mesh, MPI.COMM_WORLD)
    linear = Linear(case, domain.with_electrodes(*case.boundaries))
    base = BaseState(linear)
    base.quasi_steady()
    return fastest_modes(linear, base, count)


def rate(case, shape):
    """V10, limited by charge transfer: kappa_1 = `shape` h / R^2."""
    V, V_T = case.working.metal.molar_volume("K"), case.nature.thermal_voltage
    return -((V / case.nature.faraday) ** 2) * GAMMA * EXCHANGE / V_T * shape / RADIUS**2


# Modes that the symmetry planes allow. The first, all of it alike, would need a net current.
ROUND = {
    "2d": [m * m - 1 for m in (2, 4)],
    "axisymmetric": [(n - 1) * (n + 2) for n in (2, 4)],
}


ABOUT_AXIS = pytest.param("axisymmetric", marks=pytest.mark.slow)


@pytest.mark.parametrize("dimension", ["2d", ABOUT_AXIS])
def test_wires_and_balls_become_round(dimension):
    """To first order their volume stays, and so do the amounts of the ions: neutral modes."""
    case = rest(ring(dimension))
    expected = [rate(case, shape) for shape in ROUND[dimension]]
    found = [mode for mode in modes(case, 6) if mode.rate.real < expected[0] / 10]
    for mode, exact in zip(found, expected, strict=False):
        assert mode.pair.residual < 1e-8
        assert mode.rate == pytest.approx(exact, rel=2e-3)
        assert sum(mode.terms.values()) == pytest.approx(mode.rate, rel=1e-9)
        assert mode.terms["capillarity"] == pytest.approx(mode.rate, rel=5e-3)
    assert len(found) >= 2


def test_ripples_of_a_square_front_in_3d():
    """Along x, along y, and as a checkerboard, k^2 = 2 (pi/L)^2, on six elements a side."""
    side = 2 * RADIUS
    sizes = {"front_size": f"{side / 6} m", "far_size": "2.5 um", "growth": 1.0}
    mesh = kna.shape("planar_cell")(dimension="3d", gap="5 um", width=f"{side} m", **sizes)
    case = rest(mesh)
    found = [mode for mode in modes(case, 6) if mode.rate.real < rate(case, 1.0) / 10]
    squares = [(pi * RADIUS / side) ** 2 * n for n in (1, 1, 2)]
    assert len(found) >= 3
    for mode, shape in zip(found, squares, strict=False):
        assert mode.pair.residual < 1e-8
        assert mode.rate == pytest.approx(rate(case, shape), rel=0.035)  # (kh)^2/12 and more
        assert sum(mode.terms.values()) == pytest.approx(mode.rate, rel=1e-9)


@pytest.mark.slow
def test_a_front_measured_where_it_was_is_seen(monkeypatch):
    """With the metric of the base the curvature of a displaced wire is not that of a wire."""
    monkeypatch.setattr(Following, "metric", lambda self, state: self.surface)
    case = rest(ring("2d"))
    exact = rate(case, ROUND["2d"][0])
    assert all(mode.rate != pytest.approx(exact, rel=0.05) for mode in modes(case, 6))


@pytest.mark.slow
def test_ripples_of_a_run_s_state_are_modes_of_its_cell():
    """Half a wave of a flat cell after 0.3 s, long before its salt is steady: by both ways.

    And after all of them the profile is the steady one.
    """
    wave, mesh = 10e-6, growing.flat("2d", width="5 um", front_size="0.25 um", gap="100 um")
    case = growing.growing(mesh, 120, 60, exchange=10.0)
    counter = case.counter.model_copy(update={"front": case.working.front})  # so the gap stays
    case = case.model_copy(update={"counter": counter}).resolved()
    early, late = (case_until(case, time) for time in (0.3, 60))
    model = simulate(early).model
    linear = Linear(early, model.domain, model.fields, model.films)
    base = BaseState(linear)
    base.frozen()
    modes = [mode.rate.real for mode in fastest_modes(linear, base, 4)]
    about_run, about_late, steady = (
        Waves(case, MPI.COMM_WORLD, profile=profile).ripple(wave).rate
        for profile in (profile_after(early), profile_after(late), None)
    )
    assert min(abs(rate / about_run - 1) for rate in modes) < 2e-3
    assert about_late == pytest.approx(steady, rel=1e-3)
    assert abs(about_run / steady - 1) > 0.1


def case_until(case, time):
    """The same case with a shorter drive [s]."""
    return case.model_copy(
        update={"drive": case.drive.model_copy(update={"duration": float(time)})}
    )


def profile_after(case):
    """What the flat cell of a case has come to at the end of its drive."""
    result = simulate(strip_of(case))
    return profile_of(case, result.model, result.history[-1]["voltage [V]"])
