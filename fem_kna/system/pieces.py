"""The pieces of a cell in their places: what fills regions, lies on fronts, flows behind them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..physics import flow
from ..physics.ageing import AgeingLaw
from ..physics.composition import Diffusing, potassium
from ..physics.compound import COMPOUND, Metastable
from ..physics.frame import Frame, Surface
from ..physics.insertion import charge_transfer
from ..physics.kinetics import Shift, no_shift
from ..physics.media import Medium
from ..physics.nodal import nodal_gradient
from ..physics.particles import at_surface
from ..physics.rheology import Rheology
from ..physics.skeleton import Deformed, Skeleton
from ..physics.stack import Stack
from .integrals import Integrals
from .state import State


@dataclass(frozen=True)
class Region:
    """Part of a region: what fills it, its measures, and how its mesh has moved.

    `dx` integrates it, `integrals` what it stores and what its mesh passes.
    `passed` is the share of liquid in what the mesh passes: the porosity of a solid that rests, and
    all of it where the solid rides on the mesh, since the liquid then makes room for the solid.
    """

    name: str
    medium: Callable[[State], Medium]
    passed: Any
    dx: Any
    integrals: Integrals
    frame: Callable[[State], Frame]


@dataclass(frozen=True)
class Metal:
    """Metal that flows behind a moving front.

    `parts` are measures of it, each with how its mesh has moved; `surface` and `ds` are the front
    seen from the metal. Its `law` is that of a state, which may say how much liquid there is. A
    strong film on it has a `tension` at the rate at which it is widened by the metal.
    """

    law: Callable[[State], Rheology]
    parts: tuple[tuple[Any, Callable[[State], Any]], ...]
    surface: Callable[[State], Surface]
    ds: Any
    tension: Callable[[Any], Any] | None = None

    def creep(self, state: State) -> list[tuple[Any, Any, Any]]:
        """Return equivalent rate [1/s] and viscosity [Pa s] of each part, with its measure."""
        rates = [(flow.equivalent_rate(state.v, frame(state)), dx) for dx, frame in self.parts]
        return [(rate, self.law(state).viscosity(rate), dx) for rate, dx in rates]

    def resistance(self, state: State, p: Any, q: Any) -> Any:
        """Return the form of a `flow.resistance` to the pressure `p` in a state, tested by `q`."""
        law = self.law(state)
        parts = ((dx, frame(state)) for dx, frame in self.parts)
        return sum(flow.resistance(state.v, p, q, law, frame, dx) for dx, frame in parts)


@dataclass(frozen=True)
class Alloy:
    """Metal behind a moving front in which sodium diffuses.

    `parts` are measures of it, each with how its mesh has moved, `ds` is the front seen from it,
    and `velocity` that of the metal in a state.
    """

    law: Diffusing
    metal: Any
    mesh: Any
    parts: tuple[tuple[Any, Callable[[State], Frame]], ...]
    ds: Any
    velocity: Callable[[State], Any]

    def densities(self, state: State) -> dict[str, Any]:
        """Return the atoms of both metals per volume [mol m-3], and the KNa2 where it forms."""
        found = {"K": potassium(state.sodium, self.metal), "Na": state.sodium}
        return found if state.bound is None else found | {COMPOUND: state.bound}

    def liquid_fraction(self, state: State) -> Any:
        """Return the liquid's share of the volume."""
        return self.law.surface(self.metal, {}, state.sodium, state.bound).liquid_fraction

    def potential(self, state: State) -> Any:
        """Return the gradient, in each simplex, of what sodium diffuses along [mol m-2 s-1]."""
        known = [state.sodium] if state.bound is None else [state.sodium, state.bound]
        return nodal_gradient(partial(self.law.potential, self.metal), self.mesh, *known)


@dataclass(frozen=True)
class Mat:
    """The separator's skeleton, which bears on the fronts, and what presses it.

    `parts` are measures of it, each with where it is, of a state.
    """

    law: Skeleton
    parts: tuple[tuple[Any, Callable[[State], Deformed]], ...]
    stack: Stack
    nodes: Any  # measure of the fronts by their nodes
    thin: Any  # a small thickness of liquid


@dataclass(frozen=True)
class Front:
    """A moving electrode: law of its surface, and its geometry in the present step.

    `surface` is a configuration close to the present one, and known; `nodal_normal` belongs to it;
    `x` is the reference position, `smoothing` the volume s h^3 of `front.smoothing`. The metal's
    `pressure` at its surface is above that of the liquid by curvature and contact. `metal` is what
    flows behind it, None where metal stands; on a front that is `borne` the separator's skeleton
    lies, and the plate at its back moves by the vector `plate` of a state.
    """

    law: Any  # MovingFront
    x: Any
    nodal_normal: Any
    surface: Surface
    smoothing: Any
    pressure: Any
    metal: Metal | None = None
    borne: bool = False
    plate: Callable[[State], Any] | None = None

    def diffusion(self, speed: Any) -> Any:
        """Return B [m4 s-1] of metal along the surface, true and numerical, at a normal `speed`."""
        return self.law.mullins_coefficient + self.smoothing * abs(speed)


@dataclass(frozen=True)
class Porous:
    """A porous electrode: particles in soaked pores, joined by a network.

    `dx` is its measure, `surface` the same weighed by the particles' area per volume. `absent` is
    the current of an ion that does not take part, a form constant of zero.
    """

    law: Any  # PorousElectrode
    dx: Any
    surface: Any
    nature: Any
    absent: Any

    @property
    def capacity(self) -> Any:
        """Guest in the full host, per volume of particle [mol m-3]."""
        material = self.law.material
        return material.density * material.capacity / self.nature.faraday

    def filling(self, state: State) -> Any:
        """Return the filling at the particles' surface, c_s / c_max [-]."""
        return at_surface(state.inside) / self.capacity

    def inserted(self, state: State) -> Any:
        """Return the guest per volume of electrode [mol m-3]."""
        return self.law.active * state.inside[0]

    def currents(self, state: State, c: Mapping[str, Any], ions: Sequence[str]) -> dict[str, Any]:
        """Return each ion's current density on the particles [A m-2], anodic positive."""
        material, step = self.law.material, state.solid - state.phi
        V_T = self.nature.thermal_voltage
        i = charge_transfer(material, step, c[material.ion], self.filling(state), V_T)
        return {ion: i if ion == material.ion else self.absent for ion in ions}


@dataclass(frozen=True)
class Side:
    """An electrode in its place: potential `phi` of its metal, and the film on it.

    `area` is the present over the reference area, `N` the reference normal out of the liquid.
    """

    ds: Any
    phi: Any
    metal: Any
    film_resistance: Any
    frame: Frame
    N: Any
    projected: Any  # measure of its projection along the height
    shift: Shift = no_shift
    front: Front | None = None
    alloy: Alloy | None = None
    compound: Metastable | None = None  # that forms in what is plated
    ageing: AgeingLaw | None = None
    porous: Porous | None = None  # an electrode in which the current comes off particles

    @property
    def reacting(self) -> Any:
        """Measure of where the current enters the liquid, by which its density is integrated."""
        return self.ds if self.porous is None else self.porous.surface

    @property
    def area(self) -> Any:
        """Present over reference area."""
        return self.frame.area(self.N)
