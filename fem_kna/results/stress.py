"""Stress in numbers: how the separator bears on the working front, how the metal behind it creeps.

All are of an accepted step, whose displaced mesh is the reference, so that nothing is displaced.
"""

from typing import Any, Protocol

import numpy as np
import ufl
from dolfinx import fem
from dolfinx import mesh as dmesh
from dolfinx.la import InsertMode
from mpi4py import MPI

from ..system.build import Model
from ..system.state import surface_space
from .blunt import BluntedContact
from .fields import creep_rate, film_tension, von_mises
from .fronts import Row

# Slower than this, rounding is all that moves: a thousandth of a percent in three hundred years.
NO_CREEP = 1e-15  # [1/s]
NO_PRESSURE = 1e-6  # [Pa], below it a ratio of pressures means nothing


class Watch(Protocol):
    """Something to watch on each accepted step."""

    def row(self) -> Row:
        """Return its quantities, by name with unit. Collective."""


class Contact:
    """How separator and working front press on each other. Collective."""

    def __init__(self, model: Model) -> None:
        """Find the front's nodes and compile the force."""
        domain, self._model = model.domain, model
        self._boundary = str(model.case.boundaries[0])
        state = model.fields.view(model.fields.now)
        force = state.mu * model.cell.sides(state)[0].ds
        self._force = fem.form(force, entity_maps=model.fields.entity_maps)
        self._nodes, self._blunted = front_nodes(model), BluntedContact(model)
        self._comm = domain.comm

    def row(self) -> Row:
        """Return the contact pressure: mean over the true area, extremes, focus; and the gap.

        The highest is that of the averages of `BluntedContact`, the least that of single nodes.
        """
        pascal = self._model.scales.of("Pa")
        area = self._model.domain.measure_of(self._boundary)
        mean = pascal * _sum(self._comm, self._force) / area
        here = self._model.fields.contact_pressure()[self._nodes] * pascal
        blunted = self._blunted.at_nodes()[self._nodes] * pascal
        most = self._comm.allreduce(np.max(blunted, initial=-np.inf), op=MPI.MAX)
        least = self._comm.allreduce(np.min(here, initial=np.inf), op=MPI.MIN)
        films = self._model.fields.contact_gap()[self._nodes] * self._model.scales.of("m")
        apart = self._comm.allreduce(np.max(films, initial=-np.inf), op=MPI.MAX)
        row = {
            "max_contact_gap [m]": float(apart),
            "mean_contact_pressure [Pa]": mean,
            "max_contact_pressure [Pa]": float(most),
            "min_contact_pressure [Pa]": float(least),
        }
        if mean > NO_PRESSURE:
            row["stress_focus [-]"] = float(most) / mean
        return row


class Creep:
    """How fast the metal behind the working front creeps, and what it resists with. Collective."""

    def __init__(self, model: Model, projected_area: float) -> None:
        """Compile the fields and integrals; `projected_area` is scaled."""
        self._model, self._area = model, projected_area
        state = model.fields.view(model.fields.now)
        metal, maps = model.cell.flowing(state), model.fields.entity_maps
        assert metal is not None, "no metal flows in this model"
        parts = metal.creep(state)
        self._dissipation, self._weighted = (
            fem.form(sum(part * dx for part, dx in integrand), entity_maps=maps)
            for integrand in (
                [(3 * eta * eps**2, dx) for eps, eta, dx in parts],
                [(3 * eta**2 * eps**2, dx) for eps, eta, dx in parts],
            )
        )
        self._stress, self._rate = von_mises(model), creep_rate(model)

    def row(self) -> Row:
        """Return the largest stress and rate at the midpoints of cells, dissipation, viscosity.

        The dissipation is 2 eta D:D = 3 eta eps^2, per projected area; the effective viscosity is
        the mean of eta with the dissipation as weight, undefined where nothing creeps.
        """
        comm, scales = self._model.domain.comm, self._model.scales
        dissipation, weighted = (_sum(comm, form) for form in (self._dissipation, self._weighted))
        row = {
            "max_von_mises [Pa]": self._largest(self._stress),
            "max_creep_rate [1/s]": self._largest(self._rate),
            "metal_dissipation [W/m2]": dissipation / self._area * scales.of("W/m^2"),
        }
        if row["max_creep_rate [1/s]"] > NO_CREEP:
            row["effective_viscosity [Pa*s]"] = weighted / dissipation * scales.of("Pa*s")
        return row

    def _largest(self, field: Any) -> float:
        values = field.evaluated()
        own = values.function_space.dofmap.index_map.size_local
        here = np.max(values.x.array[:own], initial=0.0)
        return float(self._model.domain.comm.allreduce(here, op=MPI.MAX))


class Pulling:
    """How a strong film pulls on the working front. Collective."""

    def __init__(self, model: Model) -> None:
        """Compile the tension."""
        self._model = model
        self._tension = film_tension(model, "working", model.fields.surface)

    def row(self) -> Row:
        """Return the highest tension and stretch at nodes."""
        films, comm = self._model.films, self._model.domain.comm
        places, found = films.places["working"], self._tension.evaluated().x.array
        most = (np.max(one[places], initial=0.0) for one in (found, films.stretch.x.array))
        tension, stretch = (float(comm.allreduce(value, op=MPI.MAX)) for value in most)
        return {"max_film_tension [N/m]": tension, "max_film_stretch [-]": stretch}


class Shifting:
    """How far stress shifts the kinetics of the host metal on the working front. Collective."""

    def __init__(self, model: Model) -> None:
        """Compile the shift's integrals by the nodes of the front, and those of one."""
        self._model, maps = model, model.fields.entity_maps
        side = model.cell.sides(model.fields.view(model.fields.now))[0]
        test = ufl.TestFunction(surface_space(model.domain.front_mesh.mesh, 1))
        host = model.case.electrolyte.ions[0].name
        (metal,) = (reaction.name for reaction in model.case.reactions if reaction.ion == host)
        nothing = fem.Constant(model.domain.mesh, 0.0)  # a law may shift by none, a form not
        self._forms = [
            fem.form((value + nothing) * test * side.area * side.ds, entity_maps=maps)
            for value in (side.shift(metal), 1.0)
        ]

    def row(self) -> Row:
        """Return the largest shift W/F, either way, of the means around nodes."""
        total, size = (fem.assemble_vector(form) for form in self._forms)
        for vector in (total, size):
            vector.scatter_reverse(InsertMode.add)
        there = size.array > 0
        shift = np.abs(total.array[there] / size.array[there]).max(initial=0.0)
        most = self._model.domain.comm.allreduce(float(shift), op=MPI.MAX)
        return {"mechanical_shift [V]": most * self._model.scales.of("V")}


def front_nodes(model: Model) -> np.ndarray:
    """Return the nodes of the mesh's geometry that this rank's own facets of the front have."""
    mesh = model.domain.mesh
    dim = mesh.topology.dim - 1
    facets = model.domain.facets_of(model.case.boundaries[0])
    own = facets[facets < mesh.topology.index_map(dim).size_local]
    return np.unique(dmesh.entities_to_geometry(mesh, dim, own))


def watches(model: Model, projected_area: float) -> list[Watch]:
    """Return what there is to watch: shift and film of a front, a skeleton on it, metal's creep."""
    found: list[Watch] = []
    if model.case.working.front is not None:
        found.append(Shifting(model))
        if model.films.is_strong("working"):
            found.append(Pulling(model))
    if model.cell.mat is not None:
        found.append(Contact(model))
    if model.fields.flow:
        found.append(Creep(model, projected_area))
    return found


def _sum(comm: MPI.Comm, form: Any) -> float:
    return float(comm.allreduce(fem.assemble_scalar(form), op=MPI.SUM))
