"""Every law of the physics, with numbers worked by hand. No mesh: UFL evaluates at a point."""

from math import exp, log, sinh, sqrt
from types import SimpleNamespace

import basix.ufl
import pytest
import ufl

from fem_kna.inputs.errors import InputError
from fem_kna.materials.models import Electrolyte, Ion
from fem_kna.physics.closures import Closure, ConcentratedSolution, DiluteSolution, ion_flux
from fem_kna.physics.drive import Drive, Galvanostatic, Potentiostatic, Rest
from fem_kna.physics.film import CrackedFilm, FilmLaw, UniformFilm
from fem_kna.physics.frame import Still
from fem_kna.physics.kinetics import ButlerVolmer, Kinetics, Reaction, partial_currents
from fem_kna.physics.media import FreeLiquid, Medium, PorousMedium
from fem_kna.physics.transport import divergence, outflow, storage
from fem_kna.verify.cells import OhmicKinetics

PLANE = ufl.Mesh(basix.ufl.element("Lagrange", "triangle", 1, shape=(2,)))
X = ufl.SpatialCoordinate(PLANE)
POINT = (0.5, 0.25)
NATURE = SimpleNamespace(thermal_voltage=0.025, faraday=100.0)


def at_point(vector):
    """Components of a UFL vector at `POINT`."""
    return [float(vector[k](POINT)) for k in range(2)]


def law(**numbers):
    defaults = {"exchange_current_density": "2 A/m^2", "reference_concentration": "100 mol/m^3"}
    return ButlerVolmer(**(defaults | numbers))


def salt(*ions, **numbers):
    """An electrolyte of (name, charge, concentration, diffusivity)."""
    defaults = {
        "conductivity": "0.5 S/m",
        "salt_diffusivity": "3 m^2/s",
        "transference_number": 0.3,
        "thermodynamic_factor": 1.5,
    }
    return Electrolyte(
        name="salt",
        solvent="any",
        ions=tuple(
            Ion(name=n, charge=z, concentration=f"{c} mol/m^3", diffusivity=f"{D} m^2/s")
            for n, z, c, D in ions
        ),
        **(defaults | numbers),
    )


BINARY = salt(("K+", 1, 4, 2), ("X-", -1, 4, 6))
MIXED = salt(("K+", 1, 3, 2), ("Na+", 1, 1, 5), ("Y-", -1, 1, 7), ("X-", -1, 3, 6))
DIVALENT = salt(("Ca+2", 2, 2, 2), ("X-", -1, 4, 6))


class TestButlerVolmer:
    def test_number_by_hand(self):
        # 2 [0.9 e^(0.5*2) - (50/100) e^(-0.5*2)] at eta = 2 V_T
        found = float(law().current(0.05, 50.0, 0.9, 0.025))
        assert found == pytest.approx(2 * (0.9 * exp(1) - 0.5 * exp(-1)))

    def test_unequal_transfer_coefficients(self):
        skew = law(anodic_transfer_coefficient=0.3, cathodic_transfer_coefficient=0.7)
        found = float(skew.current(-0.025, 100.0, 1.0, 0.025))
        assert found == pytest.approx(2 * (exp(-0.3) - exp(0.7)))

    @pytest.mark.parametrize(("c", "a"), [(100.0, 1.0), (37.0, 0.4)])
    def test_nernst_at_zero_current(self, c, a):
        eta = 0.025 * log(c / (100.0 * a))
        skew = law(anodic_transfer_coefficient=0.3, cathodic_transfer_coefficient=0.7)
        assert float(skew.current(eta, c, a, 0.025)) == pytest.approx(0.0, abs=1e-14)

    def test_exchange_current_grows_with_the_root_of_concentration_and_activity(self):
        # About equilibrium i = 2 i0 sqrt(c a) sinh(eta_s / (2 V_T)) for coefficients of one half.
        c, a, surface = 0.36, 0.25, 0.01
        eta = 0.025 * log(c / a) + surface
        found = float(law().current(eta, 100 * c, a, 0.025))
        assert found == pytest.approx(2 * 2 * sqrt(c * a) * sinh(surface / 0.05))

    def test_slope_at_equilibrium_is_the_charge_transfer_resistance(self):
        step = 1e-7
        rise = float(law().current(step, 100.0, 1.0, 0.025))
        assert step / rise == pytest.approx(0.025 / 2, rel=1e-6)

    def test_is_a_law_and_so_is_anything_with_its_method(self):
        assert isinstance(law(), Kinetics)
        assert isinstance(OhmicKinetics(resistance="1 ohm*m^2"), Kinetics)
        assert not isinstance(object(), Kinetics)

    def test_refuses_a_number_without_unit(self):
        with pytest.raises(InputError, match="exchange_current_density"):
            law(exchange_current_density=2.0)


class TestPartialCurrents:
    METAL = SimpleNamespace(activity={"K": 0.8, "Na": 0.1}.__getitem__)

    def reactions(self):
        return (
            Reaction(name="K", ion="K+", standard_potential="-0.01 V", kinetics=law()),
            Reaction(
                name="Na",
                ion="Na+",
                standard_potential="0.2 V",
                kinetics=law(exchange_current_density="3 A/m^2"),
            ),
        )

    def test_each_metal_has_its_own_potential_ion_and_activity(self):
        c = {"K+": 90.0, "Na+": 20.0, "X-": 110.0}
        found = partial_currents(self.reactions(), self.METAL, 0.05, c, 0.025)
        assert list(found) == ["K+", "Na+"]
        eta = 0.06 / 0.05  # (0.05 + 0.01) / (2 V_T)
        assert float(found["K+"]) == pytest.approx(2 * (0.8 * exp(eta) - 0.9 * exp(-eta)))
        eta = -0.15 / 0.05
        assert float(found["Na+"]) == pytest.approx(3 * (0.1 * exp(eta) - 0.2 * exp(-eta)))

    def test_the_nobler_metal_plates_where_the_other_rests(self):
        rest = -0.01 + 0.025 * log(0.9 / 0.8)  # Nernst's potential of K
        c = {"K+": 90.0, "Na+": 20.0}
        found = partial_currents(self.reactions(), self.METAL, rest, c, 0.025)
        assert float(found["K+"]) == pytest.approx(0.0, abs=1e-14)
        assert float(found["Na+"]) < 0

    def test_no_current_where_the_exchange_is_balanced(self):
        # a_Na c_K / (a_K c_Na) = exp((E_Na - E_K) / V_T)
        c_Na = 90.0 * 0.1 / 0.8 / exp(0.21 / 0.025)
        rest = -0.01 + 0.025 * log(0.9 / 0.8)
        found = partial_currents(
            self.reactions(), self.METAL, rest, {"K+": 90.0, "Na+": c_Na}, 0.025
        )
        assert float(found["Na+"]) == pytest.approx(0.0, abs=1e-15)


class TestFilm:
    def test_uniform_film_ignores_the_patch(self):
        film = UniformFilm(resistance="30 ohm*cm^2")
        assert [film.area_resistance(weak) for weak in (0.0, 0.5, 1.0)] == pytest.approx([3e-3] * 3)
        assert isinstance(film, FilmLaw)

    def test_cracked_film_conducts_in_parallel_at_its_edge(self):
        film = CrackedFilm(resistance="30 ohm*cm^2", cracked_resistance="3 ohm*cm^2")
        assert film.area_resistance(0.0) == pytest.approx(3e-3)
        assert film.area_resistance(1.0) == pytest.approx(3e-4)
        # half each: 1/R = (1/30 + 1/3)/2 = 11/60 per ohm cm2
        assert film.area_resistance(0.5) == pytest.approx(60e-4 / 11)


class TestMedia:
    def test_free_liquid_changes_nothing(self):
        assert FreeLiquid().porosity == 1 and FreeLiquid().effective(7.0) == 7.0
        assert isinstance(FreeLiquid(), Medium)

    def test_bruggeman(self):
        mat = PorousMedium(porosity=0.25, bruggeman_exponent=1.5)
        assert mat.effective(8.0) == pytest.approx(1.0)  # 8 / 4^1.5


class TestDrive:
    """Each drive's equation, its measures replaced by one number each."""

    def balance(self, drive):
        voltage, i, test, front, counter = -0.3, -8.0, 1.0, 2.0, 5.0
        return float(drive.balance(voltage, i, test, front, counter))

    def test_galvanostatic(self):
        # plating 3 A/m2 of counter area needs 15 A; the front carries -16 A
        drive = Galvanostatic(current="3 A/m^2", duration="1 s")
        assert self.balance(drive) == pytest.approx(-16 + 15)
        assert isinstance(drive, Drive)

    def test_potentiostatic(self):
        drive = Potentiostatic(voltage="-0.5 V", duration="1 s")
        assert self.balance(drive) == pytest.approx((-0.3 + 0.5) * 5)

    def test_rest(self):
        assert self.balance(Rest(duration="1 s")) == pytest.approx(-16)


class TestConservation:
    """Weak forms: signs and factors of the three terms, integrated by a measure that records."""

    class Measure:
        def __rmul__(self, integrand):
            return float(integrand(POINT)) if hasattr(integrand, "ufl_shape") else integrand

    def test_storage(self):
        assert storage(3.0, 5.0, self.Measure()) == 15.0

    def test_divergence_by_parts(self):
        flux, test = ufl.as_vector([2.0, 3.0]), 5 * X[0] - 7 * X[1]
        inner = ufl.algorithms.expand_derivatives(ufl.inner(flux, ufl.grad(test)))
        assert float(inner(POINT)) == pytest.approx(2 * 5 - 3 * 7)
        assert divergence(flux, test, self.Measure(), Still(2)) == pytest.approx(-(2 * 5 - 3 * 7))

    def test_outflow(self):
        assert outflow(3.0, 5.0, self.Measure()) == 15.0


class TestIonFlux:
    @pytest.mark.parametrize(("z", "sign"), [(1, 1), (-1, -1), (2, 2)])
    def test_number_by_hand(self, z, sign):
        # c = 1 + 2 x^2 + 3 y: at (1/2, 1/4) c = 2.25, grad c = (2, 3); grad phi = (0.1, -0.2)
        c, phi = 1 + 2 * X[0] ** 2 + 3 * X[1], 0.1 * X[0] - 0.2 * X[1]
        found = at_point(ion_flux(4.0, z, c, phi, 0.025))
        drift = sign * 2.25 / 0.025
        assert found == pytest.approx([-4 * (2 + drift * 0.1), -4 * (3 - drift * 0.2)])

    def test_vanishes_in_boltzmann_equilibrium(self):
        phi = 0.03 * X[0] - 0.01 * X[1] ** 2
        found = at_point(ion_flux(4.0, -1, ufl.exp(phi / 0.025), phi, 0.025))
        assert found == pytest.approx([0.0, 0.0], abs=1e-12)


class TestDiluteSolution:
    closure = DiluteSolution()

    def test_is_a_closure_of_all_ions_but_the_last(self):
        assert isinstance(self.closure, Closure)
        assert self.closure.solved(MIXED) == ("K+", "Na+", "Y-")
        assert self.closure.initial(MIXED) == {"K+": 3.0, "Na+": 1.0, "Y-": 1.0}

    @pytest.mark.parametrize("electrolyte", [BINARY, MIXED, DIVALENT], ids=["1:1", "mix", "2:1"])
    def test_electroneutral(self, electrolyte):
        solved = {name: 1.0 + k for k, name in enumerate(self.closure.solved(electrolyte))}
        found = self.closure.concentrations(electrolyte, solved)
        assert list(found) == [ion.name for ion in electrolyte.ions]
        charges = [ion.charge * found[ion.name] for ion in electrolyte.ions]
        assert sum(charges) == pytest.approx(0.0, abs=1e-15)

    def test_the_eliminated_ion_counts_by_its_charge(self):
        assert self.closure.concentrations(DIVALENT, {"Ca+2": 2.0})["X-"] == 4.0

    def test_fluxes_and_current(self):
        # c = 1 + x, phi = 0.1 x, half-open medium: N+ = -0.5*2 (1 + 4 c), N- = -0.5*6 (1 - 4 c)
        c, phi = 1 + X[0], 0.1 * X[0]
        medium = SimpleNamespace(effective=lambda property: 0.5 * property)
        found = self.closure.fluxes(BINARY, medium, {"K+": c}, phi, NATURE)
        plus, minus = -1 * (1 + 4 * 1.5), -3 * (1 - 4 * 1.5)
        assert list(found.ions) == ["K+"]
        assert at_point(found.ions["K+"]) == pytest.approx([plus, 0.0])
        assert at_point(found.current) == pytest.approx([100 * (plus - minus), 0.0])

    def test_binary_salt(self):
        # D = 2*2*6/(2 + 6) = 3, t+ = 2/8
        assert self.closure.binary(BINARY) == pytest.approx((3.0, 0.25))
        # D = 3*2*6/(2*2 + 6) = 3.6, t+ = 4/10
        assert self.closure.binary(DIVALENT) == pytest.approx((3.6, 0.4))


class TestConcentratedSolution:
    closure = ConcentratedSolution()
    medium = FreeLiquid()

    def test_is_a_closure_of_the_salt_and_the_dilute_cations(self):
        assert isinstance(self.closure, Closure)
        assert self.closure.solved(MIXED) == ("Y-+X-", "Na+")
        assert self.closure.initial(MIXED) == {"Y-+X-": 4.0, "Na+": 1.0}
        assert self.closure.solved(BINARY) == ("X-",)

    def test_electroneutral(self):
        found = self.closure.concentrations(MIXED, {"Y-+X-": 4.0, "Na+": 1.5})
        assert found == {"Y-+X-": 4.0, "Na+": 1.5, "K+": 2.5}

    def test_fluxes_and_current(self):
        # c = 1 + x = 1.5, phi = 0.1 x, 2 (1 - t) X - 1 = 2*0.7*1.5 - 1 = 1.1, grad ln c = 1/1.5:
        # i = -0.5*0.1 + 0.5*0.025*1.1/1.5,  N- = -3 - 0.7/100 i,  N_Na = -5 (2 + 1/0.025*0.1)
        found = self.closure.fluxes(
            MIXED, self.medium, {"Y-+X-": 1 + X[0], "Na+": 2 * X[0]}, 0.1 * X[0], NATURE
        )
        i = -0.05 + 0.5 * 0.025 * 1.1 / 1.5
        assert at_point(found.current) == pytest.approx([i, 0.0])
        assert at_point(found.ions["Y-+X-"]) == pytest.approx([-3 - 0.007 * i, 0.0])
        assert at_point(found.ions["Na+"]) == pytest.approx([-5 * (2 + 4.0), 0.0])

    def test_every_transport_property_is_the_mediums(self):
        half = SimpleNamespace(effective=lambda property: 0.5 * property)
        c, phi = {"Y-+X-": 1 + X[0], "Na+": 2 * X[0]}, 0.1 * X[0]
        free = self.closure.fluxes(MIXED, self.medium, c, phi, NATURE)
        found = self.closure.fluxes(MIXED, half, c, phi, NATURE)
        for mine, theirs in ((found.current, free.current), *zip_values(found.ions, free.ions)):
            assert at_point(mine) == pytest.approx([0.5 * f for f in at_point(theirs)])

    def test_agrees_with_the_dilute_law_at_its_conductivity(self):
        # X = 1, D and t+ of the two ions, kappa = F/V_T (D+ + D-) c: then both laws are one.
        closure = DiluteSolution()
        D, t = closure.binary(BINARY)
        c, phi = 1 + X[0], 0.1 * X[0] + 0.3 * X[1]
        kappa = 100 / 0.025 * (2 + 6) * 1.5  # at the point
        same = salt(
            ("K+", 1, 4, 2),
            ("X-", -1, 4, 6),
            conductivity=f"{kappa} S/m",
            salt_diffusivity=f"{D} m^2/s",
            transference_number=t,
            thermodynamic_factor=1.0,
        )
        found = self.closure.fluxes(same, self.medium, {"X-": c}, phi, NATURE)
        expected = closure.fluxes(BINARY, self.medium, {"K+": c}, phi, NATURE)
        # The dilute potential is the same one: both refer to the cation.
        assert at_point(found.current) == pytest.approx(at_point(expected.current))
        anion = at_point(expected.ions["K+"] - expected.current / 100)
        assert at_point(found.ions["X-"]) == pytest.approx(anion)

    def test_no_current_and_no_flux_without_gradients(self):
        flat = X[0] - X[0]
        found = self.closure.fluxes(BINARY, self.medium, {"X-": 1 + flat}, flat, NATURE)
        assert at_point(found.current) == [0.0, 0.0]
        assert at_point(found.ions["X-"]) == [0.0, 0.0]

    def test_binary_salt_is_the_measured_one(self):
        assert self.closure.binary(BINARY) == pytest.approx((3.0, 0.3))


def zip_values(first, second):
    assert list(first) == list(second)
    return zip(first.values(), second.values(), strict=True)
