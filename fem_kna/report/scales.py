"""Colour scales that all panels of a figure share: which field, in which unit, between what."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps

SAMPLES = 33  # colours that ParaView is given of a map


@dataclass(frozen=True)
class Scale:
    """How numbers in SI become colours; `factor` leads to the `unit` that is shown."""

    title: str
    unit: str
    factor: float
    colours: str
    from_zero: bool = True
    low: float = 0.0
    high: float = 1.0

    @property
    def label(self) -> str:
        """Title with unit, for a bar of colours."""
        return f"{self.title} ({self.unit})"

    @property
    def words(self) -> str:
        """The limits in words."""
        return f"{self.low * self.factor:.3g} to {self.high * self.factor:.3g} {self.unit}"

    def over(self, values: np.ndarray) -> "Scale":
        """Return the scale that spans `values`."""
        low = 0.0 if self.from_zero else float(values.min())
        high = max(float(values.max()), low + 1e-9 * max(abs(low), 1e-9))
        return Scale(self.title, self.unit, self.factor, self.colours, self.from_zero, low, high)

    def points(self) -> list[float]:
        """Return the map as ParaView takes it: value, red, green, blue, one after the other."""
        shares = np.linspace(0, 1, SAMPLES)
        rows = zip(shares, colormaps[self.colours](shares)[:, :3], strict=True)
        spread = self.high - self.low
        return [float(f"{x:.6g}") for share, rgb in rows for x in (self.low + share * spread, *rgb)]


@dataclass(frozen=True)
class Layer:
    """One mesh of a picture: a series, and the field that colours it (none: `paint`)."""

    series: str
    field: str = ""
    scale: str = ""  # key of the picture's scales
    paint: str = "#c9ccd1"
    width: float = 0.0  # of lines, in pixels at a picture 1000 wide


@dataclass(frozen=True)
class Kind:
    """A kind of picture: what it shows, from back to front."""

    key: str
    title: str
    layers: tuple[Layer, ...]
    scales: dict[str, Scale]
    near: bool  # around the flaw, or the whole cell
    caption: str

    @property
    def needs(self) -> list[tuple[str, str]]:
        """Series and field of each coloured layer."""
        return [(layer.series, layer.field) for layer in self.layers if layer.field]


METAL = Layer("metal")
EDGE = Layer("front", paint="#000000", width=4.0)
CURRENT, STRESS = "current density [A/m2]", "von Mises stress [Pa]"
SKELETON, CONTACT = "von Mises stress of the skeleton [Pa]", "contact pressure [Pa]"

KINDS = (
    Kind(
        "current",
        "current density",
        (Layer("fields", CURRENT, "current"), METAL, EDGE),
        {"current": Scale("current density", "mA/cm²", 0.1, "magma")},
        True,
        "Magnitude of the current density in the electrolyte; metal is grey, the front black",
    ),
    Kind(
        "stress",
        "stress",
        (
            Layer("fields", SKELETON, "mat"),
            Layer("metal", STRESS, "metal"),
            Layer("front", CONTACT, "mat", width=9.0),
        ),
        {
            "metal": Scale("von Mises stress, metal", "kPa", 1e-3, "GnBu"),
            "mat": Scale(
                "von Mises stress, skeleton; contact pressure", "kPa", 1e-3, "YlOrRd", False
            ),
        },
        True,
        "Von Mises stress in the metal (blue) and in the separator's skeleton (red); the line "
        "between them shows the contact pressure, averaged along the front, on the skeleton's "
        "scale",
    ),
    Kind(
        "metal-stress",
        "stress in the metal",
        (Layer("fields", paint="#eef3f8"), Layer("metal", STRESS, "metal"), EDGE),
        {"metal": Scale("von Mises stress, metal", "kPa", 1e-3, "GnBu")},
        True,
        "Von Mises stress in the metal; the electrolyte is pale, the front black",
    ),
    Kind(
        "sodium",
        "sodium in the metal",
        (Layer("fields", paint="#eef3f8"), Layer("metal", "sodium mole fraction [-]", "x"), EDGE),
        {"x": Scale("sodium in the metal", "at%", 100.0, "cividis", False)},
        True,
        "Mole fraction of sodium in the metal; the electrolyte is pale, the front black",
    ),
    Kind(
        "concentration",
        "concentration of K⁺",
        (Layer("fields", "concentration K+ [mol/m3]", "c"), METAL, EDGE),
        {"c": Scale("concentration of K⁺", "mol/m³", 1.0, "viridis", False)},
        False,
        "Concentration of K⁺ in the whole cell, the working electrode at the bottom; metal is "
        "grey, the fronts black",
    ),
)

SURFACE = (
    Kind(
        "surface-current",
        "current on the fronts",
        (Layer("front", "normal current density, anodic positive [A/m2]", "i"),),
        {"i": Scale("normal current density", "mA/cm²", 0.1, "viridis", False)},
        False,
        "Normal current density on both electrodes, anodic positive, with the mesh",
    ),
)


def kinds_for(dimension: str) -> tuple[Kind, ...]:
    """Return the kinds of pictures that a cell of this dimension can have."""
    return {"1d": (), "3d": SURFACE}.get(dimension, KINDS)


def covers(kind: Kind, names: Any) -> bool:
    """Return whether `names`, the fields of each series, hold all that a kind shows."""
    return all(field in names.get(series, ()) for series, field in kind.needs)
