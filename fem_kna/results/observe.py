"""Numbers of a run: what is measured on each accepted step, by name with unit.

Integrals are per projected area, that of the counter electrode, so that they mean the same in
every dimension. Currents and charges that leave this module are positive when they plate the
working electrode.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from ..system.build import Model
from . import cathode
from .alloying import Atoms, alloys, bare, stripped
from .fronts import SIDES, FrontMemory, FrontNow, FrontWatch, Row
from .integrands import integrands
from .stress import watches

NO_CURRENT = 1e-5  # [A m-2], a nanoampere per cm2: below it a ratio of currents means nothing
EMPTY = 1e-3  # of the salt concentration: what is left at a surface that has run empty


@dataclass
class Ledger:
    """What a run keeps from its start on, also through new meshes; scaled but for the fronts."""

    amounts: Row = field(default_factory=dict)  # of every ion at the start
    charges: dict[str, list[float]] = field(default_factory=dict)  # the last two of each electrode
    projected_area: float | None = None  # of the counter electrode at the start
    fronts: FrontMemory = field(default_factory=FrontMemory)
    atoms: Atoms = field(default_factory=Atoms)  # of both metals, where a composition varies


class Observer:
    """Measures a model's present state; every number is in SI and the same on all ranks."""

    def __init__(self, model: Model, ledger: Ledger | None = None) -> None:
        """Compile the integrals; at the start, without a `ledger`, take stock of the ions."""
        self.model, self.ledger, self._working = model, ledger or Ledger(), model.case.working
        if self.ledger.projected_area is None:
            self.ledger.projected_area = model.domain.measure_of(model.case.boundaries[1])
        self._projected_area = self.ledger.projected_area
        sums = integrands(model)
        self._units = {name: unit for name, (_, unit) in sums.items()}
        self._forms = {
            name: fem.form(integrand, entity_maps=model.fields.entity_maps)
            for name, (integrand, _) in sums.items()
        }
        names = zip(SIDES, model.case.boundaries, strict=True)
        self._surfaces = {side: _SurfaceValues(model, name) for side, name in names}
        self._front = self._surfaces["working"]
        self._ions = tuple(model.cell.concentrations(model.fields.view(model.fields.now)))
        if not self.ledger.amounts:
            rates = [name for name in self._forms if name.startswith("current ")]
            self.ledger.amounts = {ion: self._areal(f"amount {ion}") for ion in self._ions}
            self.ledger.charges = {name: [0.0, 0.0] for name in rates}
        moving = model.travel is not None
        self._watch = FrontWatch(model, self.ledger.fronts) if moving else None
        self.front: FrontNow | None = self._watch.now() if self._watch else None
        self._stresses = watches(model, self._projected_area)
        self._alloys = alloys(model, self._projected_area, self.ledger.atoms)

    def measure(self, dt: float, front: FrontNow | None = None) -> Row:
        """Return one row of the history after an accepted step `dt` (scaled; 0 at the start).

        `front` is what `look` has seen since; None: it is looked for.
        """
        values = {name: self._areal(name) for name in self._forms}
        row = (
            self._at_terminals(dt, values)
            | self._trouble()
            | self._surface()
            | self._deposit(values)
            | self._drifts(values)
            | self._shape(front, values)
        )
        for watch in self._stresses:
            row |= watch.row()
        for alloy in self._alloys:
            row |= alloy.row(values)
        return cathode.defined(row | cathode.row(values, self._working), self._working)

    def measure_terminals(self, dt: float) -> Row:
        """Return the first columns of a row alone. Every step is measured in one way or other."""
        values = {name: self._areal(name) for name in self.ledger.charges}
        return cathode.defined(self._at_terminals(dt, values), self._working)

    def _at_terminals(self, dt: float, values: Row) -> Row:
        """Count the charge of an accepted step, and return what the terminals show."""
        if dt > 0:
            self._integrate(values)
        second, voltage = self.model.scales.of("s"), self.voltage()
        return {
            "time [s]": self.model.march.time * second,
            "dt [s]": dt * second,
            "voltage [V]": voltage,
            "polarisation [V]": abs(voltage),
            "current [A/m2]": -self._si("current working", values),
            "charge [C/m2]": self._plated("current working"),
        }

    def _trouble(self) -> Row:
        """Steps rejected so far, and remedies that have helped."""
        rejected, helped = self.model.march.rejected, self.model.march.helped
        return {"rejected_steps [-]": float(rejected), "remedies [-]": float(sum(helped.values()))}

    def look(self) -> FrontNow:
        """Return the fronts as they are, where electrodes move."""
        assert self._watch is not None, "the fronts of this model do not move"
        return self._watch.now()

    def scarcest(self, level: Sequence[np.ndarray] | None = None) -> tuple[str, str, float]:
        """Return the electrode with least left to plate, the ion, its lowest concentration there.

        In mol m-3, now or at an earlier `level`. Of an electrode the most plentiful of the ions
        that react counts: Na+, a guest, is soon used up and plating goes on. Collective.
        """
        ions = {reaction.ion for reaction in self.model.case.reactions}
        found = []
        for side, surface in self._surfaces.items():
            c = surface.concentrations(None if level is None else level[0])
            most, ion = max((self._extreme(c[ion], MPI.MIN), ion) for ion in sorted(ions))
            found.append((most, side, ion))
        least, side, ion = min(found)
        return side, ion, least * self.model.scales.of("mol/m^3")

    def used_up(self) -> bool:
        """Whether an electrode has no salt left to plate from, or no metal to strip. Collective."""
        empty = self.scarcest()[2] < EMPTY * self.model.case.electrolyte.salt_concentration
        return bare(self.model) is not None or empty

    def _shape(self, front: FrontNow | None, values: Row) -> Row:
        """Where electrodes move: the shape of the fronts, and the volume by charge and by sight."""
        if self._watch is None:
            return {}
        self.front = front or self._watch.now()
        deposited = {side: self._volume(side) + self._film(side, values) for side in SIDES}
        deposited["counter"] -= self._retreat
        return self._watch.row(self.front, self._plated("current working"), deposited)

    @property
    def _retreat(self) -> float:
        """How far the counter electrode's plate has moved away [m]."""
        here = [plate.x.array for plate in self.model.fields.plates]
        return self._extreme(here[0], MPI.MAX) * self.model.scales.of("m") if here else 0.0

    def _film(self, side: str, values: Row) -> float:
        """Return the volume of liquid between an electrode and the skeleton on it [m3 m-2]."""
        name = f"film {side}"
        return self._si(name, values) if name in values else 0.0

    def _volume(self, side: str) -> float:
        """Return the volume that charge has deposited on an electrode [m3 m-2]."""
        case = self.model.case
        metal: Any = getattr(case, side).metal
        charges = {r.name: self._plated(f"current {r.ion} {side}") for r in case.reactions}
        return sum(metal.molar_volume(name) * q for name, q in charges.items()) / float(
            case.nature.faraday
        )

    def _integrate(self, values: Row) -> None:
        """Add the step's charges by the time scheme's own rule, which closes the balances."""
        for name, past in self.ledger.charges.items():
            new = self.model.march.scheme.integral(values[name], past)
            self.ledger.charges[name] = [new, past[0]]

    def _surface(self) -> Row:
        """Current focus (max over mean) and the host cation's lowest concentration at the front."""
        scales, host = self.model.scales, self.model.case.electrolyte.ions[0].name
        i, c = self._front.current(), self._front.concentrations()[host]
        least = self._extreme(c, MPI.MIN) * scales.of("mol/m^3")
        row = {"min_surface_concentration [mol/m3]": least}
        mean = self._areal("current working") * self._projected_area / self._front.area()
        if abs(mean) * scales.of("A/m^2") > NO_CURRENT:
            row["current_focus [-]"] = self._extreme(i / mean, MPI.MAX)
        return row

    def _deposit(self, values: Row) -> Row:
        """What was plated on the working electrode, metal by metal."""
        case = self.model.case
        row, moles = {}, {}
        for reaction in case.reactions:
            name = f"current {reaction.ion} working"
            row[f"current_{reaction.name} [A/m2]"] = -self._si(name, values)
            row[f"plated_charge_{reaction.name} [C/m2]"] = charge = self._plated(name)
            moles[reaction.name] = charge / case.nature.faraday
        row["deposited_volume [m3/m2]"] = self._volume("working")
        if "Na" in moles and min(moles.values()) >= 0 < sum(moles.values()):
            row["sodium_share [-]"] = moles["Na"] / sum(moles.values())
        return row

    def _drifts(self, values: Row) -> Row:
        """How far ions and charge are from being conserved, relative to the salt and the charge."""
        F = float(self.model.cell.nature.faraday)
        salt = max(self.ledger.amounts.values())
        worst = 0.0
        for ion in self._ions:
            plated = sum(-self.ledger.charges.get(f"current {ion} {e}", [0.0])[0] for e in SIDES)
            gained = values[f"amount {ion}"] - self.ledger.amounts[ion]
            worst = max(worst, abs(gained + plated / F) / salt)
        working, counter = (self.ledger.charges[f"current {e}"][0] for e in SIDES)
        passed = max(abs(working), abs(counter))
        imbalance = abs(working + counter) / passed if passed > 0 else 0.0
        return {"salt_drift [-]": worst, "charge_drift [-]": imbalance}

    def _areal(self, name: str) -> float:
        """Return an integral per projected area, scaled."""
        here = fem.assemble_scalar(self._forms[name])
        return float(self.model.domain.comm.allreduce(here, op=MPI.SUM)) / self._projected_area

    def _si(self, name: str, values: Row) -> float:
        return values[name] * self.model.scales.of(self._units[name])

    def _plated(self, name: str) -> float:
        return 0.0 - self.ledger.charges[name][0] * self.model.scales.of("C/m^2")

    def voltage(self) -> float:
        """Return the working electrode's potential against the counter electrode [V]. Collective.

        The real unknown lives on one rank; the others hold it as a ghost, or not at all.
        """
        values = self.model.fields.now[2].x.array
        return self._extreme(values, MPI.MAX) * self.model.scales.of("V")

    def current(self) -> float:
        """Return the current density that plates the working electrode [A m-2]. Collective."""
        name = "current working"
        return -self._si(name, {name: self._areal(name)})

    def plated(self) -> float:
        """Return what has been plated since the start [C m-2], up to the last measured step."""
        return self._plated("current working")

    def charge(self) -> float:
        """Return the same at the end of a step that is not measured yet. Collective."""
        rate, past = self._areal("current working"), self.ledger.charges["current working"]
        scheme = self.model.march.scheme
        return 0.0 - scheme.integral(rate, past) * self.model.scales.of("C/m^2")

    def least_concentration(self) -> float:
        """Return what is left of the host's ion where it is scarcest [mol m-3]. Collective."""
        return self.scarcest()[2]

    def monolayers_left(self) -> float:
        """Return how many monolayers are left to strip where least are. Collective."""
        return min((left for _, _, left in stripped(self.model)), default=np.inf)

    def _extreme(self, here: np.ndarray, op: MPI.Op) -> float:
        empty = -np.inf if op == MPI.MAX else np.inf
        pick = np.max if op == MPI.MAX else np.min
        return float(self.model.domain.comm.allreduce(pick(here, initial=empty), op=op))


class _SurfaceValues:
    """Nodal values on one electrode, on this rank."""

    def __init__(self, model: Model, boundary: str) -> None:
        fields, domain = model.fields, model.domain
        facets = domain.liquid_facets(domain.facets_of(boundary))
        self._surface = surface_dofs(model, boundary)
        self._bulk = _owned_dofs(fields.bulk, domain.mesh.topology.dim - 1, facets)
        self._model = model
        self._boundary = boundary

    def area(self) -> float:
        """The electrode's true area, scaled."""
        return self._model.domain.measure_of(self._boundary)

    def current(self) -> np.ndarray:
        """Normal current density, scaled, anodic positive."""
        return np.asarray(self._model.fields.now[1].x.array[self._surface])

    def concentrations(self, bulk: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """Concentration of every ion, scaled, now or in an earlier array of the bulk's unknowns."""
        case, fields = self._model.case, self._model.fields
        bulk = fields.now[0].x.array if bulk is None else bulk
        rows = bulk.reshape(-1, len(fields.ions) + 1)[self._bulk]
        c = {name: rows[:, place] for place, name in enumerate(fields.ions)}
        return dict(case.closure.concentrations(case.electrolyte, c))


def surface_dofs(model: Model, boundary: str) -> np.ndarray:
    """Return this rank's own degrees of freedom of the current density on one electrode."""
    front = model.domain.front_mesh
    cells = front.tags.find(model.domain.boundaries[boundary])
    return _owned_dofs(model.fields.surface, front.mesh.topology.dim, cells)


def _owned_dofs(space: Any, dim: int, entities: np.ndarray) -> np.ndarray:
    topology = space.mesh.topology
    topology.create_connectivity(dim, topology.dim)
    dofs = fem.locate_dofs_topological(space, dim, entities)
    return dofs[dofs < space.dofmap.index_map.size_local]
