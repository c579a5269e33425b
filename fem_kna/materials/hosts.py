"""Hosts that take up a guest: their particles' shape, how it diffuses in them, their potentials.

A shape is told by the number of directions that the guest diffuses in, all that the equations ask
for. A law of diffusion gives D(x)/D_0 over the filling x, with D_0 of the empty host.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Protocol, runtime_checkable

from pydantic import BeforeValidator, Field, InstanceOf, model_validator

from ..inputs.errors import InputError
from ..inputs.messages import unknown
from ..inputs.units import (
    Blocking,
    Density,
    Diffusivity,
    ExchangeCurrentDensity,
    Fraction,
    Length,
    Parameters,
    PositiveNumber,
    Potential,
    ReferenceConcentration,
    SpecificCharge,
    registry,
)


@runtime_checkable
class ParticleShape(Protocol):
    """Particles that are alike at the same depth: `directions` that the guest diffuses in."""

    directions: ClassVar[int]


class Sphere(Parameters):
    """Spheres, entered from all sides; the radius is theirs."""

    directions: ClassVar[int] = 3


class Plate(Parameters):
    """Plates, entered through both faces, not through the rim; the radius is half their thickness.

    So is a particle whose guest moves along one direction of the crystal only.
    """

    directions: ClassVar[int] = 1


@runtime_checkable
class DiffusionLaw(Protocol):
    """How diffusivity follows filling. `degree` is that of the polynomial that it is."""

    degree: ClassVar[int]

    def relative(self, filling: Any) -> Any:
        """Return D(x)/D_0 [-] at a filling x [-]."""


class ConstantDiffusivity(Parameters):
    """D = D_0 at every filling."""

    degree: ClassVar[int] = 0

    def relative(self, filling: Any) -> Any:
        """Return 1."""
        return 1.0


class FallingDiffusivity(Parameters):
    r"""D = D_0 (1 - b x): guests jump to free sites; `blocking`, b, says how taken ones bar.

    At b = 1 it is the mobility on a lattice whose sites hold one guest each. Where guests do not
    feel each other their chemical potential steepens as 1/(1 - x), which makes up for it: D is then
    constant (Kutner, Phys. Lett. A 81 (1981) 239). That D falls says that it does not steepen so.
    """

    degree: ClassVar[int] = 1

    blocking: Blocking

    def relative(self, filling: Any) -> Any:
        """Return 1 - b x."""
        return 1 - self.blocking * filling


SHAPES: dict[str, type[Parameters]] = {"sphere": Sphere, "plate": Plate}


def shape_of(raw: Any) -> Any:
    """Return the shape called `raw`, if it is a name; `InputError` where there is none."""
    if not isinstance(raw, str):
        return raw
    if raw not in SHAPES:
        raise InputError(unknown("shape", raw, SHAPES))
    return SHAPES[raw]()


def diffusion_of(raw: Any) -> Any:
    """Return the law of a table {blocking = ...} of a data file; a law as it is."""
    return FallingDiffusivity(**raw) if isinstance(raw, Mapping) else raw


class PotentialPoint(Parameters):
    """A point of a table of open-circuit potentials: filling x = c/c_max, potential U."""

    filling: Fraction
    potential: Potential


def _points(raw: Any) -> Any:
    """Return the points of a table {points = [[x, U/V], ...], spread = "...", source, trust}."""
    if not isinstance(raw, Mapping):
        return raw
    origin = {"source": raw["source"], "trust": raw["trust"]}
    spread = float(registry.Quantity(raw["spread"]).to("V").magnitude)
    return tuple(
        {
            "filling": {"value": x, "range": [x, x]} | origin,
            "potential": {"value": f"{U} V", "range": [f"{U - spread} V", f"{U + spread} V"]}
            | origin,
        }
        for x, U in raw["points"]
    )


class ActiveMaterial(Parameters):
    """Particles of a host that takes up a guest from the liquid, Host + ion + e- -> guest in it.

    `capacity` is the charge per mass of host at full filling, `potentials` a table over filling,
    against the guest's metal in a liquid of the reference concentration, its corners rounded over
    `rounding`. The exchange current density is that of the half filled host, per area of particle.
    `diffusivity` is that in the empty host, which `diffusion` takes to other fillings; of plates
    (`shape`) `particle_radius` is half the thickness.
    """

    name: str
    ion: str
    density: Density
    capacity: SpecificCharge
    particle_radius: Length
    diffusivity: Diffusivity
    shape: Annotated[InstanceOf[ParticleShape], BeforeValidator(shape_of)] = Sphere()
    diffusion: Annotated[InstanceOf[DiffusionLaw], BeforeValidator(diffusion_of)] = (
        ConstantDiffusivity()
    )
    exchange_current_density: ExchangeCurrentDensity
    reference_concentration: ReferenceConcentration
    anodic_transfer_coefficient: Fraction
    cathodic_transfer_coefficient: Fraction
    rounding: PositiveNumber
    potentials: Annotated[tuple[PotentialPoint, ...], BeforeValidator(_points), Field(min_length=2)]
    note: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> "ActiveMaterial":
        x = [float(point.filling) for point in self.potentials]
        if x != sorted(set(x)):
            raise ValueError("potentials: fillings not in order; accepted: rising ones")
        return self
