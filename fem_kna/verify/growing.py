"""A cell whose deposit grows through many meshes, for the tests of whole runs.

Its currents are far below the limiting one and its surface energy is high: the shortest ripple that
grows is longer than several elements, so that what grows is the bump and not the mesh's noise.
"""

from typing import Any

from ..geometry.find import shape_named
from ..inputs.case import Case, Electrode
from ..inputs.numerics import Numerics, Remeshing
from ..inputs.units import Value
from ..physics.drive import Galvanostatic
from ..physics.film import UniformFilm
from ..physics.front import MovingFront
from .cells import butler_volmer, cell, potassium

GAP = 50e-6
RADIUS = 3e-6
BARE = UniformFilm(resistance="0 ohm*m^2")


def bump(dimension: str = "2d", size: float = 0.1, **fields: Any) -> Any:
    """Return a bump of 3 um in a cell of 50 um with `size` of its radius as element."""
    fine = size * RADIUS
    defaults = {
        "gap": metres(GAP),
        "width": "12 um",
        "radius": metres(RADIUS),
        "bump_size": metres(fine),
        "front_size": metres(2 * fine),
        "growth": 0.4,
        "far_size": "8 um",
    }
    return shape_named("bump")(dimension=dimension, **(defaults | fields))


def flat(dimension: str = "2d", **fields: Any) -> Any:
    """Return a flat front 20 um below its counter electrode."""
    sizes = {"width": "10 um", "front_size": "1 um", "far_size": "2 um"}
    defaults = {"gap": "20 um"} | ({} if dimension == "1d" else sizes)
    return shape_named("planar_cell")(dimension=dimension, **(defaults | fields))


def ripple(**fields: Any) -> Any:
    """Return a ripple of 1 um over 10 um, 40 um below its counter electrode."""
    defaults = {
        "gap": "40 um",
        "amplitude": "1 um",
        "wavelength": "10 um",
        "front_size": "0.4 um",
        "growth": 0.4,
        "far_size": "5 um",
    }
    return shape_named("sinusoidal")(dimension="2d", **(defaults | fields))


def growing(
    mesh: Any,
    current: float = 700.0,
    duration: float = 30.0,
    *,
    exchange: float = 3e3,
    surface_energy: float = 0.3,
    film: Any = BARE,
    remeshing: dict[str, float] | None = None,
    numerics: dict[str, Any] | None = None,
    **fields: Any,
) -> Case:
    """Return `mesh` under a current [A m-2] for a duration [s], unless `fields` say otherwise.

    Args:
        mesh: the shape.
        current: per cross-section, plating.
        duration: of the drive.
        exchange: exchange current density [A m-2].
        surface_energy: [J m-2].
        film: on the working electrode; the counter electrode is bare.
        remeshing: settings of `Remeshing`.
        numerics: settings of `Numerics`.
        fields: of the case.
    """
    front = MovingFront(surface_energy=f"{surface_energy} J/m^2")
    defaults = {
        "working": Electrode(metal="K", film=film, front=front),
        "counter": Electrode(metal="K", film=BARE),
        "reactions": (potassium(butler_volmer(f"{exchange} A/m^2", "500 mol/m^3")),),
        "drive": Galvanostatic(current=f"{current} A/m^2", duration=f"{duration} s"),
        "numerics": Numerics(
            **({"frames": 1, "remeshing": Remeshing(**(remeshing or {}))} | (numerics or {}))
        ),
    }
    return cell(mesh, **(defaults | fields))


def faraday_time(case: Case, thickness: float) -> float:
    """Return how long a galvanostatic `case` takes to plate a layer of `thickness` [s]."""
    case = case.resolved()
    metal: Any = case.working.metal
    drive: Any = case.drive
    speed = drive.current * metal.molar_volume("K") / case.nature.faraday
    return float(thickness / speed)


def metres(length: float) -> Value:
    """Return a length with its unit."""
    return Value(length, "m")
