"""Full cells against formulas, and the half cell of Doyle, Fuller and Newman against PyBaMM's.

PyBaMM wants an environment of its own: it is made where packages can be installed, and else these
tests are skipped. FEM_KNA_PYBAMM may name the Python of one that exists.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import fem_kna as kna
from fem_kna.inputs.units import Value
from fem_kna.verify.particles import CHECKS, coated, fillings

pytestmark = pytest.mark.slow
ORACLE = Path(__file__).parents[1] / "oracles" / "dfn.py"
RATES = (0.1, 0.3, 1.0)  # [C]
DEPTH, CUT_OFF = "40 um", 3.3
MILLIVOLTS = 0.5  # where 2 are asked for: so that a wrong porosity is seen


@pytest.mark.parametrize("check", CHECKS, ids=lambda one: one.__name__)
def test_cathodes_meet_their_formulas(check):
    for one in check():
        assert one.passed, one


# By blocking: cells of PyBaMM in a particle, and what is allowed [mV]. Where diffusivity falls, its
# equal cells resolve the surface worse, and with it where the voltage falls to the cut-off.
BLOCKING = {0.0: (30, MILLIVOLTS), 0.9: (200, 2.0)}
Q = "150 mA*h/g"


def host(blocking=0.0, **fields):
    """PBA in spheres, diffused through so fast that the other losses count as well."""
    update = {"diffusivity": Value(1e-14, "m^2/s"), "capacity": Value(5.4e5, "C/kg")}
    update |= {"shape": kna.Sphere(), "diffusion": kna.FallingDiffusivity(blocking=blocking)}
    quick = kna.active_material("PBA").model_copy(update=update)
    given = {"material": quick, "filling": 0.05, "conductivity": "2 S/m", "modes": 8}
    return kna.PorousElectrode(**(given | fields))


def half_cell(rate, **fields):
    """A coating of 40 um against potassium without a film, on its way to 3.3 V."""
    return kna.Case(
        name="half_cell",
        mesh=kna.shape("full_cell")(dimension="1d", cathode=DEPTH),
        electrolyte="0.4 M KFSI/DME",
        separator="GF/D",
        working=host(**fields),
        counter=kna.Electrode(metal="K", film=kna.UniformFilm(resistance="0 ohm*m^2")),
        drive=kna.Protocol(
            capacity=host().capacity(DEPTH, Q),
            steps=(f"Discharge at {rate}C until {CUT_OFF} V",),
        ),
        numerics=kna.Numerics(frames=1, longest_step=f"{72 / rate} s"),
    )


def numbers(blocking):
    """What PyBaMM is told, in SI."""
    case = half_cell(RATES[0], blocking=blocking).resolved()
    e, s, metal = case.electrolyte, case.separator, case.reactions[0].kinetics
    c, m = case.working, case.working.material
    charge = float(c.capacity(DEPTH, Q).magnitude)
    told = {
        "potentials": [(point.filling, point.potential) for point in m.potentials],
        "rounding": m.rounding, "i0": m.exchange_current_density,
        "c_ref": m.reference_concentration, "i0_metal": metal.exchange_current_density,
        "c_ref_metal": metal.reference_concentration, "gap": case.mesh.gap,
        "separator_porosity": s.porosity, "separator_bruggeman": s.bruggeman_exponent,
        "depth": case.mesh.cathode, "porosity": c.porosity, "active": c.active,
        "bruggeman": c.bruggeman_exponent, "sigma": c.conductivity, "radius": m.particle_radius,
        "D_s": m.diffusivity, "blocking": blocking, "cells": BLOCKING[blocking][0],
        "c_max": m.density * m.capacity / case.nature.faraday,
        "filling": c.filling, "c": e.salt_concentration, "t": e.transference_number,
        "X": e.thermodynamic_factor, "D": e.salt_diffusivity, "kappa": e.conductivity,
        "T": case.temperature, "cut_off": CUT_OFF, "charge": charge,
        "currents": [rate * charge / 3600 for rate in RATES],
    }  # fmt: skip
    return json.loads(json.dumps(told, default=float))


@pytest.fixture(scope="module")
def curves(tmp_path_factory):
    """Times [s] and voltages [V] by PyBaMM, by blocking and rate."""
    python = os.environ.get("FEM_KNA_PYBAMM") or _installed(tmp_path_factory.mktemp("pybamm"))
    found = {}
    for blocking in BLOCKING:
        done = subprocess.run(
            [python, str(ORACLE)], input=json.dumps(numbers(blocking)), capture_output=True,
            text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        for rate, curve in zip(RATES, json.loads(done.stdout), strict=True):
            found[blocking, rate] = curve
    return found


def _installed(folder):
    python = folder / "bin" / "python"
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "pybamm>=25"],
    ):
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"PyBaMM cannot be installed here: {done.stderr.strip()[-200:]}")
    return str(python)


def apart(case, curve):
    """The largest difference of the voltages [mV], and the relative one of the times to the end."""
    rows = [row for row in kna.simulate(case).history if row["time [s]"] > 0]
    time, voltage = (np.array([row[key] for row in rows]) for key in ("time [s]", "voltage [V]"))
    both = time < 0.999 * min(time[-1], curve[0][-1])
    miss = np.abs(voltage - np.interp(time, *curve))[both].max()
    return 1e3 * miss, abs(time[-1] / curve[0][-1] - 1)


@pytest.mark.parametrize("blocking", BLOCKING)
@pytest.mark.parametrize("rate", RATES)
def test_the_half_cell_is_pybamms(curves, rate, blocking):
    millivolts, end = apart(half_cell(rate, blocking=blocking), curves[blocking, rate])
    assert millivolts < BLOCKING[blocking][1]
    assert end < 1e-3


@pytest.mark.parametrize(
    "wrong", [{"porosity": 0.3}, {"conductivity": "0.1 S/m"}, {"blocking": 0.5}]
)
def test_another_coating_is_not(curves, wrong):
    assert apart(half_cell(1.0, **wrong), curves[0.0, 1.0])[0] > MILLIVOLTS


def test_plates_whose_diffusivity_falls_are_those_of_finite_volumes():
    """In a run: the filling at the surface after most of a discharge, to a tenth of a percent."""
    start, rate, tau = 0.3, 1.0, 0.1
    law = kna.FallingDiffusivity(blocking=0.9)
    result = kna.simulate(coated(rate, tau, {"shape": kna.Plate(), "diffusion": law}))
    found = float(np.mean(fillings(result)))
    expected = surface_of_a_plate(law, start, rate, tau)
    assert 0.8 < expected < 0.9
    assert found == pytest.approx(expected, abs=1e-3)


def surface_of_a_plate(law, start, rate, tau, cells=300):
    """Its filling, by finite volumes that are finer at the surface."""
    faces = 1 - np.linspace(1, 0, cells + 1) ** 1.6
    middles, widths = (faces[1:] + faces[:-1]) / 2, np.diff(faces)

    def rise(_, x):
        D = law.relative((x[1:] + x[:-1]) / 2)
        return np.diff([0, *(D * np.diff(x) / np.diff(middles)), rate]) / widths

    run = solve_ivp(rise, (0, tau), np.full(cells, start), "LSODA", rtol=1e-7, atol=1e-9, lband=1,
                    uband=1)  # fmt: skip
    last = run.y[-1, -1]
    return last + rate / law.relative(last) * (1 - middles[-1])
