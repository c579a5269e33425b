"""Growth of a rippled front: against exact solutions, closed forms and the nonlinear equations."""

from dataclasses import replace
from math import pi

import numpy as np
import pytest
from numpy.polynomial import Chebyshev
from scipy.optimize import brentq, newton

from fem_kna.verify import dispersion
from fem_kna.verify.dispersion import combinations, front_modes, growth_rates, spectrum
from fem_kna.verify.front_problem import (
    FARADAY,
    Base,
    FrontProblem,
    fast_kinetics_rate,
    kinetic_healing_rate,
    quasi_steady_rate,
    surface_diffusion_rate,
)

PLAIN = {
    "concentration": 400.0,
    "gap": 50e-6,
    "exchange_current": 30.0,
    "reference_concentration": 400.0,
    "surface_energy": 0.11,
    "molar_volume": 4.54e-5,
}
DILUTE = FrontProblem.dilute(current=300.0, cation=2e-10, anion=3e-10, **PLAIN)
# No number that hides a term.
ODD = {
    "porosity": 0.8,
    "anodic": 0.35,
    "cathodic": 0.7,
    "film_resistance": 1e-4,
    "surface_diffusion": 3e-25,
    "temperature": 310.0,
    "current": 250.0,
} | (PLAIN | {"reference_concentration": 700.0})
ODD_DILUTE = FrontProblem.dilute(cation=2e-10, anion=3e-10, **ODD)
ODD_CONCENTRATED = FrontProblem(
    diffusivity=3e-10,
    conductivity=0.2,
    transference_number=0.3,
    thermodynamic_factor=1.4,
    **ODD,
)
BOTH = pytest.mark.parametrize("problem", [ODD_DILUTE, ODD_CONCENTRATED], ids=["dilute", "other"])
STEP = 1e-30  # of a complex step: derivatives to the last digit
ROUNDED = 1e-6  # of a flux: slopes at the ends of a gap lose digits, as many as the machine wants


def resting(problem, factor=1e-5):
    """The same with fronts that hardly move: V_m falls, the capillarity V_m gamma does not."""
    return replace(
        problem,
        molar_volume=factor * problem.molar_volume,
        surface_energy=problem.surface_energy / factor,
    )


def loaded(problem, load):
    return replace(problem, current=load * problem.limiting_current)


def waves(problem, kL):
    return kL / problem.gap


# --- the base state --------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("J", [250.0, 0.0, -250.0])
def test_base_state_satisfies_its_equations(problem, J):
    p = replace(problem, current=J)
    base, y = Base(p), np.linspace(0, p.gap, 41)
    c, slope = base.salt(y), np.imag(base.salt(y + STEP * 1j)) / STEP
    flux = -p.diffusivity * slope + (1 - p.transference_number) * J / FARADAY
    swept = p.porosity * p.velocity * c
    assert np.abs(flux - swept).max() <= 1e-12 * p.diffusivity * p.concentration / p.gap
    assert base.slope(y) == pytest.approx(slope, rel=1e-10, abs=1e-10 * p.concentration / p.gap)
    field = np.imag(base.potential(y + STEP * 1j)) / STEP
    i = p.kappa(c) * (-field + p.chi * p.thermal_voltage * slope / c)
    assert i == pytest.approx(-J, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("load", [-0.95, -0.1, 0.0, 1e-6, 0.5, 0.95])
@pytest.mark.parametrize("problem", [DILUTE, resting(DILUTE)], ids=["moving", "resting"])
def test_base_state_holds_the_salt(problem, load):
    p = loaded(problem, load)
    points, weights = np.polynomial.legendre.leggauss(20)
    mean = weights / 2 @ Base(p).salt((points + 1) * p.gap / 2)
    assert mean == pytest.approx(p.concentration, rel=1e-10)


def test_limiting_current_empties_the_working_electrode_and_its_negative_the_other():
    for sign, y in ((1.0, 0.0), (-1.0, DILUTE.gap)):
        assert Base(loaded(DILUTE, sign)).salt(y) == pytest.approx(0.0, abs=1e-9)
    # 2 F D c0 / ((1 - t) L) of fronts at rest
    known = 4 * FARADAY * 2e-10 * DILUTE.concentration / DILUTE.gap
    assert resting(DILUTE).limiting_current == pytest.approx(known, rel=1e-6)


def test_voltage_of_a_symmetric_cell():
    # J L/kappa + 4 V_T asinh(J/(2 i0)) + 2 V_T (1 - t) X ln(c_a/c_c) with i0 ~ sqrt(c) at each
    # end; U = phi + V_T ln c carries one more V_T ln(c_a/c_c) than phi.
    p = replace(
        resting(ODD_CONCENTRATED), anodic=0.5, cathodic=0.5, film_resistance=0, porosity=1.0
    )
    ends = Base(p).salt(np.array([0.0, p.gap]))
    V_T, X, t = p.thermal_voltage, p.thermodynamic_factor, p.transference_number
    i0 = p.exchange_current * np.sqrt(ends / p.reference_concentration)
    charge_transfer = 2 * V_T * np.arcsinh(p.current / (2 * i0)).sum()
    diffusion = 2 * V_T * (1 - t) * X * np.log(ends[1] / ends[0])
    expected = p.current * p.gap / p.conductivity + charge_transfer + diffusion
    assert -Base(p).voltage == pytest.approx(expected, rel=1e-9)


# --- the modes -------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("kL", [1.0, 6.0, 25.0])
def test_collocation_converges_spectrally(problem, kL):
    k = waves(problem, kL)
    coarse, fine = (growth_rates(problem, k, order) for order in (40, 80))
    assert coarse == pytest.approx(fine, rel=1e-8)
    crude = growth_rates(problem, k, 6).working
    assert crude != pytest.approx(fine.working, rel=1e-8)


def amounts(p, k, mode, y):
    """The fields of base state plus mode times a complex step: c, c', phi, phi' and i_y there."""
    base, d = Base(p), STEP * 1j
    c1, phi1 = (
        Chebyshev.interpolate(f, 60, domain=(0, p.gap)) for f in (mode.salt, mode.potential)
    )
    c = base.salt(y) + d * c1(y)
    slope, field = base.slope(y) + d * c1.deriv()(y), base.field(y) + d * phi1.deriv()(y)
    i = p.kappa(c) * (-field + p.chi * p.thermal_voltage * slope / c)
    return c, slope, base.potential(0 * y.real) + d * phi1(y), i


@BOTH
@pytest.mark.parametrize("which", [0, 1])
def test_modes_satisfy_the_bulk_equations(problem, which):
    p, k = problem, waves(problem, 4.0)
    mode = front_modes(p, k)[which]
    inside = np.linspace(0.02, 0.98, 25) * p.gap
    c1, phi1 = (
        Chebyshev.interpolate(f, 60, domain=(0, p.gap)) for f in (mode.salt, mode.potential)
    )
    laplacian = p.diffusivity * (c1.deriv(2)(inside) - k**2 * c1(inside))
    storage = p.porosity * (mode.rate * c1(inside) - p.velocity * c1.deriv()(inside))
    assert laplacian == pytest.approx(storage, abs=1e-8 * p.diffusivity * k**2 * np.ptp(mode.c1))
    i1 = Chebyshev.interpolate(
        lambda y: amounts(p, k, mode, y)[3].imag / STEP, 60, domain=(0, p.gap)
    )
    c, kappa = Base(p).salt(inside), p.kappa(Base(p).salt(inside))
    gradient = phi1(inside) - p.chi * p.thermal_voltage * c1(inside) / c
    spread = np.abs(k**2 * kappa * gradient).max()
    assert i1.deriv()(inside) == pytest.approx(-(k**2) * kappa * gradient, abs=1e-8 * spread)


@BOTH
@pytest.mark.parametrize("which", [0, 1])
def test_modes_satisfy_the_nonlinear_conditions_on_the_displaced_fronts(problem, which):
    p, k = problem, waves(problem, 4.0)
    mode = front_modes(p, k)[which]
    for y, h, out in ((0.0, mode.working, 1), (p.gap, mode.counter, -1)):
        # At y + h, to first order: the base state taken there, the mode at y.
        move, here = STEP * 1j * h, np.array(y)
        c, slope, _, i = amounts(p, k, mode, here)
        shift = Base(p).salt(y + move) - Base(p).salt(y)
        c, slope = c + shift, slope + Base(p).slope(y + move) - Base(p).slope(y)
        phi1 = mode.potential(here) + Base(p).field(y) * h
        flux = -p.diffusivity * slope - (1 - p.transference_number) / FARADAY * i
        speed = p.velocity + mode.rate * move
        residual = flux - p.porosity * c * speed
        assert abs(residual.imag) <= ROUNDED * abs(flux.imag)

        curvature = out * k**2 * move
        i_f = out * i
        growth = -p.molar_volume * i_f / FARADAY - p.surface_diffusion * k**2 * curvature
        assert growth.imag == pytest.approx((out * speed).imag, rel=1e-9)

        eta = Base(p).overpotentials[0 if out == 1 else 1] - STEP * 1j * phi1
        eta = eta - p.film_resistance * (i_f - i_f.real)
        eta = eta + p.molar_volume * p.surface_energy / FARADAY * curvature
        law = p.charge_transfer(eta, c)
        assert law.imag == pytest.approx(i_f.imag, rel=1e-8)
        assert law.real == pytest.approx(i_f.real, rel=1e-10)


def exact_matrix(p, k, omega):
    """The conditions at both fronts for fields that solve the bulk exactly, kappa constant.

    Columns: c1 as two exponentials, psi = phi1 - chi V_T c1/c as two, h_w, h_c. Nothing of it
    comes from the module but the numbers of the problem.
    """
    V_T, L, D, F = p.thermal_voltage, p.gap, p.diffusivity, FARADAY
    V, share = p.molar_volume * p.current / F, 1 - p.transference_number
    Pe = p.porosity * V / D
    full = share / (p.porosity * p.molar_volume)
    root = np.sqrt(Pe**2 / 4 + k**2 + p.porosity * omega / D)
    decay = np.array([-Pe / 2 - root, -Pe / 2 + root, -k, k])
    origin = np.array([0, L, 0, L])
    rows = []
    for column, (y, s) in enumerate(((0.0, 1), (L, -1))):
        c = full + (p.concentration - full) * Pe * L * np.exp(-Pe * y) / -np.expm1(-Pe * L)
        dc = share * p.current / (F * D) - Pe * c
        dphi = p.current / p.conductivity + p.chi * V_T * dc / c
        value, h = np.exp(decay * (y - origin)), np.eye(2)[column]
        c1 = np.r_[value[:2], 0, 0, 0, 0]
        dc1 = np.r_[(decay * value)[:2], 0, 0, 0, 0]
        phi1 = np.r_[0, 0, value[2:], 0, 0] + p.chi * V_T * c1 / c
        i1 = np.r_[0, 0, -p.conductivity * (decay * value)[2:], 0, 0]
        h = np.r_[0, 0, 0, 0, h]

        def law(eta, c):
            anodic = np.exp(p.anodic * eta / V_T)
            share = c / p.reference_concentration
            return p.exchange_current * (anodic - share * np.exp(-p.cathodic * eta / V_T))

        eta = brentq(lambda eta: law(eta, c) + s * p.current, -2, 2, xtol=1e-15)  # noqa: B023
        by_eta = law(eta + STEP * 1j, c).imag / STEP
        by_c = law(eta, c + STEP * 1j).imag / STEP
        lift = p.molar_volume * p.surface_energy / F * s * k**2 * h
        eta1 = lift - phi1 - dphi * h - p.film_resistance * s * i1
        salt = -D * dc1 - share / F * i1 - p.porosity * (V * c1 + c * omega * h)
        front = omega * h + p.molar_volume / F * i1 + p.surface_diffusion * k**4 * h
        rows += [salt, front, by_eta * eta1 + by_c * (c1 + dc * h) - s * i1]
    matrix = np.array(rows)
    matrix = matrix / np.abs(matrix).max(axis=0)
    return matrix / np.abs(matrix).max(axis=1)[:, None]


def exact_rate(p, k, near):
    """The root of the determinant next to `near`."""
    return newton(
        lambda omega: np.linalg.det(exact_matrix(p, k, omega)),
        near,
        x1=near * 1.001,
        tol=1e-14 * abs(near),
    )


EXACT = [
    (load, kL, i0) for load in (-0.6, 0.05, 0.6, 0.95) for kL, i0 in ((1, 1), (5, 30), (20, 1e4))
]


@pytest.mark.parametrize(("load", "kL", "i0"), EXACT)
def test_rates_are_roots_of_the_exact_determinant(load, kL, i0):
    p = loaded(replace(ODD_CONCENTRATED, exchange_current=i0), load)
    for rate in growth_rates(p, waves(p, kL)):
        assert rate == pytest.approx(exact_rate(p, waves(p, kL), rate), rel=1e-8)


MISTAKES = {
    "a bulge promotes plating": lambda m: m.setattr(
        dispersion._Equations, "capillarity", lambda self: -CAPILLARITY(self)
    ),
    "no shift of the salt to the front": lambda m: m.setattr(Base, "slope", lambda self, y: 0.0),
    "no shift of the potential": lambda m: m.setattr(Base, "field", lambda self, y: 0.0),
    "fronts at rest": lambda m: m.setattr(FrontProblem, "velocity", 0.0),
}
CAPILLARITY = dispersion._Equations.capillarity


@pytest.mark.parametrize("mistake", MISTAKES)
def test_planted_mistake_is_seen(mistake, monkeypatch):
    p, k = ODD_CONCENTRATED, waves(ODD_CONCENTRATED, 40.0)
    right = growth_rates(p, k).working
    MISTAKES[mistake](monkeypatch)
    wrong = growth_rates(p, k).working
    assert wrong != pytest.approx(right, rel=1e-3)
    assert exact_rate(p, k, right) == pytest.approx(right, rel=1e-8)


def test_capillarity_of_the_wrong_sign_is_seen_at_rest(monkeypatch):
    p, k = replace(DILUTE, current=0.0), waves(DILUTE, 20.0)
    assert growth_rates(p, k).working < 0
    MISTAKES["a bulge promotes plating"](monkeypatch)
    assert growth_rates(p, k).working > 0


@BOTH
@pytest.mark.parametrize("kL", [0.5, 8.0])
def test_all_other_modes_decay_and_faster(problem, kL):
    k = waves(problem, kL)
    fronts = growth_rates(problem, k)
    every = spectrum(problem, k)
    order = np.argsort(np.abs(every))
    assert sorted(every[order[:2]].real) == pytest.approx(sorted(fronts), rel=1e-5)
    assert every[order[2:]].real.max() < -0.8 * problem.diffusivity * k**2 / problem.porosity


def test_held_counter_electrode_stays_flat():
    p, k = replace(ODD_CONCENTRATED, counter_moves=False), waves(ODD_CONCENTRATED, 2.0)
    (mode,) = front_modes(p, k)
    assert mode.working == 1 and mode.counter == 0
    rates = growth_rates(p, k)
    assert rates.working == mode.rate and np.isnan(rates.counter)
    free = growth_rates(ODD_CONCENTRATED, k).working
    assert rates.working != pytest.approx(free, rel=1e-3)
    # and far away it does not matter
    k = waves(p, 20.0)
    free = growth_rates(ODD_CONCENTRATED, k).working
    assert growth_rates(p, k).working == pytest.approx(free, rel=1e-9)


def test_eigenfunctions_are_per_metre_of_the_larger_ripple():
    mode, other = front_modes(DILUTE, waves(DILUTE, 3.0))
    assert mode.working == 1 and abs(mode.counter) < 0.1
    assert other.counter == 1 and abs(other.working) < 0.1
    assert mode.salt(mode.y) == pytest.approx(mode.c1, rel=1e-12)
    assert mode.potential(0.0) == pytest.approx(mode.phi1[0], rel=1e-9)


# --- closed forms ----------------------------------------------------------------------------

# kL, load, i0: slow and fast kinetics, growth, healing and stripping.
REGIMES = [
    (kL, load, i0)
    for kL in (9.0, 60.0, 300.0)
    for load, i0 in ((0.04, 1), (0.9, 10), (0.3, 1e3), (0.1, 1e5), (-0.4, 30))
]


@BOTH
@pytest.mark.parametrize(("kL", "load", "i0"), REGIMES)
def test_quasi_steady_rate_of_fronts_that_hardly_move(problem, kL, load, i0):
    p = loaded(resting(replace(problem, exchange_current=i0, surface_diffusion=0.0)), load)
    found = growth_rates(p, waves(p, kL)).working
    assert found == pytest.approx(quasi_steady_rate(p, waves(p, kL)), rel=1e-4)


def test_regimes_have_both_signs():
    signs = set()
    for kL, load, i0 in REGIMES:
        if load > 0:
            p = loaded(resting(replace(DILUTE, exchange_current=i0)), load)
            signs.add(np.sign(growth_rates(p, waves(p, kL)).working))
    assert signs == {-1, 1}


def test_quasi_steady_rate_written_with_partial_currents():
    # Textbook form of the dilute solution, alpha_a + alpha_c = 1, no film.
    p, k = DILUTE, waves(DILUTE, 7.0)
    c = Base(p).salt(0.0)
    anodic, cathodic = p.partial_currents(Base(p).overpotentials[0], c)
    S, D = (anodic + cathodic) / 2, p.diffusivity / (1 - p.transference_number)
    q, RT = k / np.tanh(k * p.gap), FARADAY * p.thermal_voltage
    g, capillarity = p.current / (FARADAY * D), p.molar_volume * p.surface_energy
    drive = (cathodic + S) * g / c - capillarity * S * k**2 / RT
    expected = p.molar_volume * D * q * drive / (FARADAY * D * q + (cathodic + S) / c)
    assert quasi_steady_rate(p, k) == pytest.approx(expected, rel=1e-12)


def miss(p, kL):
    """How far the quasi-steady rate is from the full one."""
    return quasi_steady_rate(p, waves(p, kL)) / growth_rates(p, waves(p, kL)).working - 1


def test_quasi_steady_rate_misses_what_the_moving_front_takes_up():
    # The metal's volume swallows salt: an error of the order V_m c/(1 - t), some percent.
    p = loaded(DILUTE, 0.3)
    assert 5e-3 < miss(p, 20.0) < 0.03
    assert miss(resting(p, 0.1), 20.0) == pytest.approx(0.1 * miss(p, 20.0), rel=0.05)


def test_quasi_steady_rate_misses_the_ripple_of_a_near_counter_electrode():
    p = loaded(resting(DILUTE), 0.5)
    assert abs(miss(p, 10.0)) < 1e-4
    assert abs(miss(p, 1.0)) > 0.05


def at_rest(i0, **others):
    return replace(resting(DILUTE), current=0.0, exchange_current=i0, **others)


@pytest.mark.parametrize("kL", [10.0, 50.0])
def test_levelling_limited_by_kinetics(kL):
    p, k = at_rest(1e-4), waves(DILUTE, kL)
    capillarity = p.molar_volume * p.surface_energy / (FARADAY * p.thermal_voltage)
    known = -p.molar_volume / FARADAY * 1e-4 * capillarity * k**2
    assert kinetic_healing_rate(p, k) == pytest.approx(known, rel=1e-12)
    assert growth_rates(p, k).working == pytest.approx(known, rel=1e-6)


@pytest.mark.parametrize("kL", [20.0, 50.0])
def test_levelling_limited_by_transport(kL):
    p, k = at_rest(1e12), waves(DILUTE, kL)
    capillarity = p.molar_volume * p.surface_energy / (FARADAY * p.thermal_voltage)
    D = p.diffusivity / (1 - p.transference_number)
    known = -p.molar_volume * D * p.concentration * capillarity * k**3 / 2
    assert fast_kinetics_rate(p, k) == pytest.approx(known, rel=1e-12)
    assert growth_rates(p, k).working == pytest.approx(known, rel=1e-6)


def test_surface_diffusion_adds_its_own_rate():
    k = waves(DILUTE, 30.0)
    slow = at_rest(1e-9, surface_diffusion=1e-25)
    expected = surface_diffusion_rate(slow, k) + kinetic_healing_rate(slow, k)
    assert surface_diffusion_rate(slow, k) == -1e-25 * k**4
    assert growth_rates(slow, k).working == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("kL", [20.0, 60.0])
@pytest.mark.parametrize("load", [0.05, 0.8])
def test_fast_kinetics_grow_as_mullins_and_sekerka_say(kL, load):
    p = loaded(replace(resting(DILUTE), exchange_current=1e10), load)
    k, c = waves(p, kL), Base(p).salt(0.0)
    D = p.diffusivity / (1 - p.transference_number)
    capillarity = p.molar_volume * p.surface_energy / (FARADAY * p.thermal_voltage)
    k_c = np.sqrt(2 * p.current / (FARADAY * D * c * capillarity))
    known = p.velocity * k * (1 - (k / k_c) ** 2)
    assert fast_kinetics_rate(p, k) == pytest.approx(known, rel=1e-10)
    assert growth_rates(p, k).working == pytest.approx(known, rel=1e-4)


# --- symmetry and long waves -----------------------------------------------------------------


def test_at_rest_modes_are_symmetric_and_antisymmetric():
    p = replace(ODD_CONCENTRATED, current=0.0)
    modes = front_modes(p, waves(p, 2.0))
    assert sorted(m.working * m.counter for m in modes) == pytest.approx([-1, 1], rel=1e-6)
    for mode in modes:  # ripples alike (snaky) carry an odd salt, ripples opposed an even one
        even = -np.sign(mode.working * mode.counter)
        assert mode.c1[::-1] == pytest.approx(even * mode.c1, abs=1e-5 * np.abs(mode.c1).max())
    near, far = (growth_rates(p, waves(p, kL)) for kL in (2.0, 40.0))
    assert near.working != pytest.approx(near.counter, rel=1e-5)
    assert far.working == pytest.approx(far.counter, rel=1e-9)


def test_turning_the_current_round_swaps_the_electrodes():
    p = ODD_CONCENTRATED
    there = growth_rates(p, waves(p, 2.0))
    back = growth_rates(replace(p, current=-p.current), waves(p, 2.0))
    assert there == pytest.approx(back[::-1], rel=1e-9)


@BOTH
def test_long_waves_only_shift_the_cell(problem):
    # Both fronts up by the same height is no change at all: rate 0 as k -> 0, in proportion to k.
    rates = {kL: growth_rates(problem, waves(problem, kL)) for kL in (1.0, 0.2, 0.1)}
    assert rates[0.1].working < rates[0.2].working < rates[1.0].working
    assert rates[0.2].working / rates[0.1].working == pytest.approx(2, rel=0.15)
    assert abs(sum(rates[0.1])) < 0.2 * rates[0.1].working
    mode = front_modes(problem, waves(problem, 0.05))[0]
    assert mode.counter > 0.8


# --- what simulations are held against -------------------------------------------------------

COMBINATIONS = combinations()


def test_combinations_span_every_regime():
    every = [(c.problem, 2 * pi / c.wavenumber) for c in COMBINATIONS]

    def span(values):
        return min(values), max(values)

    assert len(every) >= 28
    assert len({c.name for c in COMBINATIONS}) == len(every)
    assert span([length for _, length in every]) == pytest.approx((1e-6, 1e-4))
    assert span([p.surface_energy for p, _ in every]) == (0.0, 0.3)
    assert span([p.exchange_current for p, _ in every]) == (1.0, 1e4)
    assert span([p.transference_number for p, _ in every]) == pytest.approx((0.2, 0.6))
    assert span([p.gap for p, _ in every]) == pytest.approx((20e-6, 100e-6))
    loads = [p.current / p.limiting_current for p, _ in every]
    assert span([load for load in loads if load > 0]) == pytest.approx((0.04, 0.95), rel=1e-3)
    assert min(loads) < -0.5
    healing = [c for c in COMBINATIONS if growth_rates(c.problem, c.wavenumber).working < 0]
    assert 6 < len(healing) < len(every) - 6
    assert sum(c.problem.current > 0 for c in healing) >= 5


@pytest.mark.parametrize("combination", COMBINATIONS, ids=lambda c: c.name)
def test_combination_has_a_clear_rate(combination):
    _, problem, k = combination
    rate = growth_rates(problem, k).working
    growth = growth_rates(replace(problem, surface_energy=0.0), k).working
    assert abs(rate) > 0.05 * max(abs(growth), abs(rate - growth))
    assert isinstance(rate, float)
    assert rate == pytest.approx(growth_rates(problem, k, 140).working, rel=1e-8)
    # and of the size the quasi-steady formula gives
    assert rate == pytest.approx(quasi_steady_rate(problem, k), rel=0.2)
