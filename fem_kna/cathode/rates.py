"""Capacity against C-rate: a full cell discharged at each of the paper's rates.

A cathode's two numbers that the paper does not give, capacity per mass and diffusivity, are fitted
to capacities at some of the rates, by least squares on their logarithms; those at the others are
then predictions. The fit to all the rates is the least of the largest misses instead, since that is
what is asked of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from mpi4py import MPI
from scipy.optimize import least_squares, minimize

from ..inputs.case import Case
from ..inputs.errors import InputError
from ..inputs.numerics import Numerics
from ..inputs.units import Value, registry
from ..protocols.protocol import Protocol
from ..run import simulate
from .particle import delivered

MAH_PER_G = 3600.0  # [C/kg]
LATEST = 1.2  # of the time in which the full host would be filled
ROUNDS, SETTLED = 3, 0.005  # of space mapping; of a logarithm
STEPS = {"time_tolerance": 1e-3, "frames": 1}


@dataclass(frozen=True)
class Cathode:
    """One of the paper's cathodes: its full cell, what it means by 1 C, and what it measured."""

    name: str
    case: Callable[[], Case]
    label: float  # of 1 C [mA/g]
    rates: tuple[float, ...]  # [C]
    capacities: tuple[float, ...]  # [mAh/g]
    cut_off: float  # [V]


@dataclass(frozen=True)
class Curve:
    """One discharge: its rate [C], what it delivered [mAh/g], and its voltage [V] on the way."""

    rate: float
    delivered: float
    capacity: np.ndarray
    voltage: np.ndarray


Model = Callable[[float, float, float], float]  # capacity [mAh/g], R^2/D [s], rate [C] -> [mAh/g]
Point = tuple[float, float]  # capacity [mAh/g], R^2/D [s]


@dataclass(frozen=True)
class Fit:
    """Capacity [mAh/g] and diffusion time R^2/D [s] that fit some of the rates, and all capacities.

    `on` are the places of the rates that it was fitted to.
    """

    capacity: float
    time: float
    on: tuple[int, ...]
    found: tuple[float, ...]

    def misses(self, cathode: Cathode) -> np.ndarray:
        """Return by how much each capacity misses the measured one [mAh/g]."""
        return np.subtract(self.found, cathode.capacities)


Fitting = Callable[[Model, Point], Fit]


def fitted(cathode: Cathode, model: Model, on: Sequence[int], start: Point) -> Fit:
    """Return the least squares fit of a `model` to the rates `on`, from a `start`."""

    def misses(logs: np.ndarray) -> list[float]:
        Q, T = np.exp(logs)
        return [model(Q, T, cathode.rates[k]) - cathode.capacities[k] for k in on]

    best = least_squares(misses, np.log(start))
    return _fit(cathode, model, on, best.x)


def best_of_all(cathode: Cathode, model: Model, start: Point) -> Fit:
    """Return the fit whose largest miss over all the rates is least."""
    on = tuple(range(len(cathode.rates)))

    def worst(logs: np.ndarray) -> float:
        return float(np.abs(_fit(cathode, model, on, logs).misses(cathode)).max())

    options = {"xatol": 1e-4, "fatol": 1e-4, "initial_simplex": np.log(start) + SIMPLEX}
    return _fit(cathode, model, on, minimize(worst, np.log(start), method="Nelder-Mead",
                                             options=options).x)  # fmt: skip


SIMPLEX = np.array([[0.0, 0.0], [0.02, 0.0], [0.0, 0.1]])


def _fit(cathode: Cathode, model: Model, on: Sequence[int], logs: np.ndarray) -> Fit:
    Q, T = (float(value) for value in np.exp(logs))
    return Fit(Q, T, tuple(on), tuple(model(Q, T, rate) for rate in cathode.rates))


def with_host(case: Case, capacity: float, time: float) -> Case:
    """Return `case` with a cathode of another capacity [mAh/g] and diffusion time R^2/D_0 [s]."""
    host: Any = case.working
    radius = float(host.material.particle_radius)
    update = {
        "capacity": Value(capacity * MAH_PER_G, "C/kg", "fitted", "derived"),
        "diffusivity": Value(radius**2 / time, "m^2/s", "fitted", "derived"),
    }
    material = host.material.model_copy(update=update)
    return case.model_copy(update={"working": host.model_copy(update={"material": material})})


def discharged(
    case: Case, rate: float, label: float, cut_off: float, comm: MPI.Comm = MPI.COMM_WORLD
) -> Curve:
    """Return how a full cell discharges at `rate` C of `label` mA/g, down to `cut_off` [V].

    Raises:
        InputError: the case is no full cell.
    """
    host: Any = case.working
    if not host.porous:
        raise InputError(f"case '{case.name}': no cathode; accepted: with a PorousElectrode")
    mass = float(host.loading(f"{float(case.mesh.cathode)!r} m").magnitude)  # type: ignore[attr-defined]
    current = registry.Quantity(rate * label * mass, "A/m^2")  # 1 mA/g is 1 A/kg
    full = float(host.material.capacity) / (label * rate)
    steps = (f"Discharge at {current.magnitude!r} A/m^2 until {cut_off} V",)
    numerics = Numerics(**STEPS, first_step=f"{1e-5 * full} s", longest_step=f"{full / 40} s")
    drive = Protocol(steps=steps, patience=f"{LATEST * full} s")
    asked = case.model_copy(update={"drive": drive, "numerics": numerics})
    history = simulate(asked, comm).history
    charge = np.array([row["charge [C/m2]"] for row in history]) / mass / MAH_PER_G
    voltage = np.array([row["voltage [V]"] for row in history])
    return Curve(rate, float(charge[-1]), charge, voltage)


Discharge = Callable[[Case, float, float, float], Curve]  # as `discharged`


def mapped(cathode: Cathode, fine: Model, coarse: Model, fit: Fitting, start: Point) -> Fit:
    """Return what `fit` finds for a `fine` model, by few evaluations of it (space mapping).

    The `coarse` model is fitted in its place, each rate times the ratio of both where the fit was
    before; Bandler et al., IEEE Trans. Microw. Theory Tech. 42 (1994) 2536.
    """
    point = start
    for _ in range(ROUNDS):
        at = point
        ratios = {r: fine(*at, r) / coarse(*at, r) for r in cathode.rates}

        def corrected(Q: float, T: float, rate: float, ratios: Any = ratios) -> float:
            return float(ratios[rate] * coarse(Q, T, rate))

        found = fit(corrected, point)
        point = (found.capacity, found.time)
        if np.abs(np.log(np.divide(point, at))).max() < SETTLED:
            break
    return _fit(cathode, fine, found.on, np.log(point))


def of_particle(cathode: Cathode, **laws: Any) -> Model:
    """Return particles without a cell as a model of the same two numbers.

    `laws` are a `shape` and a law of `diffusion` in the place of the material's.
    """
    host: Any = cathode.case().working
    material = host.material.model_copy(update=laws)
    return lambda capacity, time, rate: delivered(material, capacity, time, rate * cathode.label)


def of_full_cell(cathode: Cathode, discharge: Discharge = discharged) -> Model:
    """Return the full cell as a model of two numbers; what was computed once is not again."""
    case = cathode.case()

    @cache
    def found(capacity: float, time: float, rate: float) -> float:
        host = with_host(case, capacity, time)
        return discharge(host, rate, cathode.label, cathode.cut_off).delivered

    return found
