"""Balances of power of metal that flows: surface, viscosity, skeleton, and deposit.

With its velocity in the place of the test function, the balance of forces of the metal says

    int (gamma kappa + mu) v . n da + int 2 eta D(v):D(v) dv = 0,

which the discrete equations satisfy up to Newton's tolerance, in every step. kappa and mu are also
test functions of the front's motion w . n = v . n - s, with s = sum_j V_j i_j/F dissolved per area;
so v . n may be replaced by w . n + s, just as exactly, with w . n the scheme's rate of the swept
volume. That int (gamma kappa + mu) w . n da is the rate of gamma A, and of the elastic energy W of
the skeleton, holds to the order of the time scheme and of the curvature. Between energies that are
read off the meshes,

    d(gamma A + W)/dt + int 2 eta D(v):D(v) dv + int (gamma kappa + mu) s da = 0,

summed over both fronts, closes as fast as steps and elements are refined. The last term is the
work that dissolution takes from the electric side, where a pressure shifts the metal's potential.
"""

from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from ..physics import flow
from ..system.build import Model
from .levelling import Levelling, started

STEPS = 6


class Power(NamedTuple):
    """Powers and energy of one moment, scaled."""

    surface: float  # int (gamma kappa + mu) v . n da
    dissipated: float  # int 2 eta D:D dv
    dissolving: float  # int (gamma kappa + mu) s da
    energy: float  # gamma A + W

    @property
    def lost(self) -> float:
        """What is left of the balance of forces, over the power dissipated."""
        return abs(self.surface + self.dissipated) / self.dissipated


class Powers:
    """Measures the powers of a model whose metal flows behind its working electrode."""

    def __init__(self, model: Model) -> None:
        """Compile the integrals."""
        cell, state = model.cell, model.fields.view(model.fields.now)
        sides = [side for side in cell.sides(state) if side.front is not None]
        fronts: list[Any] = [side.front for side in sides]
        metal, pressure = fronts[0].metal, fronts[0].pressure
        energy = sum(
            front.law.surface_energy * side.area * side.ds
            for side, front in zip(sides, fronts, strict=True)
        )
        for dx, there in () if cell.mat is None else cell.mat.parts:
            mat = there(state)
            energy += cell.mat.law.energy(mat.F) / mat.J * mat.frame.J * dx
        dissipated = sum(
            flow.momentum(state.v, 0.0, state.v, metal.law(state), frame(state), dx)
            for dx, frame in metal.parts
        )
        self._forms = [
            fem.form(integral, entity_maps=model.fields.entity_maps)
            for integral in (
                flow.pressing(pressure, state.v, metal.surface(state), metal.ds),
                dissipated,
                sum(
                    front.pressure * cell.dissolved(state, side) * side.area * side.ds
                    for side, front in zip(sides, fronts, strict=True)
                ),
                energy,
            )
        ]
        self._comm = model.domain.comm

    def __call__(self) -> Power:
        """Return the present powers. Collective."""
        return Power(
            *(self._comm.allreduce(fem.assemble_scalar(f), op=MPI.SUM) for f in self._forms)
        )


def powers_of(ripple: Levelling) -> tuple[float, float]:
    """Return what is lost of forces and of energies, over what is dissipated, in a few steps.

    Of forces the most in any step; of energies in the last two, by Simpson's rule.
    """
    with started(ripple) as model:
        measure = Powers(model)
        found = [(measure(), dt) for dt in islice(model.march.until(np.inf), STEPS)]
    (first, _), (middle, _), (last, dt) = found[-3:]
    dissipated = dt / 3 * (first.dissipated + 4 * middle.dissipated + last.dissipated)
    dissolving = dt / 3 * (first.dissolving + 4 * middle.dissolving + last.dissolving)
    lost = last.energy - first.energy + dissipated + dissolving
    return max(power.lost for power, _ in found), lost / dissipated
