"""A running model on a new mesh, or under a new drive: everything it holds is taken over."""

from collections.abc import Callable, Mapping
from typing import Any

from dolfinx import fem

from ..inputs.case import Case
from ..inputs.errors import RunError
from ..motion.remesh import remeshed
from ..motion.tiring import Tiring
from ..motion.touching import side_planes, thinnest
from ..motion.transfer import Transfer
from .build import Model, model_on
from .history import copy_number, guess_pressures, keep_amounts, take_over_films, take_over_past
from .pressing import rest

Carry = Callable[[fem.Function, fem.Function], None]


def on_new_mesh(model: Model, options: Mapping[str, Any] | None = None) -> Model:
    """Return the model on a new mesh of the same liquid; the old one is closed. Collective.

    The amount of every ion and the volume under each moving electrode are the old ones to
    round-off, now and at the past steps that the time scheme remembers.

    Raises:
        RunError: there is no good mesh.
    """
    sizes = model.tiring.sizes(model.fields.curvature())
    domain = remeshed(model.domain, sizes, moving=model.fields.moving)
    tiring = Tiring(domain, model.fields.moving, model.case.numerics.remeshing, model.tiring)
    new = model_on(domain, model.case, options, tiring)
    transfer = Transfer(model.domain, domain)
    _take_over(model, new, transfer.bulk, transfer.surface)
    if new.fields.bodies:
        rest(new.scales.scaled(new.case), new.fields, new.travel)
    keep_amounts(model, model.fields.now, new, new.fields.now)
    _start(model, new, model.march.next)
    take_over_past(model, new, transfer.bulk, transfer.surface)
    model.close()
    return new


def refuse_needles(model: Model) -> None:
    """Refuse metal thinner than an element: it shoots out, for its tip is not resolved.

    Raises:
        RunError: there is some.
    """
    planes, length = side_planes(model.domain), model.scales.length
    for name, outline in model.tiring.outlines().items():
        found = thinnest(outline, planes, model.tiring.finest)
        if found is not None:
            place = ", ".join(f"{x * length:.3g}" for x in found[1])
            raise RunError(
                f"the {name} has a needle or neck of metal {found[0] * length:.2g} m thin at "
                f"({place}) m, less than an element: finer elements, more surface energy, or "
                "more numerics.front_smoothing"
            )


def under_new_drive(model: Model, case: Case, options: Mapping[str, Any] | None = None) -> Model:
    """Return the model going on as the resolved `case` says, afresh; the old one is closed."""
    new = model_on(model.domain, case, options, model.tiring)
    _take_over(model, new, _copy, _copy)
    _start(model, new, new.march.control.first)
    model.close()
    return new


def _take_over(old: Model, new: Model, bulk: Carry, surface: Carry) -> None:
    bulk(old.fields.now[0], new.fields.now[0])
    surface(old.fields.now[1], new.fields.now[1])
    copy_number(old.fields.now[2], new.fields.now[2])
    for before, after in zip(old.fields.flowing, new.fields.flowing, strict=True):
        bulk(before, after)
    for before, after in zip(old.fields.plated, new.fields.plated, strict=True):
        surface(before, after)
    for before, after in zip(old.fields.dissolved, new.fields.dissolved, strict=True):
        bulk(before, after)
    for before, after in zip(old.fields.in_cathode, new.fields.in_cathode, strict=True):
        bulk(before, after)
    new.share.value = old.share.value
    if old.fields.bodies:
        bulk(old.fields.reference_map, new.fields.reference_map)
        take_over_films(old, old.fields.now, new, new.fields.now, surface)
        guess_pressures(old, new, surface)
        for before, after in zip(old.fields.plates, new.fields.plates, strict=True):
            copy_number(before, after)
    for before, after in zip(old.films.functions(), new.films.functions(), strict=True):
        surface(before, after)


def _copy(source: fem.Function, target: fem.Function) -> None:
    target.x.array[:] = source.x.array


def _start(old: Model, new: Model, step: float) -> None:
    """Find the potentials of the new model where the old one stopped; its next step is `step`.

    Raises:
        RunError: no potentials fit, or the mesh cannot follow; the new model is closed.
    """
    new.newton.iterations = old.newton.iterations
    new.newton.linear_iterations = old.newton.linear_iterations
    new.newton.refreshed = old.newton.refreshed
    new.march.resume(old.march, step)
    try:
        new.march.start()
    except RunError:
        new.close()
        raise
