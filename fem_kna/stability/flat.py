"""Cells whose fronts are flat and alike all along: of a case, and as a run of one leaves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpi4py import MPI

from ..geometry.domain import Domain
from ..geometry.slab import Slab
from ..inputs.case import Case
from ..inputs.units import Value
from ..physics.film import UniformFilm
from ..physics.rheology import Newtonian
from ..system.build import Model
from .linear import Linear

FRONT, WIDTH = 1 / 400, 1 / 50  # of the gap: elements at the front, and width of a strip
DIGITS = 9  # of heights, in gaps, in which two nodes of the same height agree


@dataclass(frozen=True)
class Profile:
    """What a flat cell is like at an instant of a run.

    `case` is the resolved case with its layers as thick as they are then; `values` maps each ion,
    ``phi`` and ``i`` to heights above the working front [m] and what is there [SI]; `voltage` [V].
    """

    case: Case
    values: Mapping[str, tuple[np.ndarray, np.ndarray]]
    voltage: float

    def put(self, linear: Linear) -> None:
        """Fill the unknowns of a flat cell, whose front is at height 0."""
        fields, scales = linear.fields, linear.scales
        liquid = fields.bulk.tabulate_dof_coordinates()[:, 1] * scales.length
        electrodes = fields.surface.tabulate_dof_coordinates()[:, 1] * scales.length
        for name in fields.ions:
            fields.values(name)[:] = self._at(name, liquid) / scales.of("mol/m^3")
        fields.values("phi")[:] = self._at("phi", liquid) / scales.of("V")
        fields.now[1].x.array[:] = self._at("i", electrodes) / scales.of("A/m^2")
        fields.now[2].x.array[:] = self.voltage / scales.of("V")

    def _at(self, name: str, heights: np.ndarray) -> np.ndarray:
        return np.interp(heights, *self.values[name])


def flattened(case: Case) -> Case:
    """Return a case with the same film all over its electrodes, what is intact of it.

    And with metal that flows as a Newtonian liquid, if it does, of a viscosity still to be found.
    """
    changes = {}
    for side in ("working", "counter"):
        electrode = getattr(case, side)
        film = UniformFilm(resistance=Value(electrode.film.area_resistance(0.0), "ohm*m^2"))
        law = None if electrode.rheology is None else Newtonian(constant="1 Pa*s")
        changes[side] = electrode.model_copy(update={"film": film, "rheology": law})
    return case.model_copy(update=changes)


def strip_of(case: Case) -> Case:
    """Return a narrow strip of a resolved case's flat cell, to be run.

    Without its metal: behind a flat front that stands still.
    """
    gap, flat = float(case.mesh.gap), flattened(case)
    mesh = Slab(
        dimension="2d",
        gap=Value(gap, "m"),
        electrolyte_gap=Value(_electrolyte_gap(case), "m"),
        width=Value(WIDTH * gap, "m"),
        front_size=Value(FRONT * gap, "m"),
    )
    working = flat.working.model_copy(update={"rheology": None})
    return flat.model_copy(update={"mesh": mesh, "working": working})


def profile_of(case: Case, model: Model, voltage: float) -> Profile:
    """Return what a run of the strip of a resolved `case` has come to, at a `voltage` [V].

    Collective.
    """
    fields, scales = model.fields, model.scales
    found = {
        name: (*_everywhere(fields.bulk, fields.values(name)), scales.of(unit))
        for name, unit in {**dict.fromkeys(fields.ions, "mol/m^3"), "phi": "V"}.items()
    }
    found["i"] = (*_everywhere(fields.surface, fields.now[1].x.array), scales.of("A/m^2"))
    low, high = found["i"][0][[0, -1]]
    values = {
        name: ((heights - low) * scales.length, there * unit)
        for name, (heights, there, unit) in found.items()
    }
    layers = {"gap": high - low}
    if case.mesh.metal_depth:
        layers["metal_depth"] = float(case.mesh.metal_depth) / scales.length + low
    if _electrolyte_gap(case):
        layers["electrolyte_gap"] = _top(model.domain, "electrolyte") - low
    thick = {name: Value(float(layer) * scales.length, "m") for name, layer in layers.items()}
    mesh = case.mesh.model_copy(update=thick)
    return Profile(case.model_copy(update={"mesh": mesh}), values, voltage)


def _electrolyte_gap(case: Case) -> float:
    return float(getattr(case.mesh, "electrolyte_gap", 0.0))


def _everywhere(space: Any, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return heights of the nodes of a `space`, rising, and the `values` there, on all ranks."""
    own = space.dofmap.index_map.size_local
    heights = space.tabulate_dof_coordinates()[:own, 1]
    comm = space.mesh.comm
    heights, values = (np.concatenate(comm.allgather(part[:own])) for part in (heights, values))
    heights, first = np.unique(np.round(heights, DIGITS), return_index=True)
    return heights, values[first]


def _top(domain: Domain, region: str) -> float:
    """Return the height of a region's upper end. Collective."""
    mesh = domain.mesh
    cells = domain.cells_of(region)
    x = mesh.geometry.x[mesh.geometry.dofmap[cells].ravel(), 1]
    return float(mesh.comm.allreduce(x.max(initial=-np.inf), op=MPI.MAX))
