"""How stiff metal may be that levels a ripple in time: by hand, and against the front's modes."""

from dataclasses import replace
from math import pi

import pytest

import fem_kna as kna
from fem_kna.inputs.nature import Nature
from fem_kna.physics.rheology import rheology_of
from fem_kna.places import load_case
from fem_kna.system.groups import cutoff_wavelength, groups, plating
from fem_kna.system.levelling import Plating, capillary_stress, crossover_viscosity, viscosity_under
from fem_kna.verify.dispersion import FrontProblem, growth_rates
from fem_kna.verify.front_problem import Base

MICRON = 1e-6
DILUTE = 1e-3  # share of its volume in the solution: so little salt makes way for the front


def flowing(metal: str = "K", depth: float | None = 20 * MICRON) -> kna.Case:
    """Return the main job's case, not pressed, with so much metal that flows."""
    case: kna.Case = load_case("plating_over_crack").case()
    mesh = case.mesh.model_copy(update={"metal_depth": depth, "gap": 500 * MICRON})
    working = case.working.model_copy(update={"metal": metal})
    changed = {"mesh": mesh, "working": working, "stack": None}
    return case.model_copy(update=changed).resolved()


@pytest.mark.parametrize("wavelength", [8 * MICRON, 20 * MICRON])
@pytest.mark.parametrize("exchange", [10.0, 1000.0])
@pytest.mark.parametrize("film", [0.0, 3e-3])
def test_growth_rate_is_that_of_the_fronts_modes(
    film: float, exchange: float, wavelength: float
) -> None:
    """A dilute salt, quasi-steady; metal of small volume, which moves little liquid about."""
    V, gamma, k = DILUTE * 4.55e-5, 0.11 / DILUTE, 2 * pi / wavelength
    problem = FrontProblem.dilute(
        cation=5e-10,
        anion=5e-10,
        current=40.0,
        concentration=400.0,
        gap=100 * MICRON,
        exchange_current=exchange,
        reference_concentration=400.0,
        surface_energy=gamma,
        molar_volume=V,
        film_resistance=film,
    )
    c = float(Base(problem).salt(0.0))
    nature, law = Nature(temperature="298.15 K"), problem.charge_transfer
    front = Plating(40.0, c, 5e-10 / 0.5, 100 * MICRON, film, V * gamma, V, law, nature)
    expected = growth_rates(problem, k).working.real
    assert front.growth_rate(k) == pytest.approx(expected, rel=2e-3)


def test_capillarity_heals_the_cutoff_wavelength_when_kinetics_are_fast() -> None:
    case = flowing()
    front, cutoff = plating(case), cutoff_wavelength(case)
    assert front is not None and cutoff is not None
    law = case.reactions[0].kinetics.model_copy(update={"exchange_current_density": 1e8})
    V_T = case.nature.thermal_voltage
    fast = replace(front, law=lambda step, c: float(law.current(step, c, 1.0, V_T)))
    k = 2 * pi / cutoff
    assert fast.growth_rate(0.99 * k) > 0 > fast.growth_rate(1.01 * k)


def test_crossover_viscosity_by_hand() -> None:
    """gamma k / (2 omega) = 0.11 * 2 pi / 10 um / (2 * 3.3e-5 1/s) = 1.05e9 Pa s."""
    k = 2 * pi / (10 * MICRON)
    assert crossover_viscosity(0.11, k, 3.3e-5) == pytest.approx(1.05e9, rel=0.005)
    assert capillary_stress(0.11, k) == pytest.approx(4.34e4, rel=0.001)  # of a micron's height


def test_viscosity_under_a_stress() -> None:
    """K: sigma / (3 eps) with eps = 1e-3 1/s (sigma / 0.1 MPa)^5; the liquid has but one."""
    law = rheology_of(kna.metal("K"))
    assert viscosity_under(law, 1e5) == pytest.approx(1e5 / 3e-3, rel=1e-6)
    assert viscosity_under(law, 4e4) == pytest.approx(4e4 / (3e-3 * 0.4**5), rel=1e-6)
    assert viscosity_under(rheology_of(kna.metal("KNA-33.7")), 4e4) == pytest.approx(7e-4)


def test_groups_of_metal_that_flows() -> None:
    """K is about as stiff as the crossover over a crack of 2 um, KNA-3.5 decades softer."""
    found = {metal: groups(flowing(metal)) for metal in ("K", "KNA-3.5")}
    own, crossover = "viscosity_at_capillary_stress [Pa*s]", "crossover_viscosity [Pa*s]"
    for values in found.values():
        assert values["flaw_wavelength [m]"] == pytest.approx(8 * MICRON)
        assert values[crossover] == pytest.approx(1.5e9, rel=0.01)
    assert found["K"][own] == pytest.approx(3.8e8, rel=0.02)
    assert found["KNA-3.5"][own] == pytest.approx(1.3e6, rel=0.03)
    standing = groups(flowing(depth=None))
    assert not [key for key in standing if "viscosity" in key or "flaw" in key]
