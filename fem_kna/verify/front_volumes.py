"""Checks of what moving fronts must keep: the metal's volume by Faraday's law, and every ion.

A plated volume leaves the liquid and a stripped one joins it. The mesh's own volume is held
against the charge, to round-off on the coarsest of meshes and whatever the steps.
"""

from collections.abc import Iterator
from typing import Any

from dolfinx import fem
from mpi4py import MPI

from ..geometry.find import shape_named
from ..geometry.shape import Dimension
from ..inputs.case import Case, Electrode
from ..physics.drive import Galvanostatic
from ..physics.front import MovingFront
from ..system.build import Model
from .cells import (
    OhmicKinetics,
    both_metals,
    cell,
    discrete,
    electrode,
    electrolyte,
    line,
    potassium,
    slab,
)
from .check import Check
from .ripples import front_nodes

FLAT, VOLUME, IONS = 1e-10, 1e-9, 1e-11  # tolerances
SIDES = {"working": "front", "counter": "counter"}
BOTH = ("working", "counter")
CURRENT = 40.0  # [A m-2]


def flat_fronts() -> Iterator[Check]:
    """Plate and strip flat electrodes on a line and in the plane: position V_m J t / F."""
    yield from flat("1d", BOTH, CURRENT)
    yield from flat("2d", ("working",), -CURRENT)


def flat(dimension: Dimension, moving: tuple[str, ...], J: float) -> Iterator[Check]:
    """Let flat fronts move, both up as the working one plates; compare their nodes' heights.

    No concentration enters the current here (2 (1 - t) X = 1, ohmic kinetics): on an irregular mesh
    the salt is not quite level, and a current that feels it would not be either.
    """
    case = cell(
        slab(dimension) if dimension != "1d" else line(8),
        working=front(moves="working" in moving),
        counter=front(moves="counter" in moving),
        drive=Galvanostatic(current=f"{J} A/m^2", duration="1 min"),
        electrolyte=electrolyte(transference_number=0.35, thermodynamic_factor=1 / 1.3),
        reactions=(potassium(OhmicKinetics(resistance="40 ohm*cm^2")),),
    )
    with discrete(case.resolved()) as model:
        books, gap, metal = Books(model), model.case.mesh.gap, model.case.working.metal
        model.march.start()
        for _ in model.march.until(model.case.drive.duration / model.scales.of("s")):
            pass
    moles = J * model.case.drive.duration / model.case.nature.faraday
    travel = metal.molar_volume("K") * moles
    name = f"flat, {dimension}, {'plating' if J > 0 else 'stripping'}, {' and '.join(moving)}"
    for side in moving:
        rest = 0.0 if side == "working" else gap
        heights = heights_of(model, SIDES[side]) - rest
        worst = max(heights, key=lambda height: abs(height - travel))
        yield Check(f"{name}: travel of the {side} electrode [m]", travel, worst, FLAT)
    change = sum(-travel if side == "working" else travel for side in moving)
    got = books.liquid() - gap
    tolerance = FLAT * abs(travel)
    yield Check(f"{name}: change of the liquid [m3/m2]", change, got, tolerance, "absolute")


def front(*, moves: bool = True, metal: str = "K", film: str = "30 ohm*cm^2") -> Electrode:
    """Return an electrode with a uniform film, that moves or stays where it is."""
    law = MovingFront(surface_energy="0.11 J/m^2") if moves else None
    return electrode(metal, film).model_copy(update={"front": law})


def heights_of(model: Model, boundary: str) -> Any:
    """Return the heights [m] of a boundary's nodes."""
    axis = model.domain.mesh.geometry.dim - 1
    return front_nodes(model.domain, boundary)[:, axis] * model.scales.length


def curved_fronts() -> Iterator[Check]:
    """Plate potassium and sodium together on a ridge and on a round bump; both fronts move."""
    yield from bookkeeping("2d", BOTH)
    yield from bookkeeping("axisymmetric", BOTH)


def bookkeeping(dimension: Dimension, moving: tuple[str, ...]) -> Iterator[Check]:
    """Hold the liquid's loss of volume against the charge of each metal, and count the ions."""
    with discrete(bump(dimension, moving)) as model:
        books = Books(model)
        start = books.liquid(), books.ions()
        model.march.start()
        for _ in model.march.until(model.case.drive.duration / model.scales.of("s")):
            books.enter()
    name = f"bump, {dimension}, {' and '.join(moving)}"
    metals = {r.ion: r.name for r in model.case.reactions}
    deposited = -sum(
        getattr(model.case, side).metal.molar_volume(metals[ion]) * moles
        for (side, ion), moles in books.dissolved().items()
        if side in moving
    )
    taken = start[0] - books.liquid()
    yield Check(f"{name}: volume that the metal took [m3/m2]", deposited, taken, VOLUME)
    plated = -books.dissolved()["working", "Na+"]
    yield Check(f"{name}: sodium was plated [mol/m2]", 2e-4, plated, 1e-4, "at least")
    for ion, before in start[1].items():
        gained = sum(moles for (_, k), moles in books.dissolved().items() if k == ion)
        yield Check(f"{name}: {ion} [mol/m2]", before + gained, books.ions()[ion], IONS)


def bump(dimension: Dimension, moving: tuple[str, ...], **fields: Any) -> Case:
    """Return a coarse cell with a bump, K+ and Na+ in the liquid, two metals under films.

    `fields` replace those of the case.
    """
    size = "8 um" if dimension == "3d" else "5 um"
    mesh = shape_named("bump")(
        dimension=dimension, radius="20 um", width="60 um", gap="0.1 mm", bump_size=size,
        front_size="10 um", growth=0.4, far_size="20 um",
    )  # fmt: skip
    return cell(
        mesh,
        electrolyte=electrolyte(sodium="30 mol/m^3"),
        working=front(moves="working" in moving),
        counter=front(moves="counter" in moving, metal="KNA-3.5"),
        **({"reactions": both_metals()} | fields),
    ).resolved()


class Books:
    """Volumes, ions and charges of a run, per area of the flat counter electrode at the start.

    Summed up from the fields after every step, the currents by the time scheme's own rule.
    """

    def __init__(self, model: Model) -> None:
        """Compile the integrals."""
        self._model, self._area = model, model.domain.measure_of("counter")
        cell, state = model.cell, model.fields.view(model.fields.now)
        rates = {
            (name, ion): i_k * side.ds
            for name, side in zip(SIDES, cell.sides(state), strict=True)
            for ion, i_k in cell.partial_currents(state, side).items()
        }
        amounts = {
            ion: sum(region.medium(state).porosity * c * region.dx for region in cell.regions)
            for ion, c in cell.concentrations(state).items()
        }
        self._rates, self._amounts = self._compiled(rates), self._compiled(amounts)
        self._charges = {key: [0.0, 0.0] for key in rates}

    def enter(self) -> None:
        """Add the charges of the step just accepted."""
        for key, past in self._charges.items():
            new = self._model.march.scheme.integral(self._value(self._rates[key]), past)
            self._charges[key] = [new, past[0]]

    def dissolved(self) -> dict[tuple[str, str], float]:
        """Return the moles dissolved per area [mol m-2] of each electrode and ion."""
        scale = self._model.scales.of("C/m^2") / self._model.case.nature.faraday
        return {key: charges[0] * scale for key, charges in self._charges.items()}

    def ions(self) -> dict[str, float]:
        """Return the amount of every ion per area [mol m-2]."""
        scale = self._model.scales.of("mol/m^2")
        return {ion: self._value(form) * scale for ion, form in self._amounts.items()}

    def liquid(self) -> float:
        """Return the volume of the mesh per area [m3 m-2]."""
        domain = self._model.domain
        volume = sum(domain.measure_of(region) for region in domain.regions)
        return float(volume / self._area * self._model.scales.length)

    def _compiled(self, integrals: dict[Any, Any]) -> dict[Any, Any]:
        maps = self._model.fields.entity_maps
        return {key: fem.form(integral, entity_maps=maps) for key, integral in integrals.items()}

    def _value(self, form: Any) -> float:
        here = fem.assemble_scalar(form)
        return float(self._model.domain.comm.allreduce(here, op=MPI.SUM)) / self._area


CHECKS = (flat_fronts, curved_fronts)
