r"""What drives a mode and what heals it: its growth rate as a sum over mechanisms.

A displaced front meets other salt and another potential, is curved, and is pressed. All the other
unknowns answer linearly; so each of these gives a rate of its own, and they add up to omega. With
the left vector y of the pencil -K x = omega M x and the part x_H of the mode that tells the place
of fronts and skeleton and what acts on them (d, kappa, the contact pressure, the gap),

    omega = sum_t omega_t,    omega_t = -y^H K_t x_H / y^H M x_H,    sum_t K_t x_H = K x_H,

since y^H (K + omega M) is zero for every other unknown. The terms, each with all answers in it:

    field               charge transfer at the base state's potential where the front has gone,
                        ohmic and diffusion potential: grad phi . d in Butler-Volmer's law
    capillarity         Gibbs and Thomson: gamma kappa V_j / F in it
    levelling           the metal's flow under gamma kappa
    separator           the contact pressure: flow under it, and V_j p / F in charge transfer
    surface diffusion   B lap_s kappa, with the numerical one of `front.smoothing`
    diffusion           the rest: salt, grad c . d in charge transfer and in the fluxes

What is left in the last one beside the salt vanishes for a flat front in steady state as the mesh
gets finer; `salt` gives the part in charge transfer alone.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import ufl
from dolfinx import fem

from ..physics.front import surface_diffusion
from ..solve.eigen import Pair
from ..solve.pencil import product
from ..system.state import State
from .linear import Linear

DRIVES = ("diffusion", "field")
HEALS = ("capillarity", "levelling", "separator", "surface diffusion")
TERMS = (*DRIVES, *HEALS)
PLACE = ("d", "kappa", "mu", "gap", "plate")
SWITCHES = ("salt", "field", "capillarity", "separator", "surface diffusion")


class Split:
    """Splits the rates of modes of a `Linear`, which must stand at their base state."""

    def __init__(self, linear: Linear) -> None:
        """Compile what charge transfer and surface diffusion take from a displaced front."""
        self.linear = linear
        fields = linear.fields
        self._x, self._y = ([fem.Function(V) for V in fields.spaces] for _ in range(2))
        still = fem.Function(fields.place)
        mode, test = (fields.view([*functions, still]) for functions in (self._x, self._y))
        self._switch = {name: fem.Constant(linear.domain.mesh, 0.0) for name in SWITCHES}
        self._form = fem.form(self._work(mode, test), entity_maps=fields.entity_maps)

    def terms(self, pair: Pair) -> dict[str, complex]:
        """Return the share of each of `TERMS` in the rate of a pair, scaled. Collective.

        They sum to the pair's value.
        """
        linear, y = self.linear, pair.left
        assert y is not None, "a pair without its left vector"
        layout, pencil, x = linear.layout, linear.pencil, pair.right
        there = np.where(layout.rows(*PLACE), x, 0)
        flow = np.where(layout.rows("v", "p"), y, 0)
        norm = self._dot(y, product(pencil.B, there))
        found = {
            "field": self._acted(pair, "field"),
            "capillarity": self._acted(pair, "capillarity"),
            "levelling": self._pressed(flow, x, "kappa"),
            "separator": self._pressed(flow, x, "mu") + self._acted(pair, "separator"),
            "surface diffusion": self._acted(pair, "surface diffusion"),
        }
        found["diffusion"] = self._dot(y, product(pencil.A, there)) - sum(found.values())
        return {name: found[name] / norm for name in TERMS}

    def salt(self, pair: Pair) -> complex:
        """Return what the salt at the displaced front does in charge transfer alone, scaled."""
        there = np.where(self.linear.layout.rows(*PLACE), pair.right, 0)
        return self._acted(pair, "salt") / self._dot(
            pair.left, product(self.linear.pencil.B, there)
        )

    def _pressed(self, flow: np.ndarray, x: np.ndarray, name: str) -> complex:
        """Return the work of what presses on the metal's surface by an unknown."""
        if not self.linear.fields.flow:
            return 0.0
        there = np.where(self.linear.layout.rows(name), x, 0)
        return self._dot(flow, product(self.linear.pencil.A, there))

    def _acted(self, pair: Pair, name: str) -> complex:
        """Return -y^H K_t x of a term of the compiled form. Collective."""
        for switch, constant in self._switch.items():
            constant.value = float(switch == name)
        total: complex = 0.0
        for unit_y, y in ((1.0, pair.left.real), (-1j, pair.left.imag)):
            for unit_x, x in ((1.0, pair.right.real), (1j, pair.right.imag)):
                if np.any(self.linear.domain.comm.allreduce(bool(x.any() and y.any()))):
                    total -= unit_y * unit_x * self._assembled(x, y)
        return total

    def _assembled(self, x: np.ndarray, y: np.ndarray) -> float:
        self.linear.layout.put(x, self._x)
        self.linear.layout.put(y, self._y)
        return float(self.linear.domain.comm.allreduce(fem.assemble_scalar(self._form)))

    def _dot(self, y: Any, x: np.ndarray) -> complex:
        return complex(self.linear.domain.comm.allreduce(np.vdot(y, x)))

    def _work(self, mode: State, test: State) -> Any:
        """Return y K_t x as a functional of both vectors, of the terms that are switched on."""
        linear, switch = self.linear, self._switch
        cell, state = linear.cell, linear.state
        s = ufl.variable(fem.Constant(linear.domain.mesh, 0.0))

        def met(field: Any, name: str) -> Any:
            return field + s * switch[name] * ufl.dot(mode.d, ufl.grad(field))

        displaced = replace(
            state,
            c={k: met(c, "salt") for k, c in state.c.items()},
            phi=met(state.phi, "field"),
            kappa=state.kappa + s * switch["capillarity"] * mode.kappa,
            mu=state.mu + s * switch["separator"] * mode.mu,
        )
        form: Any = 0
        for side, still in zip(cell.sides(displaced), cell.sides(state), strict=True):
            i_k, F = cell.partial_currents(displaced, side), cell.nature.faraday
            work = (state.i - sum(i_k.values())) * test.i
            work -= sum(i_k[k] * test.c[k] for k in state.c if k in i_k) / F
            if side.front is not None:
                work -= cell.dissolved(displaced, side) * test.mu
                here: Any = still.front
                B = switch["surface diffusion"] * here.diffusion(cell.dissolved(state, still))
                form += surface_diffusion(B, mode.kappa, test.mu, here.surface, side.ds)
            form += ufl.diff(work * still.area, s) * side.ds
        return form
