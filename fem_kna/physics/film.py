"""The film (SEI) between metal and electrolyte: its area resistance along the front."""

from typing import Any, Protocol, runtime_checkable

from ..inputs.units import AreaResistance, Parameters


@runtime_checkable
class FilmLaw(Protocol):
    """A film whose resistance may vary along the front."""

    def area_resistance(self, weak: Any) -> Any:
        """Return the area resistance [ohm m2] where the share `weak` (0 to 1) is cracked film."""


class UniformFilm(Parameters):
    """The same resistance everywhere; zero is a bare electrode."""

    resistance: AreaResistance

    def area_resistance(self, weak: Any) -> Any:
        """Return the resistance, whatever `weak` is."""
        return self.resistance + 0 * weak


class CrackedFilm(Parameters):
    """An intact film with a crack of low resistance, where the shape draws its patch.

    Both conduct in parallel at the patch's edge: 1/R = (1 - s)/R_intact + s/R_cracked.
    """

    resistance: AreaResistance
    cracked_resistance: AreaResistance

    def area_resistance(self, weak: Any) -> Any:
        """Return the resistance at the weak share s = `weak`."""
        return 1 / ((1 - weak) / self.resistance + weak / self.cracked_resistance)
