"""Cells that age: half cells on a bare collector, atoms over many cycles, jumps. Mostly in 1-D."""

import csv
from math import asinh, exp, log

import numpy as np
import pytest

import fem_kna as kna
from fem_kna.inputs.nature import Nature
from fem_kna.verify.cells import cell, electrode, electrolyte, line, slab

pytestmark = pytest.mark.slow

NATURE = Nature(temperature="298.15 K")
F, V_T = float(NATURE.faraday), float(NATURE.thermal_voltage)
FIRST, FINAL, CYCLES, DEAD = 0.51, 0.89, 5.0, 0.05
CHARGE = 0.5 * 36000  # [C/m2]


def table(folder):
    with (folder / "cycles.csv").open(newline="") as file:
        return [{k: float(v) for k, v in row.items() if v} for row in csv.DictReader(file)]


def mixed(depth, ageing=None, film="30 ohm*cm^2"):
    metal = kna.WellMixed(depth=depth, ageing=ageing)
    return electrode(film=film).model_copy(update={"composition": metal})


def on_copper(steps, mesh=None, sodium="0 mol/m^3", tolerance=1e-2, first="50 ms"):
    """Bare copper against 300 um of potassium: the losses of figure 3a."""
    sei = kna.ConditionedLoss.calibrated(FIRST, FINAL, CYCLES, "0.5 mA*h/cm^2", DEAD)
    ageing = kna.Ageing(sei=sei, dead=kna.ConstantLoss(value=DEAD))
    return cell(
        mesh or line(20),
        electrolyte=electrolyte(sodium=sodium),
        working=mixed("0.01 nm", ageing),
        counter=mixed("300 um"),
        drive=kna.Protocol(steps=steps),
        numerics=kna.Numerics(time_tolerance=tolerance, first_step=first, frames=1),
    )


def steps(cycles):
    return (
        "Plate at 0.5 mA/cm^2 until 0.5 mAh/cm^2",
        "Strip at 0.5 mA/cm^2 until exhausted",
        f"Repeat {cycles} times",
    )


def test_efficiency_climbs_as_it_was_calibrated(tmp_path):
    """And what is not stripped is in the SEI, dead, or the last monolayer: charge by charge."""
    kna.simulate(on_copper(steps(3)), folder=tmp_path)
    rows = table(tmp_path)
    for row in rows:
        expected = FINAL - (FINAL - FIRST) * exp(-(row["cycle [-]"] - 1) / CYCLES)
        assert row["coulombic_efficiency [-]"] == pytest.approx(expected, abs=5e-4)
    lost = sum(row["plated_charge [C/m2]"] - row["stripped_charge [C/m2]"] for row in rows)
    last = rows[-1]
    found = last["charge_in_sei_on_working [C/m2]"] + last["charge_in_dead_metal_on_working [C/m2]"]
    left = last["potassium_in_working [mol/m2]"] * F
    assert found + left == pytest.approx(lost, rel=1e-5)
    stripped = sum(row["stripped_charge [C/m2]"] for row in rows)
    dead = last["charge_in_dead_metal_on_working [C/m2]"]
    assert dead == pytest.approx(stripped * DEAD / (1 - DEAD), rel=1e-9)


def test_in_the_plane_it_is_the_same_cell(tmp_path):
    """To the error of the time steps."""
    flat, plane = tmp_path / "1d", tmp_path / "2d"
    kna.simulate(on_copper(steps(1), mesh=slab("1d")), folder=flat)
    kna.simulate(on_copper(steps(1), mesh=slab("2d")), folder=plane)
    keys = ("coulombic_efficiency [-]", "charge_in_sei_on_working [C/m2]", "duration [s]")
    for key in keys:
        assert table(plane)[0][key] == pytest.approx(table(flat)[0][key], rel=1e-3)


def test_atoms_of_both_metals_are_kept_over_two_hundred_cycles(tmp_path):
    """Simulated one by one, down to the bare copper in each; of all salt, 1e-9."""
    case = on_copper(steps(200), mesh=line(8), sodium="25 mol/m^3", tolerance=1e-1, first="1 s")
    kna.simulate(case, folder=tmp_path)
    rows = table(tmp_path)
    assert len(rows) == 200
    for key in ("potassium_drift [-]", "sodium_drift [-]", "salt_drift [-]"):
        assert max(row[key] for row in rows) < 1e-9
    assert rows[-1]["coulombic_efficiency [-]"] == pytest.approx(FINAL, abs=1e-3)


def symmetric(cycles, jumps=None, tolerance=1e-2):
    """Both electrodes lose 1 % of what is plated, more at first, and the film grows."""
    sei = kna.ConditionedLoss(first=0.03, final=0.01, charge="20000 C/m^2")
    ageing = kna.Ageing(
        sei=sei, dead=kna.ConstantLoss(value=0.005), added_resistance="3e-6 ohm*m^4/C"
    )
    text = f"Plate at 40 A/m^2 for 20 s; Strip at 40 A/m^2 for 20 s; Repeat {cycles} times"
    return cell(
        line(20),
        electrolyte=electrolyte(sodium="25 mol/m^3"),
        working=mixed("20 um", ageing),
        counter=mixed("20 um", ageing),
        drive=kna.Protocol(steps=text, jumps=jumps),
        numerics=kna.Numerics(time_tolerance=tolerance, first_step="50 ms", frames=1),
    )


def test_jumps_over_a_cell_that_ages_come_to_what_all_its_cycles_do(tmp_path):
    """Eighty cycles, of which many are jumped: within the error that is reported."""
    law = kna.Jumps(tolerance=2e-3)
    whole = kna.simulate(symmetric(80), folder=tmp_path / "whole")
    jumped = kna.simulate(symmetric(80, law), folder=tmp_path / "jumped")
    assert jumped.summary["jumped_cycles [-]"] >= 30
    unit = 0.1 * 500 * 0.4e-3  # [mol/m2], an error of one: see Jumps
    bound = jumped.summary["jump_error [-]"] * unit
    for key in ("potassium_in_working [mol/m2]", "sodium_in_working [mol/m2]"):
        assert abs(jumped.summary[key] - whole.summary[key]) < bound
    for name in ("charge_in_sei_on_working [C/m2]", "charge_in_dead_metal_on_counter [C/m2]"):
        assert abs(jumped.summary[name] - whole.summary[name]) < bound * F
        assert whole.summary[name] > 10 * bound * F  # it has aged by far more than that
    for key in ("potassium_drift [-]", "sodium_drift [-]"):
        assert max(row[key] for row in table(tmp_path / "jumped")) < 1e-9
    last, first = (table(tmp_path / "whole")[k]["mean_plating_polarisation [V]"] for k in (-1, 0))
    found = table(tmp_path / "jumped")[-1]["mean_plating_polarisation [V]"]
    assert last - first > 0.02 and found == pytest.approx(last, abs=0.02 * (last - first))


def test_the_sei_adds_its_resistance_to_the_polarisation():
    """R grows by r times the charge in it: the voltage at a given current by J times that."""
    result = kna.simulate(symmetric(1))
    bare = kna.simulate(symmetric(1).model_copy(update={"working": mixed("20 um"),
                                                         "counter": mixed("20 um")}))  # fmt: skip
    last = result.history[-1]
    sides = ("working", "counter")
    added = sum(last[f"resistance_in_sei_on_{side} [ohm m2]"] for side in sides)
    charge = sum(last[f"charge_in_sei_on_{side} [C/m2]"] for side in sides)
    assert added == pytest.approx(3e-6 * charge, rel=1e-12)
    rise = last["voltage [V]"] - bare.history[-1]["voltage [V]"]
    assert rise == pytest.approx(40 * added, rel=1e-3)


def test_a_symmetric_cell_under_a_protocol_polarises_by_the_textbook(tmp_path):
    """At rest in itself at the end of each step: liquid, films, Nernst, two asinh (V8).

    J L/kappa + 2 J R + 2 V_T (1 - t) X ln(c_a/c_c) + 2 V_T sum asinh(J / (2 i0 sqrt(c/c_ref))),
    with c = c0 (1 +- J/J_lim); here i0 = 12 A/m2 at c_ref = 400 mol/m3.
    """
    J = 60.0
    text = f"Plate at {J} A/m^2 for 24 h; Strip at {J} A/m^2 for 24 h"
    case = cell(
        line(20),
        working=mixed("10 mm"),
        counter=mixed("10 mm"),
        drive=kna.Protocol(steps=f"{text}; Repeat 2 times"),
        numerics=kna.Numerics(first_step="4 h", time_tolerance=1e3, frames=1),
    )
    result = kna.simulate(case, folder=tmp_path)
    liquid, L = result.model.case.electrolyte, 0.4e-3
    t, X, c0 = 0.35, 1.3, 500.0
    tortuous = float(case.separator.porosity) ** float(case.separator.bruggeman_exponent)
    limit = 2 * F * tortuous * float(liquid.salt_diffusivity) * c0 / ((1 - t) * L)
    c = c0 * (1 + np.array([1, -1]) * J / limit)
    expected = J * (L / (tortuous * 0.7) + 2 * 30e-4) + 2 * V_T * (1 - t) * X * log(c[0] / c[1])
    expected += 2 * V_T * sum(asinh(J / (2 * 12 * (one / 400) ** 0.5)) for one in c)
    for row in table(tmp_path):
        for sign in ("plating", "stripping"):
            assert row[f"end_{sign}_polarisation [V]"] == pytest.approx(expected, rel=1e-6)
