"""The cell: the one place where the terms are added up, in the order of the equations."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..inputs.nature import Nature
from ..physics.closures import Closure
from ..physics.drive import Drive
from ..physics.kinetics import Reaction, partial_currents
from ..physics.media import Medium
from ..physics.transport import divergence, outflow, storage
from .state import State

Rate = Callable[[Callable[[State], Any]], Any]


@dataclass(frozen=True)
class Side:
    """An electrode in its place: potential `phi` of its metal, and the film on it."""

    ds: Any
    phi: Any
    metal: Any
    film_resistance: Any


@dataclass(frozen=True)
class Cell:
    """Laws and measures of one cell; all numbers are form constants."""

    electrolyte: Any
    closure: Closure
    media: tuple[tuple[Medium, Any], ...]  # what fills a region, and its measure
    reactions: tuple[Reaction, ...]
    sides: Callable[[State], tuple[Side, Side]]  # working, counter
    drive: Drive
    nature: Nature

    def concentrations(self, state: State) -> dict[str, Any]:
        """Return the concentration of every ion [mol m-3]."""
        return self.closure.concentrations(self.electrolyte, state.c)

    def partial_currents(self, state: State, side: Side) -> dict[str, Any]:
        """Return each ion's partial current density [A m-2] on `side`, anodic positive."""
        step = side.phi - state.phi - side.film_resistance * state.i
        c, V_T = self.concentrations(state), self.nature.thermal_voltage
        return partial_currents(self.reactions, side.metal, step, c, V_T)


def held(medium: Medium, k: str) -> Callable[[State], Any]:
    """Return the amount of ion `k` per volume of `medium`, eps c_k [mol m-3], of a state."""
    return lambda state: medium.porosity * state.c[k]


def residual(state: State, rate: Rate, test: State, cell: Cell) -> Any:
    r"""Return the semi-discrete residual of a cell; everything stands on the left-hand side.

    In the liquid, for each solved ion k, and for the charge:

        d(eps c_k)/dt + div N_k = 0,     div i = 0,

    on each electrode, with i the normal current density and i_k its share by ion k:

        N_k . n = -i_k / F,     i . n = -i,     i = sum_k i_k(phi_s - phi - R i, c_k),

    and one equation of the drive for the voltage.

    Args:
        state: the unknowns.
        rate: maps an amount, a function of the state, to its rate; the time scheme supplies it.
        test: test functions.
        cell: laws and measures.
    """
    F = cell.nature.faraday
    working, counter = cell.sides(state)
    form = cell.drive.balance(state.voltage, state.i, test.voltage, working.ds, counter.ds)
    for medium, dx in cell.media:
        N, i = cell.closure.fluxes(cell.electrolyte, medium, state.c, state.phi, cell.nature)
        for k in state.c:
            form += storage(rate(held(medium, k)), test.c[k], dx)
            form += divergence(N[k], test.c[k], dx)
        form += divergence(i, test.phi, dx)
    for side in (working, counter):
        i_k = cell.partial_currents(state, side)
        for k in state.c:
            if k in i_k:
                form += outflow(-i_k[k] / F, test.c[k], side.ds)
        form += outflow(-state.i, test.phi, side.ds)
        form += (state.i - sum(i_k.values())) * test.i * side.ds
    return form
