"""Capacity of the full cells against C-rate: two numbers fitted to two rates, two predicted."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from mpi4py import MPI

from ..cathode.paper import CATHODES
from ..cathode.rates import (
    Cathode,
    Curve,
    Fit,
    Model,
    Point,
    best_of_all,
    fitted,
    mapped,
    of_full_cell,
    of_particle,
    with_host,
)
from ..materials import ConstantDiffusivity, Sphere
from ..teams import shared_out
from .discharging import discharging
from .item import CALIBRATED, Experiment, Found, Item, Panel
from .keeping import Store
from .retention import COLOURS

ON = (0, 3)  # the slowest and the fastest rate are fitted ...
CLOSE = 0.10  # ... and the others predicted so closely
WITHIN = 6.0  # [mAh/g], of all rates when all are fitted
START = (180.0, 4e3)  # [mAh/g], R^2/D_0 [s]
AROUND = (START, (160.0, 6e4))  # plates, spheres
STEADY = {"diffusion": ConstantDiffusivity()}
CHOSEN = "plates, D falling"
LAWS: dict[str, dict[str, Any]] = {
    "spheres, D constant": {"shape": Sphere()} | STEADY,
    "spheres, D falling": {"shape": Sphere()},
    "plates, D constant": STEADY,
    CHOSEN: {},  # the materials' own
}


def rate_capability(store: Store) -> Found:
    """Return how far two numbers per cathode go: predicted rates, and the best fit of all."""
    tasks = [(cathode, way) for cathode in CATHODES for way in (on_two, best_of_all)]
    fits = _together(tasks, partial(_fit, store))
    curves = _together(list(zip(CATHODES, fits[1::2], strict=True)), partial(_curves, store))
    items: list[Item] = []
    for cathode, two, every in zip(CATHODES, fits[::2], fits[1::2], strict=True):
        items += [*_predicted(cathode, two), _pairs(cathode), _all_of(cathode, every)]
    drawn = list(zip(CATHODES, fits[::2], fits[1::2], strict=True))
    panels = [Panel("capacity against C-rate", lambda axis: _rates(axis, drawn))]
    panels += [
        Panel(f"discharge of KNA-3.5//{cathode.name}", partial(_voltages, curves=own))
        for cathode, own in zip(CATHODES, curves, strict=True)
    ]
    return Found(items, panels)


def _together(tasks: Sequence[Any], work: Callable[[Any, MPI.Comm], Any]) -> list[Any]:
    return list(MPI.COMM_WORLD.bcast(shared_out(tasks, MPI.COMM_WORLD, work)))


def on_two(cathode: Cathode, model: Model, start: Point) -> Fit:
    """Return the fit of a model to the slowest and the fastest rate."""
    return fitted(cathode, model, ON, start)


def _fit(store: Store, task: tuple[Cathode, Any], team: MPI.Comm) -> Fit:
    cathode, way = task
    fine = of_full_cell(cathode, discharging(store, team))
    return mapped(cathode, fine, of_particle(cathode), partial(way, cathode), START)


def _pairs(cathode: Cathode) -> Item:
    """Return which pairs of rates predict the other two, by particles alone, under each law."""
    pairs = list(combinations(range(len(cathode.rates)), 2))
    missed = {law: {on: _missed(cathode, laws, on) for on in pairs} for law, laws in LAWS.items()}
    chosen = missed[CHOSEN]
    good, best = [on for on in pairs if chosen[on] <= CLOSE], min(chosen, key=chosen.__getitem__)
    others = "; ".join(f"{law} {min(of.values()):.1%}" for law, of in missed.items())
    return Item(
        "text, S10, S11",
        f"pairs of rates of {cathode.name} that predict the other two within {CLOSE:.0%}",
        "-",
        f"{len(good)} of {len(pairs)}; best {_told(cathode, best)}, {chosen[best]:.1%} off",
        CALIBRATED,
        bool(good),
        f"two of the four; particles by themselves, no anode; best pair by law: {others}",
        {
            f"{law}, {_told(cathode, on)} [-]": miss
            for law, of in missed.items()
            for on, miss in of.items()
        },
    )


def _told(cathode: Cathode, on: Sequence[int]) -> str:
    return " and ".join(f"{cathode.rates[k]:g}" for k in on) + " C"


def _missed(cathode: Cathode, laws: Any, on: tuple[int, int]) -> float:
    """Return the largest relative miss of particles that are fitted to the rates `on`."""
    model = of_particle(cathode, **laws)
    fits = [fitted(cathode, model, on, start) for start in AROUND]
    miss = [float(np.abs(fit.misses(cathode) / cathode.capacities).max()) for fit in fits]
    return min(miss)


def _predicted(cathode: Cathode, fit: Fit) -> list[Item]:
    """Return the rates that were not fitted."""
    rest = [k for k in range(len(cathode.rates)) if k not in fit.on]
    return [
        Item(
            "text, S10, S11",
            f"capacity of KNA-3.5//{cathode.name} at {cathode.rates[k]:g} C [mAh/g]",
            f"{cathode.capacities[k]:g}",
            f"{fit.found[k]:.1f}",
            CALIBRATED,
            bool(abs(fit.found[k] / cathode.capacities[k] - 1) <= CLOSE),
            f"capacity and D_0 on {_told(cathode, fit.on)}, then within {CLOSE:.0%}; but shape and "
            "D(x) were chosen with all four rates in view",
            {"paper [mAh/g]": cathode.capacities[k], "model [mAh/g]": fit.found[k]},
        )
        for k in rest
    ]


def _all_of(cathode: Cathode, fit: Fit) -> Item:
    """Return the fit of all rates."""
    worst = float(np.abs(fit.misses(cathode)).max())
    numbers = {"capacity [mAh/g]": fit.capacity, "R^2/D_0 [s]": fit.time, "miss [mAh/g]": worst}
    return Item(
        "text, S10, S11",
        f"capacities of KNA-3.5//{cathode.name} at four rates [mAh/g]",
        ", ".join(f"{value:g}" for value in cathode.capacities),
        ", ".join(f"{value:.0f}" for value in fit.found),
        CALIBRATED,
        worst <= WITHIN,
        f"themselves, by capacity {fit.capacity:.0f} mAh/g and R^2/D_0 {fit.time:.3g} s; worst "
        f"miss {worst:.1f} mAh/g",
        numbers,
    )


def _curves(store: Store, task: tuple[Cathode, Fit], team: MPI.Comm) -> list[Curve]:
    cathode, fit = task
    case, discharge = with_host(cathode.case(), fit.capacity, fit.time), discharging(store, team)
    return [discharge(case, rate, cathode.label, cathode.cut_off) for rate in cathode.rates]


def _rates(axis: Any, fits: list[tuple[Cathode, Fit, Fit]]) -> None:
    for cathode, two, every in fits:
        colour, name = COLOURS[cathode.name], cathode.name
        axis.plot(cathode.rates, cathode.capacities, "o", color=colour, label=f"{name}, paper")
        axis.plot(cathode.rates, every.found, ".-", color=colour, label="fitted to all")
        axis.plot(cathode.rates, two.found, ".:", color=colour, label="fitted to 0.1 and 1 C")
    axis.set(xscale="log", xlabel="rate (C)", ylabel="capacity (mAh/g)", ylim=(0, None))
    axis.set_xticks(cathode.rates, [f"{rate:g}" for rate in cathode.rates])
    axis.minorticks_off()
    axis.legend(frameon=False)


def _voltages(axis: Any, curves: list[Curve]) -> None:
    shades = np.linspace(0.3, 1.0, len(curves))
    for curve, shade in zip(curves, shades, strict=True):
        axis.plot(curve.capacity, curve.voltage, color=str(1 - shade), label=f"{curve.rate:g} C")
    axis.set(xlabel="capacity (mAh/g)", ylabel="voltage (V)")
    axis.legend(frameon=False)


RATES = Experiment(
    "rates", "capacity of the full cells against C-rate, and their discharge", rate_capability
)
