"""Cells under protocols: cut-offs in time, cycles in numbers, ends and stops. All in 1-D."""

import csv
import json

import numpy as np
import pytest

import fem_kna as kna
from fem_kna.inputs.errors import Stopped
from fem_kna.inputs.nature import Nature
from fem_kna.jumping import Jumper
from fem_kna.verify.cells import cell, electrode, electrolyte, line
from fem_kna.verify.growing import flat, growing

F = float(Nature(temperature="298.15 K").faraday)
CLOSE = 1e-6  # of the step


def mixed(depth):
    return electrode(film="0 ohm*cm^2").model_copy(
        update={"composition": kna.WellMixed(depth=depth)}
    )


def run(*steps, working="20 um", folder=None, numerics=None, progress=None, **fields):
    """A cell of 0.4 mm between well-mixed potassium under a protocol."""
    drive = kna.Protocol(steps=steps, **fields)
    numerics = kna.Numerics(
        **({"time_tolerance": 1e-2, "first_step": "50 ms", "frames": 1} | (numerics or {}))
    )
    sides = {"working": mixed(working), "counter": mixed("20 um")}
    case = cell(line(20), drive=drive, numerics=numerics, **sides)
    return kna.simulate(case, folder=folder, progress=progress or (lambda share, steps: None))


def column(result, name):
    return np.array([row[name] for row in result.history])


def table(folder):
    with (folder / "cycles.csv").open(newline="") as file:
        return [{k: float(v) for k, v in row.items() if v} for row in csv.DictReader(file)]


def integral(rows, of, over):
    return np.trapezoid(*([row[key] for row in rows] for key in (of, over)))


def steps_of(result):
    """The rows of each step: the first, at which no time has passed, begins it."""
    found = []
    for row in result.history[1:]:
        if row["dt [s]"] == 0:
            found.append([])
        found[-1].append(row)
    return found


CYCLE = ("Plate at 40 A/m^2 for 20 s", "Strip at 40 A/m^2 for 10 s", "Rest for 5 s")


class TestCutOffs:
    """Each is met to a millionth of the step that it cuts short."""

    @pytest.mark.parametrize(
        ("steps", "quantity", "limit"),
        [
            (("Plate at 100 A/m^2 until -0.3 V",), "voltage [V]", -0.3),
            (("Hold at -0.3 V until 100 A/m^2",), "current [A/m2]", 100),
            (
                ("Plate at 100 A/m^2 until 350 mol/m^3",),
                "min_surface_concentration [mol/m3]",
                350,
            ),
        ],
    )
    def test_of_what_is_seen_in_the_last_row(self, steps, quantity, limit):
        """The last step's slope turns what the quantity misses into time."""
        result = run(*steps)
        assert result.summary["status"] == "finished"
        before, last = (row[quantity] for row in result.history[-2:])
        assert abs(before - limit) > 1e3 * abs(last - limit)
        whole = result.history[-1]["dt [s]"]
        missed = abs(last - limit) / abs(last - before) * whole
        assert missed < 3 * CLOSE * whole

    def test_of_a_capacity_under_a_voltage(self):
        result = run("Hold at -0.1 V until 200 C/m^2")
        assert result.summary["plated_charge [C/m2]"] == pytest.approx(200, rel=CLOSE)

    def test_of_a_capacity_under_a_current_by_its_time(self):
        result = run("Plate at 40 A/m^2 until 200 C/m^2", "Strip at 80 A/m^2 until 200 C/m^2")
        assert result.summary["time [s]"] == pytest.approx(7.5, rel=1e-12)
        assert result.summary["plated_charge [C/m2]"] == pytest.approx(0, abs=1e-9)

    def test_of_metal(self):
        """Until a monolayer is left of 0.5 um: n F / J, by hand."""
        result = run("Strip at 100 A/m^2 until exhausted", working="0.5 um")
        atoms, monolayer = 0.5e-6 / 4.553e-5, 8.3e-6
        expected = (atoms - monolayer) * F / 100
        assert result.summary["time [s]"] == pytest.approx(expected, rel=2e-4)  # of molar volume
        left = result.summary["potassium_in_working [mol/m2]"]
        dt = result.history[-1]["dt [s]"]
        assert abs(left - monolayer) * F / 100 < 3 * CLOSE * dt

    def test_of_a_front(self):
        """Half of 20 um: t = 10 um F / (V J), and stripping takes it back from there."""
        drive = kna.Protocol(
            steps=("Plate at 300 A/m^2 until penetration", "Strip at 300 A/m^2 for 30 s")
        )
        event = kna.Penetration(fraction=0.5)
        result = kna.simulate(growing(flat("1d"), drive=drive, events=[event]))
        there = 10e-6 * F / (300 * float(result.model.case.working.metal.molar_volume("K")))
        assert result.summary["status"] == "finished"
        assert result.summary["time_to_penetration [s]"] == pytest.approx(there, rel=1e-9)
        assert result.summary["time [s]"] == pytest.approx(there + 30, rel=1e-9)
        assert result.summary["front_advance [m]"] == pytest.approx(
            10e-6 * (1 - 30 / there), rel=1e-8
        )
        assert result.summary["volume_drift [-]"] < 1e-9
        assert result.summary["salt_drift [-]"] < 1e-11


class TestEnds:
    def test_a_step_that_meets_no_limit_loses_patience(self):
        with pytest.raises(kna.RunError) as caught:
            run("Strip at 1 A/m^2 until 1 V", patience="10 s")
        assert str(caught.value).startswith(
            "step 1 'Strip at 0.1 mA/cm^2 until 1 V' of cycle 1: has met no limit within 10 s"
        )

    def test_nothing_is_left_to_strip(self):
        """The second cycle's stripping is over at its start, and so is the protocol."""
        steps = ("Strip at 100 A/m^2 until exhausted", "Rest for 1 s", "Repeat 2 times")
        result = run(*steps, working="0.5 um")
        assert result.summary["status"] == (
            "event: step 1 'Strip at 10 mA/cm^2 until exhausted' of cycle 2 is over at its start"
        )
        assert result.summary["cycles [-]"] == 1

    def test_a_current_that_is_low_enough_already_is_passed_over(self):
        result = run("Hold at -1 mV until 50 A/m^2", "Rest for 1 s")
        assert result.summary["time [s]"] == 1


class TestCycles:
    def test_the_table_is_what_the_history_integrates_to(self, tmp_path):
        result = run(*CYCLE, "Repeat 2 times", folder=tmp_path)
        rows = table(tmp_path)
        assert [row["cycle [-]"] for row in rows] == [1, 2]
        steps = steps_of(result)
        for row, (plating, stripping, rest) in zip(rows, (steps[:3], steps[3:]), strict=True):
            assert row["plated_charge [C/m2]"] == pytest.approx(800, rel=1e-12)
            assert row["stripped_charge [C/m2]"] == pytest.approx(400, rel=1e-12)
            assert row["coulombic_efficiency [-]"] == pytest.approx(0.5, rel=1e-12)
            assert row["duration [s]"] == pytest.approx(35, rel=1e-12)
            assert max(row["potassium_drift [-]"], row["sodium_drift [-]"]) < 1e-9
            for sign, inside, time in (("plating", plating, 20), ("stripping", stripping, 10)):
                whole = integral(inside, "polarisation [V]", "time [s]")
                assert row[f"mean_{sign}_polarisation [V]"] == pytest.approx(whole / time, rel=1e-9)
                end = inside[-1]["polarisation [V]"]
                assert row[f"end_{sign}_polarisation [V]"] == end
            energy = -sum(
                integral(inside, "voltage [V]", "charge [C/m2]")
                for inside in (plating, stripping, rest)
            )
            assert row["energy [J/m2]"] == pytest.approx(energy, rel=1e-9) and energy > 0
        summary = json.loads((tmp_path / "summary.json").read_text())
        assert summary["cycles [-]"] == 2
        assert summary["mean_coulombic_efficiency [-]"] == pytest.approx(0.5)
        assert summary["last_cycle_energy [J/m2]"] == rows[-1]["energy [J/m2]"]

    @pytest.mark.slow
    def test_a_history_keeps_some_cycles_the_table_all(self, tmp_path):
        whole = run(*CYCLE, "Repeat 4 times", folder=tmp_path / "whole")
        shares = []
        thin = run(
            *CYCLE, "Repeat 4 times", folder=tmp_path / "thin", detailed_cycles=2,
            progress=lambda share, steps: shares.append(12 * float(share)),
        )  # fmt: skip
        assert sorted(set(shares)) == [0, 1, 2, 6, 7, 8, 9, 10, 11]  # steps that are done
        kept = {int(rows[0]["time [s]"] // 35) for rows in steps_of(thin)}
        assert kept == {0, 2, 3}
        assert table(tmp_path / "thin") == table(tmp_path / "whole")
        assert thin.summary["voltage [V]"] == whole.summary["voltage [V]"]

    @pytest.mark.slow
    def test_it_is_the_same_as_drives_one_after_the_other(self):
        """Plating for 20 s, by a drive of its own, and by a protocol."""
        drive = kna.Galvanostatic(current="40 A/m^2", duration="20 s")
        fine = {"time_tolerance": 1e-4}
        sides = {"working": mixed("20 um"), "counter": mixed("20 um")}
        numerics = kna.Numerics(frames=1, first_step="50 ms", **fine)
        alone = kna.simulate(cell(line(20), drive=drive, numerics=numerics, **sides))
        under = run("Plate at 40 A/m^2 for 20 s", numerics=fine)
        assert under.summary["voltage [V]"] == pytest.approx(
            alone.summary["voltage [V]"], rel=1e-10
        )

    @pytest.mark.slow
    def test_resumed_it_ends_as_uninterrupted(self, tmp_path, monkeypatch):
        steps = (*CYCLE, "Plate at 100 A/m^2 until -0.28 V or for 30 s", "Repeat 2 times")
        whole = run(*steps, folder=tmp_path / "whole")
        looks = iter(range(1000))

        def stop(self, course):
            if next(looks) == 40:
                self.write(course)
                raise Stopped("planted")

        case, folder = whole.model.case, tmp_path / "stopped"
        with monkeypatch.context() as patch:
            patch.setattr("fem_kna.checkpoint.keeper.Keeper.look", stop)
            with pytest.raises(Stopped):
                kna.simulate(case, folder=folder)
        resumed = kna.simulate(case, folder=folder, resume=True)
        for key in ("time [s]", "voltage [V]", "cycles [-]", "last_cycle_energy [J/m2]"):
            assert resumed.summary[key] == pytest.approx(whole.summary[key], rel=1e-9)
        assert table(folder) == [
            pytest.approx(row, rel=1e-9, abs=1e-12) for row in table(tmp_path / "whole")
        ]


@pytest.mark.slow
class TestJumps:
    STEPS = "Plate at 40 A/m^2 for 10 s; Strip at 40 A/m^2 for 10 s; Repeat 24 times"
    TOLERANCE = 2e-2

    def cycled(self, folder, jumps, *, resume=False):
        """Sodium goes over from one electrode into the other, less and less per cycle."""
        case = cell(
            line(20),
            electrolyte=electrolyte(sodium="25 mol/m^3"),
            working=mixed("20 um"),
            counter=mixed("20 um"),
            drive=kna.Protocol(steps=self.STEPS, jumps=jumps),
            numerics=kna.Numerics(time_tolerance=1e-2, first_step="50 ms", frames=1),
        )
        return kna.simulate(case, folder=folder, resume=resume)

    def test_they_come_to_what_simulating_every_cycle_does(self, tmp_path):
        whole = self.cycled(tmp_path / "whole", None)
        jumped = self.cycled(tmp_path / "jumped", kna.Jumps(tolerance=self.TOLERANCE))
        rows = table(tmp_path / "jumped")
        assert rows[-1]["cycle [-]"] == 24
        skipped = jumped.summary["jumped_cycles [-]"]
        assert skipped == 24 - len(rows) and skipped >= 2
        assert all(row["jump_error [-]"] <= self.TOLERANCE for row in rows)
        assert jumped.summary["time [s]"] == pytest.approx(480, rel=1e-12)
        for key in ("salt_drift [-]", "potassium_drift [-]", "sodium_drift [-]"):
            assert max(row[key] for row in rows) < 1e-9
        key, unit = "sodium_in_working [mol/m2]", 0.1 * 500 * 0.4e-3  # error of one: see Jumps
        bound = (jumped.summary["jump_error [-]"] + self.TOLERANCE) * unit
        assert abs(jumped.summary[key] - whole.summary[key]) < bound
        assert jumped.summary["voltage [V]"] == pytest.approx(
            whole.summary["voltage [V]"], abs=1e-3
        )

    def test_what_is_too_far_is_undone(self, tmp_path, monkeypatch):
        """The first jump's error is planted too large: no cycle is lost or done twice."""
        planted, real = iter([1.0]), Jumper.error

        def error(jumper):
            found = real(jumper)
            return next(planted, found) if jumper.jump is not None else found

        monkeypatch.setattr(Jumper, "error", error)
        self.cycled(tmp_path, kna.Jumps(tolerance=self.TOLERANCE))
        numbers = [row["cycle [-]"] for row in table(tmp_path)]
        assert next(planted, None) is None
        assert numbers == sorted(set(numbers)) and numbers[-1] == 24
        assert max(row["sodium_drift [-]"] for row in table(tmp_path)) < 1e-9

    @pytest.mark.parametrize("between", [False, True])
    def test_resumed_no_jump_goes_unjudged_and_no_cycle_is_lost(
        self, tmp_path, monkeypatch, between
    ):
        """Stopped in the midst of a cycle, and between one that tested a jump and the next jump."""
        looks = iter(range(10000))

        def stop(keeper, course):
            assert not course.recorder.holds
            tested = any(row["jumped_cycles [-]"] > 0 for row in course.journal.cycles)
            if tested if between else next(looks) == 30:
                keeper.write(course)
                raise Stopped("planted")

        jumps = kna.Jumps(tolerance=self.TOLERANCE)
        with monkeypatch.context() as patch:
            patch.setattr("fem_kna.checkpoint.keeper.Keeper.look", stop)
            with pytest.raises(Stopped):
                self.cycled(tmp_path, jumps)
        resumed = self.cycled(tmp_path, jumps, resume=True)
        rows = table(tmp_path)
        numbers = [row["cycle [-]"] for row in rows]
        assert numbers == sorted(set(numbers)) and numbers[-1] == 24
        assert resumed.summary["jumped_cycles [-]"] == 24 - len(rows) >= 2
        assert all(row["jump_error [-]"] <= self.TOLERANCE for row in rows)
        assert resumed.summary["time [s]"] == pytest.approx(480, rel=1e-12)
        assert max(row["sodium_drift [-]"] for row in rows) < 1e-9

    def test_they_need_fronts_that_stand(self):
        drive = kna.Protocol(steps=self.STEPS, jumps=kna.Jumps())
        with pytest.raises(kna.InputError, match=r"drive\.jumps: a front moves"):
            growing(flat("1d"), drive=drive)
