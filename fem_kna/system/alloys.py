"""Sodium in the metal behind a front: its balance there, and what is plated on electrodes."""

from collections.abc import Callable
from typing import Any

from ..physics.midpoint import MIDPOINT
from ..physics.transport import convection, divergence, outflow, storage
from .state import State


def plated(cell: Any, place: int, metal: str) -> Callable[[State], Any]:
    """Return the amount of a metal, or KNa2, on an electrode per reference area [mol m-2]."""
    return lambda state: cell.sides(state)[place].area * state.amounts[metal]


def alloy_residual(state: State, rate: Any, test: State, cell: Any, place: int) -> Any:
    """Return the residual of sodium that diffuses in the metal behind a front.

        d(J c)/dt + Div[J F^-1 (N + c v - c w)] = 0,     (N + c v - c w) . n = -(1/a) d(a n_Na)/dt

    on the front, n out of the metal: what is plated there, amount by amount. The electrodes know
    c on the front by an unknown of their own, for the liquid's side does not see the metal.

    Arguments are those of `cell.deposit_residual`.
    """
    alloy: Any = cell.sides(state)[place].alloy
    c, v, form = state.sodium, alloy.velocity(state), 0
    for dx, frame in alloy.parts:
        there = frame(state)
        swept = rate(lambda level, frame=frame: frame(level).swept())
        form += storage(
            rate(lambda level, frame=frame: frame(level).J * level.sodium), test.sodium, dx
        )
        N = -there.mapped(alloy.potential(state))
        form += divergence(N, test.sodium, dx(MIDPOINT), there)
        form += divergence(c * v, test.sodium, dx, there)
        form += convection(c, swept, test.sodium, dx)
    form += outflow(-rate(plated(cell, place, "Na")), test.sodium, alloy.ds)
    return form + (state.skin - c) * test.skin * alloy.ds
