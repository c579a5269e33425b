"""From a resolved case to its discrete system: domain, unknowns, laws in place, solver."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from ..geometry.build import build
from ..geometry.domain import Domain
from ..inputs.case import Case
from ..inputs.errors import InputError
from ..inputs.nature import Nature
from ..inputs.units import mapped
from ..physics.media import FreeLiquid, Medium, PorousMedium
from ..solve.bdf2 import Bdf2
from ..solve.march import Control, March
from ..solve.newton import Newton
from ..solve.options import solver_options
from .cell import Cell, Side, residual
from .scales import Scales, scales_of
from .state import Fields, State, surface_space

EDGE_ELEMENTS = 2  # an unresolved film edge spoils the current on it, and kills moving fronts


@dataclass(frozen=True)
class Model:
    """A case made discrete. Everything inside is scaled; `scales` leads back to SI."""

    case: Case
    scales: Scales
    domain: Domain
    fields: Fields
    cell: Cell
    film: Mapping[str, fem.Function]
    march: March
    newton: Newton


def model_of(case: Case, comm: MPI.Comm, options: Mapping[str, Any] | None = None) -> Model:
    """Mesh a resolved `case` and set up its system on `comm`.

    Args:
        case: a resolved case.
        comm: the ranks that share the mesh.
        options: PETSc options that override the case's solver set.

    Raises:
        InputError: the geometry is impossible, or the mesh too coarse for the film's patch.
    """
    case.mesh.check()
    scales = scales_of(case)
    scaled = scales.scaled(case)
    domain = build(scaled.mesh, comm).with_electrodes(*boundaries(case))
    check_patch(case, scales, domain)
    fields = Fields(domain, case.closure.solved(case.electrolyte), case.numerics.degree)
    film = {side: film_resistance(scaled, side, fields) for side in ("working", "counter")}
    cell = cell_of(scaled, scales.scaled(case.nature), domain, film)
    set_initial(scaled, fields)
    scheme = Bdf2(domain.mesh)
    state = fields.view(fields.now)
    levels = (state, *(fields.view(functions) for functions in fields.earlier))
    test, trials = fields.arguments()
    newton = Newton(
        residual(state, scheme.rate(levels), test, cell),
        fields.now,
        trials,
        fields.entity_maps,
        solver_options(case.numerics.solver) | dict(options or {}),
    )
    march = March(newton, scheme, fields.earlier, control_of(scaled), fields.controlled, comm)
    return Model(case, scales, domain, fields, cell, film, march, newton)


def boundaries(case: Case) -> tuple[str, str]:
    """Return the boundaries that are the working and the counter electrode of a resolved case."""
    return str(case.working.boundary), str(case.counter.boundary)


def cell_of(scaled: Case, nature: Nature, domain: Domain, film: Mapping[str, Any]) -> Cell:
    """Return laws and measures of a scaled case on `domain`, its numbers as form constants."""
    laws, nature = (
        mapped(item, lambda value, unit: fem.Constant(domain.mesh, float(value)))
        for item in (scaled, nature)
    )
    degree = 2 * scaled.numerics.degree
    working, counter = (domain.ds(name)(degree + 2) for name in boundaries(scaled))
    ground = fem.Constant(domain.mesh, 0.0)

    def sides(state: State) -> tuple[Side, Side]:
        return (
            Side(working, state.voltage, laws.working.metal, film["working"]),
            Side(counter, ground, laws.counter.metal, film["counter"]),
        )

    return Cell(
        electrolyte=laws.electrolyte,
        closure=laws.closure,
        media=tuple(
            (_medium(name, laws.separator), domain.dx(name)(degree)) for name in domain.regions
        ),
        reactions=laws.reactions,
        sides=sides,
        drive=laws.drive,
        nature=nature,
    )


def _medium(region: str, separator: Any) -> Medium:
    media: dict[str, Medium] = {
        "electrolyte": FreeLiquid(),
        "separator": PorousMedium.model_construct(
            porosity=separator.porosity, bruggeman_exponent=separator.bruggeman_exponent
        ),
    }
    return media[region]


def film_resistance(scaled: Case, side: str, fields: Fields) -> fem.Function:
    """Return the film's area resistance along the electrodes, as a field on their facets."""
    law, patch = getattr(scaled, side).film, scaled.mesh.patch
    weak = patch if side == "working" else lambda x: np.zeros_like(x[0])
    resistance = fem.Function(surface_space(fields.domain.front_mesh.mesh, fields.degree))
    resistance.interpolate(lambda x: law.area_resistance(weak(x)))
    return resistance


def set_initial(scaled: Case, fields: Fields) -> None:
    """Fill the liquid with the electrolyte at its initial concentrations, at rest."""
    for name, value in scaled.closure.initial(scaled.electrolyte).items():
        fields.values(name)[:] = value


def control_of(scaled: Case) -> Control:
    """Return the step control of a scaled case."""
    numerics = scaled.numerics
    longest = numerics.longest_step or scaled.drive.duration
    return Control(
        tolerance=float(numerics.time_tolerance),
        first=min(float(numerics.first_step), float(scaled.drive.duration)),
        longest=float(longest),
    )


def check_patch(case: Case, scales: Scales, domain: Domain) -> None:
    """Refuse a front mesh that does not resolve the edge of the film's patch.

    Raises:
        InputError: fewer than two front elements across the edge.
    """
    edge, film = case.mesh.patch_edge, case.working.film
    if edge is None or film.area_resistance(0.0) == film.area_resistance(1.0):
        return
    weak = case.mesh.patch

    def on_edge(x: np.ndarray) -> np.ndarray:
        share = weak(x * scales.length)
        return (share > 0.1) & (share < 0.9)

    _, largest = domain.front_sizes(on_edge)
    largest *= scales.length
    if largest == 0.0 or largest > 1.001 * edge / EDGE_ELEMENTS:
        raise InputError(
            f"mesh: too coarse for the film patch: front elements of {largest:.3g} m across its "
            f"edge of {edge:.3g} m; accepted: at most {edge / EDGE_ELEMENTS:.3g} m"
        )
