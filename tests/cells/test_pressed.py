"""A separator pressed between flat fronts, by hand: stacks, pores, salt, and what is refused.

Between flat fronts the skeleton is compressed evenly with its sides held: p = f(l), l its present
over its stress-free thickness. Of l nothing is left to the code but what the stack starts with.
"""

from collections.abc import Iterator
from math import exp
from typing import Any

import numpy as np
import pytest
from dolfinx import fem
from mpi4py import MPI
from scipy.optimize import brentq

import fem_kna as kna
from fem_kna.geometry.shape import Dimension
from fem_kna.inputs.units import Value
from fem_kna.physics.contact import SOFTNESS
from fem_kna.results.outputs import CellMeans
from fem_kna.system.build import Model, model_of
from fem_kna.system.groups import limiting_current

P, GAP, FRONT = 2e5, 50e-6, 5e-6  # [Pa], [m], [m] elements at the front
CURRENT, TIME = 40.0, 100.0  # [A m-2], [s]: 1.9 um of potassium
STIFFNESS = 5e10  # [Pa m-1]
FILM = SOFTNESS**2 / 2 * FRONT  # [m], what is left between touching faces at the pressure P
ROUGH = 3e-6  # relative: nodes differ by how they see that film
ELASTIC = kna.NeoHookean(modulus="1 MPa", poisson_number="0.2")
FIBRES = kna.FibreMat(modulus="0.3 MPa", poisson_number="0.1", stiffening_exponent=3.0)
LARGE_STEPS = kna.Numerics(
    frames=1, time_tolerance=1e9, front_tolerance=1e9, first_step="1 s", longest_step="20 s"
)


def fibres(ratio: float) -> float:
    """M/3 (l^-3 - 1), M = 0.3 MPa 0.9/(1.1 0.8)."""
    return 0.3e6 * 0.9 / (1.1 * 0.8) / 3 * (ratio**-3 - 1)


def elastic(ratio: float) -> float:
    """-[mu (l^2 - 1) + lambda ln l]/l, mu = 1 MPa/2.4, lambda = 1 MPa 0.2/(1.2 0.6)."""
    mu, lame = 1e6 / 2.4, 1e6 * 0.2 / (1.2 * 0.6)
    return float(-(mu * (ratio**2 - 1) + lame * np.log(ratio)) / ratio)


LAWS = [(FIBRES, fibres), (ELASTIC, elastic)]
CELLS = [
    ("2d", *LAWS[0]),
    pytest.param("axisymmetric", *LAWS[1], marks=pytest.mark.slow),
]


def potassium(times: float = 1.0) -> Any:
    """Return potassium with a number of times its molar volume."""
    metal = kna.metal("K")
    volume = Value(times * metal.molar_volume("K"), "m^3/mol")
    return metal.model_copy(update={"molar_volume_of_potassium": volume})


def cell(stack: Any, dimension: Dimension = "2d", volumes: float = 1.0, **fields: Any) -> kna.Case:
    """Return a flat cell whose counter metal has `volumes` times potassium's molar volume."""
    electrode = kna.Electrode(
        metal=potassium(), film=kna.UniformFilm(resistance="10 ohm*cm^2"), front=kna.MovingFront()
    )
    defaults = {
        "name": "pressed",
        "mesh": kna.shape("planar_cell")(
            dimension=dimension,
            width="20 um",
            gap=f"{GAP} m",
            front_size=f"{FRONT} m",
            growth=0.4,
        ),
        "electrolyte": "KFSI/DME",
        "separator": "GF/D",
        "working": electrode,
        "counter": electrode.model_copy(update={"metal": potassium(volumes)}),
        "drive": kna.Galvanostatic(current=f"{CURRENT} A/m^2", duration=f"{TIME} s"),
        "stack": stack,
        "numerics": LARGE_STEPS,
    }
    return kna.Case(**(defaults | fields))


def stack(kind: Any, law: Any, **fields: Any) -> Any:
    return kind(pressure=f"{P} Pa", skeleton=law, **fields)


def found(case: kna.Case) -> tuple[float, float, kna.Result]:
    """Run `case`; return its pressure, equal everywhere, and the way of its plate."""
    result = kna.simulate(case)
    least, mean, most = (
        result.summary[f"{which}_contact_pressure [Pa]"] for which in ("min", "mean", "max")
    )
    assert most - least < ROUGH * mean
    assert result.summary["salt_drift [-]"] < 1e-11
    (plate,) = result.model.fields.plates
    return mean, float(plate.x.array[0]) * result.model.scales.of("m"), result


def start(law: Any) -> float:
    """Return present over stress-free thickness at the pressure P, of a law p(l)."""
    return float(brentq(lambda ratio: law(ratio) - P, 0.3, 1.0, xtol=1e-14))


def plated() -> float:
    """Return the layer [m] on the working electrode at the end, J t V / F."""
    return CURRENT * TIME * potassium().molar_volume("K") / 96485.33212


def pressure(law: Any, thinner: float) -> float:
    """Return p(l) where two films and `thinner` have been taken off the gap."""

    def excess(p: float) -> float:
        return float(law(start(law) * (1 - (thinner + 2 * FILM * P / p) / GAP)) - p)

    return float(brentq(excess, P / 10, 10 * P, xtol=1e-9))


@pytest.mark.parametrize(("dimension", "skeleton", "law"), CELLS)
def test_plates_that_stand_under_equal_metals(
    dimension: Dimension, skeleton: Any, law: Any
) -> None:
    mean, plate, _ = found(cell(stack(kna.FixedGap, skeleton), dimension))
    assert mean == pytest.approx(P, rel=1e-6)
    assert mean == pytest.approx(pressure(law, 0.0), rel=1e-10)
    assert abs(plate) < 1e-20


@pytest.mark.parametrize(("dimension", "skeleton", "law"), CELLS)
@pytest.mark.parametrize("volumes", [0.0, 2.0])
def test_plates_that_stand_feel_the_difference_of_volumes(
    volumes: float, dimension: Dimension, skeleton: Any, law: Any
) -> None:
    mean, plate, _ = found(cell(stack(kna.FixedGap, skeleton), dimension, volumes))
    assert mean == pytest.approx(pressure(law, (1 - volumes) * plated()), rel=1e-8)
    assert (mean > P) == (volumes < 1) and abs(mean / P - 1) > 0.1
    assert abs(plate) < 1e-20


@pytest.mark.parametrize(("dimension", "skeleton", "law"), CELLS)
def test_a_weight_moves_by_the_difference_of_volumes(
    dimension: Dimension, skeleton: Any, law: Any
) -> None:
    mean, plate, _ = found(cell(stack(kna.DeadLoad, skeleton), dimension, 2.0))
    assert mean == pytest.approx(P, rel=1e-12)
    assert plate == pytest.approx(2 * FILM - plated(), rel=1e-9)


@pytest.mark.parametrize(("dimension", "skeleton", "law"), CELLS)
def test_a_spring_meets_the_skeleton_on_the_way(
    dimension: Dimension, skeleton: Any, law: Any
) -> None:
    """P + k U = p(l (H - (V_w - V_c) + U)/H): one equation for U."""
    spring = stack(kna.Spring, skeleton, stiffness=f"{STIFFNESS} Pa/m")
    mean, plate, _ = found(cell(spring, dimension, 0.5))
    grown = plated() / 2
    way = brentq(lambda U: P + STIFFNESS * U - pressure(law, grown - U), -grown, grown, xtol=1e-18)
    assert 0.1 * grown < way < 0.9 * grown  # neither a weight nor plates that stand
    assert plate == pytest.approx(way, rel=1e-7)
    assert mean == pytest.approx(P + STIFFNESS * way, rel=1e-8)


@pytest.mark.parametrize(("skeleton", "law"), LAWS)
def test_the_solid_of_the_skeleton_keeps_its_volume(skeleton: Any, law: Any) -> None:
    """Liquid per area: thickness H' minus the solid's (1 - eps_0) H / l."""
    _, _, result = found(cell(stack(kna.FixedGap, skeleton), volumes=0.0))
    eps0 = float(result.model.case.separator.porosity)
    solid = (1 - eps0) * GAP / start(law)
    assert liquid(result.model) == pytest.approx(GAP - plated() - solid, rel=1e-6)
    assert solid > 0.08 * GAP


def liquid(model: Model) -> float:
    """Return the volume of liquid in the pores per area [m]."""
    state = model.fields.view(model.fields.now)
    whole = sum(region.medium(state).porosity * region.dx for region in model.cell.regions)
    volume = fem.assemble_scalar(fem.form(whole, entity_maps=model.fields.entity_maps))
    return float(volume / model.domain.measure_of("counter") * model.scales.length)


@pytest.mark.parametrize(("skeleton", "law"), LAWS)
def test_the_limiting_current_falls_with_the_pores(skeleton: Any, law: Any) -> None:
    """As eps^b: 1 - (1 - eps_0)/l remains of the pores."""
    pressed = cell(stack(kna.FixedGap, skeleton)).resolved()
    loose = pressed.model_copy(update={"stack": None})
    eps0, b = (
        float(getattr(pressed.separator, name)) for name in ("porosity", "bruggeman_exponent")
    )
    eps = 1 - (1 - eps0) / start(law)
    ratio = limiting_current(pressed) / limiting_current(loose)
    assert ratio == pytest.approx((eps / eps0) ** b, rel=1e-12)
    assert ratio < 0.98


def test_the_salt_falls_off_as_the_pores_ask() -> None:
    """Between fronts that move at V J/F the liquid stands still, a sixth of the salt gone:

    D_eff c' = (J/F) (1 - t - V c),      int c dy = c_0 H,

    since anions that nothing takes are met by the moving front: c = (1 - t)/V - A exp(-y/L),
    L = F D_eff / (J V).
    """
    case = cell(
        stack(kna.FixedGap, FIBRES),
        drive=kna.Galvanostatic(current="200 A/m^2", duration="10 s"),
        numerics=LARGE_STEPS.model_copy(update={"first_step": 0.5, "longest_step": 0.5}),
    ).resolved()
    D, t = case.closure.binary(case.electrolyte)
    eps0, b = (float(getattr(case.separator, n)) for n in ("porosity", "bruggeman_exponent"))
    inside = (1 - (1 - eps0) / start(fibres)) ** b * D
    V, c0 = potassium().molar_volume("K"), float(case.electrolyte.salt_concentration)
    length = 96485.33212 * inside / (200.0 * V)
    far = (1 - t) / V
    A = (far - c0) * GAP / (length * (1 - exp(-GAP / length)))
    (*_, last) = kna.simulate(case).history
    assert last["min_surface_concentration [mol/m3]"] == pytest.approx(far - A, rel=1e-6)
    assert far - A < 0.9 * c0


@pytest.fixture(params=["2d", "axisymmetric"])
def uneven(request: pytest.FixtureRequest) -> Iterator[Model]:
    """A cell at rest whose skeleton is compressed unevenly, but for its edges, and wants to settle.

    The film that the pressure P leaves is there already: no front moves.
    """
    case = cell(stack(kna.FixedGap, ELASTIC), request.param, drive=kna.Rest(duration="1 s"))
    model = model_of(case.resolved(), MPI.COMM_WORLD)
    fields, width = model.fields, 20e-6 / GAP
    fields.reference_map.x.array[:] += bump(fields.reference_map, width).ravel()
    fields.front_rows[:, 4] = FILM / GAP
    model.march.start()
    yield model
    model.close()


def bump(X: Any, width: float) -> np.ndarray:
    """Return a displacement of 5 % of the size that is zero on the edges of the unit gap."""
    x, y = X.function_space.tabulate_dof_coordinates()[:, :2].T
    along = np.sin(np.pi * x / width) * np.sin(2 * np.pi * y)
    return 0.05 * width * np.column_stack([along * np.cos(np.pi * y), along])


def test_uniform_salt_stays_uniform_while_the_skeleton_settles(uneven: Model) -> None:
    """Nothing but the evenly compressed skeleton is at rest: each point goes to where X says.

    There the liquid makes room for the solid, and salt that is uniform is so for ever.
    """
    X = uneven.fields.reference_map
    straight = X.x.array.reshape(-1, 2) * [1.0, start(elastic)]
    before = pores(uneven)
    uneven.march.step(np.inf)
    there = X.function_space.tabulate_dof_coordinates()[:, :2]
    assert there == pytest.approx(straight, abs=1e-13)
    salt = uneven.fields.values(uneven.fields.ions[0])
    assert np.ptp(salt) < 1e-12 and salt == pytest.approx(1.0, abs=1e-12)
    assert np.ptp(before) > 0.02 and np.ptp(pores(uneven)) < 1e-13


def pores(model: Model) -> np.ndarray:
    """Return the porosity of each cell."""
    state, mesh = model.fields.view(model.fields.now), model.domain.liquid.mesh
    parts = [(region.medium(state).porosity, region.dx) for region in model.cell.regions]
    return np.array(CellMeans("porosity", model, mesh, 1.0, parts).evaluated().x.array)


LIQUID = {"rheology": kna.Newtonian(constant="1 MPa*s")}
DEEP = {"metal_depth": "10 um"}
REFUSED = [
    (
        {"electrolyte_gap": "10 um"},
        {},
        "mesh.electrolyte_gap: 1e-05 m, but the stack presses the separator on the electrodes; "
        "accepted: 0, or no stack",
    ),
    (
        {"dimension": "1d"},
        {},
        "mesh.dimension: '1d' with a stack; accepted: 2d, axisymmetric, 3d",
    ),
    (
        {},
        {"counter": {"front": None}},
        "counter.front: none, but a separator is pressed on it; accepted: MovingFront",
    ),
    (
        {},
        {"working": {"front": None}},
        "working.front: none, but a separator is pressed on it; accepted: MovingFront",
    ),
    (
        DEEP,
        {"working": {"front": None}},
        "mesh.metal_depth: metal flows behind a moving front; none is given",
    ),
    (
        {},
        {"working": LIQUID},
        "working.rheology: no metal is drawn there; accepted: none, or for the working electrode "
        "a mesh with metal_depth",
    ),
    (
        DEEP,
        {"counter": LIQUID},
        "counter.rheology: no metal is drawn there; accepted: none, or for the working electrode "
        "a mesh with metal_depth",
    ),
]


@pytest.mark.parametrize(("mesh", "sides", "line"), REFUSED)
def test_what_cannot_be_pressed_is_refused_in_a_line(mesh: Any, sides: Any, line: str) -> None:
    given: dict[str, Any] = dict(cell(stack(kna.FixedGap, ELASTIC)))
    given["mesh"] = type(given["mesh"])(**(dict(given["mesh"]) | mesh))
    for side, changed in sides.items():
        given[side] = kna.Electrode(**(dict(given[side]) | changed))
    with pytest.raises(kna.InputError) as refusal:
        kna.Case(**given)
    assert str(refusal.value).splitlines()[0].endswith(line)
    assert "\n" not in str(refusal.value)


def test_a_mat_is_not_pressed_below_a_fifth() -> None:
    """f(0.2) of the fibres: M/3 (5^3 - 1) = 12.7 MPa."""
    limit = fibres(0.2)
    assert limit == pytest.approx(12.682e6, rel=1e-4)
    thin = kna.FixedGap(pressure=f"{0.999 * limit} Pa", skeleton=FIBRES)
    assert limiting_current(cell(thin).resolved()) > 0
    crushing = kna.FixedGap(pressure=f"{1.001 * limit} Pa", skeleton=FIBRES)
    with pytest.raises(kna.InputError) as refusal:
        model_of(cell(crushing).resolved(), MPI.COMM_WORLD)
    assert str(refusal.value) == (
        "stack.pressure: 1.27e+07 Pa presses the separator to less than 0.2 of its "
        "thickness; accepted: less"
    )
