"""Checks of how the current spreads over an electrode: secondary and primary distributions.

The kinetics are linear, and the salt has t+ = 1/2 and X = 1: then no concentration gradient
drives current, the potential obeys Laplace's equation, and the formulas hold as they stand. Such
kinetics are an object of the checks, as any user's law would be.
"""

from collections.abc import Iterator
from math import atan, pi, tanh
from typing import Any

import numpy as np
import ufl

from ..geometry.find import shape_named
from ..inputs.case import Case, Electrode
from ..inputs.units import AreaResistance, Parameters
from ..physics.drive import Galvanostatic
from ..physics.film import FilmState, thinned
from ..system.build import Model
from .cells import (
    OhmicKinetics,
    at_start,
    cell,
    electrode,
    electrolyte,
    first_instant,
    front_current,
    on_front,
    potassium,
    voltage,
)
from .check import Check
from .shapes import Disk, FilmedBoss

CURRENT = 10.0  # [A/m2], any value: everything here is linear
BARE = "0 ohm*m^2"


class FilmOnPatch(Parameters):
    """A film on the shape's patch, and a bare electrode around it: a law of the checks' own."""

    resistance: AreaResistance

    def area_resistance(self, weak: Any) -> Any:
        """Return the area resistance [ohm m2]."""
        return weak * self.resistance

    def ridden(self, film: FilmState, ratio: Any, time: float) -> FilmState:
        """Return the stretched film."""
        return thinned(film, ratio)


def rippled_electrode() -> Iterator[Check]:
    """Current on a shallow ripple h cos(kx): dJ/J = q h / (1 + q kappa R), q -> k far away.

    With phi = J y/kappa + B(y) cos(kx) and, to first order in h, the electrode's law
    V - phi + R kappa d(phi)/dy = 0 at y = h cos(kx): B' = -q B there, dJ = kappa B' =
    q h J / (1 + q kappa R). The flat counter electrode, d(phi)/dy = -phi/(kappa R_c), gives
    q = k (1 + r tanh kL)/(r + tanh kL) with r = kappa R_c k: k coth(kL) where R_c = 0.
    """
    amplitude, wavelength = 2e-8, 2e-5
    k = 2 * pi / wavelength
    for name, depth in (("deep", 1.0), ("shallow", 0.15)):
        L = depth * wavelength
        ripple = shape_named("sinusoidal")(
            amplitude=f"{amplitude} m", wavelength=f"{wavelength} m", gap=f"{L} m",
            front_size=f"{wavelength / 100} m", far_size=f"{wavelength / 20} m",
        )  # fmt: skip
        for wagner in (0.0, 1.0):
            case = _laplace(ripple, resistance=0.02 / k, film=wagner / k)
            kappa, R_c = _conductivity(case), _transfer_resistance(case)
            R, r, T = R_c + float(case.working.film.resistance), kappa * R_c * k, tanh(k * L)
            q = k * (1 + r * T) / (r + T)
            expected = q * amplitude / (1 + q * kappa * R)
            got = _first_harmonic(at_start(case), k)
            yield Check(
                f"ripple, {name}, kappa R k = {kappa * R * k:.3g}: dJ/J [-]", expected, got, 2e-3
            )


def hemisphere() -> Iterator[Check]:
    """Current on a hemispherical boss, 3 cos(theta)/(1 + 2 Wa) times the mean.

    On the boss of radius a stands a film with Wa = kappa R/a, the plane around it is bare. The
    potential against the metal, E cos(theta)(r - B a^3/r^2), vanishes on the plane; on the boss
    phi = R kappa d(phi)/dr gives B = (1 - Wa)/(1 + 2 Wa), and kappa E is the mean current density.
    Wa = 0 is the primary limit, 3 at the pole. The cell's finite width, a row of bosses, changes
    this in the order of (a/width)^3.
    """
    yield from _boss("axisymmetric", "hemisphere", images=2, far=20)


def half_cylinder() -> Iterator[Check]:
    """Current on a half cylinder, 2 cos(theta)/(1 + Wa) times the mean.

    As on the hemisphere, with E cos(theta)(r - B a^2/r) and B = (1 - Wa)/(1 + Wa). The neighbours
    are felt in the order of (a/width)^2.
    """
    yield from _boss("2d", "half cylinder", images=1, far=60)


def disk_electrode() -> Iterator[Check]:
    """Primary current of a disk in an insulating plane: resistance and the edge's singularity.

    In oblate spheroidal coordinates the potential of a disk of radius a is a function of xi alone:
    between the disk, xi = 0, and the spheroid of height xi_0 a the resistance is
    arctan(xi_0)/(2 pi kappa a), which is 1/(4 kappa a) far away, and
    J/mean = 1/2 [1 - (r/a)^2]^(-1/2). Source: Newman, J. Electrochem. Soc. 113 (1966) 501.
    """
    radius, gap = 1e-5, 1e-4
    shape = Disk(
        dimension="axisymmetric", radius=f"{radius} m", gap=f"{gap} m",
        edge_size=f"{radius / 4000} m",
    )  # fmt: skip
    case = _laplace(shape, resistance=1e-6 * radius)
    model = at_start(case)
    area = model.domain.measure_of("counter") * model.scales.length**2
    expected = atan(gap / radius) / (2 * pi * _conductivity(case, porous=False) * radius)
    resistance = -voltage(model) / (CURRENT * area)
    yield Check("disk: resistance [ohm]", expected, resistance, 1e-3)
    x, J = front_current(model)
    inside = 1 - (x[:, 0] / radius) ** 2
    mean = CURRENT * area / (pi * radius**2)
    centre = J[np.argmin(x[:, 0])] / mean
    yield Check("disk: current at the centre over mean [-]", 0.5, centre, 5e-3)
    near = (inside > 0.01) & (inside < 0.3)
    exponent = np.polyfit(np.log(inside[near]), np.log(J[near]), 1)[0]
    yield Check("disk: exponent at the edge [-]", -0.5, float(exponent), 1e-2)


def _boss(dimension: str, name: str, *, images: int, far: float) -> Iterator[Check]:
    """Yield the focus (1 + images)/(1 + images Wa) of a boss `far` radii from sides and counter.

    The current jumps at the foot where the film ends, which linear elements smear.
    """
    radius = 1e-5
    boss = FilmedBoss(
        dimension=dimension, radius=f"{radius} m", gap=f"{far * radius} m",
        width=f"{far * radius} m", bump_size=f"{radius / 40} m", front_size=f"{radius} m",
        far_size=f"{far * radius / 10} m",
    )  # fmt: skip
    for wagner in (0.0, 1.0):
        case = _laplace(boss, resistance=1e-6 * radius)
        film = wagner * radius / _conductivity(case)
        coated = Electrode(metal="K", film=FilmOnPatch(resistance=f"{film} ohm*m^2"))
        model = at_start(case.model_copy(update={"working": coated}))
        focus = (1 + images) / (1 + images * wagner)
        found, deviation = _cosine_on_boss(model, radius)
        yield Check(f"{name}, Wa = {wagner:g}: focus [-]", focus, found / CURRENT, 3e-3)
        off = f"{name}, Wa = {wagner:g}: rms off the cosine [-]"
        yield Check(off, 0.0, deviation, 2e-2, "absolute")


def _laplace(mesh: Any, *, resistance: float, film: float = 0.0) -> Case:
    """Return a cell with linear kinetics in which only the potential matters.

    `resistance` of the kinetics at both electrodes and of the `film` on the working one are
    given as lengths, times the separator's conductivity.
    """
    salt = electrolyte(transference_number=0.5, thermodynamic_factor=1.0)
    case = cell(
        mesh,
        electrolyte=salt,
        working=electrode(film=BARE),
        counter=electrode(film=BARE),
        drive=Galvanostatic(current=f"{CURRENT} A/m^2", duration="1 s"),
        numerics=first_instant(),
    )
    kappa = _conductivity(case)
    law = OhmicKinetics(resistance=f"{resistance / kappa} ohm*m^2")
    update = {"reactions": (potassium(law),), "working": electrode(film=f"{film / kappa} ohm*m^2")}
    return case.model_copy(update=update)


def _conductivity(case: Case, *, porous: bool = True) -> float:
    """Return the conductivity [S/m] of the separator, or of the free liquid."""
    mat = case.separator
    return float(
        case.electrolyte.conductivity * (mat.porosity**mat.bruggeman_exponent if porous else 1)
    )


def _transfer_resistance(case: Case) -> float:
    return float(case.reactions[0].kinetics.resistance)


def _first_harmonic(model: Model, k: float) -> float:
    """Return the amplitude of cos(kx) in the front's current density over the mean."""
    x = ufl.SpatialCoordinate(model.domain.front_mesh.mesh)
    wave, i = ufl.cos(k * model.scales.length * x[0]), model.fields.now[1]
    amplitude = on_front(model, i * wave) / on_front(model, wave**2)
    return amplitude / (on_front(model, i) / on_front(model, 1.0 + 0 * i))


def _cosine_on_boss(model: Model, radius: float) -> tuple[float, float]:
    """Return the amplitude of cos(theta) in the boss's current density [A/m2], and what is left.

    The amplitude is the best one in the mean square, positive where it plates; the rms of the
    rest is relative to it.
    """
    x, a = ufl.SpatialCoordinate(model.domain.front_mesh.mesh), radius / model.scales.length
    on_boss = ufl.conditional(ufl.gt(x[1], 1e-9 * a), 1.0, 0.0)
    i, cosine = model.fields.now[1], on_boss * x[1] / a
    norm = on_front(model, cosine**2)
    amplitude = on_front(model, i * cosine) / norm
    rest = on_front(model, on_boss * (i - amplitude * cosine) ** 2)
    return -amplitude * model.scales.of("A/m^2"), (rest / norm) ** 0.5 / abs(amplitude)


CHECKS = (rippled_electrode, hemisphere, half_cylinder, disk_electrode)
