"""Porous cathodes without a run: spheres, tables of potentials, words, what is refused."""

import numpy as np
import pytest
from scipy.linalg import expm

import fem_kna as kna
from fem_kna.cathode import sphere
from fem_kna.cathode.paper import CATHODES, full_cell
from fem_kna.cathode.rates import best_of_all, fitted
from fem_kna.physics import particles
from fem_kna.physics.insertion import charge_transfer, open_circuit_potential
from fem_kna.protocols.grammar import read
from fem_kna.results.cathode import cycled
from fem_kna.results.cycles import EFFICIENCY, Tally

STARTS = tuple(zip(CATHODES, ((150, 8e4), (180, 3e4)), strict=True))


def surface(modes, tau):
    """The rise at the surface under a unit flux, by the modes' own equations, in time exactly."""
    K = np.array(particles.stiffness(modes))
    M = np.diag([particles.mass(n) for n in range(modes)])
    whole = np.zeros((modes + 1, modes + 1))
    whole[:modes, :modes] = -np.linalg.solve(M, K)
    whole[:modes, modes] = np.linalg.solve(M, 3 * np.ones(modes))
    return expm(whole * tau)[:modes, modes].sum()


class TestSpheres:
    def test_polynomials_are_those_written_down_by_hand(self):
        """P_1 = (5 s^2 - 3)/2 and P_2 = (63 s^4 - 70 s^2 + 15)/8."""
        s = np.linspace(0, 1, 5)
        assert particles.polynomial(1)(s) == pytest.approx((5 * s**2 - 3) / 2)
        assert particles.polynomial(2)(s) == pytest.approx((63 * s**4 - 70 * s**2 + 15) / 8)
        assert particles.stiffness(3) == ((0, 0, 0), (0, 15, 15), (0, 15, pytest.approx(42)))

    def test_polynomials_are_orthogonal_over_the_ball(self):
        s, w = np.polynomial.legendre.leggauss(40)
        s, w = (s + 1) / 2, w / 2
        P = np.array([particles.polynomial(n)(s) for n in range(8)])
        expected = np.diag([particles.mass(n) for n in range(8)])
        assert P * (3 * s**2 * w) @ P.T == pytest.approx(expected, abs=1e-12)

    @pytest.mark.parametrize("tau", [3e-3, 1e-2, 0.1, 1.0])
    def test_six_of_them_are_the_series_to_a_tenth_of_a_percent(self, tau):
        assert surface(6, tau) == pytest.approx(sphere.rise(tau), rel=1e-3)

    def test_two_are_not(self):
        assert surface(2, 0.01) != pytest.approx(sphere.rise(0.01), rel=0.1)

    def test_a_slow_discharge_fills_the_host_but_for_the_lag_of_its_middle(self):
        """Long times: c_s - mean = R N / (5 D), so that 1 - Q/Q0 = R^2/D / (15 T_f)."""
        found = sphere.delivered(150.0, 1000.0, 1.5)  # T_f = 3.6e5 s
        assert found == pytest.approx(150 * (1 - 1000 / (15 * 3.6e5)), rel=1e-9)


class TestPaper:
    """What diffusion in equal spheres can say of the paper's capacities, without a cell."""

    def model(self, cathode):
        return lambda Q, T, rate: sphere.delivered(Q, T, rate * cathode.label)

    @pytest.mark.parametrize(("cathode", "start"), STARTS)
    def test_two_numbers_fit_four_capacities_within_6_mah_per_g(self, cathode, start):
        found = best_of_all(cathode, self.model(cathode), start)
        assert np.abs(found.misses(cathode)).max() < 6
        assert found.capacity == pytest.approx(start[0], rel=0.05)

    def test_a_fit_of_two_is_met_exactly_and_leaves_pba_short_at_half_a_c(self):
        """The limit: 65 mAh/g at 0.5 C, where spheres that fit the other three give 55."""
        pba, sr = CATHODES
        for cathode, start, worst in ((pba, (150, 8e4), 0.148), (sr, (180, 3e4), 0.089)):
            fit = fitted(cathode, self.model(cathode), (0, 1), start)
            shares = fit.misses(cathode) / cathode.capacities
            assert shares[:2] == pytest.approx(0, abs=1e-3)
            assert np.abs(shares).max() == pytest.approx(worst, abs=2e-3)


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
