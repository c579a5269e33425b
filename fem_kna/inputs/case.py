"""A case: everything a run needs to know, frozen, validated, in SI.

Materials may be given by name; `Case.resolved` looks them up, takes every number that follows
temperature to the case's, and fills in what follows from other fields, so that a resolved case is
complete.
"""

import re
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, InstanceOf, model_validator

from .. import materials
from ..geometry.find import shape_named
from ..geometry.shape import Shape
from ..materials.models import Electrolyte, Metal, Separator
from ..physics.ageing import Reserve
from ..physics.closures import Closure, ConcentratedSolution
from ..physics.composition import METALS, Composition
from ..physics.drive import Drive
from ..physics.events import Event, touchings
from ..physics.film import FilmLaw
from ..physics.front import MovingFront
from ..physics.kinetics import ButlerVolmer, Reaction
from ..physics.phases import RoundedPhases
from ..physics.rheology import Rheology, mush_of, rheology_of
from ..physics.skeleton import skeleton_of
from ..physics.stack import Stack
from ..protocols.protocol import Protocol
from .fits import misfit
from .messages import shown
from .nature import Nature
from .numerics import Numerics
from .units import (
    Parameters,
    Temperature,
    at_temperature,
    given,
)

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", re.ASCII)


def _metal(raw: Any) -> Any:
    if isinstance(raw, str):
        materials.metal(raw)  # an unknown name is refused here, at the field it was given to
    return raw


def _named(look_up: Any) -> Any:
    return BeforeValidator(lambda raw: look_up(raw) if isinstance(raw, str) else raw)


def _completed(composition: Any, temperature: float) -> Any:
    """Return a composition with what it leaves open looked up at a temperature [K]."""
    if composition is None:
        return None
    known = materials.diffusivities(temperature)
    known["phases"] = RoundedPhases(**materials.coexistence(temperature))
    fields = type(composition).model_fields
    given = {name: value for name in fields if (value := getattr(composition, name)) is not None}
    compound = given.get("compound")
    if compound is not None and compound.energy is None:
        energy = materials.compound_energy(temperature)
        given["compound"] = compound.model_copy(update={"energy": energy})
    return type(composition)(**({k: v for k, v in known.items() if k in fields} | given))


def _name(raw: Any) -> Any:
    """Refuse a name that would not be that of one folder."""
    if isinstance(raw, str) and not NAME.fullmatch(raw):
        raise ValueError(f"'{shown(raw)}'; accepted: letters, digits, '_', '-' and '.' inside")
    return raw


class Electrode(Parameters):
    """A metal and the film that covers it.

    `boundary` names the boundary of the mesh that it is; none: ``front`` for the working and
    ``counter`` for the counter electrode. With a `front` its surface moves as metal is plated and
    stripped; without, it stays where it is. With a `rheology` the metal that the mesh has behind
    the front flows; none: the metal's own, by its phases. With a `composition` sodium that plates
    and strips alters the metal; without, it stays as it is named.
    """

    porous: ClassVar[bool] = False  # see `PorousElectrode`

    boundary: str | None = None
    metal: Annotated[str | InstanceOf[Metal], BeforeValidator(_metal)]
    film: InstanceOf[FilmLaw]
    front: InstanceOf[MovingFront] | None = None
    rheology: InstanceOf[Rheology] | None = None
    composition: InstanceOf[Composition] | None = None

    def resolved(self, boundary: str, temperature: float) -> Self:
        """Return the electrode on its `boundary`, its metal looked up at `temperature` [K]."""
        metal, front = self.metal, self.front
        if isinstance(metal, str):
            metal = materials.metal(metal, temperature)
        if front is not None and front.surface_energy is None:
            front = front.model_copy(update={"surface_energy": metal.surface_energy})
        composition = _completed(self.composition, temperature)
        return self.model_copy(
            update={
                "boundary": self.boundary or boundary,
                "metal": metal,
                "front": front,
                "composition": composition,
            }
        )


def potassium_and_sodium() -> tuple[Reaction, ...]:
    """Return the reactions of K and Na with Butler-Volmer kinetics from the material library."""
    return tuple(_reaction(name) for name in ("K", "Na"))


def _reaction(name: str) -> Reaction:
    data = materials.kinetics(name)
    law = ButlerVolmer(**{field: getattr(data, field) for field in ButlerVolmer.model_fields})
    return Reaction(
        name=name, ion=f"{name}+", standard_potential=data.standard_potential, kinetics=law
    )


class Case(Parameters):
    """A cell and what is done to it. See `fem_kna.inputs.units` for how numbers are given."""

    name: Annotated[str, BeforeValidator(_name)]
    mesh: Annotated[InstanceOf[Shape], _named(lambda name: shape_named(name)())]
    electrolyte: Annotated[InstanceOf[Electrolyte], _named(materials.electrolyte)]
    separator: Annotated[InstanceOf[Separator], _named(materials.separator)]
    working: InstanceOf[Electrode]
    counter: InstanceOf[Electrode]
    drive: InstanceOf[Drive]
    reactions: tuple[InstanceOf[Reaction], ...] = Field(default_factory=potassium_and_sodium)
    closure: InstanceOf[Closure] = Field(default_factory=ConcentratedSolution)
    temperature: Temperature = given("25 degC", "room temperature; the paper states none")
    stack: InstanceOf[Stack] | None = None
    reserve: InstanceOf[Reserve] | None = None
    events: tuple[InstanceOf[Event], ...] = Field(default_factory=touchings)
    numerics: InstanceOf[Numerics] = Field(default_factory=Numerics)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ions = {ion.name for ion in self.electrolyte.ions}
        for reaction in self.reactions:
            if reaction.ion not in ions:
                raise ValueError(
                    f"reactions: '{reaction.ion}' is not in the electrolyte; "
                    f"accepted: {', '.join(sorted(ions))}"
                )
        for side, drawn in (
            ("working", self.mesh.patch_edge is not None),
            ("counter", False),
        ):
            film = getattr(self, side).film
            varies = film.area_resistance(0.0) != film.area_resistance(1.0)
            if varies and not drawn and getattr(film, "needs_patch", True):
                raise ValueError(
                    f"{side}.film: '{type(film).__name__}' varies over a patch that the mesh does "
                    "not draw; accepted: UniformFilm, or the working electrode of crack_patch"
                )
        return self

    @model_validator(mode="after")
    def _both_metals_react(self) -> Self:
        names = {reaction.name for reaction in self.reactions}
        for side in ("working", "counter"):
            composition = getattr(self, side).composition
            if composition is not None and names != set(METALS):
                raise ValueError(
                    f"{side}.composition: the reactions are those of {', '.join(sorted(names))}; "
                    "accepted: of K and Na"
                )
            able = all(hasattr(reaction.kinetics, "saturation") for reaction in self.reactions)
            if getattr(composition, "compound", None) is not None and not able:
                raise ValueError(
                    f"{side}.composition.compound: kinetics that do not know their equilibrium; "
                    "accepted: laws with a method 'saturation', as ButlerVolmer"
                )
        return self

    @model_validator(mode="after")
    def _metal_can_flow(self) -> Self:
        drawn = self.mesh.metal_depth is not None
        if drawn and self.working.front is None:
            raise ValueError("mesh.metal_depth: metal flows behind a moving front; none is given")
        for side in ("working", "counter"):
            electrode = getattr(self, side)
            if electrode.rheology is not None and not (drawn and side == "working"):
                raise ValueError(
                    f"{side}.rheology: no metal is drawn there; accepted: none, or for the working "
                    "electrode a mesh with metal_depth"
                )
            diffuses = electrode.composition is not None and electrode.composition.diffuses
            if diffuses and not (drawn and side == "working"):
                raise ValueError(
                    f"{side}.composition: no metal is drawn for sodium to diffuse in; accepted: "
                    "WellMixed, or for the working electrode a mesh with metal_depth"
                )
        if self.working.rheology is not None and self.mesh.dimension == "1d":
            raise ValueError(
                "working.rheology: metal does not flow in one dimension; accepted: none, or "
                "mesh.dimension 2d, axisymmetric, 3d"
            )
        return self

    @model_validator(mode="after")
    def _can_be_pressed(self) -> Self:
        if self.stack is None:
            return self
        free = getattr(self.mesh, "electrolyte_gap", 0.0)
        if free > 0:
            raise ValueError(
                f"mesh.electrolyte_gap: {free:g} m, but the stack presses the separator on the "
                "electrodes; accepted: 0, or no stack"
            )
        for side in ("working", "counter"):
            if getattr(self, side).front is None:
                raise ValueError(
                    f"{side}.front: none, but a separator is pressed on it; accepted: MovingFront"
                )
        if self.mesh.dimension == "1d":
            raise ValueError("mesh.dimension: '1d' with a stack; accepted: 2d, axisymmetric, 3d")
        return self

    @model_validator(mode="after")
    def _cathode_fits(self) -> Self:
        problem = misfit(self.working, self.counter, self.mesh)
        if problem is not None:
            raise ValueError(problem)
        return self

    @model_validator(mode="after")
    def _events_told_apart(self) -> Self:
        names = [event.name for event in self.events]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(
                    f"events: {names.count(name)} are called '{name}'; accepted: names that "
                    "differ, as in Penetration(fraction=0.5, name='halfway')"
                )
        return self

    @model_validator(mode="after")
    def _protocol_can_be_met(self) -> Self:
        if isinstance(self.drive, Protocol):
            events = {event.name for event in self.events}
            mixed = any(
                getattr(side.composition, "monolayer", None) is not None
                for side in (self.working, self.counter)
            )
            if self.drive.jumps is not None and (self.working.front or self.counter.front):
                raise ValueError(
                    "drive.jumps: a front moves, and its mesh with it; accepted: without jumps, or "
                    "front=None"
                )
            bulk = float(self.electrolyte.ions[0].concentration)
            self.drive.check(events, bulk, mixed, self.working.porous)
        return self

    @property
    def nature(self) -> Nature:
        """Constants of nature at the case's temperature."""
        return Nature(temperature=self.temperature)

    @property
    def boundaries(self) -> tuple[str, str]:
        """Names of the boundaries that are the working and the counter electrode, once resolved."""
        return str(self.working.boundary), str(self.counter.boundary)

    def resolved(self) -> Self:
        """Return the complete case: all of it at its temperature, the gap from the separator.

        Raises:
            InputError: the temperature is out of the range of the phase diagram, or of the laws by
                which numbers follow it.
        """
        gap = self.separator.thickness if self.mesh.gap is None else self.mesh.gap
        working = self.working.resolved("front", self.temperature)
        flows = self.mesh.metal_depth is not None and self.mesh.dimension != "1d"
        if flows and working.rheology is None:
            varies = working.composition is not None and working.composition.diffuses
            law = mush_of(working.metal) if varies else rheology_of(working.metal)
            working = working.model_copy(update={"rheology": law})
        stack: Any = self.stack
        if stack is not None and stack.skeleton is None:
            stack = stack.model_copy(update={"skeleton": skeleton_of(self.separator)})
        complete = self.model_copy(
            update={
                "stack": stack,
                "mesh": self.mesh.model_copy(update={"gap": gap}),
                "working": working,
                "counter": self.counter.resolved("counter", self.temperature),
                "numerics": self.numerics.on(self.mesh.dimension),
            }
        )
        return at_temperature(complete, self.temperature)
