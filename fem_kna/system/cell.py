"""The cell: the one place where the terms are added up, in the order of the equations."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ufl import grad

from ..inputs.nature import Nature
from ..physics import flow
from ..physics.ageing import PLATED
from ..physics.closures import Closure
from ..physics.compound import COMPOUND
from ..physics.contact import complementarity
from ..physics.drive import Drive
from ..physics.film import pulling, widening
from ..physics.frame import Surface
from ..physics.front import (
    carried,
    curvature,
    kinematics,
    least_deformation,
    surface_diffusion,
)
from ..physics.kinetics import Reaction, partial_currents
from ..physics.skeleton import balance
from ..physics.transport import divergence, outflow, storage
from .aged import ageing_residual
from .alloys import alloy_residual, plated
from .compounds import buried_residual, compound_residual
from .pieces import Mat, Metal, Region, Side
from .porous import porous_residual
from .state import State

Amount = Callable[[State], Any]
Rate = Callable[[Amount], Any]


@dataclass(frozen=True)
class Cell:
    """Laws and measures of one cell; all numbers are form constants."""

    electrolyte: Any
    closure: Closure
    regions: tuple[Region, ...]
    reactions: tuple[Reaction, ...]
    sides: Callable[[State], tuple[Side, Side]]  # working, counter
    drive: Drive
    nature: Nature
    mat: Mat | None

    def concentrations(self, state: State) -> dict[str, Any]:
        """Return the concentration of every ion [mol m-3]."""
        return self.closure.concentrations(self.electrolyte, state.c)

    def flowing(self, state: State) -> Metal | None:
        """Return the metal that flows behind the working electrode's front, if any does."""
        front = self.sides(state)[0].front
        return None if front is None else front.metal

    def fluxes(self, state: State, region: Region) -> Any:
        """Return the ions' fluxes and the current density in `region`, in space."""
        grad = region.frame(state).grad
        return self.closure.fluxes(
            self.electrolyte, region.medium(state), state.c, state.phi, self.nature, grad
        )

    def partial_currents(self, state: State, side: Side) -> dict[str, Any]:
        """Return each ion's partial current density [A m-2] on `side`, anodic positive."""
        if side.porous is not None:
            ions = [r.ion for r in self.reactions]
            return side.porous.currents(state, self.concentrations(state), ions)
        step = side.phi - state.phi - side.film_resistance * state.i
        c, V_T = self.concentrations(state), self.nature.thermal_voltage
        return partial_currents(self.reactions, side.metal, step, c, V_T, side.shift)

    def dissolved(self, state: State, side: Side) -> Any:
        """Return the volume of metal dissolved per area and time, sum_j V_j i_j / F [m s-1]."""
        i_k, V = self.partial_currents(state, side), side.metal.molar_volume
        return sum(V(r.name) * i_k[r.ion] for r in self.reactions) / self.nature.faraday


def held(region: Region, k: str, of: Callable[[Any], Any] = lambda c: c) -> Amount:
    """Return the amount of ion `k` per reference volume, J eps c_k [mol m-3], of a state.

    Or J eps times something `of` c_k: of its gradient it is the amount's, where J eps is even.
    """
    return lambda state: region.frame(state).J * region.medium(state).porosity * of(state.c[k])


def residual(state: State, rate: Rate, test: State, cell: Cell) -> Any:
    r"""Return the semi-discrete residual of a cell; everything stands on the left-hand side.

    In the liquid, for each solved ion k, and for the charge,

        d(J eps c_k)/dt + Div[J F^-1 (N_k - eps c_k w)] = 0,     Div(J F^-1 i) = 0,

    with J = 1, F = I and the mesh's velocity w = 0 where nothing moves; on each electrode, with i
    the normal current density and i_k its share by ion k:

        (N_k - eps c_k w) . n = -i_k / F,     i . n = -i,     i = sum_k i_k(phi_s - phi - R i, c_k),

    one equation of the drive for the voltage, on a moving electrode its `front_residual`, and where
    compositions vary on both their `deposit_residual`.

    Args:
        state: the unknowns.
        rate: maps an amount, a function of the state, to its rate; the time scheme supplies it.
        test: test functions.
        cell: laws and measures.
    """
    F = cell.nature.faraday
    working, counter = cell.sides(state)
    form = cell.drive.balance(
        state.voltage, working.area * state.i, test.voltage, working.ds, counter.projected
    )
    for region in cell.regions:
        N, i = cell.fluxes(state, region)
        frame, dx = region.frame(state), region.dx
        swept = rate(lambda level, region=region: region.frame(level).swept())
        stretch = rate(lambda level, region=region: region.frame(level).stretch())
        for k in state.c:
            rates = rate(held(region, k)), rate(held(region, k, grad))
            form += region.integrals.storage(*rates, test.c[k])
            form += divergence(N[k], test.c[k], dx, frame)
            passed = (region.passed * of for of in (state.c[k], grad(state.c[k])))
            form += region.integrals.convection(*passed, swept, stretch, test.c[k])
        form += divergence(i, test.phi, dx, frame)
    if cell.mat is not None:
        form += mat_residual(state, test, counter, cell.mat)
    for place, side in enumerate((working, counter)):
        i_k, a = cell.partial_currents(state, side), side.area
        for k in state.c:
            if k in i_k:
                form += outflow(-a * i_k[k] / F, test.c[k], side.reacting)
        if side.porous is not None:
            form += porous_residual(state, rate, test, cell, place)
            continue
        form += outflow(-a * state.i, test.phi, side.ds)
        form += a * (state.i - sum(i_k.values())) * test.i * side.ds
        if state.amounts:
            form += deposit_residual(state, rate, test, cell, place)
        if side.front is not None:
            form += front_residual(state, rate, test, cell, place)
    return form


def deposit_residual(state: State, rate: Rate, test: State, cell: Cell, place: int) -> Any:
    """Return the residual of the metals on an electrode, by amounts per present area.

        d(a n_j)/dt = -a i_j / F.

    What is known of sodium at the surface of metal in which it diffuses is in `alloy_residual`.

    `place` is 0 for the working, 1 for the counter electrode; the rest as of `residual`.
    """
    side, F = cell.sides(state)[place], cell.nature.faraday
    i_k, form = cell.partial_currents(state, side), 0
    for r in cell.reactions:
        form += storage(rate(plated(cell, place, r.name)), test.amounts[r.name], side.ds)
        form += outflow(side.area * i_k[r.ion] / F, test.amounts[r.name], side.ds)
    if COMPOUND in state.amounts:
        form += compound_residual(state, rate, test, cell, place)
    if PLATED in state.amounts:
        form += ageing_residual(state, rate, test, cell, place)
    if side.alloy is not None:
        form += alloy_residual(state, rate, test, cell, place)
        if side.compound is not None:
            form += buried_residual(state, rate, test, cell, place)
    elif state.skin is not None:
        form += state.skin * test.skin * side.ds
    if side.alloy is None and state.bound is not None:
        form += state.bound_skin * test.bound_skin * side.ds
    return form


def front_residual(state: State, rate: Rate, test: State, cell: Cell, place: int) -> Any:
    """Return the residual of a moving electrode: Faraday's law, curvature, motion along itself.

        w . n = v . n + sum_j V_j i_j / F - B lap_s kappa      (n out of the liquid),
        kappa = -nu . lap_s x,     mu n = lap_s d,

    with the metal's velocity v where it flows (`metal_residual`), and B of metal that moves along
    the surface, truly or by numerical smoothing (`Front.diffusion`). Under a separator's skeleton
    the points slide along with that instead (`contact_residual`).

    `place` is 0 for the working, 1 for the counter electrode; the rest as of `residual`.
    """
    side = cell.sides(state)[place]
    front: Any = side.front
    swept = rate(lambda level: cell.sides(level)[place].frame.swept())
    dissolved, x = cell.dissolved(state, side), front.x + state.d
    surface, ds = front.surface, side.ds
    form = kinematics(swept, side.N, dissolved, side.area, test.mu, ds)
    form += surface_diffusion(front.diffusion(dissolved), state.kappa, test.mu, surface, ds)
    form += curvature(state.kappa, x, front.nodal_normal, test.kappa, surface, ds)
    if front.borne:
        form += contact_residual(state, rate, test, cell, place)
    else:
        form += least_deformation(state.d, state.mu, test.d, surface, ds)
    if front.metal is not None:
        form += carried(state.v, test.mu, front.metal.surface(state), front.metal.ds)
        form += metal_residual(state, test, front.pressure, front.metal)
        if front.metal.tension is not None:
            form += film_residual(state, test, front.nodal_normal, front.metal)
    return form


def contact_residual(state: State, rate: Rate, test: State, cell: Cell, place: int) -> Any:
    """Return what it adds to `front_residual` that a skeleton bears on the front, free to slide.

        w . n += dg/dt + dU/dt . n,      sigma n = -p n  on both sides,

    with p = mu, a liquid film g between the faces of skeleton (which is the mesh's) and metal, and
    the velocity dU/dt of the plate behind metal that stands. Of p and g one is zero, see
    `mat_residual`.
    """
    side = cell.sides(state)[place]
    front: Any = side.front
    surface, ds = Surface(side.frame, side.N), side.ds
    form = rate(lambda level: level.gap * cell.sides(level)[place].area) * test.mu * ds
    form -= flow.pressing(state.mu, test.d, surface, ds)
    if front.plate is not None:
        form += carried(rate(front.plate), test.mu, surface, ds)
    return form


def mat_residual(state: State, test: State, counter: Side, mat: Mat) -> Any:
    """Return the residual of the skeleton, div sigma(F_s) = 0, its contact, and the plate's.

    Args:
        state: the unknowns; the skeleton rides on the mesh and the mesh on it.
        test: test functions.
        counter: the counter electrode, whose plate the stack presses.
        mat: laws and measures.
    """
    form = sum(balance(mat.law, there(state), test.d, dx) for dx, there in mat.parts)
    form += complementarity(state.mu, state.gap, mat.stack.pressure, mat.thin, test.gap, mat.nodes)
    outward = counter.frame.along(counter.N, -1)
    return form + mat.stack.balance(
        state.mu * outward, state.plate, test.plate, counter.ds, counter.projected
    )


def film_residual(state: State, test: State, normal: Any, metal: Metal) -> Any:
    """Return what a strong film adds: the traction -T kappa n + grad_s T on the metal it sticks to.

    T is that of the stretch at the end of the step, which hangs on the velocity: taken from the
    step before, a stiff film on a soft metal would swing.
    """
    surface, kappa = metal.surface(state), state.kappa
    tension: Any = metal.tension
    T = tension(widening(state.v, kappa, normal, surface))
    return pulling(T, test.v, kappa, normal, surface, metal.ds)


def metal_residual(state: State, test: State, pressure: Any, metal: Metal) -> Any:
    """Return the residual of metal that creeps behind its front.

        div sigma = 0,  div v = 0,  sigma = -p I + 2 eta D(v);     sigma n = -(gamma kappa + mu) n

    on the front. What is deposited adds to the metal at its front, so nothing of its past is kept.

    The curvature is the front's, an unknown, and not that of `flow.capillarity`, whose forces stand
    on the kinks between facets. There the metal would stir itself, and what that dissipates, some
    half of kh of all with elements h, makes a power law softer. By the front's curvature it is the
    energy of the surface that is dissipated, as the front's motion is weighed with the same kappa.

    Args:
        state: the unknowns.
        test: test functions.
        pressure: what presses on the front, gamma kappa + mu [Pa].
        metal: law and measures.
    """
    form = flow.pressing(pressure, test.v, metal.surface(state), metal.ds)
    for dx, frame in metal.parts:
        there = frame(state)
        form += flow.momentum(state.v, state.p, test.v, metal.law(state), there, dx)
        form += flow.continuity(state.v, test.p, there, dx)
    return form
