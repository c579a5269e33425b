"""Chosen fields and a prescribed front, and what a cell on a moving mesh needs to have them.

Fields are functions of the place in space; the forms stand on the reference mesh, so that every
source is taken at X + d and carries J, and an electrode takes (N_k - eps c_k w) . n of each ion.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import ufl
from ufl import diff, div, dot, grad, sqrt

from ..physics.kinetics import Reaction
from ..system.cell import Cell, Rate
from ..system.pieces import Side
from ..system.state import State
from .manufactured import ExactReaction
from .strong_form import Balance, Exact, Mat
from .unit_cell import FILM, STANDARD, VOLTAGE

# Height of the front as a function of the lateral coordinates and the time.
Ripple = Callable[[Sequence[Any], Any], Any]
# Measures of the liquid, and the frames of a state that hold there.
Parts = Sequence[tuple[Any, Callable[[State], Any]]]


@dataclass(frozen=True)
class ExactFront:
    """The surface y = f(x, t): normal out of the liquid, velocity along it, curvature div_s n.

    Functions of the place in space [m, -, m s-1, m-1]; the liquid lies above, and the curvature is
    positive on a bulge of the metal.
    """

    height: Any
    normal: Any
    speed: Any
    curvature: Any


def exact_front(height: Any, y: Any, mat: Mat) -> ExactFront:
    """Return the front at `height`, from its level set y - f, in the coordinates of `mat`."""
    steep = grad(y - height)
    up = steep / sqrt(dot(steep, steep))
    curvature = div(up) + (0 if mat.radius is None else up[0] / mat.radius)
    speed = -diff(ufl.as_ufl(height), mat.time) / sqrt(dot(steep, steep))
    return ExactFront(height, -up, speed, curvature)


@dataclass(frozen=True)
class Solution:
    """Chosen fields and front, with all they need to solve the equations; functions of `x`."""

    x: Any
    exact: Exact
    balance: Balance
    front: ExactFront
    porosity: float
    surface_energy: ClassVar[float] = 0.6  # [J m-2]

    def at(self, expression: Any, frame: Any) -> Any:
        """Return a function of the place, where `frame` has moved the mesh to."""
        displacement = getattr(frame, "d", None)
        if displacement is None:
            return expression
        plain = ufl.algorithms.expand_derivatives(ufl.as_ufl(expression))
        return ufl.replace(plain, {self.x: self.x + displacement})

    @property
    def cations(self) -> list[str]:
        """The ions that react."""
        return [k for k in self.balance.fluxes if k not in self.balance.anions]

    def taken(self, k: str, side: Side) -> Any:
        """Return what an electrode takes of an ion, (N_k - eps c_k w) . n [mol m-2 s-1]."""
        N, c = self.balance.fluxes[k], self.balance.concentrations[k]
        if side.front is None:
            return dot(N, side.N)
        taken = dot(N, self.front.normal) - self.porosity * c * self.front.speed
        return self.at(taken, side.frame)

    def reactions(self, side: Side, faraday: Any) -> tuple[Reaction, ...]:
        """Return reactions whose currents are those of the exact fields: i_k = -F taken_k.

        The exact overpotential is that of the metal against liquid, film and standard potential,
        with the work of its curvature: phi_s - phi - R i - E + V_k gamma kappa / F.
        """
        currents = {k: -faraday * self.taken(k, side) for k in self.cations}
        metal = 0.0 if side.front is None else VOLTAGE
        step = metal - self.at(self.exact.phi, side.frame) - FILM * sum(currents.values())
        return tuple(
            self._reaction(k, i, step + self._shift(k, side, faraday), side)
            for k, i in currents.items()
        )

    def _reaction(self, k: str, current: Any, step: Any, side: Side) -> Reaction:
        c = self.at(self.balance.concentrations[k], side.frame)
        law = ExactReaction(current, c, step - STANDARD)
        return Reaction.model_construct(
            name=metal_of(k), ion=k, standard_potential=STANDARD, kinetics=law
        )

    def _shift(self, k: str, side: Side, faraday: Any) -> Any:
        if side.front is None:
            return 0.0
        pressure = self.surface_energy * self.at(self.front.curvature, side.frame)
        return side.metal.molar_volume(metal_of(k)) * pressure / faraday

    def besides(self, state: State, test: State, rate: Rate, cell: Cell, parts: Parts) -> Any:
        """Return what the package's residual lacks for the chosen fields, on its left-hand side.

        `parts` are measures of the liquid and the frames that hold there.
        """
        form = -self.fed(state, test, parts) + self.leaks(state, test, rate, cell)
        return form - self.drift(state, test, cell)

    def fed(self, state: State, test: State, parts: Parts) -> Any:
        """Return the sources in the liquid, int J s(X + d) v dX."""
        form = 0
        for dx, frame_of in parts:
            frame = frame_of(state)
            form += frame.J * self.at(self.balance.charge, frame) * test.phi * dx
            for k, source in self.balance.sources.items():
                form += frame.J * self.at(source, frame) * test.c[k] * dx
        return form

    def leaks(self, state: State, test: State, rate: Rate, cell: Cell) -> Any:
        """Return what electrodes take of the anions, to which the package's own are tight.

        The weak balances of ions and charge have it as int q v da and int F z q v da.
        """
        form = 0
        for side in cell.sides(state):
            for k in self.balance.anions:
                leak = side.area * self.taken(k, side)
                form -= cell.nature.faraday * leak * test.phi * side.ds
                if k in test.c:
                    form += leak * test.c[k] * side.ds
        return form

    def drift(self, state: State, test: State, cell: Cell) -> Any:
        """Return by how much faster the front moves than its currents dissolve the metal.

        int (w . n - sum_k V_k i_k / F) h da, with the exact currents.
        """
        side, _ = cell.sides(state)
        V = side.metal.molar_volume
        dissolved = -sum(V(metal_of(k)) * self.taken(k, side) for k in self.cations)
        speed = self.at(self.front.speed, side.frame)
        return (speed - dissolved) * side.area * test.mu * side.ds


class Passed(Solution):
    """Uniform fields that a front passes as if it were not there: what it sweeps over leaks out.

    No current flows, and the leak is the one at which the scheme must keep the fields exactly.
    """

    surface_energy = 0.0

    def taken(self, k: str, side: Side) -> Any:
        """Return zero."""
        return 0.0

    def leaks(self, state: State, test: State, rate: Rate, cell: Cell) -> Any:
        """Return the amounts in the volume that the front sweeps over, int -eps c G' . N v dA."""
        side, _ = cell.sides(state)
        swept = dot(rate(lambda level: cell.sides(level)[0].frame.swept()), side.N)
        c = self.exact.c
        return sum(-self.porosity * c[k] * swept * test.c[k] * side.ds for k in c)


def metal_of(ion: str) -> str:
    """Return the metal of a cation: K of K+."""
    return ion.rstrip("+")


@dataclass(frozen=True)
class ExactCell(Cell):
    """A cell whose electrodes have each the reactions that fit the exact fields there."""

    solution: Solution

    def partial_currents(self, state: State, side: Side) -> dict[str, Any]:
        """Return each ion's partial current density [A m-2] on `side`, anodic positive."""
        reactions = self.solution.reactions(side, self.nature.faraday)
        return Cell.partial_currents(replace(self, reactions=reactions), state, side)


def fitted(cell: Cell, solution: Solution) -> ExactCell:
    """Return `cell` with reactions that give each cation its exact flux at both electrodes."""
    names = tuple(Reaction.model_construct(name=metal_of(k), ion=k) for k in solution.cations)
    return ExactCell(**vars(cell) | {"reactions": names, "solution": solution})
