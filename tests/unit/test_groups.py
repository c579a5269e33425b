"""Limiting current, Sand's time and dimensionless groups against numbers worked by hand."""

from math import pi

import pytest

import fem_kna as kna
from fem_kna.inputs.units import Parameters, Value
from fem_kna.places import load_case
from fem_kna.system.groups import (
    cutoff_wavelength,
    groups,
    limiting_current,
    sand_time,
    warnings,
)
from fem_kna.system.scales import scales_of

F, V_T = 96485.33212, 8.314462618 * 298.15 / 96485.33212


@pytest.fixture
def case() -> kna.Case:
    """The main job's case, not pressed, 0.5 mm of separator of porosity 0.81: D_eff = 0.9**3 D."""
    base: kna.Case = load_case("plating_over_crack").case()
    separator = base.separator.model_copy(update={"porosity": 0.81})
    mesh = base.mesh.model_copy(update={"gap": Value(5e-4, "m")})
    return base.model_copy(update={"separator": separator, "mesh": mesh, "stack": None}).resolved()


def test_limiting_current_and_sand_time(case: kna.Case) -> None:
    """2 F 0.729 6e-10 400 / (0.6 500e-6); pi 0.81 0.729 6e-10 [F 400 / (2 200 0.6)]^2."""
    assert limiting_current(case) == pytest.approx(2 * F * 0.729 * 6e-10 * 400 / (0.6 * 5e-4))
    by_hand = pi * 0.81 * 0.729 * 6e-10 * (F * 400 / (2 * 200 * 0.6)) ** 2
    assert sand_time(case, 200.0) == pytest.approx(by_hand)


def test_groups(case: kna.Case) -> None:
    """R_ct = RT/(F i0) = 2.57e-3 ohm m2 at c_ref = 0.4 mol/L; Wagner length kappa_eff R."""
    found = groups(case)
    R_ct = V_T / 10.0
    assert found["charge_transfer_resistance [ohm m2]"] == pytest.approx(R_ct, rel=1e-9)
    assert found["wagner_length [m]"] == pytest.approx(0.7 * 0.729 * (R_ct + 3e-3), rel=1e-9)
    assert found["film_over_charge_transfer_resistance [-]"] == pytest.approx(3e-3 / R_ct)
    assert found["weak_over_intact_film_resistance [-]"] == pytest.approx(0.1)
    diffusion = 0.81 * 25e-8 / (pi**2 * 0.729 * 6e-10)
    assert found["diffusion_time [s]"] == pytest.approx(diffusion)
    assert found["duration_over_diffusion_time [-]"] == pytest.approx(900 / diffusion)


def test_warnings_name_field_and_number(case: kna.Case) -> None:
    assert warnings(case) == []
    fast = case.model_copy(update={"drive": kna.Galvanostatic(current="1 A/cm^2", duration="1 s")})
    assert warnings(fast)[0].startswith("drive.current: 1e+04 A/m2 is above the limiting current")
    mixed = kna.electrolyte("KFSI-NaPF6/DME")
    host, guest, *anions = mixed.ions
    crowded = (guest.model_copy(update={"name": "Na+", "concentration": 400.0}),)
    electrolyte = mixed.model_copy(update={"ions": (host, *crowded, *anions)})
    salty = case.model_copy(update={"electrolyte": electrolyte})
    assert warnings(salty)[0].startswith("electrolyte: 400 mol/m3 of further cations")
    dilute = salty.model_copy(update={"closure": kna.DiluteSolution()})
    assert warnings(dilute) == []


class Mixed(Parameters):
    """Nothing but a name."""

    name: str = "x"


def test_scales_make_the_constants_one(case: kna.Case) -> None:
    """Gap, salt diffusivity, salt concentration, F and RT/F are 1 in a scaled case."""
    scales = scales_of(case)
    scaled, nature = scales.scaled(case), scales.scaled(case.nature)
    assert scaled.mesh.gap == pytest.approx(1.0)
    assert scaled.electrolyte.salt_diffusivity == pytest.approx(1.0)
    assert scaled.electrolyte.salt_concentration == pytest.approx(1.0)
    assert nature.faraday == pytest.approx(1.0) and nature.thermal_voltage == pytest.approx(1.0)
    assert scales.of("s") == pytest.approx(25e-8 / 6e-10)
    assert scales.of("A/m^2") == pytest.approx(F * 6e-10 * 400 / 5e-4)
    assert scales.of("ohm*m^2") == pytest.approx(V_T / scales.of("A/m^2"))
    assert scales.of("Pa") == pytest.approx(F * 400 * V_T)  # c R T
    assert scales.scaled(Mixed()) == Mixed()


def test_cutoff_wavelength(case: kna.Case) -> None:
    """J = D/(1-t) c V gamma k^2 / (2 V_T) with the salt left at the front."""
    V, gamma = float(case.working.metal.molar_volume("K")), 0.111
    left = 400 * (1 - 40 / limiting_current(case))
    cutoff = cutoff_wavelength(case)
    assert cutoff is not None
    k = 2 * pi / cutoff
    assert 0.729 * 6e-10 / 0.6 * left * V * gamma * k**2 / (2 * V_T) == pytest.approx(40, rel=0.01)
    assert groups(case)["capillary_cutoff_wavelength [m]"] == cutoff
    still = case.working.model_copy(update={"front": None})
    assert cutoff_wavelength(case.model_copy(update={"working": still})) is None


def test_numbers_too_far_apart_are_one_line(case: kna.Case) -> None:
    """0.81 to the power of 2^99 is nothing."""
    separator = case.separator.model_copy(update={"bruggeman_exponent": 2.0**99})
    with pytest.raises(kna.InputError, match="lie too far apart to compute with") as error:
        groups(case.model_copy(update={"separator": separator}))
    assert "\n" not in str(error.value)
