"""Laws of ageing against numbers worked by hand. No cell is run."""

from math import exp, inf, log

import numpy as np
import pytest

import fem_kna as kna
from fem_kna.physics.ageing import AGED, DEAD, PLATED, SEI

F = 96485.0
MEAN = 18000.0  # [C/m2], 0.5 mAh/cm2


def ageing(sei=0.1, dead=0.05, **fields):
    return kna.Ageing(sei=kna.ConstantLoss(value=sei), dead=kna.ConstantLoss(value=dead), **fields)


def none_yet():
    return dict.fromkeys(AGED, 0.0)


@pytest.mark.parametrize("gained", [{"K": 3.0, "Na": 1.0}, {"K": -3.0, "Na": 1.0}])
def test_no_atom_is_lost(gained):
    """What the metal gains, the SEI and the dead metal take make up what the current brings."""
    rates = ageing().rates(gained, none_yet(), F)
    for metal, brought in gained.items():
        share = 0.1 if brought > 0 else 0.0
        assert rates[SEI[metal]] == pytest.approx(share * max(brought, 0))
        assert rates[DEAD[metal]] == pytest.approx(0.05 / 0.95 * max(-brought, 0))
        leaves = max(-brought, 0) + rates[DEAD[metal]]
        assert rates[DEAD[metal]] == pytest.approx(0.05 * leaves)
    assert rates[PLATED] == sum(max(brought, 0) for brought in gained.values())


def test_the_sei_resists_by_its_charge():
    amounts = none_yet() | {SEI["K"]: 2.0, SEI["Na"]: 1.0, DEAD["K"]: 7.0}
    law = ageing(added_resistance="1e-8 ohm*m^4/C")
    assert law.resistance(amounts, F) == pytest.approx(3e-8 * F)


@pytest.mark.parametrize(("cycles", "dead"), [(15.0, 0.05), (3.0, 0.0), (0.5, 0.1)])
def test_calibrated_losses_give_the_efficiencies_cycle_by_cycle(cycles, dead):
    """The mean share over each cycle by quadrature; a share at the first instant may not do it."""
    law = kna.ConditionedLoss.calibrated(0.51, 0.89, cycles, "0.5 mA*h/cm^2", dead)
    for n in (1, 2, 7, 40):
        charge = np.linspace((n - 1) * MEAN, n * MEAN, 20001)
        mean = np.trapezoid([law.share(q) for q in charge], charge) / MEAN
        expected = 0.89 - 0.38 * exp(-(n - 1) / cycles)
        assert (1 - dead) * (1 - mean) == pytest.approx(expected, abs=1e-8)


def test_efficiencies_that_no_share_gives_are_refused():
    with pytest.raises(kna.InputError, match=r"0\.51 and 0\.89 with 0\.2 dead .* from 0 to 1"):
        kna.ConditionedLoss.calibrated(0.51, 0.89, 10, "0.5 mA*h/cm^2", 0.2)


def test_electrolyte_is_used_up_by_the_charge_in_the_sei():
    reserve = kna.Reserve(volume="1 mm", used="1e-9 m^3/C")
    assert reserve.left(2.5e5) == pytest.approx(0.75)


def test_a_short_takes_growth_rate_times_cycles():
    law = kna.Short(distance="675 um", flaw="1 um", kept=0.5)
    assert law.cycles(2e-5, 900.0) == pytest.approx(log(675) / (0.5 * 2e-5 * 900))
    assert law.cycles(-1e-6, 900.0) == law.cycles(0.0, 900.0) == inf


def test_patches_of_a_spread_film_conduct_in_parallel():
    """Mean conductance by Gauss-Hermite quadrature, and the current over the mean one."""
    film = kna.SpreadFilm(median="30 ohm*cm^2", spread=0.6)
    z, weight = np.polynomial.hermite_e.hermegauss(40)
    conductance = np.sum(weight * np.exp(-0.6 * z)) / weight.sum() / 30e-4
    assert film.area_resistance(0.0) == pytest.approx(1 / conductance, rel=1e-12)
    local = 1 / (30e-4 * exp(-0.6 * 2.0))
    assert film.focus(2.0) == pytest.approx(local / conductance, rel=1e-12)


def test_kna2_and_ageing_are_not_taken_together():
    with pytest.raises(kna.InputError, match="compound, ageing: both"):
        kna.WellMixed(depth="1 um", compound=kna.Metastable(), ageing=ageing())
