"""What a shape is: one file in `meshes/` that draws a cell in Gmsh, with names everybody shares.

The deposit front lies at height 0, the metal below it, the counter electrode at height `gap`.
The height is the last coordinate. In an axisymmetric shape the first coordinate is the radius.
"""

from typing import Any, ClassVar, Literal

from ..inputs.errors import InputError
from ..inputs.units import Length, Parameters, Value, registry

REGIONS = ("metal", "electrolyte", "separator", "cathode")
BOUNDARIES = ("front", "counter", "sides", "collector", "fibres")

Dimension = Literal["1d", "2d", "axisymmetric", "3d"]


class Shape(Parameters):
    """Base of all shapes. A shape adds its own lengths and says how it is drawn.

    Regions: ``metal`` (only with ``metal_depth``), ``electrolyte`` (free liquid), ``separator``
    (porous, filled with electrolyte), ``cathode`` (a porous electrode, below height 0).
    Boundaries: ``front`` (metal against liquid, or what collects a cathode's current), ``counter``
    (the other electrode), ``sides`` (symmetry planes and the axis), ``collector`` (the metal's
    far face, only with ``metal_depth``), ``fibres`` (only where fibres are resolved).

    Lengths may arrive in metres or scaled: `draw` must not assume either.
    """

    dimensions: ClassVar[tuple[Dimension, ...]]

    dimension: Dimension = "2d"
    gap: Length | None = None
    metal_depth: Length | None = None

    def check(self) -> None:
        """Raise `InputError` (one line) if the lengths describe no cell.

        Asked before anything is drawn, with the lengths as the user gave them.
        """
        offered = ", ".join(self.dimensions)
        self.require(self.dimension in self.dimensions, "dimension", offered)
        self.require(self.gap is not None, "gap", "a length")

    def require(self, holds: bool, field: str, accepted: str) -> None:
        """Raise `InputError` with `field`, its value and what is `accepted`, unless it `holds`."""
        if not holds:
            value = shown(getattr(self, field))
            raise InputError(f"{type(self).__name__}.{field}: '{value}'; accepted: {accepted}")

    def draw(self, gmsh: Any) -> int:
        """Draw and mesh the cell in the current Gmsh model; return the topological dimension.

        Every cell ends in exactly one physical group named after its region, every facet of a
        named boundary in exactly one named after it. Runs on one rank only.

        Raises:
            InputError: the lengths describe no cell (one line: field, value, what is accepted).
        """
        raise NotImplementedError(type(self).__name__)

    def patch(self, x: Any) -> Any:
        """Return the share of weak film at the points `x` of the front, 0 to 1 (UFL or numpy).

        Zero for shapes without a patch.
        """
        return 0.0 * x[0]

    @property
    def patch_edge(self) -> float | None:
        """The width across which the patch fades, to be resolved by the front; none: no patch."""
        return None

    def facts(self) -> dict[str, float]:
        """Return numbers worth reporting about what is drawn, by name with unit; often none."""
        return {}


def shown(value: Any) -> str:
    """Return `value` for a message: a length in metres with a fitting prefix, the rest as it is.

    >>> shown(Value(5e-7, "m"))
    '500 nm'
    """
    if isinstance(value, Value) and value.unit == "m":
        length = registry.Quantity(float(value), "m").to_compact()
        return f"{length:.4g~D}".replace("μ", "u").replace("µ", "u")
    return f"{value:.4g}" if isinstance(value, float) else str(value)
