"""The alloy in numbers: what is at the working front's surface, and where the two metals are.

Amounts are per projected area. All are of an accepted step, whose mesh is the reference.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI
from scipy.optimize import brentq

from ..system.aged import LOST, STORES, ageing_of
from ..system.build import Model
from ..system.deposits import compound_of, surface_metal
from ..system.films import places_on
from ..system.state import surface_space
from .fronts import SIDES, Row

WET = 0.01  # liquid fraction from which metal counts as partly molten
FAR = 60.0  # in units of RT/F: potentials that are looked for
WORDS = {"K": "potassium", "Na": "sodium"}
KNA2 = "KNa2"
SEEN = ("x", "liquid", "bound", "activity K", "activity Na")


@dataclass
class Atoms:
    """What a run keeps of its metals' atoms: how many of each there were at the start; scaled."""

    at_start: dict[str, float] = field(default_factory=dict)


class Inventory:
    """The atoms of both metals, in the electrolyte and in the electrodes. Collective."""

    def __init__(self, model: Model, projected_area: float, atoms: Atoms) -> None:
        """Compile the sums over the electrodes; `projected_area` is scaled."""
        self._model, self._area, self._atoms = model, projected_area, atoms
        state, maps = model.fields.view(model.fields.now), model.fields.entity_maps
        self._forms = {
            (metal, name): fem.form(amount, entity_maps=maps)
            for name, side in zip(SIDES, model.cell.sides(state), strict=True)
            for metal, amount in _amounts(state, side).items()
        }

    def row(self, values: Row) -> Row:
        """Return the inventories and how far the metals' drift, over all salt of the electrolyte.

        `values` are the observer's integrals, with the amounts of the ions.
        """
        row: Row = {}
        unit = self._model.scales.of("mol/m^2")
        self._count_lost()
        salt = max(value for name, value in values.items() if name.startswith("amount "))
        ions = {r.name: r.ion for r in self._model.cell.reactions}
        for metal, word in WORDS.items():
            held = {side: self._sum(self._forms[metal, side]) for side in SIDES}
            lost = sum(self._lost[name, side] for name in LOST[metal] for side in SIDES)
            in_liquid = values[f"amount {ions[metal]}"]
            total = in_liquid + sum(held.values()) + lost
            start = self._atoms.at_start.setdefault(metal, total)
            row |= {f"{word}_in_{side} [mol/m2]": held[side] * unit for side in SIDES}
            row[f"{word}_in_electrolyte [mol/m2]"] = in_liquid * unit
            row[f"{word}_drift [-]"] = abs(total - start) / salt
        kna2 = {side: form for (name, side), form in self._forms.items() if name == KNA2}
        row |= {f"kna2_in_{side} [mol/m2]": self._sum(f) * unit for side, f in kna2.items()}
        return row | self._aged()

    def _count_lost(self) -> None:
        """Sum up what ageing has taken: none where nothing ages."""
        self._lost = {
            (name, side): self._sum(self._forms[name, side]) if (name, side) in self._forms else 0.0
            for names in LOST.values()
            for name in names
            for side in SIDES
        }

    def _aged(self) -> Row:
        """Return charges in SEI and dead metal, the resistance they add, the electrolyte left."""
        case, row, unit = self._model.case, Row(), self._model.scales.of("C/m^2")
        F = float(self._model.cell.nature.faraday)
        for side in SIDES:
            law = ageing_of(getattr(case, side).composition)
            if law is None:
                continue
            for word, names in STORES.items():
                lost = sum(self._lost[name, side] for name in names)
                row[f"charge_in_{word}_on_{side} [C/m2]"] = F * lost * unit
            moles = self._model.scales.of("mol/m^2")
            known = {name: self._lost[name, side] * moles for name in STORES["sei"]}
            row[f"resistance_in_sei_on_{side} [ohm m2]"] = float(
                law.resistance(known, float(case.nature.faraday))
            )
        if case.reserve is not None:
            charge = sum(value for key, value in row.items() if key.startswith("charge_in_sei"))
            row["electrolyte_left [-]"] = case.reserve.left(charge)
        return row

    def _sum(self, form: fem.Form) -> float:
        comm = self._model.domain.comm
        return float(comm.allreduce(fem.assemble_scalar(form), op=MPI.SUM)) / self._area


def _amounts(state: Any, side: Any) -> dict[str, Any]:
    """Return the integrals of both metals, and of KNa2 where it forms.

    In metal where sodium diffuses, or on the electrode.
    """
    if side.porous is not None:
        nothing = side.porous.absent
        held = {"K": side.porous.inserted(state), "Na": nothing}
        return {metal: density * side.porous.dx for metal, density in held.items()}
    if side.alloy is None:
        counted = (*WORDS, *(name for names in LOST.values() for name in names))
        counted += (KNA2,) * (side.compound is not None)
        names = [name for name in state.amounts if name in counted]
        return {name: state.amounts[name] * side.area * side.ds for name in names}
    densities = side.alloy.densities(state)
    return {
        metal: sum(density * dx for dx, _ in side.alloy.parts)
        for metal, density in densities.items()
    }


class Skin:
    """The metal at the surface of the working front, where its composition varies. Collective."""

    def __init__(self, model: Model, projected_area: float) -> None:
        """Compile the means over the front; `projected_area` is scaled."""
        fields, self._model, self._projected_area = model.fields, model, projected_area
        state = fields.view(fields.now)
        side = model.cell.sides(state)[0]
        self._boundary = model.case.boundaries[0]
        front = model.domain.front_mesh
        self._seen = fem.Function(surface_space(front.mesh, fields.degree, (len(SEEN),)))
        self._places = places_on(fields, self._boundary)
        self._own = self._places[self._places < fields.surface.dofmap.index_map.size_local]
        self._pick = fem.Constant(model.domain.mesh, np.zeros(len(SEEN)))
        self._mean = fem.form(
            ufl.dot(self._pick, self._seen) * side.ds, entity_maps=fields.entity_maps
        )
        self._wet = fem.form(_molten(state, side), entity_maps=fields.entity_maps)

    def row(self, values: Row) -> Row:
        """Return composition, liquid and mixed potential of the surface.

        `values` are the observer's integrals, with those of the ions over the surface.
        """
        # The front grows between new meshes, too.
        self._area = self._model.domain.measure_of(self._boundary)
        rows = self._seen.x.array.reshape(-1, len(SEEN))
        rows[self._places] = np.column_stack(list(self._look()))
        x, liquid = (rows[self._own, SEEN.index(name)] for name in ("x", "liquid"))
        mean = {name: self._mean_of(name) for name in SEEN}
        row = {
            "min_surface_sodium_fraction [-]": self._extreme(x, MPI.MIN),
            "mean_surface_sodium_fraction [-]": mean["x"],
            "max_surface_sodium_fraction [-]": self._extreme(x, MPI.MAX),
            "mean_surface_liquid_fraction [-]": mean["liquid"],
            "max_surface_liquid_fraction [-]": self._extreme(liquid, MPI.MAX),
            "skin_thickness [m]": self._thickness(),
        }
        if compound_of(self._model.case.working.composition) is not None:
            row["kna2_fraction [-]"] = mean["bound"]
        potential = self._mixed_potential(mean, values)
        return row if potential is None else row | {"mixed_potential [V]": potential}

    def _look(self) -> Iterator[np.ndarray]:
        """Yield what is seen at each place of the front, in SI."""
        metal = surface_metal(self._model, "working")
        yield metal.x
        yield metal.liquid_fraction
        yield metal.bound + 0 * metal.x
        for name in WORDS:
            yield metal.activity(name)

    def _mixed_potential(self, mean: Row, values: Row) -> float | None:
        """Return the potential against K+/K at which no net current would flow [V].

        At the surface's mean activities and concentrations; None where there is no metal yet.
        """
        case, scales = self._model.case, self._model.scales
        unit = scales.of("mol/m^3") * self._projected_area / self._area
        c = {r.ion: values[f"surface {r.ion}"] * unit for r in case.reactions}
        V_T = float(case.nature.thermal_voltage)

        def net(step: float) -> float:
            return sum(
                float(
                    r.kinetics.current(
                        step - r.standard_potential, c[r.ion], mean[f"activity {r.name}"], V_T
                    )
                )
                for r in case.reactions
            )

        ends = (-FAR * V_T, FAR * V_T)
        return float(brentq(net, *ends, xtol=1e-12)) if net(ends[0]) < 0 < net(ends[1]) else None

    def _thickness(self) -> float:
        """Return the volume of metal that holds liquid over the front's area [m]."""
        here = fem.assemble_scalar(self._wet)
        whole = float(self._model.domain.comm.allreduce(here, op=MPI.SUM))
        return whole / self._area * self._model.scales.of("m")

    def _mean_of(self, name: str) -> float:
        self._pick.value[:] = 0.0
        self._pick.value[SEEN.index(name)] = 1.0
        here = fem.assemble_scalar(self._mean)
        return float(self._model.domain.comm.allreduce(here, op=MPI.SUM)) / self._area

    def _extreme(self, here: Any, op: MPI.Op) -> float:
        pick, empty = (np.max, -np.inf) if op == MPI.MAX else (np.min, np.inf)
        return float(self._model.domain.comm.allreduce(pick(here, initial=empty), op=op))


def _molten(state: Any, side: Any) -> Any:
    """Return the integral that is the volume of metal with liquid in it."""
    if side.alloy is not None:
        wet = ufl.conditional(ufl.gt(side.alloy.liquid_fraction(state), WET), 1.0, 0.0)
        return sum(wet * dx for dx, _ in side.alloy.parts)
    wet = ufl.conditional(ufl.gt(side.metal.liquid_fraction, WET), 1.0, 0.0)
    volume = sum(side.metal.molar_volume(name) * state.amounts[name] for name in WORDS)
    return wet * volume * side.ds


def bare(model: Model) -> tuple[str, float] | None:
    """Return an electrode that is stripped down to less than a monolayer, and what is left there.

    In mol m-2, of well-mixed metal; None where there is more, or nothing is stripped. Collective.
    """
    return next(((side, least) for side, least, left in stripped(model) if left < 1), None)


def stripped(model: Model) -> Iterator[tuple[str, float, float]]:
    """Yield each electrode of well-mixed metal with the least there is where it is stripped.

    In mol m-2, and in monolayers; infinite where nothing is stripped. Collective.
    """
    comm, unit = model.domain.comm, model.scales.of("mol/m^2")
    for side, amounts, _ in _where_stripped(model):
        least = float(comm.allreduce(amounts.min(initial=np.inf), op=MPI.MIN)) * unit
        monolayer = getattr(model.case, side).composition.monolayer
        yield side, least, least / float(monolayer)


def until_bare(model: Model) -> float:
    """Return the time, scaled, in which the present current strips the last metal somewhere.

    Infinite where it strips no metal that is counted. Collective.
    """
    F, here = float(model.cell.nature.faraday), np.inf
    for _, amounts, i in _where_stripped(model):
        here = min(here, (np.maximum(amounts, 0.0) * F / i).min(initial=np.inf))
    return float(model.domain.comm.allreduce(here, op=MPI.MIN))


def _where_stripped(model: Model) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield each electrode of well-mixed metal, with amounts and currents where it is stripped."""
    fields = model.fields
    for side in SIDES:
        electrode = getattr(model.case, side)
        if getattr(electrode.composition, "monolayer", None) is None:
            continue
        places = places_on(fields, electrode.boundary)
        i = fields.now[1].x.array[places]
        amounts = fields.plated[0].x.array.reshape(-1, fields.columns)[places]
        yield side, amounts[:, : len(WORDS)].sum(axis=1)[i > 0], i[i > 0]


def alloys(model: Model, projected_area: float, atoms: Atoms) -> list[Inventory | Skin]:
    """Return what there is to measure: nothing where no electrode's composition varies."""
    found: list[Inventory | Skin] = []
    if model.fields.plated:
        found.append(Inventory(model, projected_area, atoms))
    if model.case.working.composition is not None:
        found.append(Skin(model, projected_area))
    return found
