"""The laws of a case in their places: regions, electrodes and drive as the equations see them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import ufl
from dolfinx import fem
from ufl import tr

from ..geometry.domain import Domain
from ..geometry.measures import WeightedMeasure
from ..inputs.case import Case
from ..inputs.errors import InputError
from ..inputs.nature import Nature
from ..inputs.units import mapped
from ..physics.frame import Surface
from ..physics.front import smoothing
from ..physics.media import FreeLiquid, PorousMedium, compressed
from ..physics.midpoint import MIDPOINT
from ..physics.particles import area_per_volume
from ..physics.rheology import Eased, Thickened
from ..physics.shift import Load
from .aged import ageing_of
from .cell import Cell
from .deposits import amounts_of, compound_of
from .films import SIDES, Films
from .fronts import Geometry
from .integrals import ByMidpoints, ByPoints
from .pieces import Alloy, Front, Mat, Metal, Porous, Region, Side
from .state import State

FLOW_DEGREE = 5  # of the quadrature, for a power of the rate of strain
ALLOY_DEGREE = 4  # likewise, for what ends or begins to diffuse within an element


def cell_of(
    scaled: Case,
    nature: Nature,
    domain: Domain,
    films: Films,
    geometry: Geometry,
    share: Any = 1.0,
) -> Cell:
    """Return laws and measures of a scaled case on `domain`, its numbers as form constants.

    `share` is how far metal that flows has got from a
    Newtonian liquid to its own law.
    """
    laws, nature = (constants_of(item, domain.mesh) for item in (scaled, nature))
    return cell_with(laws, nature, domain, films, geometry, share)


def constants_of(item: Any, mesh: Any) -> Any:
    """Return scaled parameters with their numbers as form constants: the same types."""
    return mapped(item, lambda value, unit: fem.Constant(mesh, float(value)))


def refill(constants: Any, numbers: Any) -> None:
    """Put `numbers`, parameters of the same make, into the form constants of `constants`.

    Raises:
        InputError: they are not of the same make.
    """
    old, new = _leaves(constants), _leaves(numbers)
    if len(old) != len(new):
        raise InputError("cases of one map differ in more than numbers")
    for constant, value in zip(old, new, strict=True):
        constant.value = float(value)


def _leaves(item: Any) -> list[Any]:
    found: list[Any] = []
    mapped(item, lambda value, unit: found.append(value))
    return found


def cell_with(
    laws: Any,
    nature: Any,
    domain: Domain,
    films: Films,
    geometry: Geometry,
    share: Any = 1.0,
) -> Cell:
    """Return `cell_of` a case whose numbers are form constants already, see `constants_of`."""
    degree = 2 * laws.numerics.degree
    ground = fem.Constant(domain.mesh, 0.0)

    def sides(state: State) -> tuple[Side, Side]:
        phis = (state.voltage, ground)
        working, counter = (
            _side(laws, name, phi, films, state, geometry, degree + 2, nature, metal)
            for name, phi, metal in zip(
                SIDES, phis, (_metal(laws, films, geometry, share), None), strict=True
            )
        )
        return working, counter

    return Cell(
        electrolyte=laws.electrolyte,
        closure=laws.closure,
        regions=tuple(
            part
            for name in domain.regions
            if name != "metal"
            for part in _parts(name, laws, geometry)
        ),
        reactions=laws.reactions,
        sides=sides,
        drive=laws.drive,
        nature=nature,
        mat=_mat(laws, geometry, degree),
    )


def _parts(name: str, laws: Any, geometry: Geometry) -> Iterator[Region]:
    """Yield the parts of a region; in a skeleton that rides on the mesh pores become narrower."""
    medium, p = _medium(name, laws), laws.numerics.degree
    # By midpoints a tetrahedron's matrix takes a quarter less time; particles need other points.
    by_midpoints = (len(geometry.N), p) == (3, 1) and name != "cathode"
    for dx, frame in geometry.measures(MIDPOINT if by_midpoints else 2 * p)[name]:
        sums = ByMidpoints(dx, geometry.domain.mesh) if by_midpoints else ByPoints(dx)
        if name not in geometry.fields.bodies:
            yield Region(name, lambda state: medium, medium.porosity, dx, sums, frame)
        else:
            there = geometry.skeleton(frame)
            yield Region(name, _narrowed(medium, there), 1.0, dx, sums, frame)


def _narrowed(medium: Any, there: Callable[[State], Any]) -> Callable[[State], Any]:
    """Return the medium of a state in which its skeleton is `there`."""
    return lambda state: compressed(medium, there(state).J)


def _mat(laws: Any, geometry: Geometry, degree: int) -> Mat | None:
    """Return the separator's skeleton, if the cell is pressed."""
    if laws.stack is None:
        return None
    parts, domain = geometry.measures(degree)["separator"], geometry.domain
    fronts = domain.ds(laws.working.boundary, laws.counter.boundary)
    # By nodes alike, also on an axis, where a ring of no length would not count.
    nodes = replace(fronts, weight=1.0)(1, "vertex")
    return Mat(
        laws.stack.skeleton,
        tuple((dx, geometry.skeleton(frame)) for dx, frame in parts),
        laws.stack,
        nodes,
        fem.Constant(domain.mesh, domain.front_sizes()[0]),
    )


def _side(
    laws: Any,
    name: str,
    phi: Any,
    films: Films,
    state: State,
    geometry: Geometry,
    degree: int,
    nature: Any,
    metal: Metal | None,
) -> Side:
    """Return an electrode in its place; with a moving front, its shape shifts its kinetics."""
    electrode, film = getattr(laws, name), films.acting[name]
    kept: Any = {"compound": compound_of(electrode.composition)}
    kept["ageing"] = ageing = ageing_of(electrode.composition)
    if ageing is not None:
        film = film + ageing.resistance(state.amounts, nature.faraday)
    ds, N, law = geometry.domain.ds(electrode.boundary)(degree), geometry.N, electrode.front
    surface = _surface(electrode, state)
    if law is None:
        still = geometry.still
        kept["porous"] = _porous(electrode, geometry, degree, nature)
        return Side(ds, phi, surface, film, still, N, projected=ds, **kept)
    up = N[len(N) - 1] * (1 if electrode.boundary == "counter" else -1)
    borne = bool(geometry.fields.bodies)
    pressure, V = law.surface_energy * state.kappa, electrode.metal.molar_volume
    if borne:
        pressure += state.mu
    pull = electrode.film.tension(films.acting_film(name)) if films.is_strong(name) else 0.0
    load = _load(laws, pressure + pull * state.kappa, state, geometry, metal)
    plate = _plate(len(N)) if borne and electrode.boundary == "counter" else None
    x = ufl.SpatialCoordinate(geometry.domain.mesh)
    return Side(
        ds,
        phi,
        surface,
        film,
        geometry.near(state),
        N,
        projected=WeightedMeasure(ds.measure, ds.weight * up),
        shift=lambda metal: law.shift.work(V(metal), load) / nature.faraday,
        front=Front(
            law=law,
            x=x,
            nodal_normal=geometry.normal,
            surface=geometry.metric(state),
            smoothing=smoothing(laws.numerics.front_smoothing, geometry.domain.mesh),
            pressure=pressure,
            metal=metal,
            borne=borne,
            plate=plate,
        ),
        alloy=_alloy(electrode, geometry),
        **kept,
    )


def _load(laws: Any, traction: Any, state: State, geometry: Geometry, metal: Metal | None) -> Load:
    """Return what bears on a moving front with the normal `traction` on its metal."""
    electrolyte: Any = 0.0
    if laws.stack is not None:
        skeleton = geometry.skeleton(geometry.near)(state)
        electrolyte = -tr(laws.stack.skeleton.stress(skeleton.F)) / 3
    return Load(traction, traction if metal is None else geometry.pressure.function, electrolyte)


def _surface(electrode: Any, state: State) -> Any:
    """Return the metal at an electrode's surface, of its own composition where that varies."""
    if electrode.composition is None:
        return electrode.metal
    known = amounts_of(electrode.composition, state.amounts)
    return electrode.composition.surface(electrode.metal, known, state.skin, state.bound_skin)


def _alloy(electrode: Any, geometry: Geometry) -> Alloy | None:
    """Return the metal behind a front, if sodium diffuses in it."""
    if electrode.composition is None or not electrode.composition.diffuses:
        return None
    still = ufl.zero(geometry.domain.mesh.geometry.dim)
    return Alloy(
        law=electrode.composition,
        metal=electrode.metal,
        mesh=geometry.domain.mesh,
        parts=tuple(geometry.measures(ALLOY_DEGREE)["metal"]),
        ds=geometry.domain.ds(electrode.boundary, side="metal")(ALLOY_DEGREE),
        velocity=lambda state: still if state.v is None else state.v,
    )


def _plate(dim: int) -> Callable[[State], Any]:
    """Return the displacement of the counter electrode's plate, along the height."""
    return lambda state: ufl.as_vector([0.0] * (dim - 1) + [1.0]) * state.plate


def _metal(laws: Any, films: Films, geometry: Geometry, share: Any) -> Metal | None:
    """Return the metal behind the working electrode, if it flows."""
    electrode = laws.working
    if electrode.rheology is None:
        return None
    alloy, least = _alloy(electrode, geometry), laws.numerics.least_viscosity

    def law(state: State) -> Eased:
        flows = electrode.rheology
        if alloy is not None and hasattr(flows, "at"):
            flows = flows.at(alloy.liquid_fraction(state))
        return Eased(Thickened(flows, least), 1 / laws.drive.duration, share)

    return Metal(
        law=law,
        parts=tuple(geometry.measures(FLOW_DEGREE)["metal"]),
        surface=lambda state: Surface(geometry.near(state), -geometry.N),
        ds=geometry.domain.ds(electrode.boundary, side="metal")(FLOW_DEGREE),
        tension=_tension(electrode.film, films) if films.is_strong("working") else None,
    )


def _tension(law: Any, films: Films) -> Callable[[Any], Any]:
    """Return the tension of the working electrode's film at the rate its metal widens it."""
    return lambda rate: law.tension(films.acting_film("working", rate + films.growth))


def _medium(region: str, laws: Any) -> Any:
    if region == "electrolyte":
        return FreeLiquid()
    soaked = laws.working if region == "cathode" else laws.separator
    return PorousMedium.model_construct(
        porosity=soaked.porosity, bruggeman_exponent=soaked.bruggeman_exponent
    )


def _porous(electrode: Any, geometry: Geometry, degree: int, nature: Any) -> Porous | None:
    """Return a porous electrode in its place, the region of the mesh that it fills."""
    if not electrode.porous:
        return None
    ((dx, _),) = geometry.measures(degree)["cathode"]
    material = electrode.material
    particles = area_per_volume(material.shape.directions, material.particle_radius)
    surface = replace(dx, weight=dx.weight * electrode.active * particles)
    nothing = fem.Constant(geometry.domain.mesh, 0.0)
    return Porous(electrode, dx, surface, nature, nothing)
