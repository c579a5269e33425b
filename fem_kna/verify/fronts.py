"""Checks of moving fronts: how ripples grow and heal, and the state that they grow on.

The rates of `dispersion` solve the linearised equations by another method and share no code with
the finite elements; where the closed forms hold, ripples are held against those.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from math import log, pi

import numpy as np
from mpi4py import MPI

from ..inputs.numerics import Numerics
from . import front_volumes
from .check import Check
from .dispersion import Combination, Mode, combinations, front_modes
from .front_problem import (
    Base,
    FrontProblem,
    fast_kinetics_rate,
    kinetic_healing_rate,
    surface_diffusion_rate,
)
from .ripples import Ripple, amplitude, front_nodes, growth_rate, started

RATE, CLOSED_FORM = 5e-3, 1e-2  # tolerances of a growth rate
QUICK = (9, 22, 26, 32)  # slow kinetics, healing by capillarity, stripping, a dilute solution
SALT, MICRO = 400.0, 1e-6

# A ripple of 10 um on potassium, in a gap of 40 um, at rest.
AT_REST = FrontProblem(
    current=0.0, concentration=SALT, gap=40 * MICRO, diffusivity=2.5e-10, conductivity=0.35,
    transference_number=0.35, thermodynamic_factor=1.1, porosity=0.8, exchange_current=1.0,
    reference_concentration=SALT, surface_energy=0.11, molar_volume=4.54e-5,
)  # fmt: skip
WAVENUMBER = 2 * pi / (10 * MICRO)


def some_growth_rates() -> Iterator[Check]:
    """Growth of ripples in four regimes, of the 36 that the tests go through."""
    every = combinations()
    for number in QUICK:
        yield growth_of(every[number])


def growth_of(combination: Combination) -> Check:
    """Hold the growth rate in the finite elements against the linear mode's."""
    ripple = Ripple(combination.problem, combination.wavenumber)
    expected = float(np.real(ripple.mode.rate))
    return Check(f"growth, {combination.name} [1/s]", expected, growth_rate(ripple), RATE)


def levelling_at_rest() -> Iterator[Check]:
    """Without current a ripple dissolves at its crests and is redeposited in its hollows.

    omega = -V_m (V_m gamma/F) k^2 i_eta/F where kinetics are slow and
    omega = -V_m k D/(1-t) V_m gamma k^2 / (F dU/dc) where they are fast.
    """
    slow = replace(AT_REST, exchange_current=1.0)
    yield _closed("kinetics", slow, kinetic_healing_rate(slow, WAVENUMBER))
    # The formula leaves out the salt that a deposit swallows, V_m c/(1 - t): less of it here.
    light = {"molar_volume": 0.1 * AT_REST.molar_volume, "surface_energy": 1.1}
    fast = replace(AT_REST, exchange_current=1e9, **light)
    yield _closed("transport", fast, fast_kinetics_rate(fast, WAVENUMBER))


def levelling_by_surface_diffusion() -> Iterator[Check]:
    """Metal that moves along its own surface levels a ripple at the rate -B k^4 (Mullins)."""
    inert = replace(AT_REST, exchange_current=1e-6, surface_diffusion=1e-25)
    yield _closed("surface diffusion", inert, surface_diffusion_rate(inert, WAVENUMBER))


def levelling_by_smoothing() -> Iterator[Check]:
    """Numerical smoothing of a front that travels is a surface diffusion B = s |v| h^3, no more.

    With s = 1 and coarse elements the rates are 29 and 17 % lower by it.
    """
    for number in (9, 26):  # plating and stripping
        name, problem, k = combinations()[number]
        smoothed = Smoothed(problem, k, elements=20)
        expected = float(np.real(smoothed.mode.rate))
        yield Check(f"smoothing, {name} [1/s]", expected, growth_rate(smoothed), RATE)


@dataclass(frozen=True)
class Smoothed(Ripple):
    """A ripple on fronts with numerical smoothing, whose mode knows of a surface diffusion."""

    smoothing: float = 1.0

    @property
    def numerics(self) -> Numerics:
        """The ripple's, and the smoothing."""
        return super().numerics.model_copy(update={"front_smoothing": self.smoothing})

    @cached_property
    def mode(self) -> Mode:
        """The mode with the surface diffusion that the smoothing stands for."""
        B = self.smoothing * abs(self.problem.velocity) * (self.half / self.elements) ** 3
        return front_modes(replace(self.problem, surface_diffusion=B), self.k)[0]


def _closed(name: str, problem: FrontProblem, expected: float) -> Check:
    got = growth_rate(Ripple(problem, WAVENUMBER, slope=0.01))
    return Check(f"levelling by {name} [1/s]", expected, got, CLOSED_FORM)


def steady_travel() -> Iterator[Check]:
    """Between two fronts that travel, the salt stays what it is at the start: `Base.salt`.

    Over five diffusion times, plating and stripping. The profile leans by some percent if the salt
    is left behind, or taken along, by the mesh.
    """
    for number in (5, 26):
        name, problem, _ = combinations()[number]
        error = drift_of_salt(problem)
        yield Check(f"steady travel, {name}: drift of the salt [-]", 0.0, error, 1e-5, "absolute")


def drift_of_salt(problem: FrontProblem, times: float = 5.0, steps: int = 20) -> float:
    """Return the largest change of the salt, over its mean, in a narrow cell without a ripple."""
    ripple = Ripple(problem, 8 * pi / problem.gap, elements=4, slope=0.0)
    duration = times * problem.porosity * problem.gap**2 / problem.diffusivity
    ripple = replace(ripple, share=duration / steps * abs(ripple.mode.rate))
    with started(ripple) as model:
        for _ in model.march.until(duration / model.scales.of("s")):
            pass
        front = front_nodes(model.domain)[0, 1]
        y = model.fields.bulk.tabulate_dof_coordinates()[:, 1] - front
        exact = Base(problem).salt(y * problem.gap) / problem.concentration
        (ion,) = model.fields.ions
        worst = np.abs(model.fields.values(ion) - exact).max()
        return float(model.domain.comm.allreduce(worst, op=MPI.MAX))


def order_in_time() -> Iterator[Check]:
    """Twice the number of equal steps leaves a quarter of the ripple's error."""
    _, problem, k = combinations()[10]
    ripple = Ripple(problem, k, elements=10, slope=0.1)
    coarse, middle, fine = (grown(ripple, steps) for steps in (12, 24, 48))
    observed = log((coarse - middle) / (middle - fine)) / log(2)
    yield Check("time, equal steps: order of a ripple's height [-]", 2, observed, 0.1, "at least")


def grown(ripple: Ripple, steps: int, efolds: float = 0.6) -> float:
    """Return the ripple's height [m] after some e-folds in equal `steps`."""
    equal = replace(ripple, share=efolds / steps)
    with started(equal) as model:
        for _ in islice(model.march.until(np.inf), steps):
            pass
        return amplitude(model, ripple.k)


CHECKS = (
    some_growth_rates,
    levelling_at_rest,
    levelling_by_surface_diffusion,
    levelling_by_smoothing,
    steady_travel,
    order_in_time,
    *front_volumes.CHECKS,
)
