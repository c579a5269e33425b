"""A separator on the crest of a deposit: it never pulls, it converges; liquid is flat.

The crest grows over a crack of 2 um half width with an edge of 1 um.
"""

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

import fem_kna as kna
from fem_kna.physics.contact import SOFTNESS
from fem_kna.places import load_case
from fem_kna.results.profiles import contact_profile
from fem_kna.results.stress import front_nodes
from fem_kna.solve.march import March
from fem_kna.solve.newton import Newton

CREST, EDGE = 2e-6, 1e-6  # [m] half width and edge of the crack
LEVELS = (0.4, 0.2, 0.1)  # [um] elements there

# Errors of time are the same on all levels; tighter steps change the peak by 6e-5.
COARSE_STEPS = {"time_tolerance": 1e-2, "first_step": "20 ms"}

Profile = tuple[np.ndarray, np.ndarray]


def crest(
    metal: str = "K", size: float = 0.4, seconds: float = 60.0, pressure: str = "0.2 MPa",
    skeleton: Any = None, dimension: str = "2d", **numerics: Any,
) -> kna.Result:  # fmt: skip
    """Return the main job's crack in a small cell, plated for a while with elements of `size`."""
    case = load_case("plating_over_crack").case()
    mesh = kna.shape("crack_patch")(
        half_width=f"{CREST} m", edge_width=f"{EDGE} m", edge_size=f"{size} um",
        front_size=f"{2 * size} um", width="20 um", gap="60 um", metal_depth="20 um", growth=0.15,
        dimension=dimension,
    )  # fmt: skip
    changed = {
        "mesh": mesh,
        "stack": kna.FixedGap(pressure=pressure, skeleton=skeleton),
        "drive": kna.Galvanostatic(current="4 mA/cm^2", duration=f"{seconds} s"),
        "numerics": kna.Numerics(frames=1, **numerics),
    }
    for side in ("working", "counter"):
        changed[side] = getattr(case, side).model_copy(update={"metal": metal})
    return kna.simulate(case.model_copy(update=changed))


class Counts:
    """Newton iterations of the steps that were accepted, and how many were not."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.accepted: list[int] = []
        self.rejected = self._all = 0
        solve, attempt = Newton.solve, March._attempt

        def counted(newton: Newton) -> bool:
            before = newton.iterations
            solved = solve(newton)
            self._all += newton.iterations - before
            return solved

        def noted(march: March, h: float, **how: Any) -> float:
            before = self._all
            error = attempt(march, h, **how)
            if error > 1:
                self.rejected += 1
            else:
                self.accepted.append(self._all - before)
            return error

        patch.setattr(Newton, "solve", counted)
        patch.setattr(March, "_attempt", noted)


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    return Counts(monkeypatch)


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize("quality", [0.3, 0.6])
def test_contact_opens_and_never_pulls(quality: float, counts: Counts) -> None:
    """The crest lifts a soft mat off the metal beside it; the film it leaves is booked.

    Of p and g one is zero, but for p g = delta^2/2 in units of the stack's pressure and the front's
    smallest element. A quality of 0.6 asks for a new mesh when the film is there.
    """
    soft = kna.NeoHookean(modulus="0.3 MPa", poisson_number="0.2")
    again = kna.Remeshing(quality=quality)
    result = crest(seconds=100.0, pressure="0.02 MPa", skeleton=soft, remeshing=again)
    found, model = result.summary, result.model
    assert (found["remeshes [-]"] > 0) == (quality > 0.5)
    assert found["min_contact_pressure [Pa]"] >= 0 and found["max_contact_gap [m]"] > 1e-6
    nodes = front_nodes(model)
    p, g = model.fields.contact_pressure()[nodes], model.fields.contact_gap()[nodes]
    rounding = SOFTNESS**2 / 2 * 0.02e6 / model.scales.of("Pa") * model.domain.front_sizes()[0]
    assert min(p.min(), g.min()) >= 0 and (p * g).max() < 1.1 * rounding
    touching = p > 1e-2 * p.max()
    assert 0.1 < touching.mean() < 0.9
    assert found["volume_drift [-]"] < 1e-9 and found["salt_drift [-]"] < 1e-11
    assert max(counts.accepted) <= 8


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("dimension", ["2d", "axisymmetric"])
def test_a_step_on_a_crest_takes_few_iterations(dimension: str, counts: Counts) -> None:
    """Of Newton's method; a round crest stretches the mat far both ways."""
    result = crest(seconds=100.0, dimension=dimension)
    assert result.summary["status"] == "finished"
    assert max(counts.accepted) <= 6 and np.mean(counts.accepted) < 4
    assert counts.rejected <= 2


@cache
def profile(size: float) -> Profile:
    """Return distance along the front and contact pressure, with elements of `size` [um]."""
    found = contact_profile(crest(size=size, **COARSE_STEPS).model)
    assert found is not None
    return found


def mean(x: np.ndarray, p: np.ndarray) -> float:
    """Return the mean over the half width of the crack."""
    places = np.append(x[x < CREST], CREST)
    return float(np.trapezoid(np.interp(places, x, p), places) / CREST)


def noise(x: np.ndarray, p: np.ndarray) -> float:
    """Return the most by which a node of the crest stands out, over the mean there.

    From the mean of its neighbours, after the finest profile was taken off.
    """
    off = p - CubicSpline(*profile(LEVELS[-1]))(x)
    out = off[1:-1] - (off[:-2] + off[2:]) / 2
    return float(np.abs(out[x[1:-1] < CREST]).max() / mean(x, p))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_pressure_on_a_crest_converges() -> None:
    """Measured, in kPa with elements of 0.4, 0.2 and 0.1 um, and the order that follows:

                                     peak                   mean over the crest
        averaged, as it is told      358.8  352.9  351.5    2.0   339.5  335.0  333.1  1.2
        at single nodes              422.9  389.5  380.4    1.9   339.7  336.5  334.2  0.5

    At 0.4 um, which is the main job's, the averages have noise of 2.2 %, single nodes of 21 %. The
    mean over the half width of the crack converges to first order only; why is not known.
    """
    coarse, middle, fine = (float(profile(size)[1].max()) for size in LEVELS)
    assert abs(coarse - fine) < 0.025 * fine and abs(middle - fine) < 0.005 * fine
    assert 1.7 < np.log2((coarse - middle) / (middle - fine)) < 2.7
    assert noise(*profile(0.4)) < 0.03 and noise(*profile(0.2)) < 0.006
    coarse, middle, fine = (mean(*profile(size)) for size in LEVELS)
    assert abs(middle - fine) < min(0.008 * fine, 0.7 * abs(coarse - middle))


@pytest.mark.slow
@pytest.mark.timeout(100)
def test_liquid_metal_is_flat_under_a_separator() -> None:
    """The viscosity that is added to it holds up a hill in its own proportion, of 0.2 nm."""
    lines = []
    for least in (1e3, 1e2):
        result = crest("KNA-33.7", least_viscosity=f"{least} Pa*s")
        assert 0 < result.summary["tip_height [m]"] < 1e-9
        points = result.outlines[-1][1].points * result.model.scales.length
        lines.append(points[np.argsort(points[:, 0])])
    assert np.abs(lines[0] - lines[1]).max() < 1e-9
