"""Checks of metal that flows in the cell: ripples that level, growth against flow, power, volume.

Alone under the liquid, and under a separator whose skeleton bears on it.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import log
from typing import Any

from .. import run
from ..geometry.shape import Dimension
from ..inputs.case import Case, Electrode
from ..inputs.units import Value
from ..physics.front import MovingFront
from ..physics.rheology import Newtonian, Rheology
from ..physics.shift import FullTraction, MonroeNewman
from ..physics.skeleton import FibreMat, NeoHookean, Skeleton
from ..physics.stack import FixedGap
from .cells import discrete
from .check import Check, CheckFunction
from .dispersion import combinations
from .flowing_powers import powers_of
from .flowing_ripples import FlowingRipple
from .growing import BARE, bump, growing
from .levelling import (
    GAMMA,
    VISCOSITY,
    K,
    Levelling,
    Stiff,
    Taut,
    contact_pressure,
    heights,
    levelling_rate,
    shift_over_height,
)
from .ripples import growth_rate

LEVELLING, COARSE, GROWTH, SUM = 0.01, 0.02, 5e-3, 0.02  # tolerances of rates
FORCES, ENERGY, VOLUME = 1e-6, 5e-4, 1e-8
NU, FAINT = 0.2, 1e-3  # Poisson's number; stack pressure and slope, beside the modulus and one
SOFT, HARD = 2 * GAMMA * K, 4e6  # moduli [Pa]: as strong as the surface energy; far stronger
LAWS: dict[str, type[NeoHookean] | type[FibreMat]] = {
    "neo-Hookean": NeoHookean,
    "fibre mat": FibreMat,
}
FINE = {"growth": 0.12, "far": 0.4, "elements": 48}  # linear elasticity wants more elements
STEEP = {"slope": 0.1, "depth": 2.0, "gap": 4.0}
QUICK = ((9, 1.0), (22, 1.0))  # a ripple that grows, one that heals, at the critical viscosity
TAUT = Taut(resistance="0 ohm*m^2", pull=Value(3 * GAMMA, "J/m^2"))
VISCOUS = Newtonian(constant=Value(10 * VISCOSITY, "Pa*s"))
OFTEN = {"quality": 0.45, "longest": 1.2}  # new meshes


def levelling() -> Iterator[Check]:
    """A ripple levels at the rate (gamma k / 2 eta) f(kH): deep, as deep as 1/k, and thin."""
    yield from _levels("deep", Levelling())
    yield from _levels("depth 1/k", Levelling(depth=1.0))
    yield from _levels("thin", Levelling(depth=0.05, elements=96, slope=2e-4))
    yield from _levels("axisymmetric", Levelling("axisymmetric", depth=3.0))


def levelling_in_space() -> Iterator[Check]:
    """So does one in three dimensions, on a coarse mesh: h^2 k^2/12 too fast, by its curvature."""
    ripple = Levelling("3d", depth=3.0, gap=3.0, elements=9)
    got = levelling_rate(ripple)
    yield Check("levelling, 3d: rate [1/s]", ripple.rate, got, COARSE)


def levelling_under_a_separator() -> Iterator[Check]:
    """A separator that was flat presses with E* k/2 times the ripple, and levels it the faster."""
    yield from _pushed("neo-Hookean")
    thin = Levelling(stack=pressed(SOFT), slope=FAINT, depth=1.0, **FINE)
    yield from _levels("under a neo-Hookean, depth 1/k", thin)


def levelling_under_a_taut_film() -> Iterator[Check]:
    """A film's tension levels as the surface energy does: the rate is that of their sum."""
    yield from _levels("under a taut film", Levelling(depth=1.0, film=TAUT))


def levelling_under_other_taut_films() -> Iterator[Check]:
    """So it does about an axis, and where metal stands and dissolves at crests instead."""
    ripple = Levelling("axisymmetric", depth=3.0, film=TAUT)
    yield from _levels("axisymmetric, under a taut film", ripple)
    standing = Levelling(depth=0.0, exchange=1.0, film=TAUT, **FINE)
    yield from _levels("by kinetics under a taut film", standing)


def levelling_under_a_taut_film_in_space() -> Iterator[Check]:
    """So it does in three dimensions, on the coarse mesh of `levelling_in_space`."""
    ripple = Levelling("3d", depth=3.0, gap=3.0, elements=9, film=TAUT)
    got = levelling_rate(ripple)
    yield Check("levelling, 3d, under a taut film: rate [1/s]", ripple.rate, got, COARSE)


def levelling_under_a_stiff_film() -> Iterator[Check]:
    """A flat film that is stiff pulls no ripple flat, but lets nothing flow along the surface."""
    stiff = Stiff(resistance="0 ohm*m^2", stiffness=Value(1e3 * GAMMA, "J/m^2"))
    yield from _levels("deep, under a stiff film", Levelling(film=stiff))
    yield from _levels("depth 1/k, under a stiff film", Levelling(depth=1.0, film=stiff))


def shift_of_the_kinetics() -> Iterator[Check]:
    """What a separator that was flat presses with shifts charge transfer by, over the height.

    On deep viscous metal n.tau.n = 0, so that its pressure is the traction gamma k^2 + E* k/2; in
    plane strain, with the stresses p, p and 2 nu p, the skeleton's mean pressure is 2 (1 + nu)/3 of
    p = E* k/2. The latter is seen at the middles of cells, where it has faded a little.
    """
    for law, share in ((FullTraction(), 0.0), (MonroeNewman(), 2 * (1 + NU) / 3)):
        soft = Levelling(stack=pressed(SOFT), slope=FAINT, shift=law, **FINE)
        metal: Any = soft.case.working.metal
        V, guest = metal.molar_volume("K"), getattr(law, "partial_molar_volume", 0.0)
        below, above = soft.pressure, soft.pressure - GAMMA * K**2
        expected = (V * below - guest * share * above) / soft.case.nature.faraday
        name = f"{type(law).__name__} under a separator: shift over height [V/m]"
        yield Check(name, expected, shift_over_height(soft), LEVELLING)


def levelling_under_fibres() -> Iterator[Check]:
    """So does a mat of fibres."""
    yield from _pushed("fibre mat")


def _pushed(name: str) -> Iterator[Check]:
    soft = Levelling(stack=pressed(SOFT, name), slope=FAINT, **FINE)
    yield from _levels(f"under a {name}", soft)
    got, expected = contact_pressure(soft), soft.pressure - GAMMA * K**2
    yield Check(f"{name}: pressure over height [Pa/m]", expected, got, LEVELLING)


def dissolution_under_pressure() -> Iterator[Check]:
    """Metal that stands dissolves where it is pressed, and is redeposited where it is not."""
    for name, modulus in (("soft", SOFT), ("hard", HARD)):
        ripple = Levelling(stack=pressed(modulus), slope=FAINT, depth=0.0, exchange=1.0, **FINE)
        yield from _levels(f"by kinetics under a {name} separator", ripple)


def _levels(name: str, ripple: Levelling) -> Iterator[Check]:
    yield Check(f"levelling, {name}: rate [1/s]", ripple.rate, levelling_rate(ripple), LEVELLING)


def pressed(modulus: float, law: str = "neo-Hookean", pressure: float = FAINT) -> FixedGap:
    """Return a stack that presses a separator by `pressure` times its modulus [Pa]."""
    numbers = {"modulus": Value(modulus, "Pa"), "poisson_number": NU}
    others = {"stiffening_exponent": 3} if law == "fibre mat" else {}
    skeleton: Skeleton = LAWS[law](**numbers, **others)
    return FixedGap(pressure=Value(pressure * modulus, "Pa"), skeleton=skeleton)


def order_in_time() -> Iterator[Check]:
    """Twice the number of equal steps leaves a quarter of the error of a ripple's height."""
    yield _order("levelling alone", Levelling(slope=FAINT, elements=12))


def order_under_a_separator() -> Iterator[Check]:
    """So it does under a separator."""
    yield _order("under a separator", Levelling(stack=pressed(SOFT), slope=FAINT, elements=12))


def _order(name: str, ripple: Levelling) -> Check:
    coarse, middle, fine = (
        heights(replace(ripple, share=0.6 / steps), steps)[-1][1] for steps in (12, 24, 48)
    )
    order = log((coarse - middle) / (middle - fine)) / log(2)
    return Check(f"{name}: order in time [-]", 2, order, 0.15, "at least")


def growth_against_flow() -> Iterator[Check]:
    """The rate of a ripple is that of its growth less that of its levelling."""
    for number, stiffness in QUICK:
        yield from crossover(number, stiffness)


def crossover(number: int, stiffness: float) -> Iterator[Check]:
    """Hold the rate in the finite elements against the linear mode's, and against the sum.

    Metal `stiffness` times as viscous as levels as fast as the ripple grows, or heals. Tolerances
    are of the larger rate, as both may cancel.
    """
    name, problem, k = combinations()[number]
    ripple = FlowingRipple(problem, k, stiffness=stiffness)
    got, exact = growth_rate(ripple), float(ripple.mode.rate.real)
    name = f"{name}, {stiffness:g} eta*: rate"
    yield Check(f"{name} [1/s]", exact, got, GROWTH * ripple.fastest, "absolute")
    total = ripple.growth - ripple.levelling
    yield Check(f"{name}, as a sum [1/s]", total, got, SUM * ripple.fastest, "absolute")


def power() -> Iterator[Check]:
    """What surface and skeleton give, viscosity and dissolution take."""
    plating = {"current": 100.0, "exchange": 10.0}
    stack = {"stack": pressed(1e5, "fibre mat", 0.1)}
    cases = {
        "at rest": {},
        "plating": plating,
        "pressed": stack,
        "pressed, plating": plating | stack,
    }
    for name, fields in cases.items():
        yield from balanced(name, Levelling(**(STEEP | fields)))  # type: ignore[arg-type]


def balanced(name: str, ripple: Levelling) -> Iterator[Check]:
    """Hold forces and energies of `ripple` against what is dissipated."""
    forces, energy = powers_of(ripple)
    yield Check(f"power, {name}: forces [-]", 0.0, forces, FORCES, "absolute")
    yield Check(f"power, {name}: energies [-]", 0.0, energy, ENERGY, "absolute")


def volume(dimension: Dimension, law: Rheology | None = VISCOUS) -> Iterator[Check]:
    """Hold a growing bump's metal against the charge, through new meshes: by front, by region."""
    case = growing_metal(dimension, law)
    with discrete(case) as model:
        before, area = (model.domain.measure_of(name) for name in ("metal", "counter"))
    found = run.simulate(case)
    metal, summary = found.model.domain.measure_of("metal"), found.summary
    taken = (metal - before) / area * found.model.scales.length
    name, deposited = f"bump, {dimension}", summary["deposited_volume [m3/m2]"]
    yield Check(f"{name}: new meshes [-]", 1, summary["remeshes [-]"], 0, "at least")
    yield Check(f"{name}: volume of the metal [m3/m2]", deposited, taken, VOLUME)
    drift = summary["volume_drift [-]"]
    yield Check(f"{name}: drift of the volume [-]", 0, drift, VOLUME, "absolute")
    yield Check(f"{name}: salt [-]", 0, summary["salt_drift [-]"], VOLUME, "absolute")


def growing_metal(
    dimension: Dimension, law: Rheology | None = VISCOUS, duration: float = 10.0
) -> Case:
    """Return a coarse bump of metal that flows, by its own creep if no `law` is given, and grows.

    For a `duration` [s] of some new meshes.
    """
    front = MovingFront(surface_energy="0.3 J/m^2")
    electrode = Electrode(metal="K", film=BARE, front=front, rheology=law)
    mesh = bump(dimension, 0.16, metal_depth="6 um")
    return growing(mesh, 500, duration, working=electrode, remeshing=OFTEN)


CHECKS: tuple[CheckFunction, ...] = (
    levelling,
    levelling_under_a_separator,
    levelling_under_a_taut_film,
    levelling_under_a_stiff_film,
    shift_of_the_kinetics,
    dissolution_under_pressure,
    order_in_time,
    growth_against_flow,
    power,
)
