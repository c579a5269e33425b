"""From a resolved case to its discrete system: domain, unknowns, laws in place, solver."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from ..geometry.build import build
from ..geometry.domain import Domain
from ..inputs.case import Case
from ..inputs.errors import InputError
from ..motion.areas import NodalAreas
from ..motion.tiring import Tiring
from ..motion.travel import Travel
from ..physics.compound import COMPOUND
from ..solve.bdf2 import Bdf2, Level
from ..solve.control import Control, Watched
from ..solve.ladder import Ladder, Solvable
from ..solve.march import March
from ..solve.newton import Newton
from ..solve.remedies import remedies_of
from .aged import ageing_of
from .cell import Cell, residual
from .deposits import compound_of, deposit_at_start, weighed_amounts
from .films import Films, RidingFilms, films_of
from .flows import SHARES, ExpectedStress, flow_conditions, weighed
from .fronts import Geometry, MovingSolver, geometry_of
from .laws import cell_of
from .porous import fill_cathode
from .pressing import press, slide
from .scales import Scales, scales_of
from .solvers import options_and_division
from .state import Fields
from .widths import FilmWidths

AMOUNT = 0.1  # of the salt in the gap, both per area: an error of an amount that counts as one
SOLUTE = 0.1  # of the atoms: an error of the sodium in metal that counts as one
LEFT = 1e-3  # of an ion: less of it is no longer followed more closely
EDGE_ELEMENTS = 2  # an unresolved film edge spoils the current on it, and kills moving fronts


@dataclass(frozen=True)
class Model:
    """A case made discrete. Everything inside is scaled; `scales` leads back to SI."""

    case: Case
    scales: Scales
    domain: Domain
    fields: Fields
    cell: Cell
    films: Films
    march: March
    newton: Newton
    share: fem.Constant  # of its own law that metal follows which flows; 0 from rest
    travel: Travel | None  # of the mesh, where electrodes move
    tiring: Tiring | None  # of that mesh

    def close(self) -> None:
        """Free the solvers. Collective."""
        self.newton.close()
        if self.travel is not None:
            self.travel.close()


def model_of(
    case: Case, comm: MPI.Comm, options: Mapping[str, Any] | None = None, finer: float = 1.0
) -> Model:
    """Mesh a resolved `case` and set up its system on `comm`.

    Args:
        case: a resolved case.
        comm: the ranks that share the mesh.
        options: PETSc options that override the case's solver set.
        finer: how many times finer elements are than the case's.

    Raises:
        InputError: the geometry is impossible, or the mesh too coarse for the film's patch.
    """
    case.mesh.check()
    scales = scales_of(case)
    domain = build(scales.scaled(case).mesh, comm, finer).with_electrodes(*case.boundaries)
    check_patch(case, scales, domain)
    return model_on(domain, case, options)


def model_on(
    domain: Domain,
    case: Case,
    options: Mapping[str, Any] | None = None,
    tiring: Tiring | None = None,
) -> Model:
    """Set up the system of a resolved `case` on the scaled `domain`, at its initial state.

    `tiring` watches that mesh; None: it is the first one.
    """
    scales = scales_of(case)
    scaled = scales.scaled(case)
    fields = fields_on(domain, case)
    scheme = Bdf2(domain.mesh)
    films = films_of(scaled, fields, scheme.step)
    geometry = geometry_of(fields)
    share = fem.Constant(domain.mesh, 0.0)
    nature = scales.scaled(case.nature)
    cell = cell_of(scaled, nature, domain, films, geometry, share)
    set_initial(scaled, fields)
    deposit_at_start(scaled, fields)
    fill_cathode(scaled, nature, fields)
    press(case, scaled, fields)
    if tiring is None:
        slide(scaled, fields, geometry.travel)
    state = fields.view(fields.now)
    levels = (state, *(fields.view_earlier(functions) for functions in fields.earlier))
    test, trials = fields.arguments()
    if fields.flow:
        test = weighed(test)
    test = weighed_amounts(test)
    form = residual(state, scheme.rate(levels), test, cell)
    metal = cell.flowing(state)
    stress = metal and ExpectedStress(fields, metal, state, test, fields.view(trials), scheme.step)
    pressed = metal and metal.resistance(state, fields.view(trials).p, test.p)
    chosen, division = options_and_division(case, fields, pressed)
    newton = Newton(
        form,
        fields.unknowns,
        trials,
        fields.entity_maps,
        chosen | dict(options or {}),
        conditions=[*flow_conditions(fields), *geometry.conditions()],
        tangent=stress,
        division=division,
        pace=scheme.pace,
    )
    solver = Ladder(newton, share, SHARES) if fields.flow else newton
    march = march_of(scaled, fields, geometry, solver, scheme, films, cell)
    march.remedies, march.stuck = remedies_of(newton), newton.stuck
    if stress is not None:
        _expect(march, stress)
    if fields.moving and tiring is None:
        tiring = Tiring(domain, fields.moving, case.numerics.remeshing)
    return Model(
        case, scales, domain, fields, cell, films, march, newton, share, geometry.travel, tiring
    )


def _expect(march: March, stress: ExpectedStress) -> None:
    """Have the steps of a march begin with the stress that is expected of metal that flows."""
    settle = march.accepted

    def accepted(levels: deque[Level]) -> None:
        settle(levels)
        stress.accept()

    march.accepted = accepted


def fields_on(domain: Domain, case: Case) -> Fields:
    """Return the unknowns of a resolved case on `domain`."""
    ions = case.closure.solved(case.electrolyte)
    sides = (case.working, case.counter)
    moving = tuple(str(side.boundary) for side in sides if side.front is not None)
    bodies = () if case.stack is None else ("separator",)
    laws = [side.composition for side in sides if side.composition is not None]
    diffusing = any(law.diffuses for law in laws)
    kept = {
        "compound": any(compound_of(law) is not None for law in laws),
        "buried": any(law.diffuses and compound_of(law) is not None for law in laws),
        "ageing": any(ageing_of(law) is not None for law in laws),
    }
    known = {"composed": bool(laws), "diffusing": diffusing} | kept
    modes = getattr(case.working, "modes", 0)
    return Fields(domain, ions, case.numerics.degree, moving, bodies, modes=modes, **known)


def march_of(
    scaled: Case,
    fields: Fields,
    geometry: Geometry,
    newton: Solvable,
    scheme: Bdf2,
    films: Films,
    cell: Cell,
) -> March:
    """Return the march of a scaled case: through a moving mesh where electrodes move."""
    control, travel = control_of(scaled), geometry.travel
    ions = Watched(fields.concentrations, partial(_left, scaled, fields))
    controlled: list[Watched | None] = [ions, None, None]
    controlled += [None for _ in fields.flow]
    counted = partial(_counted, fields) if COMPOUND in fields.stocks else AMOUNT
    controlled += [Watched(fields.places_of_amounts, counted, AMOUNT) for _ in fields.plated]
    atoms = 1 / float(scaled.working.metal.molar_volume("K"))  # type: ignore[union-attr]
    controlled += [Watched(np.arange(len(c.x.array)), SOLUTE * atoms) for c in fields.dissolved]
    controlled += [_inserted(scaled, fields) for _ in fields.in_cathode]
    if fields.bodies:
        controlled.append(Watched(np.arange(len(fields.now[-3].x.array)), np.inf))
    if travel is None:
        return March(newton, scheme, fields.earlier, control, controlled, fields.domain.comm)
    numerics = scaled.numerics
    unit = numerics.front_tolerance * fields.domain.front_sizes()[0] / numerics.time_tolerance
    # The layer's displacement is the mesh's: put back with it at a start, its error not counted.
    controlled += [Watched(fields.displacements, np.inf), Watched(travel.places, float(unit))]
    riding = RidingFilms(films, NodalAreas(fields.domain), FilmWidths(films, fields, cell))
    solver = MovingSolver(newton, geometry, fields.now, riding)
    comm, accepted = fields.domain.comm, solver.accepted
    march = March(solver, scheme, fields.earlier, control, controlled, comm, accepted)
    travel.extension.helped = march.count
    return march


def _inserted(scaled: Case, fields: Fields) -> Watched:
    """Return what is watched of a porous cathode: the particles, in units of a full host."""
    law: Any = scaled.working
    places = np.arange(len(fields.in_cathode[0].x.array))
    full = float(law.material.density) * float(law.material.capacity)
    return Watched(places[places % (1 + law.modes) > 0], full)


def _left(scaled: Case, fields: Fields, values: np.ndarray) -> np.ndarray:
    """Return for each of the concentrations `values` the error that counts as one. Collective.

    It is one, or less as an ion is used up: the share of it at the start that is left anywhere.
    What fades by orders of magnitude would else fall below zero within the error.
    """
    first = scaled.closure.initial(scaled.electrolyte)
    most = values.reshape(-1, len(fields.ions)).max(axis=0, initial=0.0)
    fields.domain.comm.Allreduce(MPI.IN_PLACE, most, op=MPI.MAX)
    start = np.array([first[name] or np.inf for name in fields.ions])
    share = np.where(np.isfinite(start), most / start, 1.0)
    return np.resize(np.clip(share, LEFT, 1.0), len(values))


def _counted(fields: Fields, values: np.ndarray) -> np.ndarray:
    """Return for each of the amounts `values` on the electrodes the error that counts as one.

    Of KNa2 a tenth of what there is anywhere, since its decay is followed. Collective.
    """
    kinds = len(fields.stocks)
    units = np.full((len(values) // kinds, kinds), AMOUNT)
    of_compound = fields.stocks.index(COMPOUND)
    most = np.abs(values[of_compound::kinds]).max(initial=0.0)
    most = fields.domain.comm.allreduce(most, op=MPI.MAX)
    units[:, of_compound] = AMOUNT * np.clip(most, LEFT, 1.0)
    return units.ravel()


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
