"""KNa2 in the deposits: its terms among those of the metals on the electrodes."""

from typing import Any

from ..physics.compound import ATOMS, COMPOUND
from ..physics.kinetics import saturations
from ..physics.nodal import along_streams
from ..physics.transport import convection, divergence, outflow, storage
from .alloys import plated
from .state import State


def compound_residual(state: State, rate: Any, test: State, cell: Any, place: int) -> Any:
    """Return the residual of KNa2 in what is plated, d(a n_c)/dt = a (formed - n_c / tau).

    Its atoms are among those of both metals: none is gained or lost. Where it does not form there
    is none. Where it is buried, n_c is what has passed the front, see `buried_residual`. Arguments
    are those of `cell.deposit_residual`.
    """
    side, tested = cell.sides(state)[place], test.amounts[COMPOUND]
    form = storage(rate(plated(cell, place, COMPOUND)), tested, side.ds)
    if side.compound is None:
        return form
    if side.alloy is None:
        lost = state.amounts[COMPOUND] / side.compound.decay_time
    else:
        passed = cell.dissolved(state, side)
        lost = state.bound_skin * (passed + abs(passed)) / 2
    return form + outflow(side.area * (lost - _formed(state, cell, side)), tested, side.ds)


def _formed(state: State, cell: Any, side: Any) -> Any:
    """Return the formula units that form on an electrode per area and time."""
    F, V_T = cell.nature.faraday, cell.nature.thermal_voltage
    c, step = cell.concentrations(state), side.phi - state.phi - side.film_resistance * state.i
    i_k = cell.partial_currents(state, side)
    return side.compound.formed(
        {r.name: -i_k[r.ion] / F for r in cell.reactions},
        saturations(cell.reactions, step, c, V_T, side.shift),
        F * V_T,
    )


def buried_residual(state: State, rate: Any, test: State, cell: Any, place: int) -> Any:
    """Return the residual of KNa2 in the metal behind a front.

        d(J s)/dt + Div[J F^-1 (s v - s w)] = -J s / tau,     (s v - s w) . n = -(1/a) d(a n_c)/dt

    on the front, n out of the metal. Nothing spreads it but what keeps it from oscillating where it
    begins, a flux along its way through the mesh, `along_streams`; its sodium goes with it.
    Arguments are those of `cell.deposit_residual`.
    """
    side = cell.sides(state)[place]
    alloy, s, v, form = side.alloy, state.bound, side.alloy.velocity(state), 0
    for dx, frame in alloy.parts:
        there = frame(state)
        swept = rate(lambda level, frame=frame: frame(level).swept())
        gained = rate(lambda level, frame=frame: frame(level).J * level.bound)
        form += storage(gained + there.J * s / side.compound.decay_time, test.bound, dx)
        form += divergence(s * v, test.bound, dx, there)
        form += convection(s, swept, test.bound, dx)
        tested = test.bound + ATOMS["Na"] * test.sodium
        form += along_streams(s, there.pulled(v) - swept, tested, alloy.mesh) * dx
    form += outflow(-rate(plated(cell, place, COMPOUND)), test.bound, alloy.ds)
    return form + (state.bound_skin - s) * test.bound_skin * alloy.ds
