"""A crack whose deposit lifts the separator off the metal beside it, to just after a new mesh."""

from ..geometry.find import shape_named
from ..inputs.case import Case, Electrode
from ..inputs.units import Value
from ..physics.film import CrackedFilm, ElasticFilm
from ..physics.front import MovingFront
from ..physics.shift import FullTraction, MonroeNewman
from .flowing import VISCOUS, pressed
from .growing import BARE, growing

CRACK_STRESS = 50e6  # [Pa]
CRITICAL = 1 + 2 * 0.7 * CRACK_STRESS / 1e9  # stretch at which the strong film cracks


def lifted(*, strong: bool = False, crack_stress: float = CRACK_STRESS) -> Case:
    """Return the crack, plated for 2.7 s.

    With a `strong` film the intact one beside the crack is stretched and breaks under the
    `crack_stress` [Pa], and its pull and the pressures on both sides shift the kinetics.
    """
    mesh = shape_named("crack_patch")(
        gap="40 um", width="10 um", half_width="2 um", edge_width="1 um", edge_size="0.4 um",
        front_size="0.6 um", growth=0.4, far_size="4 um", metal_depth="5 um",
    )  # fmt: skip
    shift = MonroeNewman() if strong else FullTraction()
    front = MovingFront(surface_energy="0.11 J/m^2", shift=shift)
    film = elastic(crack_stress) if strong else CrackedFilm(**RESISTANCES)
    return growing(
        mesh,
        300,
        2.7,
        working=Electrode(metal="K", film=film, front=front, rheology=VISCOUS),
        counter=Electrode(metal="K", film=BARE, front=front),
        stack=pressed(1e5, "fibre mat", 0.2),
        remeshing={"quality": 0.5, "longest": 1.15},
    )


RESISTANCES = {"resistance": "100 ohm*cm^2", "cracked_resistance": "5 ohm*cm^2"}


def elastic(crack_stress: float) -> ElasticFilm:
    """Return 100 nm of a film of 1 GPa: 100 N/m."""
    return ElasticFilm(
        **RESISTANCES,
        growth="1 ohm^2*cm^4/s",
        thickness="100 nm",
        modulus="1 GPa",
        poisson_number=0.3,
        crack_stress=Value(crack_stress, "Pa"),
    )
