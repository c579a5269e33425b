"""What presses on a large soft body: a flat punch, a ripple of hard metal. Small strains.

Lengths are of the order of one, and so is the modulus.
"""

from collections.abc import Iterator
from math import expm1, pi
from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI
from scipy.optimize import brentq

from ..geometry.domain import Domain
from ..mechanics.block import block, with_part
from ..mechanics.elastic import ElasticMat
from ..physics.flow import pressing
from ..physics.skeleton import FibreMat, NeoHookean, Skeleton
from .check import Check, CheckFunction

E, NU = 1.3, 0.2
PLANE = E / (1 - NU**2)  # E*
LAWS: dict[str, Skeleton] = {
    "neo-Hookean": NeoHookean(modulus=f"{E} Pa", poisson_number=NU),
    "fibre mat": FibreMat(modulus=f"{E} Pa", poisson_number=NU, stiffening_exponent=3),
}
SMALL = 1e-3  # of the strains
PUNCH, RIPPLE = 0.01, 0.005  # tolerances
FAR, UNDER, BESIDE, DEEP = 300.0, 32, 56, 64  # size of the body in punches, and its cells
FIRST = 0.0025  # cell beside the edge of the punch
WAVE, DEPTH = 32, 8.0  # cells of half a wave, and its depth
AROUND: dict[Any, Any] = {
    ("left", 0): 0.0,
    ("right", 0): 0.0,
    ("bottom", None): lambda x: 0 * x[:2],
}


def flat_punches() -> Iterator[Check]:
    """A rigid punch of radius a without friction takes F = 2 a E* delta (Boussinesq, Sneddon)."""
    for name, law in LAWS.items():
        expected = 2 * PLANE * SMALL
        yield Check(f"flat punch, {name}: force [N]", expected, punch(law), PUNCH)


def punch(law: Skeleton) -> float:
    """Return the force [N] on a punch of radius 1, pushed by `SMALL` into a wide and deep body."""
    held = {("left", 0): 0.0, ("right", 0): 0.0, ("bottom", 1): 0.0, ("punch", 1): -SMALL}
    mat = ElasticMat(under_a_punch(), law, held)
    mat.solve()
    force = -mat.force("punch", 1)
    mat.close()
    return force


def under_a_punch() -> Domain:
    """Return a cylinder whose cells become small towards the edge of a punch on its top."""
    columns = UNDER + BESIDE
    edge = UNDER / columns

    def bent(x: np.ndarray) -> np.ndarray:
        inner = 1 - (1 - np.minimum(x[:, 0] / edge, 1)) ** 2
        outer = growing(np.maximum(x[:, 0] - edge, 0) / (1 - edge), BESIDE, FIRST, FAR - 1)
        depth = growing(1 - x[:, 1], DEEP, FIRST, FAR)
        x[:, 0], x[:, 1] = inner + outer, FAR - depth
        return x

    domain = block("axisymmetric", (1.0, 1.0), (columns, DEEP), bent)
    return with_part(domain, "punch", "top", lambda x: x[0] < 1)


def growing(share: np.ndarray, cells: int, first: float, length: float) -> np.ndarray:
    """Return where `share` (0 to 1) of `cells` that grow geometrically from `first` ends."""

    def miss(rate: float) -> float:
        return length * expm1(rate / cells) / expm1(rate) - first

    rate = brentq(miss, 1e-6, 100.0)
    return length * np.expm1(rate * share) / expm1(rate)


def ripples() -> Iterator[Check]:
    """A pressure p cos kx makes a ripple of 2 p / (E* k); one that sticks takes more pressure.

    Of the height A and without motion along the surface it presses with 4 (1-nu)/(3-4 nu) G k A.
    Metal that grows unevenly against an incompressible separator, where both are 2 G k A, meets
    2 k A G G_m / (G + G_m), with its own G_m.
    """
    sticking = 4 * (1 - NU) / (3 - 4 * NU) * E / (2 * (1 + NU))
    for name, law in LAWS.items():
        height, pressure = 2 * SMALL / PLANE, sticking * SMALL
        yield Check(f"ripple, {name}, sliding: height [m]", height, raised(law), RIPPLE)
        yield Check(f"ripple, {name}, sticking: pressure [Pa]", pressure, pushed(law), RIPPLE)


def raised(law: Skeleton) -> float:
    """Return the depth [m] of the ripple under the pressure `SMALL` cos x."""
    domain = deep()
    wave = ufl.cos(ufl.SpatialCoordinate(domain.mesh)[0])
    mat = ElasticMat(
        domain, law, AROUND, lambda w, body: pressing(SMALL * wave, w, body.surface, body.ds("top"))
    )
    mat.solve()
    form = fem.form(mat.displacement[1] * wave * mat.body.ds("top"))
    mode = float(domain.comm.allreduce(fem.assemble_scalar(form), op=MPI.SUM))
    mat.close()
    return -mode / (pi / 2)


def pushed(law: Skeleton) -> float:
    """Return the amplitude of the pressure [Pa] where the top is pushed down by `SMALL` cos x."""

    def wave(x: np.ndarray) -> np.ndarray:
        return np.array([0 * x[0], -np.cos(x[0]) * x[1] / DEPTH])

    held = AROUND | {("top", None): lambda x: SMALL * wave(x)}
    mat = ElasticMat(deep(), law, held)
    mat.solve()
    motion = fem.Function(mat.displacement.function_space)
    motion.interpolate(wave)
    work = mat.work(motion)
    mat.close()
    return work / (pi / 2)


def deep() -> Domain:
    """Return a block of half a wave, deep, with smaller cells towards the top."""

    def bent(x: np.ndarray) -> np.ndarray:
        x[:, 1] = DEPTH - growing(1 - x[:, 1] / DEPTH, WAVE, pi / WAVE / 2, DEPTH)
        return x

    return block("2d", (pi, DEPTH), (WAVE, WAVE), bent)


CHECKS: tuple[CheckFunction, ...] = (flat_punches, ripples)
