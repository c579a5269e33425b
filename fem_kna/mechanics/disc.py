"""A disc of metal pressed between two parallel plates, about its axis, with its shape followed.

Creeping metal remembers nothing but its shape, so a shape is all that goes from one step to the
next. Half of the disc is solved for, above its middle plane. Where it sticks, its rim bulges and
rolls onto the plates. One rank.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log, pi
from typing import NamedTuple

import numpy as np
from dolfinx import fem
from mpi4py import MPI
from scipy.optimize import brentq

from ..inputs.errors import RunError
from ..physics.rheology import Rheology
from .block import block
from .body import Body
from .creeping import CreepingFlow, scaled

FAST, SLOW = 20, -40  # powers of ten [1/s] between which rates are looked for
TRIES, CLOSE = 30, 1e-8  # of the speed under a given force, and how well that is met
FLATTENING = 6  # power of the radius with which rows of nodes bend towards the rim


@dataclass(frozen=True)
class Disc:
    """A disc [m] between plates on which it sticks, or slides without friction.

    `divisions` are cells along the radius and along half the height.
    """

    radius: float
    height: float
    law: Rheology
    sticking: bool = True
    divisions: tuple[int, int] = (24, 6)

    @property
    def area(self) -> float:
        """Area of a face at the start [m2]."""
        return pi * self.radius**2


class Moment(NamedTuple):
    """A disc at one moment, in SI: time, height, force of the plates, radius on them, volume."""

    time: float
    height: float
    force: float
    contact_radius: float
    volume: float


def rate_under(law: Rheology, stress: float) -> float:
    """Return the rate [1/s] at which a bar under the uniaxial `stress` [Pa] gets longer."""

    def miss(power: float) -> float:
        rate = 10.0**power
        return log(3 * law.viscosity(rate) * rate / stress)

    return float(10.0 ** brentq(miss, SLOW, FAST, xtol=1e-13))


class Press:
    """A disc in a press. Inside, its first height, `rate` and the stress at it are one."""

    def __init__(self, disc: Disc, rate: float) -> None:
        """Put `disc` into the press, where strain rates about `rate` [1/s] are to come."""
        self.disc, self.rate = disc, rate
        self.stress = 3 * float(disc.law.viscosity(rate)) * rate
        domain = block("axisymmetric", (1.0, 1.0), disc.divisions, comm=MPI.COMM_SELF)
        self._mesh, self._unit = domain.mesh, domain.mesh.geometry.x.copy()
        held = {("left", 0): 0.0, ("bottom", 1): 0.0, ("top", 1): -0.5}
        if disc.sticking:
            held["top", 0] = 0.0
        self._flow = CreepingFlow(Body(domain), scaled(disc.law, rate, self.stress), held)
        self._rim_dofs = self._find_rim()
        z = graded(disc.divisions[1] + 1) / 2
        self.rim = np.column_stack([np.full_like(z, disc.radius / disc.height), z])
        self.place(self.rim)

    @property
    def height(self) -> float:
        """Distance of the plates now."""
        return 2 * float(self.rim[-1, 1])

    @property
    def iterations(self) -> int:
        """Newton's iterations in the last solve."""
        return sum(self._flow.counts)

    def place(self, rim: np.ndarray) -> None:
        """Give the disc the rim `rim`: (r, z) from the middle plane to the plate."""
        xi, zeta, _ = self._unit.T
        levels = np.linspace(0.0, 1.0, len(rim))
        flat = np.interp(zeta, levels, graded(len(rim))) * rim[-1, 1]
        z = np.interp(zeta, levels, rim[:, 1])
        self._mesh.geometry.x[:, 0] = xi * np.interp(zeta, levels, rim[:, 0])
        self._mesh.geometry.x[:, 1] = flat + xi**FLATTENING * (z - flat)
        self.rim = rim

    def close_at(self, speed: float) -> float:
        """Let the plates approach each other at `speed`; return the force they take."""
        self._flow.hold(("top", 1), -speed / 2)
        self._flow.solve()
        return -self._flow.force("top", 1)

    def speed_under(self, force: float) -> float:
        """Return the speed at which the plates approach each other under `force`."""
        speed, exponent, last = self.height, 1.0, None
        for _ in range(TRIES):
            miss = log(self.close_at(speed) / force)
            if abs(miss) < CLOSE:
                return speed
            if last is not None:
                exponent = (log(speed) - last[0]) / (miss - last[1])
            last = log(speed), miss
            speed *= np.exp(-exponent * miss)
        raise RunError("disc: no speed of the plates found for the given force")

    def moved(self, way: float, speed: float) -> np.ndarray:
        """Return the rim after the plates have gone `way` with the present flow."""
        v = self._flow.velocity.x.array.reshape(-1, 2)[self._rim_dofs]
        return self.rim + v * way / speed

    def moment(self, time: float, force: float) -> Moment:
        """Return what the press shows, in SI."""
        L = self.disc.height
        return Moment(
            time / self.rate,
            self.height * L,
            force * self.stress * L**2,
            float(self.rim[-1, 0]) * L,
            volume(self.rim) * L**3,
        )

    def close(self) -> None:
        """Free the solver."""
        self._flow.close()

    def _find_rim(self) -> np.ndarray:
        """Return the nodes of the velocity at the rim's corners, from the middle plane up."""
        V = self._flow.velocity.function_space
        facets = self._flow.body.domain.facets_of("right")
        dofs = fem.locate_dofs_topological(V, 1, facets)
        upwards = np.argsort(V.tabulate_dof_coordinates()[dofs, 1])
        return dofs[upwards][::2]  # every other one is the middle of an edge


# What drives a press: returns the speed of its plates and their force, and leaves the flow solved.
Drive = Callable[[Press], tuple[float, float]]


def at_speed(disc: Disc, speed: float) -> tuple[Press, Drive]:
    """Return a press whose plates approach each other at `speed` [m/s]."""
    press = Press(disc, speed / disc.height)
    return press, lambda press: (1.0, press.close_at(1.0))


def under_force(disc: Disc, force: float) -> tuple[Press, Drive]:
    """Return a press with a given `force` [N] on its plates."""
    press = Press(disc, rate_under(disc.law, force / disc.area))
    scaled = force / (press.stress * disc.height**2)
    return press, lambda press: (press.speed_under(scaled), scaled)


def pressed(press: Press, drive: Drive, strain: float, steps: int) -> Iterator[Moment]:
    """Yield the disc as it is pressed to the engineering `strain`, from the start on.

    Equal steps of the height, by the midpoint rule.

    Raises:
        RunError: the steps are too few to follow the rim, or a flow could not be solved.
    """
    time, way = 0.0, strain / steps
    for _ in range(steps):
        start = press.rim
        speed, force = drive(press)
        yield press.moment(time, force)
        press.place(rolled(press.moved(way / 2, speed), press.height - way / 2))
        height = press.height - way / 2
        speed, _ = drive(press)
        midway = press.moved(way, speed) - press.rim
        if np.abs(midway).max() > height:
            raise RunError(f"disc: {steps} steps are too few: its rim goes further than its height")
        press.place(kept(rolled(start + midway, height), volume(start)))
        time += way / speed
    yield press.moment(time, drive(press)[1])


def rolled(rim: np.ndarray, height: float) -> np.ndarray:
    """Return `rim` with what has passed the plate laid onto it, and its nodes spread anew."""
    plate = height / 2
    first = int(np.argmax(rim[:, 1] >= plate * (1 - 1e-12)))
    (r0, z0), (r1, z1) = rim[first - 1], rim[first]
    touch = [r0 + (r1 - r0) * (plate - z0) / (z1 - z0), plate]
    free = np.vstack([rim[:first], touch])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(free, axis=0).T))])
    anew = along[-1] * graded(len(rim))
    return np.column_stack([np.interp(anew, along, column) for column in free.T])


def graded(count: int) -> np.ndarray:
    """Return `count` numbers from 0 to 1, closer and closer: where a plate shears the metal."""
    return 1 - np.linspace(1.0, 0.0, count) ** 2


def kept(rim: np.ndarray, wanted: float) -> np.ndarray:
    """Return `rim` with its radii scaled to the volume `wanted`.

    Nodes carry straight pieces of the rim along: beside the plate, where the flow turns, these cut
    off some volume, the less the more pieces there are.
    """
    return rim * [np.sqrt(wanted / volume(rim)), 1.0]


def volume(rim: np.ndarray) -> float:
    """Return the volume of the whole disc with a rim of straight pieces."""
    (r0, z0), (r1, z1) = rim[:-1].T, rim[1:].T
    return float(2 * pi / 3 * np.sum((z1 - z0) * (r0**2 + r0 * r1 + r1**2)))
