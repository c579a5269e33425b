"""A porous cathode among the equations: its network, its particles, and how both start."""

from typing import Any

from ..inputs.case import Case
from ..physics.insertion import open_circuit_potential
from ..physics.particles import mass, within
from ..physics.transport import divergence, outflow, storage
from .state import Fields, State


def porous_residual(state: State, rate: Any, test: State, cell: Any, place: int) -> Any:
    r"""Return the residual of a porous electrode; what enters the liquid's ions is in `residual`.

    With the current density j on the particles' area a per volume, anodic positive, the network's
    current i_s, and the concentration sum_n c_n P_n in particles of the volume share eps:

        div i = a j  (liquid),     div i_s = -a j,    i_s = -sigma grad phi_s,
        eps [M_n dc_n/dt + int (D/R^2) c' P_n' d s^(d-1) ds] = -a j / F,    a = d eps / R,

    and at the collector, with the cell's current density i (anodic positive) through the film R_c,

        i_s . n = -i,     voltage - phi_s = R_c i.

    The arguments are those of `residual`; `place` is 0 for the working electrode.
    """
    side, F = cell.sides(state)[place], cell.nature.faraday
    porous: Any = side.porous
    law, dx = porous.law, porous.dx
    j = sum(cell.partial_currents(state, side).values())
    form = outflow(-j, test.phi, porous.surface)
    form += divergence(-law.conductivity * side.frame.grad(state.solid), test.solid, dx, side.frame)
    form += outflow(j, test.solid, porous.surface) + outflow(-state.i, test.solid, side.ds)
    form += (state.solid + side.film_resistance * state.i - side.phi) * test.i * side.ds
    directions = law.material.shape.directions
    for n, v in enumerate(test.inside):
        share = law.active * mass(n, directions)
        form += storage(rate(lambda level, n=n, share=share: share * level.inside[n]), v, dx)
        form += outflow(j / F, v, porous.surface)
    form += law.active * within(state.inside, test.inside, law.material, porous.capacity) * dx
    for metal in state.amounts:
        form += state.amounts[metal] * test.amounts[metal] * side.ds
    return form


def fill_cathode(scaled: Case, nature: Any, fields: Fields) -> None:
    """Fill the particles of a scaled case evenly, at rest: the network at its own potential."""
    for inside in fields.in_cathode:
        law: Any = scaled.working
        material = law.material
        most = float(material.density) * float(material.capacity) / float(nature.faraday)
        U = float(open_circuit_potential(material, float(law.filling)))
        rows = inside.x.array.reshape(-1, 1 + law.modes)
        rows[:, 0], rows[:, 1] = U, law.filling * most
        fields.now[2].x.array[:] = U
