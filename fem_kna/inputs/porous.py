"""A porous electrode as a case names it: particles that take up the guest, pores, a network."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, InstanceOf

from .. import materials
from ..materials.hosts import ActiveMaterial
from ..physics.film import FilmLaw, UniformFilm
from .case import Electrode
from .units import Conductivity, Fraction, PositiveNumber, given, registry


def _material(raw: Any) -> Any:
    return materials.active_material(raw) if isinstance(raw, str) else raw


class PorousElectrode(Electrode):
    """Particles of an active material, joined by a network that conducts, in soaked pores.

    It is a working electrode, on a mesh with a region ``cathode``. Of the volume `active` is the
    particles' share and `porosity` the liquid's; the liquid's properties are reduced by `porosity`
    to the `bruggeman_exponent` (which holds the tortuosity), and the network's `conductivity` is
    that of the whole. `filling` is that of all particles at the start. The `film` lies between
    network and collector. Inside a particle the concentration is a polynomial of `modes` terms.
    The `metal` is the guest's, which its potentials refer to.
    """

    porous: ClassVar[bool] = True

    metal: Any = "K"
    film: InstanceOf[FilmLaw] = Field(
        default_factory=lambda: UniformFilm(resistance=given("0 ohm*m^2", "a welded contact"))
    )
    material: Annotated[InstanceOf[ActiveMaterial], BeforeValidator(_material)]
    active: Fraction = given(0.5, "estimate for a laboratory coating; the paper tells none")
    porosity: Fraction = given(0.4, "estimate for a laboratory coating; the paper tells none")
    bruggeman_exponent: PositiveNumber = given(1.5, "Bruggeman: spheres")
    conductivity: Conductivity = given("10 S/m", "estimate for a coating with carbon")
    filling: Fraction = given(0.005, "all but emptied by charging")
    modes: Annotated[int, Field(ge=2, le=16)] = 8

    def loading(self, thickness: Any) -> Any:
        """Return the active mass per area of a coating of this `thickness` (text or quantity)."""
        depth = registry.Quantity(thickness).to("m").magnitude
        mass = depth * float(self.active) * float(self.material.density)
        return registry.Quantity(mass, "kg/m^2")

    def capacity(self, thickness: Any, label: Any) -> Any:
        """Return what 1 C discharges in an hour, per area, by the `label` per mass (180 mAh/g)."""
        return (self.loading(thickness) * registry.Quantity(label)).to("C/m^2")

    def resolved(self, boundary: str, temperature: float) -> Self:
        """Return the electrode on its `boundary`; its numbers are meant as they are."""
        metal = materials.metal(self.metal, temperature) if isinstance(self.metal, str) else None
        update = {"boundary": self.boundary or boundary, "metal": metal or self.metal}
        return self.model_copy(update=update)
