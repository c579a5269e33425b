"""Order of the surface current under the full electrode condition: a steady cell known exactly.

A binary salt at rest, its anion blocked, has N_- = 0, so that i = -F D/(1 - t) grad c and c is any
harmonic function that the sides let be. The potential follows from the current's own law. Then the
film is chosen: R = (V - phi - E - eta(i, c))/i along both electrodes makes the fields the exact
solution, with a film, a concentration and a current that all vary along the front. No source stands
in the equations, and none of the package's laws in the solution.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log2, pi
from typing import Any

import numpy as np
from dolfinx import fem
from scipy.special import j0, j1

from ..geometry.find import shape_named
from ..inputs.case import Case
from ..inputs.errors import RunError
from ..physics.drive import Galvanostatic
from ..system.build import Model
from ..system.state import surface_space
from .cells import UNIFORM, cell, discrete, first_instant, on_front, voltage
from .check import Check

GAP, WIDTH, WAVE = 4e-4, 2e-4, 2e-4  # [m]
AMPLITUDE = 1e-5  # [m] of the curved front
SLOPE, RIPPLE = 0.3, 0.08  # of the concentration: across the gap and along the electrodes
VOLTAGE, LEVEL = -1.2, -0.5  # [V]: low enough for the films to come out positive
FIRST_ZERO = 3.8317059702075125  # of the Bessel function J1
AGES = 1e6  # of diffusion: the step after which nothing changes any more


@dataclass(frozen=True)
class Steady:
    """The exact fields in SI; points are arrays (2, n), lateral coordinate (or radius) and height.

    c = c0 [1 + s (2y/L - 1) + b w(x) sinh(k (y - L/2)) / sinh(kL/2)], with w the cosine, or the
    Bessel function J0 of a radius, that is flat at the sides.
    """

    case: Case
    round: bool
    height: Callable[[Any], Any]  # of the front
    slope: Callable[[Any], Any]

    @property
    def k(self) -> float:
        """Wave number of the ripple [1/m]."""
        return FIRST_ZERO / WIDTH if self.round else pi / WIDTH

    @property
    def mobility(self) -> float:
        """F D_eff/(1 - t) [A m2/mol], the current per gradient of the concentration."""
        salt = self.case.electrolyte
        D = self._bruggeman * salt.salt_diffusivity
        return float(self.case.nature.faraday * D / (1 - salt.transference_number))

    @property
    def current(self) -> float:
        """Mean current density over the counter electrode [A/m2]."""
        return float(self.mobility * self.case.electrolyte.salt_concentration * 2 * SLOPE / GAP)

    def c(self, x: np.ndarray) -> np.ndarray:
        """Salt concentration [mol/m3]."""
        along, k = (j0 if self.round else np.cos)(self.k * x[0]), self.k
        ripple = RIPPLE * along * np.sinh(k * (x[1] - GAP / 2)) / np.sinh(k * GAP / 2)
        return self.case.electrolyte.salt_concentration * (
            1 + SLOPE * (2 * x[1] / GAP - 1) + ripple
        )

    def grad_c(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gradient of the concentration [mol/m4]."""
        k, c0 = self.k, self.case.electrolyte.salt_concentration
        along, across = (j0, j1) if self.round else (np.cos, np.sin)
        scale, y = RIPPLE * k / np.sinh(k * GAP / 2), x[1] - GAP / 2
        dx = -scale * across(k * x[0]) * np.sinh(k * y)
        dy = 2 * SLOPE / GAP + scale * along(k * x[0]) * np.cosh(k * y)
        return c0 * dx, c0 * dy

    def phi(self, x: np.ndarray) -> np.ndarray:
        """Potential: grad phi = -i/kappa + V_T [2 (1 - t) X - 1] grad ln c."""
        salt, V_T = self.case.electrolyte, self.case.nature.thermal_voltage
        kappa = self._bruggeman * salt.conductivity
        t, X, c = salt.transference_number, salt.thermodynamic_factor, self.c(x)
        ohmic = self.mobility / kappa * (c - salt.salt_concentration)
        return LEVEL + ohmic + V_T * (2 * (1 - t) * X - 1) * np.log(c / salt.salt_concentration)

    def i_front(self, x: np.ndarray) -> np.ndarray:
        """Current density at the front, anodic: F D/(1 - t) grad c.n with n out of the liquid."""
        on = np.stack([x[0], self.height(x[0])])
        slope, (c_x, c_y) = self.slope(x[0]), self.grad_c(on)
        return self.mobility * (slope * c_x - c_y) / np.sqrt(1 + slope**2)

    def i_counter(self, x: np.ndarray) -> np.ndarray:
        """Current density at the counter electrode, anodic."""
        return self.mobility * self.grad_c(x)[1]

    def film(self, side: str) -> Callable[[np.ndarray], np.ndarray]:
        """Return the film [ohm m2] of an electrode that makes the fields a solution."""
        metal = VOLTAGE if side == "working" else 0.0
        current = self.i_front if side == "working" else self.i_counter

        def resistance(x: np.ndarray) -> np.ndarray:
            on = np.stack([x[0], self.height(x[0]) if side == "working" else x[1]])
            i = current(on)
            return (metal - self.phi(on) - self._overpotential(i, self.c(on))) / i

        return resistance

    def _overpotential(self, i: np.ndarray, c: np.ndarray) -> np.ndarray:
        """Symmetric Butler-Volmer, a = 1: i = i0 (u - (c/c_ref)/u) with u = exp(eta/(2 V_T))."""
        law, V_T = self.case.reactions[0].kinetics, self.case.nature.thermal_voltage
        i0 = law.exchange_current_density
        root = np.sqrt(i**2 + 4 * i0**2 * c / law.reference_concentration)
        return 2 * V_T * np.log((i + root) / (2 * i0))

    @property
    def _bruggeman(self) -> float:
        mat = self.case.separator
        return float(mat.porosity**mat.bruggeman_exponent)


def surface_current() -> Iterator[Check]:
    """Order of the current density and of the voltage: degree + 1 in the mean square."""
    kinds = (
        ("2d", 1, "flat", (16, 32), 1e-3),
        ("2d", 2, "flat", (8, 16), 1e-4),
        ("2d", 1, "curved", (16, 32), 3e-3),
        ("axisymmetric", 1, "flat", (16, 32), 1e-3),
    )
    for dimension, degree, front, meshes, smallest in kinds:
        coarse, fine = (_errors(dimension, degree, front, elements) for elements in meshes)
        orders = [log2(more / less) for more, less in zip(coarse, fine, strict=True)]
        for quantity, order in zip(("current", "voltage"), orders, strict=True):
            name = f"{quantity} at a {front} front, {dimension}, P{degree}: order"
            yield Check(name, degree + 1, order, 0.2, "at least")
        name = f"current at a {front} front, {dimension}, P{degree}: error"
        yield Check(name, 0.0, fine[0], smallest, "absolute")


def _errors(dimension: str, degree: int, front: str, elements: int) -> tuple[float, float]:
    """Return the relative errors of current density and voltage, `elements` across the width."""
    size = {"front_size": f"{WIDTH / elements} m", "growth": UNIFORM, "gap": f"{GAP} m"}
    if front == "flat":
        mesh = shape_named("planar_cell")(dimension=dimension, width=f"{WIDTH} m", **size)
    else:
        ripple = {"amplitude": f"{AMPLITUDE} m", "wavelength": f"{WAVE} m"}
        mesh = shape_named("sinusoidal")(dimension=dimension, width=f"{WIDTH} m", **ripple, **size)
    case = cell(mesh, numerics=first_instant(degree)).resolved()
    wave = 2 * pi / WAVE
    h = 0.0 if front == "flat" else AMPLITUDE
    exact = Steady(
        case,
        dimension == "axisymmetric",
        lambda x: h * np.cos(wave * x),
        lambda x: -h * wave * np.sin(wave * x),
    )
    drive = Galvanostatic(current=f"{exact.current} A/m^2", duration="1 s")
    with discrete(case.model_copy(update={"drive": drive})) as model:
        _solve(model, exact)
        return _current_error(model, exact), abs(voltage(model) / VOLTAGE - 1)


def _solve(model: Model, exact: Steady) -> None:
    """Take one endless implicit step from the exact fields, which also fix the amount of salt."""
    _fill(model, exact)
    for now, before in zip(model.fields.now, model.fields.earlier[0], strict=True):
        before.x.array[:] = now.x.array
    model.march.scheme.set_step(AGES, None)
    if not model.newton.solve():
        raise RunError(f"steady state: {model.newton.reason}")


def _fill(model: Model, exact: Steady) -> None:
    """Put the exact films, and the exact fields as initial values, on the nodes."""
    length, fields = model.scales.length, model.fields

    def scaled(function: Callable[[np.ndarray], np.ndarray], unit: str) -> Any:
        return lambda x: function(x * length) / model.scales.of(unit)

    for side, film in model.films.acting.items():
        film.interpolate(scaled(_on(side, exact), "ohm*m^2"))
    salt, phi = fields.component("X-"), fields.component("phi")
    fields.now[0].sub(salt).interpolate(scaled(exact.c, "mol/m^3"))
    fields.now[0].sub(phi).interpolate(scaled(exact.phi, "V"))
    fields.now[2].x.array[:] = VOLTAGE / model.scales.of("V")


def _on(side: str, exact: Steady) -> Callable[[np.ndarray], np.ndarray]:
    """Return the side's film on its electrode, and something harmless on the other one."""
    film = exact.film(side)
    here = (lambda y: y < GAP / 2) if side == "working" else (lambda y: y > GAP / 2)
    return lambda x: np.where(here(x[1]), film(x), 0.0)


def _current_error(model: Model, exact: Steady) -> float:
    """Return the relative error of the front's current density in the mean square."""
    length, unit = model.scales.length, model.scales.of("A/m^2")
    expected = fem.Function(surface_space(model.domain.front_mesh.mesh, 4))
    expected.interpolate(lambda x: exact.i_front(x * length) / unit)
    i = model.fields.now[1]
    return float((on_front(model, (i - expected) ** 2) / on_front(model, expected**2)) ** 0.5)


CHECKS = (surface_current,)
