"""KNa2 in a deposit, by hand: how much forms, what is left, what the case accepts."""

from math import exp

import pytest

import fem_kna as kna
from fem_kna import materials
from fem_kna.alloy.equilibria import compound_energy
from fem_kna.inputs.errors import InputError
from fem_kna.inputs.units import ExchangeCurrentDensity
from fem_kna.physics.compound import unbound
from fem_kna.physics.phases import RoundedPhases
from fem_kna.verify.cells import both_metals, cell, electrode

RT = 8.31446261815324 * 298.15
LAW = kna.Metastable(barrier="2 kJ/mol", decay_time="100 s", energy="-960 J/mol")


def test_the_energy_is_that_of_the_phase_diagram():
    energy = materials.compound_energy(298.15)
    assert energy == pytest.approx(compound_energy(298.15)) and energy == pytest.approx(-960, abs=9)
    assert energy.low < -960 - 250 and energy.high > -960 + 250  # 0.3 kJ/mol


def test_the_share_that_forms():
    """Half where RT ln(a_K a_Na^2) is 1040 J/mol, energy and barrier; a third with S = 1/2."""
    even = {"K": exp(1040 / RT), "Na": 1.0}
    assert LAW.share(even, RT) == pytest.approx(0.5, rel=1e-12)
    assert LAW.share({"K": even["K"] / 2, "Na": 1.0}, RT) == pytest.approx(1 / 3, rel=1e-12)
    assert LAW.share({"K": even["K"] / 4, "Na": 2.0}, RT) == pytest.approx(0.5, rel=1e-12)
    assert LAW.share({"K": 1.0, "Na": 0.0}, RT) == 0.0


def test_it_forms_where_both_are_plated_and_decays_always():
    """min(3, 4/2) = 2 and min(1, 4/2) = 1, of which half forms; 0.7/100 decays."""
    even = {"K": exp(1040 / RT), "Na": 1.0}
    for K, Na, formed in ((3.0, 4.0, 1.0), (1.0, 4.0, 0.5), (-1.0, 4.0, 0.0), (3.0, -1.0, 0.0)):
        rate = LAW.rate(0.7, {"K": K, "Na": Na}, even, RT)
        assert rate == pytest.approx(formed - 0.007, rel=1e-12)


def test_what_is_left_is_the_alloy():
    """7 K and 5 Na of which 2 formulas are bound: 5 K and 1 Na, half of the atoms in KNa2."""
    amounts = {"K": 7.0, "Na": 5.0, "KNa2": 2.0}
    assert unbound(amounts) == {"K": 5.0, "Na": 1.0}
    phases, metal = RoundedPhases(**materials.coexistence(298.15)), kna.metal("K")
    law = kna.WellMixed(depth="1 um", phases=phases, compound=LAW)
    surface = law.surface(metal, amounts)
    assert (surface.x, surface.bound) == (5 / 12, 0.5)
    assert surface.activity("Na") == pytest.approx(phases.activity("Na", 1 / 6), rel=1e-5)
    V_K, V_Na = metal.molar_volume("K"), metal.molar_volume("Na")
    volume = 1 - 2 * (V_K + 2 * V_Na) / (7 * V_K + 5 * V_Na)
    assert surface.liquid_fraction == pytest.approx(volume * phases.liquid_fraction(1 / 6))


def test_no_current_flows_at_the_saturation():
    law = both_metals()[1].kinetics
    a = law.saturation(-0.03, 20.0, 0.0257)
    assert float(law.current(-0.03, 20.0, a, 0.0257)) == pytest.approx(0.0, abs=1e-12)


def test_a_case_completes_it_at_its_temperature():
    varies = electrode().model_copy(
        update={"composition": kna.WellMixed(depth="1 um", compound=kna.Metastable())}
    )
    law = cell(working=varies, temperature="40 degC").resolved().working.composition.compound
    assert law.energy == pytest.approx(compound_energy(313.15))
    assert law.decay_time == pytest.approx(
        600 * exp(31e3 / 8.314462618 * (1 / 313.15 - 1 / 298.15))
    )
    assert "not calibrated" in law.barrier.source and "not calibrated" in law.decay_time.source


class Blunt(kna.Parameters):
    """A law that does not know its equilibrium."""

    exchange_current_density: ExchangeCurrentDensity

    def current(self, overpotential, concentration, activity, V_T):
        return self.exchange_current_density * overpotential / V_T


def test_kinetics_must_know_their_equilibrium():
    varies = electrode().model_copy(
        update={"composition": kna.WellMixed(depth="1 um", compound=kna.Metastable())}
    )
    blunt = [
        reaction.model_copy(update={"kinetics": Blunt(exchange_current_density="1 A/m^2")})
        for reaction in both_metals()
    ]
    with pytest.raises(InputError, match="compound: kinetics that do not know") as refusal:
        cell(working=varies, reactions=tuple(blunt))
    assert "\n" not in str(refusal.value)
