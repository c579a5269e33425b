"""A small ripple on metal that flows behind a front at rest, alone or under a pressed separator.

Its electrodes hardly react, so that the metal alone moves the front. In the plane the ripple is
cos kx, about an axis J_0(kr), in space cos(kx/sqrt 2) cos(ky/sqrt 2), each between the symmetry
planes that it has by itself: all three are harmonics of the same k and level at the same rate.

A height h cos kx of the front raises the pressure that acts on the metal by q h cos kx,

    q = gamma k^2 + E* k/2,     E* = E/(1 - nu^2),

by its curvature and because it pushes into a separator that was flat (Boussinesq: the pressure
p cos kx makes a ripple of 2 p/(E* k) in a half space, without friction). Nothing of the separator's
tension along the front enters to first order but its prestress P, with a relative error of P/E.
Under q h cos kx a liquid of the depth H that sticks to its collector sinks at the rate

    (q / 2 eta k) f(kH),     f(x) = (sinh 2x - 2x)/(cosh 2x + 1 + 2x^2)

(Orchard, Appl. Sci. Res. A 11 (1962) 451): f is 1 when deep, 2 x^3/3 when thin. A film adds its
tension to gamma, but to first order none that it gets from being bent; one that is stiff holds the
surface, which slows down what is not deep. Metal that stands
dissolves at its crests and is redeposited in its hollows instead, at the rate (V_m/F)^2 q i0 F/RT
where charge transfer limits.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from math import cosh, pi, sinh, sqrt
from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI
from scipy.special import j0, jn_zeros

from ..geometry.build import build
from ..geometry.find import shape_named
from ..geometry.shape import Dimension, Shape
from ..inputs.case import Case, Electrode
from ..inputs.units import SurfaceEnergy, Value
from ..physics.drive import Drive, Galvanostatic, Rest
from ..physics.film import FilmState, UniformFilm
from ..physics.front import MovingFront
from ..physics.rheology import Newtonian
from ..physics.shift import FullTraction, StressShift
from ..physics.stack import FixedGap
from ..system.build import Model, model_on
from ..system.scales import scales_of
from ..system.state import State
from .growing import BARE, growing

GAMMA, VISCOSITY = 0.11, 1e6  # [J m-2], [Pa s]
K = 2 * pi / 10e-6  # k [1/m]
INERT = 1e-9  # exchange current density [A m-2]
ENDLESS, LONG = 1e9, "1e12 s"  # a tolerance that no step misses, and a drive without end
NOTHING = 1e-9  # of the viscosity, added to it
SETTLING, MEASURED = 3, 2  # steps before, and of, the measurement


def orchard(depth: float) -> float:
    """Return f of the depth kH: how much slower a ripple levels than on deep metal."""
    x = 2 * depth
    return (sinh(x) - x) / (cosh(x) + 1 + x**2 / 2)


def orchard_under_a_skin(depth: float) -> float:
    """Return the same under a skin that lets nothing move along it: deep as free, thin a quarter.

    With v = v' = 0 below and v' = 0 above, (sinh^2 x - x^2)/(sinh x cosh x + x).
    """
    x = depth
    return (sinh(x) ** 2 - x**2) / (sinh(x) * cosh(x) + x)


class Taut(UniformFilm):
    """A film that pulls with the same tension whatever its stretch: a law of the checks' own."""

    pull: SurfaceEnergy

    def tension(self, film: FilmState) -> Any:
        """Return the tension [N/m]."""
        return self.pull + 0 * film.stretch


class Stiff(UniformFilm):
    """A film that is elastic in tension and compression alike: a law of the checks' own."""

    stiffness: SurfaceEnergy

    def tension(self, film: FilmState) -> Any:
        """Return the tension [N/m], below zero where it is compressed."""
        return self.stiffness * (film.stretch - 1)


@dataclass(frozen=True)
class Levelling:
    """A ripple with the greatest `slope`; lengths are times k.

    The metal is as deep as `depth`, 0 where it stands; `elements` there are on the front from
    crest to hollow, growing by `growth` up to `far`; `share` of an e-fold passes in a step. `stack`
    presses the separator against the metal: it was flat when it was free of stress.
    """

    dimension: Dimension = "2d"
    depth: float = 6.0
    slope: float = 2e-3
    elements: int = 24
    share: float = 0.02
    stack: FixedGap | None = None
    exchange: float = INERT
    current: float = 0.0
    gap: float = 8.0
    growth: float = 0.25
    far: float = 0.8
    shift: StressShift = field(default_factory=FullTraction)
    film: Any = BARE

    @property
    def rate(self) -> float:
        """The rate [s-1] at which the ripple levels at rest."""
        if self.depth:
            still = isinstance(self.film, Stiff)
            slowed = orchard_under_a_skin if still else orchard
            return self.pressure / (2 * VISCOSITY * K) * slowed(self.depth)
        nature, metal = self.case.nature, self.case.working.metal
        V: Any = metal.molar_volume("K")  # type: ignore[union-attr]
        slope = self.exchange / nature.thermal_voltage
        return float((V / nature.faraday) ** 2 * self.pressure * slope)

    @property
    def pressure(self) -> float:
        """Pressure on the metal over the ripple's height, q [Pa/m]."""
        capillary = (GAMMA + getattr(self.film, "pull", 0.0)) * K**2
        if self.stack is None:
            return capillary
        law: Any = self.stack.skeleton
        return float(capillary + law.modulus / (1 - law.poisson_number**2) * K / 2)

    @property
    def width(self) -> float:
        """From crest to hollow."""
        return {"2d": pi, "axisymmetric": jn_zeros(1, 1)[0], "3d": pi * sqrt(2)}[self.dimension]

    @property
    def mesh(self) -> Shape:
        """The flat cell, its elements growing away from the front."""
        size = self.width / self.elements
        return shape_named("planar_cell")(
            dimension=self.dimension,
            gap=_metres(self.gap),
            width=_metres(self.width),
            metal_depth=_metres(self.depth) if self.depth else None,
            front_size=_metres(size),
            growth=self.growth,
            far_size=_metres(max(self.far, size)),
        )

    @property
    def case(self) -> Case:
        """The ripple as a case, without its steps."""
        law = Newtonian(constant=Value(VISCOSITY, "Pa*s")) if self.depth else None
        front = MovingFront(surface_energy=Value(GAMMA, "J/m^2"), shift=self.shift)
        return growing(
            self.mesh,
            exchange=self.exchange,
            working=Electrode(metal="K", film=self.film, front=front, rheology=law),
            counter=Electrode(metal="K", film=BARE, front=front if self.stack else None),
            drive=self._drive,
            stack=self.stack,
        ).resolved()

    @property
    def timed(self) -> Case:
        """The same in equal steps."""
        case, step = self.case, Value(self.share / self.rate, "s")
        steps = {"first_step": step, "longest_step": step}
        update = steps | dict.fromkeys(("time_tolerance", "front_tolerance"), ENDLESS)
        update["least_viscosity"] = NOTHING * VISCOSITY
        return case.model_copy(update={"numerics": case.numerics.model_copy(update=update)})

    @property
    def _drive(self) -> Drive:
        if self.current == 0:
            return Rest(duration=LONG)
        return Galvanostatic(current=Value(self.current, "A/m^2"), duration=LONG)

    def wave(self, x: np.ndarray) -> np.ndarray:
        """Return the ripple of height one at the places x (n, 3)."""
        if self.dimension == "axisymmetric":
            return np.asarray(j0(x[:, 0]))
        if self.dimension == "3d":
            return np.cos(x[:, 0] / sqrt(2)) * np.cos(x[:, 1] / sqrt(2))
        return np.cos(x[:, 0])

    def mode(self, x: Any) -> Any:
        """Return the same of symbolic coordinates."""
        if self.dimension == "axisymmetric":
            return ufl.bessel_J(0, x[0])
        if self.dimension == "3d":
            return ufl.cos(x[0] / sqrt(2)) * ufl.cos(x[1] / sqrt(2))
        return ufl.cos(x[0])


@contextmanager
def started(ripple: Levelling) -> Iterator[Model]:
    """Give `ripple` made discrete at its start, on all ranks; then free its solver."""
    case = ripple.timed
    scales = scales_of(case)
    domain = build(scales.scaled(case).mesh, MPI.COMM_WORLD).with_electrodes(*case.boundaries)
    rippled = _rippled(ripple, domain.mesh.geometry, K * scales.length)
    if ripple.stack is None:
        domain.mesh.geometry.x[:] = rippled
    model = model_on(domain, case)
    try:
        if model.travel is not None and ripple.stack is not None:
            model.travel.put(rippled)  # the skeleton remembers that it was flat
        model.march.start()
        yield model
    finally:
        model.close()


def _rippled(ripple: Levelling, geometry: Any, k: float) -> np.ndarray:
    """Return the nodes (n, 3) of a flat mesh, rippled at the front and not at its ends."""
    x, height = k * geometry.x, geometry.dim - 1
    ends = [-ripple.depth or -1.0, 0.0, ripple.gap]
    share = np.interp(x[:, height], ends, [0.0, 1.0, 0.0])
    moved = geometry.x.copy()
    moved[:, height] += ripple.slope / k * ripple.wave(x) * share
    return moved


class Component:
    """Measures how much of the ripple's mode m is in a field: int u m da / int m^2 da, scaled."""

    def __init__(self, model: Model, ripple: Levelling, field: Any = None) -> None:
        """Compile the integrals over the front; `field` is the front's height, or what is given."""
        x = ufl.SpatialCoordinate(model.domain.mesh)
        mode, ds = ripple.mode(K * model.scales.length * x), model.domain.ds("front")(6)
        field = x[len(x) - 1] if field is None else field
        maps = model.fields.entity_maps
        self._forms = [
            fem.form(integrand * mode * ds, entity_maps=maps) for integrand in (field, mode)
        ]
        self._comm = model.domain.comm

    def __call__(self) -> float:
        """Return the component. Collective."""
        field, mode = (
            self._comm.allreduce(fem.assemble_scalar(form), op=MPI.SUM) for form in self._forms
        )
        return float(field / mode)


def heights(ripple: Levelling, steps: int) -> list[tuple[float, float]]:
    """Return time [s] and height [m] of a ripple after each of some equal steps."""
    with started(ripple) as model:
        height, scales = Component(model, ripple), model.scales
        return [
            (model.march.time * scales.of("s"), height() * scales.length)
            for _ in islice(model.march.until(np.inf), steps)
        ]


def levelling_rate(ripple: Levelling) -> float:
    """Return the rate [s-1] at which a ripple levels: ln(A(t1)/A(t2))/(t2 - t1)."""
    *_, (t1, A1), _, (t2, A2) = heights(ripple, SETTLING + MEASURED)
    return float(np.log(A1 / A2) / (t2 - t1))


def contact_pressure(ripple: Levelling) -> float:
    """Return the separator's pressure on the front, what it has of the ripple, over its height."""
    return _over_height(ripple, lambda model, state: state.mu, "Pa")


def shift_over_height(ripple: Levelling) -> float:
    """Return how much of the ripple potassium's shift has on the front, over its height [V/m]."""
    return _over_height(ripple, lambda model, state: model.cell.sides(state)[0].shift("K"), "V")


def _over_height(ripple: Levelling, field: Callable[[Model, State], Any], unit: str) -> float:
    with started(ripple) as model:
        *_, _ = islice(model.march.until(np.inf), SETTLING)
        found = field(model, model.fields.view(model.fields.now))
        ratio = Component(model, ripple, found)() / Component(model, ripple)()
        return ratio * model.scales.of(unit) / model.scales.length


def _metres(length: float) -> Value:
    return Value(length / K, "m")
