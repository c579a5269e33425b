"""A running model on a new mesh, or under a new drive: everything it holds is taken over."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from ..inputs.case import Case
from ..motion.remesh import remeshed
from ..motion.tiring import Tiring
from ..motion.transfer import Transfer
from ..solve.march import StepFailed
from .build import Model, model_on

Carry = Callable[[fem.Function, fem.Function], None]

RESTART = 0.1  # of the last step: after a restart the first step is of first order


def on_new_mesh(model: Model, options: Mapping[str, Any] | None = None) -> Model:
    """Return the model on a new mesh of the same liquid; the old one is closed. Collective.

    The amount of every ion and the volume under each moving electrode are the old ones to
    round-off.

    Raises:
        RunError: there is no good mesh.
    """
    sizes = model.tiring.sizes(model.fields.curvature())
    domain = remeshed(model.domain, sizes, moving=model.fields.moving)
    tiring = Tiring(domain, model.fields.moving, model.case.numerics.remeshing, model.tiring)
    new = model_on(domain, model.case, options, tiring)
    transfer = Transfer(model.domain, domain)
    _take_over(model, new, transfer.bulk, transfer.surface)
    _keep_amounts(model, new)
    return _going_on(model, new)


def under_new_drive(model: Model, case: Case, options: Mapping[str, Any] | None = None) -> Model:
    """Return the model going on as the resolved `case` says; the old one is closed."""
    new = model_on(model.domain, case, options, model.tiring)
    _take_over(model, new, _copy, _copy)
    return _going_on(model, new)


def _take_over(old: Model, new: Model, bulk: Carry, surface: Carry) -> None:
    bulk(old.fields.now[0], new.fields.now[0])
    surface(old.fields.now[1], new.fields.now[1])
    voltage = old.fields.now[2].x.array.max(initial=-np.inf)
    new.fields.now[2].x.array[:] = old.domain.comm.allreduce(voltage, op=MPI.MAX)
    old.films.catch_up()
    for before, after in zip(old.films.functions(), new.films.functions(), strict=True):
        surface(before, after)


def _copy(source: fem.Function, target: fem.Function) -> None:
    target.x.array[:] = source.x.array


def _keep_amounts(old: Model, new: Model) -> None:
    """Give each solved ion back, in proportion to |c|, the little that interpolation changed."""
    for ion in old.fields.ions:
        own = new.fields.values(ion)
        found, missing = own.copy(), amount(old, ion) - amount(new, ion)
        own[:] = np.abs(found)
        magnitude = amount(new, ion)
        own[:] = found + (missing / magnitude if magnitude else 0.0) * np.abs(found)


def amount(model: Model, ion: str) -> float:
    """Return the amount of a solved ion in the liquid, scaled."""
    c = model.fields.view(model.fields.now).c[ion]
    held = sum(region.medium.porosity * c * region.dx for region in model.cell.regions)
    here = fem.assemble_scalar(fem.form(held, entity_maps=model.fields.entity_maps))
    return float(model.domain.comm.allreduce(here, op=MPI.SUM))


def _going_on(old: Model, new: Model) -> Model:
    """Start the new model where the old one stopped, and close that.

    Raises:
        StepFailed: no potentials fit; the new model is closed instead.
    """
    new.newton.iterations = old.newton.iterations
    new.newton.linear_iterations = old.newton.linear_iterations
    new.march.resume(old.march, max(RESTART * old.march.next, new.march.control.smallest))
    try:
        new.march.start()
    except StepFailed:
        new.close()
        raise
    old.close()
    return new
