"""Stress in numbers, worked by hand: contact on the front, creep of the metal behind it."""

from collections.abc import Iterator
from math import pi, sqrt
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI
from scipy.special import j0, jn_zeros

import fem_kna as kna
from fem_kna.compare import table
from fem_kna.geometry.shape import Dimension
from fem_kna.motion.nodes import nodes_of
from fem_kna.physics.rheology import Newtonian, rheology_of
from fem_kna.physics.stack import FixedGap
from fem_kna.results.observe import Observer
from fem_kna.results.stress import Contact, Creep, Shifting, watches
from fem_kna.system.build import Model, model_of

P, ETA, SHEAR, DEPTH = 2e5, 1e7, 1e-3, 10e-6  # [Pa], [Pa s], [1/s], [m]
WIDTH = 20e-6
STRESSED = ("contact_pressure", "stress_focus", "von_mises", "creep", "dissipation", "viscosity")


def pressed(dimension: Dimension = "2d", rheology: Any = None) -> kna.Case:
    """Return a flat cell with metal under a separator that is pressed on it."""
    mesh = kna.shape("planar_cell")(
        dimension=dimension,
        width=f"{WIDTH} m",
        gap="100 um",
        metal_depth=f"{DEPTH} m",
        front_size="5 um",
        growth=0.4,
    )
    electrode = kna.Electrode(
        metal="K", film=kna.UniformFilm(resistance="10 ohm*cm^2"), front=kna.MovingFront()
    )
    return kna.Case(
        name="pressed",
        mesh=mesh,
        electrolyte="KFSI/DME",
        separator="GF/D",
        working=electrode.model_copy(update={"rheology": rheology}),
        counter=electrode,
        drive=kna.Galvanostatic(current="1 mA/cm^2", duration="1 s"),
        stack=FixedGap(pressure=f"{P} Pa"),
        numerics=kna.Numerics(least_viscosity="1e-9 Pa*s"),
    )


@pytest.fixture(params=["2d", "axisymmetric", pytest.param("3d", marks=pytest.mark.slow)])
def model(request: pytest.FixtureRequest) -> Iterator[Model]:
    law = Newtonian(constant=f"{ETA} Pa*s")
    made = model_of(pressed(request.param, law).resolved(), MPI.COMM_WORLD)
    yield made
    made.close()


def sheared(model: Model, power: int = 1) -> Creep:
    """Shear the metal, v = SHEAR W (x/W)^power along the height; return what watches it."""
    v, dim = model.fields.flowing[0], model.domain.mesh.geometry.dim
    speed, width = SHEAR * WIDTH / model.scales.of("m/s"), WIDTH / model.scales.length
    v.interpolate(lambda x: [*[0 * x[0]] * (dim - 1), speed * (x[0] / width) ** power])
    return Creep(model, model.domain.measure_of("counter"))


def test_a_stack_alone_presses_evenly(model: Model) -> None:
    row = Contact(model).row()
    for which in ("mean", "max", "min"):
        assert row[f"{which}_contact_pressure [Pa]"] == pytest.approx(P, rel=1e-12)
    assert row["stress_focus [-]"] == pytest.approx(1.0, rel=1e-12)


def test_pressure_that_grows_with_the_distance(model: Model) -> None:
    """P (1 + x/W): its mean is 3/2 P on a strip, 5/3 P on a disc; at most it is 2 P."""
    layer, fields = model.fields.layer, model.fields
    x = model.domain.mesh.geometry.x[layer.nodes[nodes_of(fields.front)], 0]
    rows = fields.unknowns[-1].x.array.reshape(len(x), -1)
    rows[:, model.domain.mesh.geometry.dim + 1] = (
        P / model.scales.of("Pa") * (1 + x * model.scales.length / WIDTH)
    )
    row = Contact(model).row()
    mean = P * (5 / 3 if model.domain.dimension == "axisymmetric" else 3 / 2)
    assert row["mean_contact_pressure [Pa]"] == pytest.approx(mean)
    assert row["max_contact_pressure [Pa]"] == pytest.approx(2 * P)
    assert row["min_contact_pressure [Pa]"] == pytest.approx(P)
    assert row["stress_focus [-]"] == pytest.approx(2 * P / mean)


WAVES = {  # with extremes on the axis and no slope at the sides: as they fade, and k W
    "2d": (lambda x, k: np.cos(k * x[0]), pi),
    "axisymmetric": (lambda x, k: j0(k * x[0]), jn_zeros(1, 1)[0]),
    "3d": (lambda x, k: np.cos(k / sqrt(2) * x[0]) * np.cos(k / sqrt(2) * x[1]), pi * sqrt(2)),
}


@pytest.mark.parametrize("dimension", WAVES)
def test_pressure_that_varies_is_blunted_by_the_films_edge(dimension: Dimension) -> None:
    """A wave P (1 + w), lap w = -k^2 w, keeps its mean and 1/(1 + k^2 b^2/6) of w."""
    wave, kW = WAVES[dimension]
    edge, size = 8e-6, 4e-6 if dimension == "3d" else 1e-6
    case = pressed(dimension, Newtonian(constant=f"{ETA} Pa*s"))
    mesh = kna.shape("crack_patch")(
        dimension=dimension, half_width="9 um", edge_width=f"{edge} m", edge_size=f"{size} m",
        front_size=f"{size} m", width=f"{WIDTH} m", gap="100 um", metal_depth=f"{DEPTH} m",
        growth=0.4,
    )  # fmt: skip
    model = model_of(case.model_copy(update={"mesh": mesh}).resolved(), MPI.COMM_WORLD)
    fields, k = model.fields, kW / WIDTH
    x = model.domain.mesh.geometry.x[fields.layer.nodes[nodes_of(fields.front)]].T
    w = wave(x * model.scales.length, k)
    rows, column = fields.front_rows, model.domain.mesh.geometry.dim + 1
    rows[:, column] = P / model.scales.of("Pa") * (1 + w)
    row, left = Contact(model).row(), 1 / (1 + (k * edge) ** 2 / 6)
    blunt = row["max_contact_pressure [Pa]"] / P - 1
    assert blunt == pytest.approx(left, rel=0.02 if dimension == "3d" else 5e-3)
    assert row["stress_focus [-]"] == pytest.approx((1 + left), rel=0.02)
    assert row["mean_contact_pressure [Pa]"] == pytest.approx(P, rel=0.01)
    # A node that stands out alone by P: what it weighs is spread over the edge.
    rows[:, column] = P / model.scales.of("Pa") * (1 + (np.hypot(x[0], x[1]) < 1e-9))
    alone = Contact(model).row()["max_contact_pressure [Pa]"] / P - 1
    assert 0 < alone < (0.6 if dimension == "3d" else 0.2)
    model.close()


def test_a_liquid_that_is_sheared(model: Model) -> None:
    """Shear stress eta gamma, von Mises stress sqrt(3) of it, eps = gamma / sqrt(3)."""
    row = sheared(model).row()
    assert row["max_von_mises [Pa]"] == pytest.approx(sqrt(3) * ETA * SHEAR)
    assert row["max_creep_rate [1/s]"] == pytest.approx(SHEAR / sqrt(3))
    assert row["metal_dissipation [W/m2]"] == pytest.approx(ETA * SHEAR**2 * DEPTH)
    assert row["effective_viscosity [Pa*s]"] == pytest.approx(ETA)


def test_metal_at_rest_has_no_effective_viscosity(model: Model) -> None:
    row = Creep(model, 1.0).row()
    assert row["max_von_mises [Pa]"] < 1e-3 and row["metal_dissipation [W/m2]"] < 1e-12
    assert "effective_viscosity [Pa*s]" not in row


def test_potassium_that_is_sheared_follows_its_own_law() -> None:
    model = model_of(pressed().resolved(), MPI.COMM_WORLD)
    creep, law = sheared(model), rheology_of(kna.metal("K"))
    own, eased = float(law.viscosity(SHEAR / sqrt(3))), float(law.viscosity(1.0))  # over 1 s
    for share in (0.0, 0.5, 1.0):
        model.share.value = share
        expected = eased ** (1 - share) * own**share
        assert creep.row()["effective_viscosity [Pa*s]"] == pytest.approx(expected)
    model.close()


def test_the_effective_viscosity_is_weighted_with_the_dissipation() -> None:
    """v = gamma x^2 / W shears at 2 gamma x / W, so that eta = eta(W) (x/W)^(1/n - 1) has the mean

    int eta^2 x^2 dx / int eta x^2 dx = eta(W) (1/n + 2) / (2/n + 1).
    """
    law, n = rheology_of(kna.metal("K")), float(kna.metal("K").creep.stress_exponent)
    model = model_of(pressed().resolved(), MPI.COMM_WORLD)
    model.share.value = 1.0
    row = sheared(model, power=2).row()
    at_side = float(law.viscosity(2 * SHEAR / sqrt(3)))
    mean = at_side * (1 / n + 2) / (2 / n + 1)
    assert row["effective_viscosity [Pa*s]"] == pytest.approx(mean, rel=0.02)
    dissipation = at_side * (2 * SHEAR) ** 2 * DEPTH / (1 / n + 2)
    assert row["metal_dissipation [W/m2]"] == pytest.approx(dissipation, rel=0.01)
    assert row["max_creep_rate [1/s]"] < 2 * SHEAR / sqrt(3)  # at midpoints, not at the side
    model.close()


def test_keys_of_stress_are_absent_without_stress() -> None:
    still = pressed().model_copy(update={"stack": None})
    mesh = still.mesh.model_copy(update={"metal_depth": None})
    model = model_of(still.model_copy(update={"mesh": mesh}).resolved(), MPI.COMM_WORLD)
    assert [type(watch) for watch in watches(model, 1.0)] == [Shifting]
    model.march.start()
    row = Observer(model).measure(0.0)
    assert not [key for key in row if any(part in key for part in STRESSED)]
    model.close()


def test_the_table_has_rows_of_stress_where_there_is_stress() -> None:
    plain = {"tip_height [m]": 1e-6}
    stressed = plain | {
        "stress_focus [-]": 1.5,
        "max_contact_pressure [Pa]": 3e5,
        "max_von_mises [Pa]": 5e4,
        "effective_viscosity [Pa*s]": 9e6,
    }
    rows = table(("K", "KNA"), {"K": stressed, "KNA": stressed | {"stress_focus [-]": 1.2}})
    assert rows[0] == ["stress focus, max/mean contact pressure [-]", "1.5", "1.2", "0.800"]
    assert [row[1] for row in rows] == ["1.5", "300", "50", "9e+06", "1"]
    assert len(table(("K", "KNA"), {"K": plain, "KNA": plain})) == 1
