"""Metal that a pressure drives into the pores of a separator: which, how far, by when.

The pores are those of a section through a mat of parallel fibres, across which the metal creeps,
by the full equations of flow: fibres hold it, or let it slide. Behind its front the metal fills
all pores, the pressure falls evenly, and the front stands against the meniscus in the mat's throat:

    dx/dt = U(G),   G = (p - p_throat) / x,

with U the speed averaged over the section, solid included. The pores are slits: in a mat of
crossing fibres metal enters more easily past one of them and less easily past two.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np
from dolfinx import fem
from mpi4py import MPI
from scipy.optimize import brentq
from scipy.special import logsumexp
from ufl import dot

from ..geometry.build import build
from ..inputs.units import Parameters, mapped
from ..physics.flow import pressing
from ..physics.rheology import Rheology
from .body import Body
from .creeping import CreepingFlow, scaled
from .throats import throat

# Gradient of pressure in units of stress over fibre diameter: with it rates are about one.
LOAD = 0.5
# Resistance of a fibre that metal slides along to metal that would enter it: in these units what
# lets in a thousandth of the speeds around.
TIGHT = 1e3
# [1/s], rising, so that each flow starts from one like it: mush turns from creeping to sliding
# grains within a decade. Pores of microns fill at 0.01 to 100 nm/s.
RATES = tuple(10 ** (power / 6) for power in range(-30, -17))
NEAR = 1.05  # ratio of two rates whose flows are alike
PARTS = 400  # of a depth, in the sum over the front's way
SOUGHT = -60.0, 60.0  # logarithms between which depths [m] and pressures [Pa] are looked for


@dataclass(frozen=True)
class Resistance:
    """How fast a metal goes through a mat: mean speeds [m/s] at gradients of pressure [Pa/m]."""

    gradients: np.ndarray
    speeds: np.ndarray

    def log_speed(self, log_gradient: Any) -> Any:
        """Return the logarithm of the mean speed: straight between those known, and beyond."""
        known, found = np.log(self.gradients), np.log(self.speeds)
        k = np.clip(np.searchsorted(known, log_gradient) - 1, 0, len(known) - 2)
        slope = (found[k + 1] - found[k]) / (known[k + 1] - known[k])
        return found[k] + slope * (log_gradient - known[k])

    def log_time(self, log_depth: float, log_pressure: float) -> float:
        """Return the logarithm of the time that a pressure takes to drive the metal to a depth."""
        way = log_depth + np.log((np.arange(PARTS) + 0.5) / PARTS)
        times = log_depth - np.log(PARTS) - self.log_speed(log_pressure - way)
        return float(logsumexp(times))

    def pressure(self, depth: float, time: float) -> float:
        """Return the pressure [Pa] that drives the metal `depth` [m] deep within `time` [s]."""
        return _root(lambda p: self.log_time(log(depth), p) - log(time))

    def depth(self, pressure: float, time: float) -> float:
        """Return how deep [m] `pressure` [Pa] drives the metal within `time` [s]."""
        if pressure <= 0:
            return 0.0
        return _root(lambda x: self.log_time(x, log(pressure)) - log(time))


class Pores:
    """Metal in all the pores of a mat, driven from its face to its back. One rank.

    The sides, the face and the back are planes of symmetry: the mat goes on as its mirror images.
    """

    def __init__(self, mat: Any, sticking: bool = True) -> None:
        """Mesh the liquid of a mat as metal.

        Args:
            mat: a shape of parallel fibres as wide as `width`, all the way up its `gap`, with
                their `fibre_diameter` and their `centres`.
            sticking: the metal sticks to the fibres, or slides along them without friction.
        """
        self.mat, self.sticking = mat, sticking
        # In units of the fibres' diameter, for Newton's method.
        self._unit = float(mat.fibre_diameter)
        self._drawn = mapped(mat, lambda value, unit: _ratio(value, self._unit, unit.symbol))
        self._domain = build(self._drawn, MPI.COMM_SELF)
        self._flow: CreepingFlow | None = None
        self._kind: type | None = None

    @property
    def throat(self) -> float:
        """The narrowest gap [m] on the widest way through."""
        return throat(self.mat.centres, self.mat.fibre_diameter, self.mat.width)

    def resistance(self, law: Rheology, rates: Sequence[float] = RATES) -> Resistance:
        """Return how fast a metal goes through, at stresses that strain it at these rates [1/s]."""
        pairs = [
            self._pair(law, rate, last) for last, rate in zip((None, *rates), rates, strict=False)
        ]
        return Resistance(*(np.array(column) for column in zip(*pairs, strict=True)))

    @property
    def speeds(self) -> tuple[np.ndarray, np.ndarray]:
        """Triangles (n, 3, 2) [m] and the speed in each over the mean one, in the last flow."""
        mesh, flow = self._domain.mesh, self._flow
        assert flow is not None
        local = mesh.topology.index_map(2).size_local
        cells = mesh.geometry.x[mesh.geometry.dofmap[:local], :2] * self._unit
        dofs = flow.velocity.function_space.dofmap.list[:local]
        v = flow.velocity.x.array.reshape(-1, 2)[dofs]
        return cells, np.linalg.norm(v.mean(axis=1), axis=1) / self._mean(flow)

    def close(self) -> None:
        """Free the solver."""
        if self._flow is not None:
            self._flow.close()

    def _pair(self, law: Rheology, rate: float, last: float | None) -> tuple[float, float]:
        """Return a gradient of pressure and the mean speed at it, in SI.

        Where the flow at the rate `last` is too far away, those between are passed, too.
        """
        stress = 3 * float(law.viscosity(rate)) * rate
        flow = self._flowing(scaled(law, rate, stress))
        if not flow.proceed():
            if last is not None and rate > NEAR * last:
                between = (last * rate) ** 0.5
                self._pair(law, between, last)
                return self._pair(law, rate, between)
            flow.solve()
        return LOAD * stress / self._unit, self._mean(flow) * rate * self._unit

    def _flowing(self, law: Rheology) -> CreepingFlow:
        """Return the flow by a scaled law; of the same kind as the last one, it goes on from it."""
        if self._flow is not None and isinstance(law, Parameters) and type(law) is self._kind:
            self._flow.follow(law)
            return self._flow
        last = self._flow
        planes = {("sides", 0): 0.0, ("front", 0): 0.0, ("counter", 0): 0.0}
        held = planes | {("fibres", k): 0.0 for k in range(2) if self.sticking}
        self._flow, self._kind = CreepingFlow(Body(self._domain), law, held, self._load), type(law)
        if last is not None:
            self._flow.start_from(last)
            last.close()
        return self._flow

    def _load(self, v: Any, w: Any, body: Body) -> Any:
        work = pressing(LOAD * self._drawn.gap, w, body.surface, body.ds("front"))
        if self.sticking:
            return work
        n = fem.Function(v.ufl_function_space())
        n.interpolate(self._off_fibres)
        return work + TIGHT * dot(v, n) * dot(w, n) * body.ds("fibres")

    def _off_fibres(self, x: np.ndarray) -> np.ndarray:
        """Return the normal of the round fibres nearest to the points `x`, arrays (2, n).

        Not that of their polygons: at corners, metal that must not pass two sides stands still.
        """
        off = x[:2].T[:, None] - self._drawn.centres
        lengths = np.linalg.norm(off, axis=2)
        nearest = np.arange(len(off)), lengths.argmin(axis=1)
        return (off[nearest] / lengths[nearest][:, None]).T

    def _mean(self, flow: CreepingFlow) -> float:
        """Return the mean speed over the section, in units."""
        through = fem.form(flow.velocity[1] * self._domain.ds("counter"))
        return float(fem.assemble_scalar(through)) / float(self._drawn.width)


def _root(miss: Callable[[float], float]) -> float:
    """Return the number whose logarithm misses nothing."""
    return exp(brentq(miss, *SOUGHT, xtol=1e-12))


def _ratio(value: float, unit: float, symbol: str) -> float:
    return float(value) / unit if symbol == "m" else float(value)
