"""Which solver set a system gets, and how it is laid out in blocks for it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from ..inputs.case import Case
from ..inputs.errors import InputError
from ..inputs.messages import unknown
from ..solve.blocks import Division
from ..solve.options import block_options, direct_options, multigrid
from .state import Fields

AUTOMATIC, BLOCK, DIRECT = "auto", "block", "direct"
KNOWN = (AUTOMATIC, BLOCK, DIRECT)
# Unknowns from which blocks are chosen, by dimension. In 2-D a first step takes a quarter of a
# factorisation's time at 1e4 and a fifth at 1e5 (see `benchmarks`); but that keeps charge to
# round-off, which jumps over cycles need, so small cells have it. In 3-D a step with moving fronts
# takes half the time by blocks at 7e3.
WORTH = {2: 80_000, 3: 8_000}
# The same where metal flows, whose unknowns count. Behind a bump steps and start take as long by
# either at 1.9e4, and by blocks six tenths of a factorisation's time at 3.9e4.
WORTH_FLOWING = {3: 30_000}


def solver_set(case: Case, fields: Fields) -> str:
    """Return the name of the case's solver set, chosen by dimension and size if it is to be.

    Raises:
        InputError: there is no such set, or blocks are asked for where what is solved has none.
    """
    name, missing = case.numerics.solver, _without_blocks(fields)
    if name not in KNOWN:
        raise InputError(f"numerics.solver: {unknown('solver set', name, KNOWN)}")
    if name == AUTOMATIC:
        dofmaps = [space.dofmap for space in (fields.bulk, *fields.flow)]
        size = sum(one.index_map.size_global * one.index_map_bs for one in dofmaps)
        known = WORTH_FLOWING if fields.flow else WORTH
        worth = known.get(fields.domain.mesh.topology.dim, np.inf)
        return DIRECT if missing or size < worth else BLOCK
    if name == BLOCK and missing:
        raise InputError(f"numerics.solver: 'block' with {missing}; accepted: auto, direct")
    return name


def named(case: Case, fields: Fields) -> str:
    """Return a line about the case's solver set."""
    name = solver_set(case, fields)
    return f"solver: {name}, {multigrid() if name == BLOCK else 'MUMPS'}"


def options_and_division(
    case: Case, fields: Fields, resistance: Any
) -> tuple[dict[str, Any], Division | None]:
    """Return PETSc's options for a system, and how it is divided if it is solved by blocks.

    `resistance` is a form of the pressure of metal that flows, see `Metal`.
    """
    name, flows = solver_set(case, fields), bool(fields.flow)
    if name != BLOCK:
        return direct_options(lenient=flows), None
    size, degree = fields.bulk.dofmap.index_map_bs, fields.degree
    options = block_options(size, degree=degree, flow=flows, lenient=flows)
    return options, Division(nodes_under(fields), fields.places_of_flow, resistance)


def nodes_under(fields: Fields) -> np.ndarray:
    """Return the global numbers of the liquid's nodes that own ones of the currents lie on."""
    bulk, surface = fields.bulk, fields.surface
    own = surface.dofmap.index_map.size_local
    places = surface.tabulate_dof_coordinates()[:own]
    nodes = cKDTree(bulk.tabulate_dof_coordinates()).query(places)[1].astype(np.int32)
    return np.asarray(bulk.dofmap.index_map.local_to_global(nodes))


def _without_blocks(fields: Fields) -> str:
    """Return what is solved for that has no preconditioner by blocks; empty if all has."""
    kinds: Mapping[str, Any] = {
        "sodium that diffuses in metal": fields.solute,
        "a separator that is pressed": fields.bodies,
        "a porous cathode": fields.cathode,
        "one dimension": fields.domain.mesh.topology.dim == 1,
    }
    return next((kind for kind, there in kinds.items() if there), "")
