"""Laws of metal flow, with numbers worked by hand."""

from math import exp, log, sqrt

import basix.ufl
import numpy as np
import pytest
import ufl

import fem_kna as kna
from fem_kna.inputs.units import Value
from fem_kna.physics.rheology import (
    Eased,
    Newtonian,
    PartlyMolten,
    PowerLawCreep,
    Rheology,
    rheology_of,
)

RATES = np.array([1e-12, 1e-9, 1e-6, 1e-3, 1.0])
KNA = ("K", "KNA-1.8", "KNA-3.5", "KNA-5.0", "KNA-33.7")


def solid(**numbers):
    """10 kPa at 1e-2/s, n = 4, and Q/R = 5000 K; by default at the reference temperature."""
    defaults = {
        "reference_strain_rate": "1e-2 1/s",
        "reference_stress": "10 kPa",
        "stress_exponent": 4,
        "rest_strain_rate": "1e-12 1/s",
        "activation_temperature": "5000 K",
        "temperature": "298.15 K",
    }
    return PowerLawCreep(**(defaults | numbers))


def mush(phi, **numbers):
    defaults = {
        "solid": solid(),
        "liquid_viscosity": "1 mPa*s",
        "liquid_fraction": phi,
        "weakening": 20,
        "critical_liquid_fraction": 0.4,
        "yield_stress": "10 Pa",
        "yield_onset": 0.3,
        "yield_exponent": 2,
    }
    return PartlyMolten(**(defaults | numbers))


def stress(law, rate):
    return 3 * law.viscosity(rate) * rate


def test_newtonian():
    law = Newtonian(constant="2 mPa*s")
    assert law.viscosity(5.0) == pytest.approx(2e-3)
    assert law.viscosity(RATES) == pytest.approx(np.full(5, 2e-3))


def test_creep_by_hand():
    """At the reference rate 10 kPa / 3e-2; at 16 times it twice the stress, n = 4."""
    assert solid().viscosity(1e-2) == pytest.approx(1e4 / 3e-2)
    assert stress(solid(), 0.16) == pytest.approx(2e4)


def test_warmth_speeds_creep_up():
    """310 K: exp[5000 (1/298.15 - 1/310)] = 1.898 times the rate at the same stress."""
    factor = exp(5000 * (1 / 298.15 - 1 / 310))
    assert factor == pytest.approx(1.898, abs=5e-4)
    assert stress(solid(temperature="310 K"), factor * 0.16) == pytest.approx(2e4)


def test_at_rest_creep_is_newtonian():
    """Well below 1e-6/s: 10 kPa / 3e-2 (1e-4)^(1/4 - 1) = 1e3 * 1e4/3e-2."""
    law = solid(rest_strain_rate="1e-6 1/s")
    assert law.viscosity(0.0) == pytest.approx(1e3 * 1e4 / 3e-2)
    assert law.viscosity(1e-9) == pytest.approx(law.viscosity(0.0), rel=1e-6)
    assert law.viscosity(1e-6) == pytest.approx(law.viscosity(0.0) * 2 ** (-3 / 8))


def test_liquid_weakens_the_grains():
    """phi = 0.2, alpha = 20: e^4 = 54.6 times the rate at the same stress, e^-1 the stress."""
    law = mush(0.2)
    assert stress(law, exp(4) * 0.16) == pytest.approx(2e4)
    assert stress(law, 0.16) == pytest.approx(2e4 * exp(-1))


def test_no_liquid_is_the_solid_and_nothing_else_the_liquid():
    assert mush(0.0).viscosity(RATES) == pytest.approx(solid().viscosity(RATES))
    assert mush(1.0).viscosity(RATES) == pytest.approx(np.full(5, 1e-3), rel=1e-6)


def test_suspension_by_hand():
    """phi = 0.7: s = 0.3 = s_y, no yield; room 1 - 0.3/0.6 = 1/2, 1 mPa s 2^(2.5 0.6).

    phi = 0.55: s = 0.45, room 1/4, excess 1/2: tau_y = 10 Pa (0.5/0.25)^2 = 40 Pa.
    """
    assert mush(0.7).viscosity(1.0) == pytest.approx(1e-3 * 2**1.5, rel=1e-5)
    assert mush(0.55).shear_yield_stress == pytest.approx(40, rel=1e-6)
    law = mush(0.55)
    shear_rate = 1e-3
    tau = law.of_suspension(shear_rate / sqrt(3)) * shear_rate
    assert tau == pytest.approx(40 + 1e-3 * 4**1.5 * shear_rate, rel=1e-6)


def test_more_liquid_is_never_stiffer_and_there_is_no_jump():
    phi = np.linspace(0, 1, 101)
    for rate in RATES[1:]:
        eta = np.array([mush(p).viscosity(rate) for p in phi])
        assert (np.diff(eta) <= 0).all()
        for kink in (0.4, 0.7):
            below, above = (mush(kink + side).viscosity(rate) for side in (-1e-9, 1e-9))
            assert above == pytest.approx(below, rel=1e-4)


def test_suspension_counts_only_above_the_critical_fraction():
    law = mush(0.399)
    assert law.viscosity(RATES) == pytest.approx(law.of_grains(RATES), rel=1e-4)
    assert mush(0.55).viscosity(1e-2) < 0.1 * mush(0.55).of_grains(1e-2)


def test_ufl_and_numbers_agree():
    plane = ufl.Mesh(basix.ufl.element("Lagrange", "triangle", 1, shape=(2,)))
    x = ufl.SpatialCoordinate(plane)[0]
    for law in (Newtonian(constant="2 Pa*s"), solid(), mush(0.3), mush(0.5)):
        for given in (law, Eased(law, 1e-2, 0.7)):
            assert float(given.viscosity(x)((0.25, 0.5))) == pytest.approx(given.viscosity(0.25))
            assert isinstance(given, Rheology)


def test_liquid_fraction_may_be_a_field():
    plane = ufl.Mesh(basix.ufl.element("Lagrange", "triangle", 1, shape=(2,)))
    phi = ufl.SpatialCoordinate(plane)[0]
    law = mush(0.1).model_copy(update={"liquid_fraction": phi})
    assert float(law.viscosity(1e-3)((0.5, 0.2))) == pytest.approx(mush(0.5).viscosity(1e-3))


def test_eased_creep_is_creep_of_a_lower_exponent():
    """share 0.8: 1/n from 1 to 1 - 0.8 (1 - 1/4) = 0.4, with the viscosity at 1e-3/s kept."""
    eased = Eased(solid(), 1e-3, 0.8)
    assert eased.viscosity(1e-3) == pytest.approx(solid().viscosity(1e-3))
    slope = log(stress(eased, 1e-2) / stress(eased, 1e-4)) / log(100)
    assert slope == pytest.approx(0.4)


def test_laws_of_the_metals():
    """At 1e-2/s: K 0.1 MPa 10^(1/5); KNA-3.5 e^(-30 0.190/5) = 0.32 of it; KNA-33.7 liquid."""
    K, dilute, quasi, crumbly, liquid = (rheology_of(kna.metal(name)) for name in KNA)
    assert stress(K, 1e-2) == pytest.approx(1e5 * 10**0.2, rel=1e-6)
    assert stress(dilute, 1e-2) == pytest.approx(stress(K, 1e-2))
    assert stress(quasi, 1e-2) / stress(K, 1e-2) == pytest.approx(exp(-6 * 0.19036), rel=1e-4)
    assert 0.005 < stress(crumbly, 1e-2) / stress(K, 1e-2) < 0.085
    assert liquid.viscosity(1e-2) == pytest.approx(0.7e-3)


def test_potassium_at_rest():
    """1e5/3e-3 (2.5e-6)^-0.8 Pa s, about 1e12."""
    assert rheology_of(kna.metal("K")).viscosity(0.0) == pytest.approx(1e12, rel=0.02)


def test_numbers_of_a_law_keep_their_sources():
    law = rheology_of(kna.metal("KNA-3.5"))
    for number in (law.liquid_fraction, law.weakening, law.solid.activation_temperature):
        assert isinstance(number, Value)
        assert number.source
        assert number.low < number < number.high
    assert float(law.solid.activation_temperature) == pytest.approx(39e3 / 8.314462618)


def test_a_warm_alloy_is_softer():
    cold, warm = (rheology_of(kna.metal("KNA-3.5", T)) for T in (293.15, 303.15))
    assert stress(warm, 1e-3) < 0.65 * stress(cold, 1e-3)
