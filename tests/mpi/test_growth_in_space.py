"""Fronts in 3-D that move on both electrodes through new meshes: one rank and two, and physics.

Run as a program it is what the ranks do: one run, its summary and history written to a file.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

import fem_kna as kna
from fem_kna.verify.growing import growing
from fem_kna.verify.parallel import launched

SAME = 1e-6
CURRENT = 40.0  # [A/m2]
DURATIONS = {"rough": 700.0, "crack": 120.0}  # [s]
MOLAR_VOLUME = 45.53e-6  # [m3/mol] of K
FARADAY = 96485.33212  # [C/mol]
NUMBERS = (
    "voltage [V]", "tip_height [m]", "roughness [m]", "current_focus [-]", "clearance [m]",
    "min_surface_concentration [mol/m3]", "min_quality [-]",
)  # fmt: skip
COUNTS = ("steps [-]", "remeshes [-]", "dofs [-]", "status")
COARSE = {"dimension": "3d", "gap": "60 um", "growth": 0.5, "far_size": "20 um"}
OFTEN = {"quality": 0.4, "longest": 1.05}
SEI = kna.CrackedFilm(resistance="30 ohm*cm^2", cracked_resistance="8 ohm*cm^2")
THIN = kna.UniformFilm(resistance="5 ohm*cm^2")


def cases():
    """Return a rough front, and one that is cracked over a patch; both electrodes' fronts move."""
    lengths = {"correlation_length": "10 um", "cut_off": "10 um", "front_size": "1.8 um"}
    rough = kna.shape("rough")(rms="1 um", width="20 um", **lengths, **COARSE)
    lengths = {"half_width": "8 um", "edge_width": "8 um", "edge_size": "2 um"}
    crack = kna.shape("crack_patch")(front_size="3 um", width="25 um", **lengths, **COARSE)
    counter = kna.Electrode(metal="K", film=THIN, front=kna.MovingFront())
    return {
        name: growing(mesh, CURRENT, DURATIONS[name], film=film, counter=counter, remeshing=OFTEN)
        for name, mesh, film in (("rough", rough, THIN), ("crack", crack, SEI))
    }


def found_on(ranks, name, folder):
    """Run the named case on so many ranks; return its summary and history."""
    file = folder / f"{name}_{ranks}.json"
    launched([sys.executable, __file__, name, str(file)], ranks, limit=140)
    return json.loads(file.read_text())


def grown_by_focus(history):
    """Return how far the mean is left behind where all of the current's focus is taken [m].

    int (focus - 1) V i/F dt by the trapezoidal rule: where a front lies level it moves by the
    current there, and it does at its tip.
    """
    times, focus = (
        np.array([row[key] for row in history]) for key in ("time [s]", "current_focus [-]")
    )
    return MOLAR_VOLUME * CURRENT / FARADAY * np.trapezoid(focus - 1, times)


def check_books(name, summary):
    """Nothing is lost over new meshes: charge, salt, and the volume that Faraday's law asks for."""
    assert summary["status"] == "finished" and summary["remeshes [-]"] >= 2
    charge = summary["plated_charge [C/m2]"]
    assert charge == pytest.approx(CURRENT * DURATIONS[name], rel=1e-9)
    deposit = MOLAR_VOLUME * charge / FARADAY
    assert summary["deposited_volume [m3/m2]"] == pytest.approx(deposit, rel=1e-8, abs=0)
    assert summary["salt_drift [-]"] < 1e-10 and summary["volume_drift [-]"] < 1e-10


def check_crack(history):
    """The middle of the crack takes the most current, and grows by it: no more and no less."""
    focus = [row["current_focus [-]"] for row in history]
    assert min(focus) > 2 and max(focus) < 30 / 8  # the films alone would have it
    assert history[-1]["tip_height [m]"] == pytest.approx(grown_by_focus(history), rel=0.02)


def check_rough(history):
    """The front grows rougher, its tip by no more than the most current: no node shoots out."""
    rms, tip = ([row[key] for row in history] for key in ("roughness [m]", "tip_height [m]"))
    assert rms[-1] > 1.2 * rms[0]
    assert 0 < tip[-1] - tip[0] < grown_by_focus(history)


CHECKS = {"crack": check_crack, "rough": check_rough}


@pytest.mark.slow
@pytest.mark.timeout(290)
@pytest.mark.parametrize("name", CHECKS)
def test_a_front_in_space_grows_through_new_meshes(name, tmp_path):
    (one, _), (two, history) = (found_on(ranks, name, tmp_path) for ranks in (1, 2))
    assert (one["ranks [-]"], two["ranks [-]"]) == (1, 2)
    check_books(name, two)
    CHECKS[name](history)
    for key in COUNTS:
        assert two[key] == one[key], key
    for key in NUMBERS:
        assert two[key] == pytest.approx(one[key], rel=SAME), key


def program(name, file):
    run = kna.simulate(cases()[name])
    if MPI.COMM_WORLD.rank == 0:
        Path(file).write_text(json.dumps([run.summary, run.history]))


if __name__ == "__main__":
    program(*sys.argv[1:])
