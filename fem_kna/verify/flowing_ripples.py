"""Ripples that grow by plating and level by flow: a Newtonian metal behind the working front.

Why the rates add. The metal sticks to its collector and is deposited at its very surface, so the
flat front's growth moves no metal: v = 0 in the base state. Creeping flow has no memory, and to
first order it knows of a ripple h only gamma k^2 h, whatever made it; so it adds -Lambda h to
Faraday's law,

    omega h = -(V_m/F) i1 - Lambda h,     Lambda = (gamma k / 2 eta) f(k H),

exactly as surface diffusion adds -B k^4 h. The liquid feels only the front's motion: the rate of
the coupled problem is that of `front_modes` with B = Lambda/k^4, and no correction is left out.
It is omega_0 - Lambda but for the salt that levelling moves, about V_m c of Lambda. In the finite
elements the counter electrode, behind which no metal flows, is given that B.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..geometry.shape import Shape
from ..inputs.case import Electrode
from ..inputs.numerics import Numerics
from ..inputs.units import Value
from ..physics.rheology import Newtonian
from .dispersion import FrontProblem, Mode, front_modes
from .levelling import NOTHING, orchard
from .ripples import MEASURED, SETTLING, SHARPENING, SLOPE, Ripple, electrode_of

DEPTH = 6.0  # of the metal, times k


@dataclass(frozen=True)
class FlowingRipple(Ripple):
    """A `Ripple` on metal `depth`/k deep, whose viscosity is `stiffness` times the critical one.

    With eta* = gamma k f / (2 |omega_0|) levelling is as fast as the ripple grows, or shrinks,
    without flow.
    """

    stiffness: float = 1.0
    depth: float = DEPTH

    @cached_property
    def growth(self) -> float:
        """Rate omega_0 [s-1] without flow."""
        return float(np.real(front_modes(self.problem, self.k)[0].rate))

    @property
    def levelling(self) -> float:
        """Lambda [s-1]."""
        return abs(self.growth) / self.stiffness

    @property
    def viscosity(self) -> float:
        """eta [Pa s]."""
        return self.problem.surface_energy * self.k / (2 * self.levelling) * orchard(self.depth)

    @property
    def fastest(self) -> float:
        """The larger one of both rates [s-1]; their sum may vanish."""
        return max(abs(self.growth), self.levelling)

    @cached_property
    def mode(self) -> Mode:
        """The mode of the collocation with levelling in the place of surface diffusion."""
        return front_modes(self._levelled, self.k)[0]

    @property
    def _levelled(self) -> FrontProblem:
        return replace(self.problem, surface_diffusion=self.levelling / self.k**4)

    @property
    def amplitude(self) -> float:
        """Greatest height of the fronts [m] at the start."""
        sharpening = SHARPENING * self.fastest / max(self._travel, 1e-30)
        return min(SLOPE, sharpening) / self.k

    @property
    def step(self) -> float:
        """Size of the steps [s] once they are full."""
        return self.share / self.fastest

    @property
    def heights(self) -> tuple[list[float], list[float]]:
        """Places in the cell, as shares of the gap, and the ripple of the mesh there."""
        places, heights = super().heights
        return [-float(self._depth) / self.problem.gap, *places], [0.0, *heights]

    @property
    def numerics(self) -> Numerics:
        """No viscosity besides the metal's."""
        update = {"least_viscosity": NOTHING * self.viscosity}
        return super().numerics.model_copy(update=update)

    @property
    def mesh(self) -> Shape:
        """The flat cell and the metal below."""
        return super().mesh.model_copy(update={"metal_depth": self._depth})

    @property
    def _depth(self) -> Value:
        """Depth of the metal at the start [m]: some of it may be stripped before the end."""
        stripped = max(-self.problem.velocity, 0.0) * (SETTLING + MEASURED + 1) * self.step
        return Value(self.depth / self.k + stripped, "m")

    @property
    def electrodes(self) -> tuple[Electrode, Electrode]:
        """The working electrode flows; the counter electrode levels as fast by diffusion."""
        law = Newtonian(constant=Value(self.viscosity, "Pa*s"))
        working = electrode_of(self.problem).model_copy(update={"rheology": law})
        return working, electrode_of(self._levelled)
