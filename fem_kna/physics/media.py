"""What fills a region: free liquid, or a porous separator soaked with it."""

from typing import Any, Protocol, runtime_checkable

from ..inputs.units import Parameters, PositiveNumber


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
