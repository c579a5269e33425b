"""Porous cathodes without a run: particles, tables of potentials, words, what is refused."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from scipy.optimize import brentq

import fem_kna as kna
from fem_kna.cathode import particle
from fem_kna.cathode.paper import CATHODES, full_cell
from fem_kna.cathode.rates import best_of_all, fitted, of_particle
from fem_kna.inputs.overrides import overridden
from fem_kna.inputs.units import Value
from fem_kna.physics import particles
from fem_kna.physics.insertion import charge_transfer, open_circuit_potential
from fem_kna.protocols.grammar import read
from fem_kna.results.cathode import cycled
from fem_kna.results.cycles import EFFICIENCY, Tally

SHAPES = (kna.Sphere(), kna.Plate())
FIRST = {3: 1e-3, 1: 4e-3}  # D t/R^2 from which on eight modes are promised to do
STEADY, FALLING = kna.ConstantDiffusivity(), kna.FallingDiffusivity(blocking=0.9)
STARTS = tuple(zip(CATHODES, ((160, 5.5e3), (201, 2.6e3)), strict=True))


def host(shape, diffusion):
    """PBA of another make, with R^2/D_0 = 1 s."""
    pba = kna.active_material("PBA")
    radius = float(pba.particle_radius)
    update = {"diffusivity": Value(radius**2, "m^2/s"), "shape": shape, "diffusion": diffusion}
    return pba.model_copy(update=update)


def taken(c, shape, diffusion):
    """What diffusion takes from each mode of the filling `c`, by the weak form."""
    tests = np.eye(len(c))
    return np.array([particles.within(c, v, host(shape, diffusion), 1.0) for v in tests])


def surface(modes, tau, shape):
    """The rise at the surface under a unit flux, by the modes' own equations, in time exactly."""
    d = shape.directions
    K = np.array([taken(c, shape, STEADY) for c in np.eye(modes)])
    M = np.diag([particles.mass(n, d) for n in range(modes)])
    whole = np.zeros((modes + 1, modes + 1))
    whole[:modes, :modes] = -np.linalg.solve(M, K)
    whole[:modes, modes] = np.linalg.solve(M, d * np.ones(modes))
    return expm(whole * tau)[:modes, modes].sum()


def filled_by_volumes(shape, law, current, cells=200):
    """The share of a host that is filled when its surface is: finite volumes, finer outside."""
    d = shape.directions
    faces = 1 - np.linspace(1, 0, cells + 1) ** 1.6
    middles, volumes = (faces[1:] + faces[:-1]) / 2, np.diff(faces**d)
    j = current / d

    def rate(_, x):
        D = law.relative((x[1:] + x[:-1]) / 2)
        flux = np.concatenate([[0], D * np.diff(x) / np.diff(middles), [j]])
        return np.diff(d * faces ** (d - 1) * flux) / volumes

    def full(_, x):
        return x[-1] + j / law.relative(x[-1]) * (1 - middles[-1]) - 1

    full.terminal = True
    run = solve_ivp(rate, (0, 1 / current), np.zeros(cells), "LSODA", events=full, rtol=1e-7,
                    atol=1e-9, lband=1, uband=1)  # fmt: skip
    return current * run.t[-1]


class TestParticles:
    def test_polynomials_are_those_written_down_by_hand(self):
        """(5 s^2 - 3)/2 and (63 s^4 - 70 s^2 + 15)/8 of the ball; in a plate Legendre's of 2 n."""
        s = np.linspace(0, 1, 5)
        (_, first, second), (_, slope, _) = particles.polynomials(3, s, 3)
        assert first == pytest.approx((5 * s**2 - 3) / 2)
        assert second == pytest.approx((63 * s**4 - 70 * s**2 + 15) / 8)
        assert slope == pytest.approx(5 * s)
        (_, first, second), (_, _, slope) = particles.polynomials(3, s, 1)
        assert first == pytest.approx((3 * s**2 - 1) / 2)
        assert second == pytest.approx((35 * s**4 - 30 * s**2 + 3) / 8)
        assert slope == pytest.approx((35 * s**3 - 15 * s) / 2)

    def test_diffusion_between_modes_is_that_worked_by_hand(self):
        """K_nm = int P_n' P_m' d s^(d-1) ds; at D = 1 - 0.9 x less by that of x = P_1: 135/7."""
        for shape, expected in zip(SHAPES, ((15, 15, 42), (3, 3, 10)), strict=True):
            K = np.array([taken(c, shape, STEADY) for c in np.eye(3)])
            assert (K[1, 1], K[1, 2], K[2, 2]) == pytest.approx(expected)
            assert K[0] == pytest.approx(0) and pytest.approx(K) == K.T
        by = (3 - taken(np.array([0, 1.0, 0]), kna.Plate(), FALLING)[1]) / 0.9
        assert by == pytest.approx(9 * (3 / 10 - 1 / 6))  # int 9 s^2 (3 s^2 - 1)/2 ds

    @pytest.mark.parametrize("shape", SHAPES)
    def test_polynomials_are_orthogonal_over_the_particle(self, shape):
        d = shape.directions
        s, w = np.polynomial.legendre.leggauss(40)
        s, w = (s + 1) / 2, w / 2
        P = np.array(particles.polynomials(8, s, d)[0])
        expected = np.diag([particles.mass(n, d) for n in range(8)])
        assert P * (d * s ** (d - 1) * w) @ P.T == pytest.approx(expected, abs=1e-12)

    @pytest.mark.parametrize("shape", SHAPES)
    def test_nothing_is_lost_whatever_the_diffusivity(self, shape):
        c = np.random.default_rng(8).uniform(-0.2, 0.6, 8)
        assert taken(c, shape, FALLING)[0] == 0.0

    @pytest.mark.parametrize("shape", SHAPES)
    @pytest.mark.parametrize("tau", [0.0, 1e-2, 0.1, 1.0])
    def test_eight_of_them_are_the_series_to_a_tenth_of_a_percent(self, tau, shape):
        tau = max(tau, FIRST[shape.directions])
        expected = particle.rise(tau, shape.directions)
        assert surface(8, tau, shape) == pytest.approx(expected, rel=1e-3)

    def test_two_are_not_nor_are_spheres_plates(self):
        sphere = kna.Sphere()
        assert surface(2, 0.01, sphere) != pytest.approx(particle.rise(0.01, 3), rel=0.1)
        assert surface(8, 0.01, sphere) != pytest.approx(particle.rise(0.01, 1), rel=0.01)

    def test_the_series_of_a_plate_is_crank_s(self):
        """4.55 with 2 sum (1 - exp(-n^2 pi^2 tau))/(n pi)^2; the root of time while it is short."""
        n = np.arange(1, 4000)
        sums = np.sum((1 - np.exp(-((n * np.pi) ** 2) * 0.1)) / (n * np.pi) ** 2)
        assert particle.rise(0.1, 1) == pytest.approx(0.1 + 2 * sums, rel=1e-3)
        assert particle.rise(1e-3, 1) == pytest.approx(2 * np.sqrt(1e-3 / np.pi), rel=1e-6)

    @pytest.mark.parametrize("shape", SHAPES)
    @pytest.mark.parametrize("current", [0.1, 0.6, 3.0])
    def test_a_constant_current_ends_where_the_series_says(self, shape, current):
        """V17, to a tenth of a percent of the host and better."""
        d = shape.directions
        end = brentq(lambda tau: particle.rise(tau, d) * current / d - 1, 1e-9, 1 / current)
        assert particle.filled(shape, STEADY, current) == pytest.approx(current * end, abs=1e-5)

    @pytest.mark.parametrize("shape", SHAPES)
    @pytest.mark.parametrize("current", [0.1, 0.6, 1.8])
    def test_falling_diffusivity_ends_where_finite_volumes_do(self, shape, current, monkeypatch):
        """To a tenth of a percent of the host with the modes that cathodes have by default."""
        expected = filled_by_volumes(shape, FALLING, current)
        assert particle.filled(shape, FALLING, current) == pytest.approx(expected, abs=2e-4)
        monkeypatch.setattr(particle, "MODES", kna.PorousElectrode(material="PBA").modes)
        assert particle.filled(shape, FALLING, current) == pytest.approx(expected, abs=1e-3)
        weaker = kna.FallingDiffusivity(blocking=0.8)
        assert particle.filled(shape, weaker, current) != pytest.approx(expected, abs=1e-3)

    def test_a_slow_discharge_fills_the_host_but_for_the_lag_of_its_middle(self):
        """Long times: c_s - mean = R N / ((d + 2) D), so that 1 - Q/Q0 = R^2/D / (15 T_f)."""
        found = particle.delivered(host(kna.Sphere(), STEADY), 150.0, 1000.0, 1.5)  # T_f = 3.6e5 s
        assert found == pytest.approx(150 * (1 - 1000 / (15 * 3.6e5)), rel=1e-6)

    def test_a_fast_one_leaves_it_all_but_empty(self):
        """Short times: 2 sqrt(tau/pi) I = 1 in a plate, so that Q/Q0 = pi/(4 I)."""
        found = particle.delivered(host(kna.Plate(), STEADY), 1.0, 3600.0, 200.0)
        assert found == pytest.approx(np.pi / 800, rel=1e-3)


class TestPaper:
    """What diffusion in equal particles can say of the paper's capacities, without a cell."""

    @pytest.mark.parametrize(("cathode", "start"), STARTS)
    def test_two_numbers_fit_four_capacities_within_6_mah_per_g(self, cathode, start):
        found = best_of_all(cathode, of_particle(cathode), start)
        assert np.abs(found.misses(cathode)).max() < 4
        assert found.capacity == pytest.approx(start[0], rel=0.05)

    @pytest.mark.parametrize(("cathode", "start"), STARTS)
    def test_a_fit_of_two_is_met_exactly_and_predicts_the_others_within_a_tenth(
        self, cathode, start
    ):
        fit = fitted(cathode, of_particle(cathode), (0, 3), start)
        shares = fit.misses(cathode) / cathode.capacities
        assert shares[[0, 3]] == pytest.approx(0, abs=1e-3)
        assert np.abs(shares).max() == pytest.approx(0.068, abs=2e-3)

    def test_spheres_of_constant_diffusivity_leave_pba_short_at_half_a_c(self):
        """65 mAh/g at 0.5 C, where spheres that fit the two slowest rates give 55."""
        pba, _ = CATHODES
        model = of_particle(pba, shape=kna.Sphere(), diffusion=STEADY)
        fit = fitted(pba, model, (0, 1), (150, 8e4))
        assert np.abs(fit.misses(pba) / pba.capacities).max() == pytest.approx(0.148, abs=2e-3)


class TestMaterial:
    def test_a_table_is_met_but_at_its_corners(self):
        pba = kna.active_material("PBA")
        middle = float(open_circuit_potential(pba, 0.25))
        assert middle == pytest.approx(3.97 - 0.07 * 0.22 / 0.44, abs=1e-6)
        assert float(open_circuit_potential(pba, 0.0)) == pytest.approx(4.25, abs=6e-3)

    def test_no_current_flows_at_nernsts_potential(self):
        """U(x) + V_T ln(c / c_ref), against the same electrode as the metals'."""
        pba, V_T, x, c = kna.active_material("PBA"), 0.0257, 0.3, 150.0
        U = float(open_circuit_potential(pba, x)) + V_T * np.log(c / 400)
        assert float(charge_transfer(pba, U, c, x, V_T)) == pytest.approx(0, abs=1e-12)
        slope = float(charge_transfer(pba, U + 1e-6, c, x, V_T)) / 1e-6
        i0 = 0.3 * 2 * np.sqrt(x * (1 - x)) * np.sqrt(c / 400)
        assert slope == pytest.approx(i0 / V_T, rel=1e-4)

    def test_it_does_not_overflow_where_newton_looks(self):
        assert np.isfinite(
            float(charge_transfer(kna.active_material("PBA"), 500.0, 1.0, 0.5, 0.0257))
        )

    def test_a_table_out_of_order_is_refused(self):
        pba = kna.active_material("PBA")
        fields = {name: getattr(pba, name) for name in type(pba).model_fields}
        with pytest.raises(kna.InputError, match="fillings not in order"):
            type(pba)(**fields | {"potentials": pba.potentials[::-1]})

    def test_shape_and_diffusion_are_laws_of_the_material(self):
        pba = kna.active_material("PBA")
        assert isinstance(pba.shape, kna.Plate) and float(pba.diffusion.blocking) == 0.9
        given = {name: getattr(pba, name) for name in type(pba).model_fields}
        bare = {key: value for key, value in given.items() if key not in ("shape", "diffusion")}
        assert type(pba)(**bare).shape == kna.Sphere()
        assert type(pba)(**bare).diffusion == STEADY
        assert type(pba)(**bare | {"shape": "plate"}).shape == kna.Plate()

    @pytest.mark.parametrize(
        ("path", "why"),
        [
            ("shape=cylinder", "unknown shape 'cylinder'; known: sphere, plate"),
            ("shape=plates", "did you mean 'plate'?"),
            ("diffusion=none", "diffusion: 'None': "),
            ("diffusion.blocking=1", "'1' is out of range; accepted: a number without unit"),
            ("diffusion.blocking=-0.1", "'-0.1' is out of range"),
        ],
    )
    def test_what_is_no_such_law_is_refused(self, path, why):
        with pytest.raises(kna.InputError) as caught:
            overridden(kna.PorousElectrode(material="PBA"), [f"material.{path}"])
        assert why in str(caught.value) and "\n" not in str(caught.value)

    def test_loading_and_c_rate_by_hand(self):
        """20 um, half of it active, 2.21 g/cm3: 2.21 mg/cm2, at 180 mAh/g 0.3978 mAh/cm2."""
        host = kna.PorousElectrode(material="PBA")
        assert host.loading("20 um").to("mg/cm^2").magnitude == pytest.approx(2.21)
        capacity = host.capacity("20 um", "180 mA*h/g")
        assert capacity.to("mA*h/cm^2").magnitude == pytest.approx(0.3978)


class TestWords:
    def test_discharge_and_charge_are_read_and_written(self):
        step = read("Discharge at 4 mA/cm^2 until 3.2 V or for 3 h")
        assert (step.action, step.direction, float(step.until_voltage)) == ("discharge", 1, 3.2)
        assert str(step) == "Discharge at 4 mA/cm^2 for 180 min or until 3.2 V"
        assert read("Charge at 1 A/m^2 until 4.2 V").direction == -1

    def test_a_cycle_is_told_in_their_words(self):
        host = kna.PorousElectrode(material="PBA")
        row = {"plated_charge [C/m2]": 90.0, "stripped_charge [C/m2]": 100.0}
        row |= {"coulombic_efficiency [-]": 0.9, "mean_plating_polarisation [V]": 3.8}
        assert cycled(row, host) == {
            "discharged_charge [C/m2]": 90.0,
            "charged_charge [C/m2]": 100.0,
            "coulombic_efficiency [-]": 0.9,
            "mean_discharge_voltage [V]": 3.8,
        }

    def test_efficiency_is_over_what_was_stored_before(self):
        """A cell that begins full gives 90 that no cycle stored, is charged by 60 and gives 57."""
        tally, found = Tally(), []
        for cycle, charges in enumerate([(90, -60), (57, -60), (-60, 54)], start=1):
            for charge in charges:
                tally.begin()
                for time, passed in ((0, 0), (charge, charge)):
                    tally.add({"time [s]": abs(time), "voltage [V]": 3.0,
                               "current [A/m2]": charge / 60, "charge [C/m2]": passed})  # fmt: skip
            found.append(tally.row(cycle, {}, "stripping").get(EFFICIENCY))
            tally.clear()
        assert found == [None, pytest.approx(57 / 60), pytest.approx(54 / 60)]

    def test_metal_is_stored_by_plating(self):
        tally = Tally()
        for charge in (50, -40):
            tally.begin()
            for time, passed in ((0, 0), (1, charge)):
                tally.add({"time [s]": time, "voltage [V]": 0.1, "current [A/m2]": charge,
                           "charge [C/m2]": passed})  # fmt: skip
        assert tally.row(7, {})[EFFICIENCY] == pytest.approx(0.8)


def cell(**fields):
    case = full_cell("PBA", "180 mA*h/g", "3.2 V", "4.3 V")
    return kna.Case(**{name: getattr(case, name) for name in type(case).model_fields} | fields)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"mesh": kna.shape("planar_cell")(dimension="1d")}, "draws no cathode"),
        (
            {"working": kna.Electrode(metal="K", film=kna.UniformFilm(resistance="0 ohm*m^2"))},
            "the mesh draws a cathode; accepted: PorousElectrode",
        ),
        ({"counter": kna.PorousElectrode(material="SR")}, "counter: porous"),
        (
            {"drive": kna.Protocol(steps="Plate at 1 A/m^2 for 1 s")},
            "step 1 'Plate at 0.1 mA/cm^2 for 0.0166667 min': a cathode is not plated; accepted: "
            "'Discharge', 'Charge'",
        ),
    ],
)
def test_what_does_not_fit_is_refused(fields, why):
    with pytest.raises(kna.InputError) as caught:
        cell(**fields)
    assert why in str(caught.value) and "\n" not in str(caught.value)
