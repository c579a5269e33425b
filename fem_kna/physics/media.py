"""What fills a region: free liquid, or a porous separator soaked with it."""

from typing import Any, Protocol, runtime_checkable

from ..inputs.units import Parameters, PositiveNumber
from .skeleton import porosity


@runtime_checkable
class Medium(Protocol):
    """A region that conducts ions."""

    porosity: Any

    def effective(self, property: Any) -> Any:
        """Return a transport property of the liquid as seen per total cross-section."""


class FreeLiquid(Parameters):
    """Free electrolyte: porosity 1, properties unchanged."""

    porosity: PositiveNumber = 1

    def effective(self, property: Any) -> Any:
        """Return `property` unchanged."""
        return property


class PorousMedium(Parameters):
    """Porous separator after Bruggeman: D_eff = porosity**exponent D (Ann. Phys. 416 (1935) 636).

    The exponent holds the tortuosity: tortuosity = porosity**(1 - exponent).
    """

    porosity: PositiveNumber
    bruggeman_exponent: PositiveNumber

    def effective(self, property: Any) -> Any:
        """Return porosity**exponent times `property`."""
        return self.porosity**self.bruggeman_exponent * property


def compressed(medium: PorousMedium, J: Any) -> PorousMedium:
    """Return `medium` with its skeleton at the volume ratio `J`, a number or a UFL expression.

    The solid keeps its volume, and Bruggeman's law holds with the present porosity eps. On a mesh
    that rides on the skeleton the liquid per reference volume is

        J_mesh eps(J) = J_mesh - (1 - eps_0) J_mesh / J,

    the last term of which, the solid, does not change as the mesh moves.
    """
    return medium.model_copy(update={"porosity": porosity(J, medium.porosity)})
