"""Ageing on the electrodes: its terms among those of the metals, and its film's resistance."""

from typing import Any

from ..physics.ageing import AGED, DEAD, SEI
from ..physics.transport import outflow, storage
from .state import State

# Names of the amounts that are lost to a metal, by metal and by where they are.
LOST = {metal: (SEI[metal], DEAD[metal]) for metal in SEI}
STORES = {"sei": tuple(SEI.values()), "dead_metal": tuple(DEAD.values())}


def ageing_of(composition: Any) -> Any:
    """Return the law by which an electrode ages, None where it does not."""
    return getattr(composition, "ageing", None)


def ageing_residual(state: State, rate: Any, test: State, cell: Any, place: int) -> Any:
    """Return what ageing adds to the balances of the metals, and those of what is lost.

        d(a n_j)/dt = a (J_j - sei_j - dead_j),     d(a m)/dt = a times the rate of m.

    Where an electrode does not age its amounts stay. Arguments are those of
    `cell.deposit_residual`.
    """
    side, F = cell.sides(state)[place], cell.nature.faraday
    form = sum(storage(rate(_amount(cell, place, name)), test.amounts[name], side.ds)
               for name in AGED)  # fmt: skip
    if side.ageing is None:
        return form
    i_k = cell.partial_currents(state, side)
    gained = {r.name: -i_k[r.ion] / F for r in cell.reactions}
    rates = side.ageing.rates(gained, state.amounts, F)
    for name in AGED:
        form += outflow(-side.area * rates[name], test.amounts[name], side.ds)
    for metal in gained:
        lost = rates[SEI[metal]] + rates[DEAD[metal]]
        form += outflow(side.area * lost, test.amounts[metal], side.ds)
    return form


def _amount(cell: Any, place: int, name: str) -> Any:
    return lambda level: cell.sides(level)[place].area * level.amounts[name]
