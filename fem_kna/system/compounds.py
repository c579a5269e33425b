"""KNa2 in the deposits: its term among those of the metals on the electrodes."""

from typing import Any

from ..physics.compound import COMPOUND
from ..physics.kinetics import saturations
from ..physics.transport import outflow, storage
from .state import State


def compound_residual(state: State, rate: Any, test: State, cell: Any, place: int) -> Any:
    """Return the residual of KNa2 in what is plated, d(a n_c)/dt = a (formed - n_c / tau).

    Its atoms are among those of both metals: none is gained or lost. Where it does not form there
    is none. Arguments are those of `cell.deposit_residual`.
    """
    side, nature, tested = cell.sides(state)[place], cell.nature, test.amounts[COMPOUND]
    amount = rate(lambda level: cell.sides(level)[place].area * level.amounts[COMPOUND])
    form = storage(amount, tested, side.ds)
    if side.compound is None:
        return form
    c, V_T = cell.concentrations(state), nature.thermal_voltage
    step = side.phi - state.phi - side.film_resistance * state.i
    i_k = cell.partial_currents(state, side)
    gained = side.compound.rate(
        state.amounts[COMPOUND],
        {r.name: -i_k[r.ion] / nature.faraday for r in cell.reactions},
        saturations(cell.reactions, step, c, V_T, side.shift),
        nature.faraday * V_T,
    )
    return form + outflow(-side.area * gained, tested, side.ds)
