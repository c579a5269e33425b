"""Fields for ParaView, in SI, with units in their names."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import basix.ufl
import ufl
from dolfinx import fem
from dolfinx.io import VTKFile

from ..system.build import Model
from ..system.deposits import surface_metal
from ..system.films import SIDES, places_on
from .blunt import BluntedContact
from .outputs import AtNodes, AtPlaces, CellMeans, Output, in_metres
from .series import Series


class FieldFiles:
    """The ParaView series of one run. Collective.

    ``fields.pvd`` is the liquid, ``front.pvd`` the electrodes, ``metal.pvd`` metal that flows or
    in which sodium diffuses.
    """

    def __init__(self, folder: Path, model: Model, times: Sequence[float] = ()) -> None:
        """Go on behind the frames at `times` [s]; nothing is computed yet."""
        self.series = Series(folder, model.domain.comm, times)
        self.follow(model)

    def follow(self, model: Model) -> None:
        """Write the fields of `model` from now on, into the same series."""
        self.model = model
        self._outputs = {
            "fields": list(_bulk_fields(model)),
            "front": list(_surface_fields(model)),
        }
        metal = [*_metal_fields(model), *_alloy_fields(model)]
        if metal:
            self._outputs["metal"] = metal

    def write(self, time: float) -> None:
        """Add the present state at `time` [s] to all series, if it is not there.

        Raises:
            CannotWrite: it could not be written.
        """
        if time not in self.series.times[-1:]:
            self.series.add(time, self.names, partial(self._frame, time))

    @property
    def names(self) -> list[str]:
        """Names of the series."""
        return list(self._outputs)

    def _frame(self, time: float, folder: Path) -> None:
        comm = self.model.domain.comm
        for name, outputs in self._outputs.items():
            functions = [output.evaluated() for output in outputs]
            mesh = functions[0].function_space.mesh
            with (
                in_metres(mesh, self.model.scales.length),
                VTKFile(comm, str(folder / f"{name}.pvd"), "w") as file,
            ):
                file.write_function(functions, time)


def _bulk_fields(model: Model) -> Iterator[Output]:
    mesh, scales, cell = model.domain.liquid.mesh, model.scales, model.cell
    state = model.fields.view(model.fields.now)
    nodal = fem.functionspace(mesh, ("Lagrange", 1))
    for ion, c in cell.concentrations(state).items():
        name = f"concentration {ion} [mol/m3]"
        yield Output(name, nodal, scales.of("mol/m^3"), [(c, None)])
    yield Output("potential [V]", nodal, scales.of("V"), [(state.phi, None)])
    yield current_density(model)
    if cell.mat is not None:
        pores = [(region.medium(state).porosity, region.dx) for region in cell.regions]
        yield CellMeans("porosity [-]", model, mesh, 1.0, pores)
        law, parts = cell.mat.law, cell.mat.parts
        stresses = [(_equivalent(law.stress(at(state).F)), dx) for dx, at in parts]
        name, scale = "von Mises stress of the skeleton [Pa]", scales.of("Pa")
        yield CellMeans(name, model, mesh, scale, stresses)


def _equivalent(sigma: Any) -> Any:
    """Return the equivalent stress of a stress in space."""
    s = ufl.dev(sigma)
    return ufl.sqrt(3 / 2 * ufl.inner(s, s))


def current_density(model: Model) -> Output:
    """Return the current density in the liquid, one vector per cell [A/m2]."""
    cell, state = model.cell, model.fields.view(model.fields.now)
    parts = [(cell.fluxes(state, region).current, region.dx) for region in cell.regions]
    scale = model.scales.of("A/m^2")
    return CellMeans("current density [A/m2]", model, model.domain.liquid.mesh, scale, parts)


def _metal_fields(model: Model) -> Iterator[Output]:
    """Fields of metal that flows, on its own mesh."""
    if not model.fields.flow:
        return
    scales, (v, p) = model.scales, model.fields.flowing
    mesh = p.function_space.mesh
    places = fem.functionspace(mesh, ("Lagrange", 1, (mesh.geometry.dim,)))
    yield Output("velocity [m/s]", places, scales.of("m/s"), [(v, None)])
    yield Output("pressure [Pa]", p.function_space, scales.of("Pa"), [(p, None)])
    yield von_mises(model)
    yield creep_rate(model)
    yield viscosity(model)


def _alloy_fields(model: Model) -> Iterator[Output]:
    """Composition of metal in which sodium diffuses, on its own mesh."""
    electrode: Any = model.case.working
    dissolved, unit = model.fields.dissolved, model.scales.of("mol/m^3")

    def local() -> Any:
        known = (c.x.array * unit for c in dissolved)
        return electrode.composition.surface(electrode.metal, {}, *known)

    for c in dissolved[:1]:
        space = c.function_space
        yield AtPlaces("sodium mole fraction [-]", space, lambda: local().x)
        yield AtPlaces("liquid volume fraction [-]", space, lambda: local().liquid_fraction)
    for c in dissolved[1:]:
        yield AtPlaces("atoms in KNa2 [-]", c.function_space, lambda: local().bound)


def von_mises(model: Model) -> Output:
    """Return the equivalent stress 3 eta eps of the metal at cells' midpoints [Pa]."""
    return _of_creep(model, "von Mises stress [Pa]", "Pa", lambda eps, eta: 3 * eta * eps)


def creep_rate(model: Model) -> Output:
    """Return the metal's equivalent rate of strain at cells' midpoints [1/s]."""
    return _of_creep(model, "equivalent strain rate [1/s]", "1/s", lambda eps, eta: eps)


def viscosity(model: Model) -> Output:
    """Return the metal's viscosity at cells' midpoints [Pa s]."""
    return _of_creep(model, "viscosity [Pa*s]", "Pa*s", lambda eps, eta: eta)


def _of_creep(model: Model, name: str, unit: str, of: Callable[[Any, Any], Any]) -> Output:
    state, scale = model.fields.view(model.fields.now), model.scales.of(unit)
    metal, drawn = model.cell.flowing(state), model.domain.metal
    assert metal is not None and drawn is not None, "no metal flows in this model"
    parts = [(of(eps, eta), dx(1)) for eps, eta, dx in metal.creep(state)]
    return CellMeans(name, model, drawn.mesh, scale, parts)


def _surface_fields(model: Model) -> Iterator[Output]:
    """Fields that live on the electrodes' own mesh."""
    space, scales = _nodal(model.domain.front_mesh.mesh), model.scales
    i = [(model.fields.now[1], None)]
    yield Output("normal current density, anodic positive [A/m2]", space, scales.of("A/m^2"), i)
    for side, R in model.films.acting.items():
        name = f"film resistance, {side} [ohm m2]"
        yield Output(name, space, scales.of("ohm*m^2"), [(R, None)])
    for side in filter(model.films.is_strong, model.films.laws):
        yield film_tension(model, side, space)
    yield from _composition(model)
    if model.travel is not None:
        yield Output("film stretch [-]", space, 1.0, [(model.films.stretch, None)])
        yield from _shape_fields(model, space)


def _composition(model: Model) -> Iterator[Output]:
    """What the metals are at their surfaces, where their composition varies."""
    for side in SIDES:
        electrode = getattr(model.case, side)
        if electrode.composition is None:
            continue
        metal, places = (
            partial(surface_metal, model, side),
            places_on(model.fields, electrode.boundary),
        )
        seen = {
            "sodium mole fraction": lambda metal=metal: metal().x,
            "liquid volume fraction": lambda metal=metal: metal().liquid_fraction,
        }
        for name, values in seen.items():
            yield AtPlaces(f"{name}, {side} [-]", model.fields.surface, values, places)


def film_tension(model: Model, side: str, space: Any) -> Output:
    """Return the tension of a strong film [N/m]; elsewhere it means nothing."""
    name = f"film tension, {side} [N/m]"
    return Output(name, space, model.scales.of("N/m"), [(model.films.tension(side), None)])


def _shape_fields(model: Model, space: Any) -> Iterator[Output]:
    """How the fronts bend, positive on a bulge of the metal, and how high they stand."""
    length, bend = model.scales.length, model.scales.of("1/m")
    place = model.domain.mesh.geometry
    found = {
        "curvature [1/m]": lambda: model.fields.curvature() * bend,
        "height [m]": lambda: place.x[:, place.dim - 1] * length,
    }
    if model.cell.mat is not None:
        pascal, blunted = model.scales.of("Pa"), BluntedContact(model)
        found["contact pressure [Pa]"] = lambda: blunted.at_nodes() * pascal
    for name, values in found.items():
        yield AtNodes(name, space, model, values)


def _nodal(mesh: Any) -> Any:
    if mesh.topology.dim == 0:
        return fem.functionspace(mesh, basix.ufl.element("DG", mesh.basix_cell(), 0))
    return fem.functionspace(mesh, ("Lagrange", 1))
