"""Activities and liquid of an alloy whose composition varies: near the equilibrium, without kinks.

The equilibrium is that of `fem_kna.alloy`, found there by tie lines and checked against a
minimisation of the Gibbs energy.
"""

import numpy as np
import pytest
import ufl

import fem_kna as kna
from fem_kna import alloy, materials
from fem_kna.inputs.errors import InputError
from fem_kna.physics.composition import (
    METALS,
    Diffusing,
    WellMixed,
    concentration,
    mole_fraction,
    potassium,
)
from fem_kna.physics.phases import RoundedPhases
from fem_kna.physics.rheology import mush_of, rheology_of
from fem_kna.verify.cells import cell, electrode

TEMPERATURES = (285.0, 293.15, 298.15, 313.15, 333.15)
V_T = 25.69e-3


def phases_at(temperature):
    return RoundedPhases(**materials.coexistence(temperature))


def compositions(phases):
    """From dilute to dilute, and densely about every corner."""
    dilute = np.geomspace(1e-7, 0.5, 60)
    corners = [
        phases.solidus_at_potassium,
        phases.liquidus_at_potassium,
        phases.liquidus_at_sodium,
        phases.solidus_at_sodium,
    ]
    near = [c + k * 0.002 * min(c, 1 - c) for c in corners for k in range(-6, 7)]
    return np.array([*dilute, *(1 - dilute), *near])


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_potentials_and_liquid_are_those_of_the_equilibrium(temperature):
    phases = phases_at(temperature)
    x = compositions(phases)
    states = [alloy.state(float(one), temperature) for one in x]
    for name, field in (("K", "activity_of_potassium"), ("Na", "activity_of_sodium")):
        exact = np.array([getattr(state, field) for state in states])
        assert 1e3 * V_T * np.abs(np.log(phases.activity(name, x) / exact)).max() < 0.1  # mV
    liquid = np.array([state.liquid_volume_fraction for state in states])
    # by the local volumes of both phases; here with those at the ends of the tie line
    assert np.abs(phases.liquid_fraction(x) - liquid).max() < 0.005


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_gibbs_and_duhem(temperature):
    """x d ln a_Na + (1-x) d ln a_K = 0; differences of eighth order and 18 digits see 1e-12."""
    phases = phases_at(temperature)
    x = compositions(phases).astype(np.longdouble)
    x = x[np.minimum(x, 1 - x) > 1e-4]  # below, differences no longer see it
    h = 1e-2 * np.minimum(np.minimum(x, 1 - x), 1e-4)  # a corner is rounded over 1e-4
    stencil = {1: 4 / 5, 2: -1 / 5, 3: 4 / 105, 4: -1 / 280}
    slopes = {}
    for name in METALS:
        up, down = (
            [np.log(phases.activity(name, x + sign * n * h)) for n in stencil] for sign in (1, -1)
        )
        weights = [np.longdouble(w) for w in stencil.values()]
        pairs = zip(weights, up, down, strict=True)
        slopes[name] = sum(w * (a - b) for w, a, b in pairs) / h
    terms = x * slopes["Na"], (1 - x) * slopes["K"]
    assert np.abs(terms[0] + terms[1]).max() < 1e-12
    assert (slopes["Na"] > -1e-12).all() and (slopes["K"] < 1e-12).all()


def test_a_dilute_metal_counts_in_proportion():
    """Henry's law down to nothing: what is not there does not dissolve."""
    phases = phases_at(298.15)
    assert phases.activity("Na", 0.0) == 0.0 and phases.activity("K", 1.0) == 0.0
    per_sodium = phases.activity("Na", 1e-9) / 1e-9
    assert per_sodium == pytest.approx(np.exp(5939 / 8.314462618 / 298.15), rel=1e-6)
    assert phases.activity("Na", -1e-9) == pytest.approx(-1e-9 * per_sodium, rel=1e-6)


def test_forms_see_the_same_numbers():
    phases = phases_at(298.15)
    for x in (0.01, 0.037, 0.1, 0.3, 0.8, 0.99):
        for value in (lambda x: phases.activity("Na", x), phases.liquid_fraction):
            assert value(ufl.as_ufl(x))(()) == pytest.approx(value(x), rel=1e-14, abs=1e-14)


def test_a_layer_of_alloy_in_atoms():
    """1 um of KNA-3.5 by hand: V = 0.0581 V_Na + 0.9419 V_K, and a monolayer's part is missing."""
    metal, law = kna.metal("KNA-3.5"), WellMixed(depth="1 um", phases=phases_at(298.15))
    x = metal.sodium_mole_fraction
    atoms = 1e-6 / (x * metal.molar_volume("Na") + (1 - x) * metal.molar_volume("K"))
    found = law.initial(metal)
    assert found == pytest.approx({"K": (1 - x) * atoms, "Na": x * atoms})
    surface = law.surface(metal, found, None)
    assert surface.x == pytest.approx(x)
    share = atoms / (atoms + 8.3e-6)
    assert surface.activity("K") == pytest.approx(0.9649 * share, rel=1e-3)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"counter": cell().counter.model_copy(update={"composition": Diffusing()})},
            "counter.composition: no metal is drawn",
        ),
        ({"temperature": "0 degC"}, "temperature: 273.15 K with a composition that varies"),
        ({"temperature": "70 degC"}, "343.15 K"),
        ({"reactions": cell().reactions[:1]}, "working.composition: the reactions are those of K"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(fields, message):
    varies = electrode().model_copy(update={"composition": WellMixed(depth="1 um")})
    with pytest.raises(InputError, match=message) as refusal:
        cell(working=varies, **fields).resolved()
    assert "\n" not in str(refusal.value)


def test_sodium_diffuses_in_each_phase_by_its_own_composition():
    """In single phases by their diffusivities, along x by hand; between two phases not at all."""
    metal = kna.metal("K")
    law = Diffusing(
        in_potassium="1 m^2/s", in_liquid="3 m^2/s", in_sodium="5 m^2/s", phases=phases_at(298.15)
    )
    for x, D in ((0.02, 1.0), (0.09, 0.0), (0.4, 3.0), (0.85, 0.0), (0.995, 5.0)):
        c, h = concentration(x, metal), 1.0

        def slope(of_phase, x=x, h=h):
            """The derivative of what a phase holds by that of all; `grad c` is 1."""
            ends = (mole_fraction(concentration(x, metal) + s * h, metal) for s in (1, -1))
            high, low = (float(of_phase(end)) for end in ends)
            return (high - low) / (2 * h)

        held = [
            slope(lambda y, p=p: concentration(law.phases.compositions(y)[p], metal))
            for p in range(3)
        ]
        found = [D_p * s for D_p, s in zip((1.0, 3.0, 5.0), held, strict=True)]
        assert sum(found) == pytest.approx(D, abs=1e-3)
        assert mole_fraction(c, metal) == pytest.approx(x)
        assert potassium(c, metal) + c == pytest.approx(c / x)


def test_diffusivities_are_those_of_the_temperature():
    """Arrhenius by hand: 5.8e-6 exp(-31.2e3 / RT) at 25 and at 40 degC."""
    for temperature in (298.15, 313.15):
        found = materials.diffusivities(temperature)
        by_hand = 5.8e-6 * np.exp(-31.2e3 / (8.314462618 * temperature))
        assert found["in_potassium"] == pytest.approx(by_hand, rel=1e-6)
    assert 1.9e-11 < materials.diffusivities(298.15)["in_potassium"] < 2.1e-11


def test_metal_flows_by_its_own_liquid():
    """A law that may hold any liquid is at x what the metal of that composition flows by."""
    phases, solid = phases_at(298.15), mush_of(kna.metal("K"))
    mush = kna.metal("KNA-3.5")
    local = solid.at(phases.liquid_fraction(float(mush.sodium_mole_fraction)))
    assert local.viscosity(1e-4) == pytest.approx(rheology_of(mush).viscosity(1e-4), rel=1e-3)
    dry = solid.at(phases.liquid_fraction(0.01)).viscosity(1e-4)
    assert dry == pytest.approx(rheology_of(kna.metal("K")).viscosity(1e-4), rel=1e-6)


def test_a_depth_must_be_a_length():
    with pytest.raises(InputError, match="depth"):
        WellMixed(depth="0 um")
