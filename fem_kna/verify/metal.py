"""Checks of flowing metal against formulas: bars, squeezed discs, ripples that level, Newton.

Lengths, rates and stresses are of the order of one, but for the metals of the materials library.
"""

from collections.abc import Callable, Iterator
from math import cosh, pi, sinh, sqrt

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from ..geometry.shape import Dimension
from ..materials.metals import metal
from ..mechanics.block import block
from ..mechanics.body import Body
from ..mechanics.creeping import CreepingFlow
from ..mechanics.disc import Disc, at_speed, pressed, under_force
from ..physics.flow import capillarity, pressing
from ..physics.rheology import Newtonian, PowerLawCreep, Rheology, rheology_of
from . import flow_patches
from .check import Check

BAR, SQUEEZE, LEVELLING = 1e-3, 0.02, 0.01  # tolerances
THIN = 50.0  # radius over height of a squeezed disc
GAMMA = 0.8
NEWTON = 45  # most iterations from rest, for exponents up to 8


def power_law(n: float, rest: str = "1e-9 1/s") -> PowerLawCreep:
    """Return eps = sigma^n in units of 1/s and Pa, Newtonian below the rate `rest`."""
    return PowerLawCreep(
        reference_strain_rate="1 1/s",
        reference_stress="1 Pa",
        stress_exponent=n,
        rest_strain_rate=rest,
        activation_temperature="5000 K",
        temperature="298.15 K",
    )


def creep_bars() -> Iterator[Check]:
    """A bar under tension gets longer at the rate sigma^n; in plane strain at a lower one.

    There eps = 2/sqrt(3) of the rate, and the equivalent stress sqrt(3)/2 of the tension.
    """
    for dimension, share in (("axisymmetric", 1.0), ("3d", 1.0), ("2d", sqrt(3) / 2)):
        for n in (1, 5):
            expected = share * (share * 2.0) ** n
            yield Check(f"bar, {dimension}, n = {n}: rate [1/s]", expected, bar(dimension, n), BAR)


def bar(dimension: Dimension, n: float, tension: float = 2.0) -> float:
    """Return the rate [1/s] at which a bar under `tension` [Pa] gets longer."""
    size = (0.7, 0.8, 2.0) if dimension == "3d" else (0.7, 2.0)
    last = len(size) - 1
    held = {("left", 0): 0.0, ("bottom", last): 0.0}
    if dimension == "3d":
        held["near", 1] = 0.0
    domain = block(dimension, size, (2,) * len(size))
    flow = CreepingFlow(
        Body(domain),
        power_law(n),
        held,
        lambda v, w, body: pressing(-tension, w, body.surface, body.ds("top")),
    )
    flow.solve()
    top = flow.velocity[last] / size[-1] * domain.ds("top")
    rate = _integral(domain.comm, top) / domain.measure_of("top")
    flow.close()
    return rate


def alloys_between_sliding_plates() -> Iterator[Check]:
    """Between plates without friction a disc is a bar: sigma_0 (V/h / eps_0)^(1/n) Ω / h.

    K by the numbers of its creep; KNA-3.5 is exp(-alpha phi / n) as strong.
    """
    K, alloy = metal("K"), metal("KNA-3.5")
    creep = K.creep
    height, speed = 2e-3, 2e-5
    rate = speed / (height / 2) / creep.reference_strain_rate
    strength = creep.reference_stress * rate ** (1 / creep.stress_exponent)
    softer = np.exp(-alloy.mush.weakening * alloy.liquid_volume_fraction / creep.stress_exponent)
    for name, share in (("K", 1.0), ("KNA-3.5", float(softer))):
        law = rheology_of(metal(name))
        disc = Disc(5e-3, height, law, sticking=False, divisions=(6, 2))
        press, drive = at_speed(disc, speed)
        *_, end = pressed(press, drive, 0.5, 20)
        press.close()
        expected = 2 * disc.area * strength * share
        yield Check(f"{name} compressed to one half: force [N]", expected, end.force, BAR)


def squeezed_discs() -> Iterator[Check]:
    """Force on a thin disc: perfect slip, and lubrication by a power law where it sticks (Scott).

    F = [2 pi k R^(m+3) / ((m+3) h)] [(2m+1) V / (m h^2)]^m with tau = k gamma^m, m = 1/n, and
    k = sigma_0 / [sqrt(3) (sqrt(3) eps_0)^m]; m = 1 is Stefan's 3 pi eta R^4 V / (2 h^3).
    """
    for n in (1, 5):
        yield Check(f"slip, n = {n}: force [N]", pi * 25, squeeze(n, 5.0, False), SQUEEZE)
    for n in (1, 3, 5):
        m, R = 1 / n, THIN
        k = 1 / (sqrt(3) * sqrt(3) ** m)
        scott = 2 * pi * k * R ** (m + 3) / (m + 3) * ((2 * m + 1) / m) ** m
        yield Check(f"no slip, n = {n}: force [N]", scott, squeeze(n, R, True), SQUEEZE)


def squeeze(n: float, radius: float, sticking: bool) -> float:
    """Return the force on a disc of height 1 whose plates approach each other at the speed 1."""
    law = power_law(n, "1e-6 1/s")
    press, drive = at_speed(Disc(radius, 1.0, law, sticking, divisions=(50, 4)), 1.0)
    _, force = drive(press)
    found = press.moment(0.0, force).force
    press.close()
    return found


def squeeze_out() -> Iterator[Check]:
    """Time that a thin liquid disc of the volume Ω, a cylinder, takes to spread under a force.

    t = [3 eta Ω^2 / (8 pi F)] (1/h^4 - 1/h_0^4), from int dh / V by five heights (Gauss).
    """
    disc = Disc(THIN, 1.0, Newtonian(constant="1 Pa*s"), divisions=(50, 4))
    press, drive = under_force(disc, 1.0)
    first, end = press.rim, 0.7
    points, weights = np.polynomial.legendre.leggauss(5)
    time = 0.0
    for point, weight in zip(points, weights, strict=True):
        height = (1 + end) / 2 + (1 - end) / 2 * point
        press.place(first * [height**-0.5, height])
        speed, _ = drive(press)
        time += (1 - end) / 2 * weight / (speed * press.rate)
    press.close()
    expected = 3 * disc.area**2 / (8 * pi) * (1 / end**4 - 1)
    yield Check("squeezed out by a weight: time [s]", expected, time, SQUEEZE)


def levelling_of_ripples() -> Iterator[Check]:
    """A ripple on a viscous metal levels at the rate (gamma k / 2 eta) f(kH) (Orchard 1962).

    f = (sinh 2q - 2q) / (cosh 2q + 1 + 2q^2), q = kH; 1 when deep, 2q^3/3 when thin.
    """
    law = Newtonian(constant="1.3 Pa*s")
    for name, q, share in (
        ("deep", 8.0, 1.0),
        ("depth 1/k", 1.0, (sinh(2) - 2) / (cosh(2) + 3)),
        ("thin", 0.05, 2 * 0.05**3 / 3),
    ):
        expected = share * GAMMA / (2 * 1.3)
        got = levelling_rate(law, q)
        yield Check(f"levelling, {name}: rate [1/s]", expected, got, LEVELLING)


def levelling_rate(law: Rheology, depth: float) -> float:
    """Return the rate [1/s] at which a small ripple of k = 1 levels on metal of `depth`."""
    amplitude = 0.005 * min(depth, 1.0)

    def bent(x: np.ndarray) -> np.ndarray:
        share = x[:, 1] / depth
        share = share * (2 - share)  # finer towards the surface
        x[:, 1] = share * (depth + amplitude * np.cos(x[:, 0]))
        return x

    # A kink between two pieces of the surface presses on what lies within a depth of it.
    columns = 24 if depth >= 1 else round(2 * pi / depth)
    domain = block("2d", (pi, depth), (columns, 16 if depth > 1 else 4), bent)
    walls = {("left", 0): 0.0, ("right", 0): 0.0, ("bottom", 0): 0.0, ("bottom", 1): 0.0}
    flow = CreepingFlow(
        Body(domain),
        law,
        walls,
        lambda v, w, body: capillarity(GAMMA, w, body.surface, body.ds("top")),
    )
    flow.solve()
    x, n = ufl.SpatialCoordinate(domain.mesh), ufl.FacetNormal(domain.mesh)
    mode = ufl.dot(flow.velocity, n) * ufl.cos(x[0]) * domain.ds("top")(6)
    rate = -_integral(domain.comm, mode) / (amplitude * pi / 2)
    flow.close()
    return rate


def newton_from_rest() -> Iterator[Check]:
    """Newton's method reaches every exponent from rest in a few steps, and goes on in fewer."""
    for n in range(1, 9):
        first, again = iterations(n)
        yield Check(f"Newton, n = {n}: iterations from rest [-]", NEWTON, first, 0, "at most")
        yield Check(f"Newton, n = {n}: iterations afterwards [-]", 6, again, 0, "at most")


def iterations(n: float) -> tuple[int, int]:
    """Return Newton's iterations on a sticking disc from rest, and after a step of its height."""
    press, drive = at_speed(Disc(2.5, 1.0, power_law(n), divisions=(12, 4)), 1.0)
    drive(press)
    first = press.iterations
    press.place(press.rim * [1.03, 0.95])
    drive(press)
    again = press.iterations
    press.close()
    return first, again


def _integral(comm: MPI.Comm, form: ufl.Form) -> float:
    return float(comm.allreduce(fem.assemble_scalar(fem.form(form)), op=MPI.SUM))


CHECKS: tuple[Callable[[], Iterator[Check]], ...] = (
    creep_bars,
    alloys_between_sliding_plates,
    squeezed_discs,
    squeeze_out,
    levelling_of_ripples,
    newton_from_rest,
    *flow_patches.CHECKS,
)
