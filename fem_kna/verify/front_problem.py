"""A flat plating front that may ripple: its parameters, its steady base state, closed-form rates.

NumPy and SciPy only: a reference that shares no code with the finite elements.

Two electrodes of one univalent metal face each other across a binary salt; the working one plates
below y = 0, the counter one strips above y = L, so both fronts move up with the speed
V = V_m J/F and the gap stays. Liquid and mat are at rest. In the closure's own potential phi (the
cation's electrochemical potential is RT ln c + F phi; Newman and Thomas-Alyea, Electrochemical
Systems, ch. 12), with D and kappa per total cross-section and V_T = RT/F,

    i = kappa (-grad phi + chi V_T grad ln c),    chi = 2 (1 - t) X - 1,
    N = -D grad c - (1 - t) i/F                   the anion's flux,
    eps dc/dt + div N = 0,  div i = 0             eps the porosity.

At a front with the normal n out of the metal, the curvature K (> 0 on a bulge of the metal) and
the normal velocity w out of the metal, the charge transfer i_f (> 0 anodic) obeys

    i . n = i_f,   N . n = eps c w,   w = -V_m i_f/F + B lap_s K,
    i_f = i0 [exp(alpha_a eta/V_T) - (c/c_ref) exp(-alpha_c eta/V_T)],
    eta = phi_metal - phi - R i_f + (V_m gamma/F) K.

A bulge raises the metal's chemical potential and so promotes stripping (Gibbs and Thomson).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.polynomial import Chebyshev
from scipy.optimize import brentq
from scipy.special import hyp1f1

FARADAY, GAS_CONSTANT = 96485.33212, 8.314462618  # [C mol-1], [J mol-1 K-1], CODATA 2018
Array = Any  # a number or an array of numbers


class Slopes(NamedTuple):
    """Derivatives of i_f by eta [S m-2] and by the concentration at the front [A m mol-1]."""

    eta: float
    c: float


@dataclass(frozen=True)
class FrontProblem:
    """All parameters, in SI units; the two electrodes are alike.

    current: J [A m-2] > 0 plates on the working electrode, < 0 strips it
    concentration: mean of the salt c0 [mol m-3];  gap: L [m]
    diffusivity: D [m2 s-1] and conductivity: kappa [S m-1] at c0, both effective ones
    conductivity_exponent: p of kappa(c) = kappa (c/c0)^p; 0 constant, 1 the dilute solution
    transference_number: t;  thermodynamic_factor: X;  porosity: eps
    exchange_current: i0 [A m-2] at reference_concentration: c_ref [mol m-3]
    anodic, cathodic: transfer coefficients alpha_a, alpha_c
    film_resistance: R [ohm m2];  surface_energy: gamma [N m-1];  molar_volume: V_m [m3 mol-1]
    surface_diffusion: B [m4 s-1] of Mullins;  temperature [K]
    counter_moves: False holds the counter electrode flat while it travels
    """

    current: float
    concentration: float
    gap: float
    diffusivity: float
    conductivity: float
    transference_number: float
    exchange_current: float
    reference_concentration: float
    surface_energy: float
    molar_volume: float
    thermodynamic_factor: float = 1.0
    conductivity_exponent: float = 0.0
    porosity: float = 1.0
    anodic: float = 0.5
    cathodic: float = 0.5
    film_resistance: float = 0.0
    surface_diffusion: float = 0.0
    temperature: float = 298.15
    counter_moves: bool = True

    @classmethod
    def dilute(
        cls, *, cation: float, anion: float, temperature: float = 298.15, **others: Any
    ) -> Self:
        """Return the dilute solution of a `cation` and an `anion`, effective D+, D- [m2 s-1].

        D = 2 D+ D-/(D+ + D-), t = D+/(D+ + D-), X = 1, kappa = F (D+ + D-) c/V_T.
        """
        both = cation + anion
        return cls(
            diffusivity=2 * cation * anion / both,
            transference_number=cation / both,
            conductivity=FARADAY**2 * both * others["concentration"] / (GAS_CONSTANT * temperature),
            conductivity_exponent=1.0,
            temperature=temperature,
            **others,
        )

    @property
    def thermal_voltage(self) -> float:
        """V_T = RT/F [V]."""
        return GAS_CONSTANT * self.temperature / FARADAY

    @property
    def chi(self) -> float:
        """2 (1 - t) X - 1 [-]."""
        return 2 * (1 - self.transference_number) * self.thermodynamic_factor - 1

    @property
    def velocity(self) -> float:
        """V = V_m J/F [m s-1] of both flat fronts, upwards positive."""
        return self.molar_volume * self.current / FARADAY

    @property
    def limiting_current(self) -> float:
        """The J [A m-2] that empties the travelling working electrode; its negative strips so.

        c(0) = 0 of `Base.salt`; with fronts at rest 2 F D c0/((1 - t) L).
        """
        full = (1 - self.transference_number) / (self.porosity * self.molar_volume)
        ratio = self.concentration / full
        # x/(1 - exp(-x)) = 1/(1 - ratio), free of the cancellation at a small ratio
        x = brentq(lambda x: x * (1 - ratio) + np.expm1(-x), ratio, 4 * ratio, xtol=1e-16)
        speed = x * self.diffusivity / (self.porosity * self.gap)
        return speed * FARADAY / self.molar_volume

    def kappa(self, c: Array) -> Array:
        """Effective conductivity [S m-1] at the concentration `c` [mol m-3]."""
        return self.conductivity * (c / self.concentration) ** self.conductivity_exponent

    def charge_transfer(self, eta: float, c: float) -> float:
        """Butler and Volmer's i_f [A m-2], anodic positive, at eta [V] and c [mol m-3]."""
        anodic, cathodic = self.partial_currents(eta, c)
        return anodic - cathodic

    def partial_currents(self, eta: float, c: float) -> tuple[float, float]:
        """Return the anodic and the cathodic partial current density [A m-2], both positive."""
        x, i0 = eta / self.thermal_voltage, self.exchange_current
        cathodic = i0 * c / self.reference_concentration * np.exp(-self.cathodic * x)
        return i0 * np.exp(self.anodic * x), cathodic

    def slopes(self, eta: float, c: float) -> Slopes:
        """Return the derivatives of `charge_transfer`."""
        anodic, cathodic = self.partial_currents(eta, c)
        by_eta = (self.anodic * anodic + self.cathodic * cathodic) / self.thermal_voltage
        return Slopes(by_eta, -cathodic / c)

    def overpotential(self, i: float, c: float) -> float:
        """Return eta [V] at which the charge transfer is `i` [A m-2] at `c` [mol m-3]."""
        reach = 200 * self.thermal_voltage
        eta = brentq(lambda eta: self.charge_transfer(eta, c) - i, -reach, reach)
        for _ in range(2):  # to the last digit
            eta -= (self.charge_transfer(eta, c) - i) / self.slopes(eta, c).eta
        return eta


@dataclass(frozen=True)
class Base:
    """The flat fronts' steady state in the frame that moves with them; y [m] from 0 to L."""

    problem: FrontProblem

    def salt(self, y: Array) -> Array:
        """Concentration [mol m-3]: N = eps c V everywhere, so c' = (1-t) J/(F D) - (eps V/D) c.

        With x = eps V L/D, g = x exp(-x y/L)/(1 - exp(-x)) of mean one and the salt
        c_full = (1 - t)/(eps V_m) at which c' vanishes, c = c_full + (c0 - c_full) g.
        """
        p = self.problem
        x = p.porosity * p.velocity * p.gap / p.diffusivity
        if x == 0:
            return p.concentration + 0 * y
        full = (1 - p.transference_number) / (p.porosity * p.molar_volume)
        # g - 1, with x - 1 + exp(-x) = x^2/2 1F1(1; 3; -x), which keeps its digits at small x
        excess = x * np.expm1(-x * y / p.gap) + x**2 / 2 * hyp1f1(1, 3, -x)
        return p.concentration + (p.concentration - full) * excess / -np.expm1(-x)

    def slope(self, y: Array) -> Array:
        """Return dc/dy [mol m-4]."""
        p = self.problem
        flux = (1 - p.transference_number) * p.current / FARADAY
        return (flux - p.porosity * p.velocity * self.salt(y)) / p.diffusivity

    def field(self, y: Array) -> Array:
        """Return dphi/dy [V m-1], from i_y = -J."""
        p, c = self.problem, self.salt(y)
        return p.current / p.kappa(c) + p.chi * p.thermal_voltage * self.slope(y) / c

    def potential(self, y: Array) -> Array:
        """Return phi [V] with the counter electrode's metal at zero."""
        p = self.problem
        junction = p.chi * p.thermal_voltage * np.log(self.salt(y) / self.salt(p.gap))
        at_counter = -self.overpotentials[1] - p.film_resistance * p.current
        return at_counter + junction - p.current * (self._path(p.gap) - self._path(y))

    @cached_property
    def overpotentials(self) -> tuple[float, float]:
        """Return eta [V] of the working (i_f = -J) and of the counter electrode (i_f = J)."""
        p = self.problem
        working = p.overpotential(-p.current, float(self.salt(0.0)))
        return working, p.overpotential(p.current, float(self.salt(p.gap)))

    @property
    def voltage(self) -> float:
        """Potential of the working against the counter electrode [V]; plating makes it < 0."""
        p = self.problem
        return self.potential(0.0) + self.overpotentials[0] - p.film_resistance * p.current

    @cached_property
    def _path(self) -> Chebyshev:
        """The integral of 1/kappa [ohm m2] over y."""
        p = self.problem

        def resistivity(y: Array) -> Array:
            return 1 / p.kappa(self.salt(y))

        return Chebyshev.interpolate(resistivity, 150, domain=(0, p.gap)).integ()


class Local(NamedTuple):
    """What a quasi-steady rate takes from the base state at the working electrode."""

    gradient: float  # J (1 - t)/(F D), the slope of the salt that stands still [mol m-4]
    diffusion: float  # F D/(1 - t): current density per slope of such salt [A m2 mol-1]
    junction: float  # dphi/dc of such salt [V m3 mol-1], V_T/c in the dilute solution
    slopes: Slopes
    c: float  # concentration [mol m-3]


def _local(p: FrontProblem) -> Local:
    base = Base(p)
    c = float(base.salt(0.0))
    diffusion = FARADAY * p.diffusivity / (1 - p.transference_number)
    junction = p.chi * p.thermal_voltage / c + diffusion / float(p.kappa(c))
    slopes = p.slopes(base.overpotentials[0], c)
    return Local(p.current / diffusion, diffusion, junction, slopes, c)


def quasi_steady_rate(problem: FrontProblem, wavenumber: float) -> float:
    """Return the rate omega [s-1] of a ripple with a resting anion and quasi-steady salt.

    Holds for V L/D << 1, omega << D k^2/eps and V_m eps c << 1 - t. Then N = 0, lap c = 0 and phi
    is a function of c alone; with q = k coth(k L) (counter electrode at a fixed concentration),
    P = i_eta dphi/dc - i_c of the slopes of the kinetics, g = dc/dy and Q = F D q/(1 - t),

        omega = (V_m/F) [P g - i_eta (V_m gamma/F) k^2] / (1 + R i_eta + P/Q) - B k^4.

    Dilute, with S = alpha_c i_c + alpha_a i_a of the partial currents, P = (i_c + S)/c.
    """
    p, k = problem, wavenumber
    at = _local(p)
    drive = at.slopes.eta * at.junction - at.slopes.c
    capillarity = at.slopes.eta * p.molar_volume * p.surface_energy / FARADAY * k**2
    diffusion = at.diffusion * k / np.tanh(k * p.gap)
    resistance = 1 + p.film_resistance * at.slopes.eta + drive / diffusion
    growth = (drive * at.gradient - capillarity) / resistance
    return p.molar_volume / FARADAY * growth - p.surface_diffusion * k**4


def fast_kinetics_rate(problem: FrontProblem, wavenumber: float) -> float:
    """Return Mullins and Sekerka's rate [s-1]: `quasi_steady_rate` of fast kinetics, k L >> 1.

    omega = V_m k (J/F - D/(1-t) V_m gamma k^2 / (F dU/dc)) with the metal's potential
    dU/dc = dphi/dc + V_T/((alpha_a + alpha_c) c), 2 V_T/c when dilute. At J = 0 this is healing
    by dissolution and redeposition limited by transport. Source: J. Appl. Phys. 35 (1964) 444.
    """
    p, k = problem, wavenumber
    at = _local(p)
    nernst = at.junction + p.thermal_voltage / ((p.anodic + p.cathodic) * at.c)
    capillarity = at.diffusion * p.molar_volume * p.surface_energy * k**2 / (FARADAY * nernst)
    return p.molar_volume / FARADAY * k * (p.current - capillarity)


def kinetic_healing_rate(problem: FrontProblem, wavenumber: float) -> float:
    """Return the rate [s-1] < 0 at J = 0 by dissolution and redeposition, limited by kinetics.

    omega = -V_m (V_m gamma/F) k^2 i_eta / F, where i_eta = i0 F/(RT) at c = c_ref.
    """
    p = problem
    capillarity = p.molar_volume * p.surface_energy / FARADAY * wavenumber**2
    return -p.molar_volume / FARADAY * _local(p).slopes.eta * capillarity


def surface_diffusion_rate(problem: FrontProblem, wavenumber: float) -> float:
    """Return Mullins' rate -B k^4 [s-1] (J. Appl. Phys. 28 (1957) 333)."""
    return -problem.surface_diffusion * wavenumber**4
