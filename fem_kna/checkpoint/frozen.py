"""A model as plain arrays and facts, and from these the model again, on any number of ranks.

All that a step depends on: the mesh where it is and where its stiffness was computed, all unknowns
with the past levels of the time scheme, films, the skeleton's reference map, the controller.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import astuple, replace
from typing import Any

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from ..geometry.domain import Domain
from ..geometry.drawing import Statistics
from ..inputs.case import Case
from ..motion.tiring import Tiring, Wanted
from ..motion.whole import Whole, domain_of, gathered
from ..solve.march import Mark
from ..system.build import Model, model_on
from .files import Content
from .numbering import Numbering

WHOLE = ("points", "cells", "regions", "facets", "tags")


def frozen(model: Model) -> Content:
    """Return the present state of `model`, between two steps; its arrays on rank 0. Collective."""
    arrays: dict[str, np.ndarray] = {}
    for name, function, values in _values(model):
        numbering = Numbering(function.function_space, model.fields)
        arrays[f"{name}.names"], arrays[f"{name}.values"] = numbering.gathered(values)
    whole = gathered(model.domain)
    if whole is not None:
        arrays |= {name: getattr(whole, name) for name in WHOLE}
    if model.tiring is not None:
        sizes = model.tiring.wanted.sizes
        arrays |= {f"wanted.{name}": values for name, values in sizes.items()}
    return Content(arrays, _facts(model))


def _facts(model: Model) -> dict[str, Any]:
    domain, march, newton = model.domain, model.march, model.newton
    facts = {
        "regions": domain.regions,
        "boundaries": domain.boundaries,
        "dimension": domain.dimension,
        "electrodes": domain.electrodes,
        "statistics": astuple(domain.statistics),
        "time": march.time,
        "times": [time for time, _ in march.levels],
        "steps": march.steps,
        "rejected": march.rejected,
        "tried": dict(march.tried),
        "helped": dict(march.helped),
        "next": march.next,
        "units": [_unit(watched) for watched in march.controlled],
        "newton": newton.iterations,
        "krylov": newton.linear_iterations,
        "refreshed": newton.refreshed,
        "share": float(model.share.value),
    }
    if model.tiring is not None:
        wanted = model.tiring.wanted
        facts["edges"] = [wanted.least, wanted.far, wanted.over, wanted.worst]
    return facts


def _unit(watched: Any) -> float | None:
    """Return what counts as one error, where that is a number: it depends on the mesh as it was."""
    return None if watched is None or callable(watched.unit) else float(watched.unit)


def _values(model: Model) -> Iterator[tuple[str, fem.Function, list[np.ndarray]]]:
    """Yield all fields: a name, the function, its values at one or several moments."""
    levels = model.march.levels
    for place, function in enumerate(model.march.solver.unknowns):
        yield f"unknown.{place}", function, [arrays[place] for _, arrays in levels]
    for name, function in _fields(model).items():
        yield name, function, [function.x.array]
    if model.travel is not None:
        origin = model.travel.extension.origin
        yield "origin", model.travel.displacement, [origin.ravel()]


def _fields(model: Model) -> dict[str, fem.Function]:
    """Return all that changes and is no unknown."""
    films = (*model.films.functions(), *model.films.acting.values())
    found = {f"film.{place}": film for place, film in enumerate(films)}
    if model.fields.reference_map is not None:
        found["reference"] = model.fields.reference_map
    return found


def thawed(
    content: Content, case: Case, comm: MPI.Comm, options: Mapping[str, Any] | None = None
) -> Model:
    """Return the model of a resolved `case` as it was frozen. Collective.

    `content` is a whole checkpoint, the same on all ranks.
    """
    arrays, facts = content.arrays, content.facts["model"]
    whole = Whole(*(arrays[name] for name in WHOLE))
    domain = _domain(whole, arrays, facts, comm)
    model = model_on(domain, case, options, _tiring(domain, case, arrays, facts))
    for name, function in _fields(model).items():
        (function.x.array[:],) = _spread(model, name, function, arrays)
    unknowns = [
        _spread(model, f"unknown.{place}", function, arrays)
        for place, function in enumerate(model.march.solver.unknowns)
    ]
    levels = list(zip(facts["times"], map(list, zip(*unknowns, strict=True)), strict=True))
    model.march.rejected = facts["rejected"]
    model.march.tried, model.march.helped = Counter(facts["tried"]), Counter(facts["helped"])
    model.march.controlled = [
        watched if unit is None else replace(watched, unit=unit)  # type: ignore[type-var]
        for watched, unit in zip(model.march.controlled, facts["units"], strict=True)
    ]
    model.march.rewind(Mark(facts["time"], facts["steps"], facts["next"], levels))
    model.newton.iterations, model.newton.linear_iterations = facts["newton"], facts["krylov"]
    model.newton.refreshed = facts["refreshed"]
    model.share.value = facts["share"]
    if model.travel is not None:
        model.travel.put(_places(domain, whole.points))
        model.march.solver.restart()
    return model


def _domain(
    whole: Whole, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any], comm: MPI.Comm
) -> Domain:
    """Return the mesh where its stiffness was computed, or where it is if it does not move."""
    if "origin.names" in arrays:
        points = whole.points.copy()
        points[arrays["origin.names"][:, 0]] = arrays["origin.values"][0]
        whole = replace(whole, points=points)
    names = facts["regions"], facts["boundaries"], facts["dimension"]
    statistics, electrodes = Statistics(*facts["statistics"]), tuple(facts["electrodes"])
    on_first = whole if comm.rank == 0 else None
    return domain_of(on_first, comm, whole.points.shape[1], *names, statistics, electrodes)


def _tiring(
    domain: Domain, case: Case, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]
) -> Tiring | None:
    sizes = {
        name.removeprefix("wanted."): values
        for name, values in arrays.items()
        if name.startswith("wanted.")
    }
    if "edges" not in facts:
        return None
    tiring = Tiring(domain, list(sizes), case.numerics.remeshing)
    tiring.wanted = Wanted(sizes, *facts["edges"])
    return tiring


def _spread(
    model: Model, name: str, function: fem.Function, arrays: Mapping[str, np.ndarray]
) -> list[np.ndarray]:
    numbering = Numbering(function.function_space, model.fields)
    return numbering.spread(arrays[f"{name}.names"], arrays[f"{name}.values"])


def _places(domain: Domain, points: np.ndarray) -> np.ndarray:
    """Return this rank's nodes (k, 3) of all `points` (n, gdim)."""
    x = np.zeros_like(domain.mesh.geometry.x)
    x[:, : points.shape[1]] = points[domain.mesh.geometry.input_global_indices]
    return x
