"""Taking the past steps of a march over to a new mesh, so that it goes on at second order.

The past levels are fields on the present mesh, too: what was where the mesh is now. Interpolated,
they lose a little of what the time scheme books by them; that little is given back.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from ..geometry.ranks import lasting
from ..physics.frame import Moved
from .alloys import plated
from .build import Model
from .cell import held
from .contacts import GAP, PRESSURE, on_fronts, put_on_fronts, scale_film
from .films import places_on
from .fronts import hoop
from .state import State

Carry = Callable[[fem.Function, fem.Function], None]

ROUNDS = 4  # of Newton's method for a shift that hardly bends anything
SMALL = 1e-6  # of the gap: a shift to find the slope by, small beside any element


def take_over_past(old: Model, new: Model, bulk: Carry, surface: Carry) -> None:
    """Append the earlier levels of `old` to those of `new`, which has the present one."""
    for (time, arrays), source, target in zip(
        list(old.march.levels)[1:], old.fields.earlier, new.fields.earlier, strict=False
    ):
        for function, values in zip(source, arrays, strict=True):
            function.x.array[:] = values
        _carry(old, source, target, bulk, surface)
        target[-2].x.array[:] = new.fields.now[-2].x.array  # a guess of curvatures, no more
        keep_volumes(old, source, new, target)
        if new.fields.bodies:
            take_over_films(old, source, new, target, surface)
        keep_amounts(old, source, new, target)
        new.march.levels.append((time, [function.x.array.copy() for function in target]))


def _carry(
    old: Model,
    source: Sequence[fem.Function],
    target: Sequence[fem.Function],
    bulk: Carry,
    surface: Carry,
) -> None:
    flowing, fields = len(old.fields.flow), old.fields
    copy_number(source[2], target[2])
    places = range(len(source))
    for place in (0, *range(3, 3 + flowing), *places[fields.place_of_solute], -1):
        bulk(source[place], target[place])
    for place in (1, *places[fields.place_of_deposits]):
        surface(source[place], target[place])
    for place in places[fields.place_of_plate]:
        copy_number(source[place], target[place])


def take_over_films(
    old: Model,
    source: Sequence[fem.Function],
    new: Model,
    target: Sequence[fem.Function],
    surface: Carry,
) -> None:
    """Carry the liquid films between fronts and skeleton over, each with its volume."""
    _carry_on_fronts(old, source[-2], new, target[-2], surface, GAP)
    for place, name in enumerate(new.fields.moving):
        had, has = (_film_volume(*pair, place) for pair in ((old, source), (new, target)))
        scale_film(new.fields, target[-2], new.travel.nodes_on(name), had / has if has else 1.0)


def guess_pressures(old: Model, new: Model, surface: Carry) -> None:
    """Put the contact pressures of `old` into `new`, for Newton's method to begin with.

    At the pressure of the stack all of the fronts would touch, films or not, and may not part.
    """
    _carry_on_fronts(old, old.fields.now[-2], new, new.fields.now[-2], surface, PRESSURE)


def _carry_on_fronts(
    old: Model, source: fem.Function, new: Model, target: fem.Function, surface: Carry, place: int
) -> None:
    """Carry what the layer's unknown has at `place` from front to front."""
    before, after = on_fronts(old.fields, source, place), on_fronts(new.fields, target, place)
    surface(before, after)
    put_on_fronts(new.fields, after, target, place)


def _film_volume(model: Model, level: Sequence[fem.Function], place: int) -> float:
    state = _state(model, level)
    side = model.cell.sides(state)[place]
    return _integral(model, state.gap * side.area * side.ds)


def copy_number(source: fem.Function, target: fem.Function) -> None:
    """Copy a function that is one number, known to some of the ranks, to another mesh."""
    comm = lasting(source.function_space.mesh.comm)
    target.x.array[:] = comm.allreduce(source.x.array.max(initial=-np.inf), op=MPI.MAX)


def keep_amounts(
    old: Model, source: Sequence[fem.Function], new: Model, target: Sequence[fem.Function]
) -> None:
    """Give each amount of a level back, in proportion to its size, what interpolation changed.

    Of the solved ions in the liquid, of sodium in metal where it diffuses, and of the metals, and
    the compound of them, on every electrode where they are counted.
    """
    block, everywhere = len(new.fields.ions) + 1, slice(None)
    for place, ion in enumerate(new.fields.ions):
        values, wanted = target[0].x.array[place::block], amount(old, source, ion)
        _keep(values, everywhere, wanted, partial(amount, new, target, ion))
    for place, c in enumerate(target[new.fields.place_of_solute]):
        wanted = dissolved(old, source, place)
        _keep(c.x.array, everywhere, wanted, partial(dissolved, new, target, place))
    for n in target[new.fields.place_of_deposits]:
        for side, boundary in enumerate(new.case.boundaries):
            there = places_on(new.fields, boundary)
            for place, metal in enumerate(new.fields.stocks):
                values = n.x.array[place :: new.fields.columns]
                wanted = deposit(old, source, side, metal)
                _keep(values, there, wanted, partial(deposit, new, target, side, metal))


def _keep(values: np.ndarray, there: Any, wanted: float, amount: Callable[[], float]) -> None:
    """Change the `values` that are `there`, by their size, until `amount()` is what is wanted."""
    found, missing = values[there].copy(), wanted - amount()
    values[there] = np.abs(found)
    magnitude = amount()
    values[there] = found + (missing / magnitude if magnitude else 0.0) * np.abs(found)


def amount(model: Model, level: Sequence[fem.Function], ion: str) -> float:
    """Return the amount of a solved ion in the liquid at a level, scaled."""
    whole = sum(
        held(region, ion)(_state(model, level)) * region.dx for region in model.cell.regions
    )
    return _integral(model, whole)


def deposit(model: Model, level: Sequence[fem.Function], side: int, metal: str) -> float:
    """Return the amount of a metal, or of KNa2, on an electrode at a level, scaled."""
    on_front = plated(model.cell, side, metal)(_state(model, level))
    return _integral(model, on_front * model.cell.sides(_state(model, level))[side].ds)


def dissolved(model: Model, level: Sequence[fem.Function], place: int) -> float:
    """Return the amount of sodium, or KNa2, in metal where it diffuses, at a level, scaled."""
    state = _state(model, level)
    alloy: Any = model.cell.sides(state)[0].alloy
    c = level[model.fields.place_of_solute][place]
    return _integral(model, sum(frame(state).J * c * dx for dx, frame in alloy.parts))


def _state(model: Model, level: Sequence[fem.Function]) -> State:
    fields = model.fields
    return fields.view(level) if level is fields.now else fields.view_earlier(level)


def keep_volumes(
    old: Model, source: Sequence[fem.Function], new: Model, target: Sequence[fem.Function]
) -> None:
    """Shift the fronts of a past level along their normals until they enclose what they did."""
    normals, rows = new.travel.normals.x.array, target[-1].x.array
    for name in new.fields.moving:
        wanted = swept(old, source, name)
        on_front = np.repeat(new.travel.nodes_on(name), new.domain.mesh.geometry.dim)
        shift = SMALL * on_front * normals
        for _ in range(ROUNDS):
            missing = wanted - swept(new, target, name)
            before = rows.copy()
            rows[:] += shift
            slope = swept(new, target, name) - (wanted - missing)
            rows[:] = before + missing / slope * shift


def swept(model: Model, level: Sequence[fem.Function], name: str) -> float:
    """Return the volume between the present place of an electrode and that of a level, scaled."""
    G = Moved(level[-1], hoop(model.domain)).swept()
    flux = ufl.dot(G, ufl.FacetNormal(model.domain.mesh)) * model.domain.ds(name)(4)
    return _integral(model, flux)


def _integral(model: Model, form: Any) -> float:
    here = fem.assemble_scalar(fem.form(form, entity_maps=model.fields.entity_maps))
    return float(model.domain.comm.allreduce(here, op=MPI.SUM))
