"""The fastest modes of any cell, on its own mesh, about a steady state or the end of a run."""

from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from ..inputs.errors import RunError
from ..solve.eigen import Pair, eigenpairs
from .base import BaseState
from .estimate import Estimate
from .linear import Linear
from .split import TERMS, Split

WAVES = 12  # wavelengths of the estimate, from the finest to the widest
PER_WAVE = 4  # front elements in the shortest wave that may count
BEYOND = 1.5  # of the fastest rate that is expected, or found: the shift
SLOW = 1e-6  # scaled rate, below which nothing is told from rest
MORE = 3  # pairs asked for beside those wanted


@dataclass(frozen=True)
class Mode:
    """A mode: `rate` [1/s], `terms` of it in SI (see `split`), `pair` scaled."""

    rate: complex
    terms: dict[str, complex]
    pair: Pair


def fastest_modes(linear: Linear, base: BaseState, count: int) -> list[Mode]:
    """Return up to `count` modes that grow fastest, the fastest first. Collective.

    There are less where further ones lie too close together to be told apart.

    `linear` stands at its base state. The shift lies to the right of every rate that a flat front
    of the cell's size and elements might have; should a mode be found beyond it, it is moved there.
    What the mesh does not resolve, modes shorter than some elements, is not told from the rest: a
    finer mesh does that.

    Raises:
        RunError: no mode can be trusted.
    """
    pencil, split = linear.linearise(), Split(linear)
    target = BEYOND * _expected(linear, base)
    for _ in range(2):
        pairs = eigenpairs(pencil, target, count + MORE, both=True)
        highest = max((pair.value.real for pair in pairs), default=-np.inf)
        if highest < target:
            break
        target = BEYOND * highest
    if not pairs:
        raise RunError("stability: no mode has a residual that can be trusted")
    pairs.sort(key=lambda pair: -pair.value.real)
    unit = linear.scales.of("s")
    found = []
    for pair in pairs[:count]:
        terms = split.terms(pair)
        rate = pair.value / unit
        found.append(Mode(rate, {name: terms[name] / unit for name in TERMS}, pair))
    return found


def _expected(linear: Linear, base: BaseState) -> float:
    """Return the highest rate that a flat front might have, scaled; positive."""
    case, length, unit = linear.case, linear.scales.length, linear.scales.of("s")
    finest, _ = linear.domain.front_sizes()
    x = linear.domain.mesh.geometry.x
    widest = linear.domain.comm.allreduce(float(np.ptp(x[:, 0])) if len(x) else 0.0, op=MPI.MAX)
    waves = np.geomspace(PER_WAVE * finest, max(2 * widest, 8 * finest), WAVES) * length
    current = base.current * linear.scales.of("A/m^2")
    about = Estimate(case)
    rates = [about.rate(current, 2 * np.pi / wave) * unit for wave in waves]
    slowest = abs(base.speed) / max(widest, 1e-9)
    return max(*rates, slowest, SLOW)
