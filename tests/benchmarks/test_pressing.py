"""Metal in a press against numbers worked by hand."""

from itertools import pairwise
from math import exp, pi, radians, sqrt

import numpy as np
import pytest

import fem_kna as kna
from fem_kna.mechanics import menisci
from fem_kna.mechanics.press_study import press_study
from fem_kna.mechanics.pressing import (
    Compression,
    Weight,
    compressed,
    squeezed_out,
    strains,
    strength_ratio,
    viscous_share,
)

LIQUID = "KNA-33.7"


def test_a_sliding_disc_is_a_creeping_bar() -> None:
    """At half the height the rate is 2e-2 1/s: sigma_0 20^(1/5) = 0.182 MPa, twice that nominal."""
    curve = compressed(kna.metal("K"), Compression(), sticking=False)
    assert curve.strain[-1] == pytest.approx(0.5)
    assert curve.pressure[0] == pytest.approx(1e5 * 10**0.2, rel=1e-3)
    assert curve.pressure[-1] == pytest.approx(1e5 * 20**0.2, rel=1e-3)
    assert curve.nominal[-1] == pytest.approx(2 * curve.pressure[-1], rel=1e-6)


def test_liquid_weakens_by_exp_of_alpha_phi_over_n() -> None:
    K, alloy = kna.metal("K"), kna.metal("KNA-3.5")
    phi, (ratio, low, high) = alloy.liquid_volume_fraction, strength_ratio(alloy, K, 0.02)
    assert ratio == pytest.approx(exp(-30 * phi / 5), rel=1e-3)
    assert low == pytest.approx(exp(-45 * phi.high / 5), rel=1e-3)
    assert high == pytest.approx(exp(-20 * phi.low / 5), rel=1e-3)


@pytest.mark.slow
def test_metals_rank_by_their_sodium_whatever_the_plates() -> None:
    """K >= KNA-1.8 > KNA-3.5 > KNA-5.0 > the liquid, as in the paper."""
    found = press_study(
        [kna.metal(name) for name in ("K", "KNA-1.8", "KNA-3.5", "KNA-5.0", LIQUID)],
        Compression(),
        [Weight(diameter="20 mm")],
    )
    entries = found.data["compression"].values()
    for key in ("sliding", "sticking"):
        ends = [entry[f"{key}_force_over_first_area [Pa]"][-1] for entry in entries]
        assert ends[1] == pytest.approx(ends[0])
        assert all(later < 0.5 * before for before, later in pairwise(ends[1:]))
    rows = found.tables[1].rows
    assert [row["shape"] for row in rows.values()] == ["kept"] * 3 + ["kept if it sticks", "lost"]


def test_a_liquid_bears_by_its_meniscus() -> None:
    """2 x 0.11 N/m x cos 45 deg / 1 mm = 155.6 Pa on twice the first area; viscosity: nothing."""
    curve = compressed(kna.metal(LIQUID), Compression(), sticking=True)
    assert curve.pressure[-1] == pytest.approx(155.6, rel=1e-3)
    assert curve.nominal[-1] == pytest.approx(311.1, rel=1e-3)
    assert viscous_share(kna.metal(LIQUID), Compression()) < 1e-5


def test_the_weight_proves_little() -> None:
    """0.2256 N on 10 mm: 2.87 kPa, shared by 1 + 2 x 5/(3 sqrt(3) x 1) = 2.92 where it sticks."""
    test = Weight()
    assert test.pressure == pytest.approx(2872, rel=1e-3)
    sticking, sliding = test.proven_stresses
    assert sliding == pytest.approx(2872, rel=1e-3)
    assert sticking == pytest.approx(2872 / 2.925, rel=1e-3)


@pytest.mark.parametrize(("name", "faster"), [("K", 1.0), ("KNA-3.5", exp(30 * 0.1904))])
def test_solids_keep_their_shape_under_the_weight(name: str, faster: float) -> None:
    """K creeps at eps_0 (p/sigma_0)^5 = 2e-11 1/s, or as it does at rest, a liquid of 1e12 Pa s:

    p / 3 eta = 1e-9 1/s. KNA-3.5 does so exp(alpha phi) = 302 times as fast.
    """
    test = Weight()
    A_creep = faster * 1e-3 * (test.pressure / 1e5) ** 5
    A_rest = faster * 2.5e-9 * (test.pressure / 1e5 * (1e-3 / 2.5e-9) ** 0.2)
    sticking, sliding = strains(kna.metal(name), test)
    assert max(A_creep, A_rest) < sliding / 3600 < 1.1 * (A_creep + A_rest)
    assert sticking < 0.1 * sliding < 1e-3


def test_a_liquid_is_squeezed_out_as_fast_as_the_weight_falls() -> None:
    """Left between the plates: 2 gamma |cos theta| / p = 54 um. Stefan's time by the model, too."""
    test, liquid = Weight(), kna.metal(LIQUID)
    out = squeezed_out(liquid, test)
    assert out.gap == pytest.approx(2 * 0.11 * sqrt(0.5) / 2872, rel=1e-3)
    R4, F = (5e-3) ** 4, test.force
    stefan = 3 * pi * 0.7e-3 * R4 / (4 * F) * (1 / out.gap**2 - 1e6)
    assert out.viscous == pytest.approx(stefan, rel=1e-9)
    assert out.modelled == pytest.approx(stefan, rel=0.02)
    assert max(out[1:]) == out.fall == pytest.approx(sqrt(2 * (1e-3 - out.gap) / 9.80665))


def test_menisci() -> None:
    """Round pore 4 gamma |cos theta|/d; between fibres that it wets nowhere, a slit's 2 gamma/w."""
    assert menisci.entry_pressure(0.11, radians(120), 2.7e-6) == pytest.approx(81.48e3, rel=1e-3)
    assert menisci.between_fibres(0.11, pi, 2e-6, 1e-6) == pytest.approx(0.11e6)
    # At 120 degrees 0.5 gamma/(w/2) at the throat, but past it, where both turn, more.
    narrow = menisci.between_fibres(0.11, radians(120), 2e-6, 1e-6)
    past = np.radians(np.arange(0, 61, 5))
    tried = -0.11 * np.cos(radians(120) + past) / (1e-6 + 0.5e-6 * (1 - np.cos(past)))
    assert narrow == pytest.approx(max(tried), rel=1e-3) and narrow > 1.5 * 0.055e6
    assert menisci.puddle_height(0.11, radians(180), 879) == pytest.approx(2 * 3.572e-3, rel=1e-3)
