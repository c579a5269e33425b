"""Profiles, limiting current, Sand's time and Cottrell's current of a binary salt.

Both flux laws must show the same diffusion of the salt, by their own D and t: the dilute one
through the migration of two ions, the concentrated one by its coefficients.
"""

from collections.abc import Iterator
from math import log10, sqrt

import numpy as np

from ..physics.drive import Galvanostatic, Potentiostatic
from ..system.groups import limiting_current, sand_time
from .binary_salt import (
    CONCENTRATED,
    DILUTE,
    GAP,
    SALT,
    BinarySalt,
    advance,
    binary_cell,
    profile,
    started,
    steps,
)
from .cells import front_current
from .check import Check

FINE = 1e-5  # tolerance of the time steps where the way to the steady state is measured
SHARES = (0.003, 0.01, 0.03, 0.1, 0.3)  # of the diffusion time


def dilute_steady_profile() -> Iterator[Check]:
    """Below the limiting current the dilute salt ends on a straight line."""
    yield from steady_profile(DILUTE)


def concentrated_steady_profile() -> Iterator[Check]:
    """Below the limiting current the concentrated salt ends on a straight line."""
    yield from steady_profile(CONCENTRATED)


def dilute_transient_profile() -> Iterator[Check]:
    """The dilute salt's profile on its way to the straight line."""
    yield from transient_profile(DILUTE)


def concentrated_transient_profile() -> Iterator[Check]:
    """The concentrated salt's profile on its way to the straight line."""
    yield from transient_profile(CONCENTRATED)


def dilute_sand_time() -> Iterator[Check]:
    """When a current above the limiting one has emptied the cathode of dilute salt."""
    yield from sands_time(DILUTE)


def concentrated_sand_time() -> Iterator[Check]:
    """When a current above the limiting one has emptied the cathode of concentrated salt."""
    yield from sands_time(CONCENTRATED)


def steady_profile(law: BinarySalt) -> Iterator[Check]:
    """Straight line, its slope and ends, and the current at which it would start from zero.

    Linear elements hold the line exactly, and 50 diffusion times leave nothing of the start.
    """
    J, duration = 0.8 * law.limiting_current, 50 * law.diffusion_time
    case = binary_cell(law, galvanostatic(J, duration))
    with started(case) as model:
        advance(model, duration)
        y, c = profile(model)
    line = law.salt(y, J)
    bend = float(np.abs(c - line).max()) / SALT
    # The salt at the cathode falls in proportion to J: it would be zero at the limiting current.
    limit = J * SALT / (SALT - c[0])
    found = limiting_current(case)
    yield Check(f"{law.name}: steady salt at the cathode [mol/m3]", line[0], c[0], 1e-8)
    yield Check(f"{law.name}: steady salt at the anode [mol/m3]", line[-1], c[-1], 1e-8)
    yield Check(f"{law.name}: steady slope [mol/m4]", law.slope(J), (c[-1] - c[0]) / GAP, 1e-8)
    yield Check(f"{law.name}: distance from a straight line [-]", 0.0, bend, 1e-9, "absolute")
    yield Check(f"{law.name}: limiting current [A/m2]", law.limiting_current, limit, 1e-8)
    yield Check(
        f"{law.name}: estimated limiting current [A/m2]", law.limiting_current, found, 1e-12
    )


def transient_profile(law: BinarySalt) -> Iterator[Check]:
    """Largest distance from the series, over the largest change of the salt so far.

    The mesh alone leaves 2e-4 at the first time and 2e-5 at the later ones (h^2), the steps
    alone 1e-4 (their tolerance to the power 2/3).
    """
    J = 0.8 * law.limiting_current
    with started(binary_cell(law, galvanostatic(J, law.diffusion_time), FINE)) as model:
        for share in SHARES:
            time = share * law.diffusion_time
            advance(model, time)
            y, c = profile(model)
            series = law.salt(y, J, time)
            miss = float(np.abs(c - series).max() / np.abs(series - SALT).max())
            name = f"{law.name}: error of the profile after {share:g} diffusion times [-]"
            yield Check(name, 0.0, miss, 5e-4, "absolute")


def sands_time(law: BinarySalt) -> Iterator[Check]:
    """Sand's time at three times the limiting current, when the anode is still far away.

    The salt at the cathode falls as c0 (1 - sqrt(time/tau)). No current flows without salt, so
    the line through the last two steps, above 2 % of c0, is followed down to zero.
    """
    J = 3 * law.limiting_current
    tau = law.sand_time(J)
    case = binary_cell(law, galvanostatic(J, 3 * tau), FINE)
    history = [(0.0, SALT)]
    with started(case) as model:
        for time in steps(model, 3 * tau):
            history.append((sqrt(time), float(profile(model)[1][0])))
            if history[-1][1] < 0.02 * SALT:
                break
    (s1, c1), (s2, c2) = history[-2:]
    found = (s2 + c2 * (s2 - s1) / (c1 - c2)) ** 2
    yield Check(f"{law.name}: Sand's time [s]", tau, found, 1e-3)
    yield Check(f"{law.name}: estimated Sand's time [s]", tau, sand_time(case, J), 1e-12)


def error_follows_tolerance() -> Iterator[Check]:
    """A tolerance of the steps ten times smaller makes the error of the profile as much smaller.

    A scheme of order two with steps h has local errors like h^3 and a global one like h^2, so the
    error should fall like the tolerance to the power 2/3, by 4.6.
    """
    J, time = 0.8 * DILUTE.limiting_current, 0.3 * DILUTE.diffusion_time
    misses = []
    for tolerance in (1e-3, 1e-4):
        with started(binary_cell(DILUTE, galvanostatic(J, time), tolerance)) as model:
            advance(model, time)
            y, c = profile(model)
        misses.append(float(np.abs(c - DILUTE.salt(y, J, time)).max()))
    yield Check(
        "error's power of the step tolerance [-]", 2 / 3, log10(misses[0] / misses[1]), 0.15
    )


def cottrell_current() -> Iterator[Check]:
    """Cottrell's current over a decade of time while the layer is thin.

    A voltage of 12 RT/F on fast kinetics empties the surface. So that the liquid's resistance
    does not limit the current at first, its conductivity is high, which the concentrated law
    leaves free. The salt left at the surface, 0.2 %, takes as much from the current.
    """
    law = CONCENTRATED
    drive = Potentiostatic(voltage="-0.3 V", duration=f"{law.diffusion_time} s")
    with started(binary_cell(law, drive, FINE, "100 S/m")) as model:
        for share in (0.002, 0.004, 0.008, 0.02):
            time = share * law.diffusion_time
            advance(model, time)
            J, left = float(front_current(model)[1][0]), float(profile(model)[1][0])
            name = f"Cottrell current after {share:g} diffusion times [A/m2]"
            yield Check(name, law.cottrell(time), J, 5e-3)
        yield Check("salt left at the surface [-]", 0.0, left / SALT, 3e-3, "absolute")


def galvanostatic(J: float, duration: float) -> Galvanostatic:
    """Return the drive that plates with `J` [A m-2] for `duration` [s]."""
    return Galvanostatic(current=f"{J} A/m^2", duration=f"{duration} s")


CHECKS = (
    dilute_steady_profile,
    concentrated_steady_profile,
    dilute_transient_profile,
    concentrated_transient_profile,
    dilute_sand_time,
    concentrated_sand_time,
    cottrell_current,
    error_follows_tolerance,
)
