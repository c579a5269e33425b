"""Who heals: the verdict on histories made by hand, what is varied, and the study at two points."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fem_kna.inputs.overrides import overridden
from fem_kna.places import load_case
from fem_kna.studies.findings import findings, paired
from fem_kna.studies.healing import Job, Point, Search, flow_stress, jobs, run, turn
from fem_kna.studies.knobs import on_metal
from fem_kna.studies.verdict import Bump, bump_of

STUDY = load_case("who_heals")
METALS = STUDY.METALS
STRESS, WEAKENING = STUDY.STRESS, STUDY.WEAKENING
MICRO = 1e-6


def history(tips: list[float], charges: tuple[float, ...] = (0, 50, 75, 100)) -> list[Any]:
    """Return rows at some charges [C/m2]; the mean front gains 0.1 um per C/m2."""
    keys = ("charge [C/m2]", "front_advance [m]", "tip_height [m]")
    return [
        dict(zip(keys, (q, 0.1 * q * MICRO, tip * MICRO), strict=True))
        for q, tip in zip(charges, tips, strict=True)
    ]


@pytest.mark.parametrize(
    ("tips", "growth", "stopped", "low"),
    [
        ([0, 3, 4, 5], 1 / 2.5, False, False),  # 1 um in a quarter, in which the front gains 2.5
        ([0, 3, 4, 4.2], 0.2 / 2.5, True, False),
        ([0, 1, 1.2, 1.6], 0.4 / 2.5, False, True),
        ([0, 3, 2, 1], -1 / 2.5, True, True),
    ],
)
def test_verdict_by_hand(tips: list[float], growth: float, stopped: bool, low: bool) -> None:
    bump = bump_of(history(tips), 2 * MICRO)
    assert bump.growth == pytest.approx(growth) and bump.tip == pytest.approx(tips[-1] * MICRO)
    assert (bump.stopped, bump.low, bump.heals) == (stopped, low, stopped or low)


def test_the_last_quarter_begins_between_two_rows() -> None:
    bump = bump_of(history([0, 2, 6], (0, 60, 100)), MICRO)
    assert bump.growth == pytest.approx((6 - 3.5) / 2.5)


def point(job: Job, growth: float, tip: float = 5.0) -> Point:
    """Return a point as a run would leave it."""
    keys = ("current_focus [-]", "stress_focus [-]", "max_contact_pressure [Pa]")
    numbers = dict.fromkeys((*keys, "flow_stress [Pa]"), 1.0)
    return Point(job, Bump(tip * MICRO, growth, 2 * MICRO), numbers)


def at(value: float) -> Point:
    """Return K at a reference stress, growing."""
    return point(Job("K", STRESS, value), 0.25)


def test_a_turn_is_bracketed() -> None:
    """Growth goes with the stress: it passes a tenth at 0.04."""
    found = turn(Search("K", STRESS, 0.025), at(0.1), lambda job: point(job, 2.5 * job.value), 3)
    assert found.heals == (False, True) and len(found.runs) == 5
    assert found.bracket[1] < 0.04 < found.bracket[0]
    assert found.bracket[0] / found.bracket[1] == pytest.approx(4 ** (1 / 8))


def test_no_turn_between_equal_verdicts() -> None:
    found = turn(Search("K", STRESS, 0.025), at(0.1), lambda job: point(job, 0.3), 3)
    assert found.heals == (False, False) and len(found.runs) == 2


def test_a_run_that_fails_ends_the_search() -> None:
    found = turn(Search("K", STRESS, 1.0), at(0.1), lambda job: Point(job, None), 3)
    assert found.heals == (False, None) and len(found.runs) == 2


def test_knobs_turn_what_they_say() -> None:
    base = STUDY.case()
    for metal in METALS:
        resolved = on_metal(base, metal)
        for knob in STUDY.KNOBS:
            if knob.turns(resolved):
                low, high = knob.values
                assert low <= knob.base(resolved) <= high, knob.name
                turned = on_metal(base, metal, knob.settings(low))
                assert knob.base(turned) == pytest.approx(low)
    law = on_metal(base, "KNA-3.5", STRESS.settings(0.05)).working.rheology
    assert law.solid.reference_stress == pytest.approx(5e4)


def test_flow_stress_by_hand() -> None:
    """sigma_0 exp(-alpha phi / n) at the rate at which sigma_0 is stated."""
    case = on_metal(STUDY.case(), "KNA-3.5")
    phi = case.working.rheology.liquid_fraction
    assert flow_stress(case) == pytest.approx(1e5 * np.exp(-30 * phi / 5), rel=1e-3)
    assert flow_stress(on_metal(STUDY.case(), "K")) == pytest.approx(1e5, rel=1e-3)


def test_liquid_follows_the_temperature() -> None:
    cold, warm = (
        on_metal(STUDY.case(), "KNA-3.5", [f"temperature={T} degC"]).working.rheology
        for T in (20, 30)
    )
    assert cold.liquid_fraction < warm.liquid_fraction
    assert warm.solid.temperature == pytest.approx(303.15)


def test_solid_metal_has_no_liquid_to_vary() -> None:
    wanted = jobs(STUDY.case(), METALS, [WEAKENING, STRESS])
    assert [job.metal for job in wanted if job.knob is WEAKENING] == ["KNA-3.5"] * 2
    assert [job.metal for job in wanted if job.knob is STRESS] == [*METALS] * 2


def test_findings_say_what_is_overturned_and_what_failed(tmp_path: Path) -> None:
    at = {(m, v): Job(m, STRESS, v) for m in METALS for v in STRESS.values}
    points = [point(Job("K"), 0.2, 7), point(Job("KNA-3.5"), 0.01, 3), point(Job("KNA-5.0"), 0.0)]
    points += [point(at["K", 0.05], 0.05, 4), point(at["KNA-3.5", 0.05], 0.0, 1)]
    points += [Point(at["K", 0.15], None, failure="no step"), point(at["KNA-3.5", 0.15], 0.02)]
    points += [point(Job("KNA-3.5", WEAKENING, 20.0), 0.15)]
    pairs = paired(METALS, points)
    assert [pair.holds for pair in pairs] == [True, False, None, False]
    assert [pair.ranked for pair in pairs] == [True, True, None, True]
    assert pairs[3].solid is points[0]  # K has no liquid: as at the base point
    found = findings(STUDY.case(), METALS, points, [])
    text = "\n".join(found.notes)
    assert "holds at 0" in text and "overturned at reference stress 0.05 MPa: K heals" in text
    assert "overturned at weakening 20: KNA-3.5 does not" in text and "no step" in text
    assert found.data["points"][3]["value [MPa]"] == 0.05
    found.draw(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 1000


@pytest.mark.slow
def test_two_points_of_the_study() -> None:
    """A fifth of the charge, in a narrow cell: K stands higher, and softer metal lower."""
    small = overridden(STUDY.case(), ["mesh.width=15 um", "mesh.gap=40 um", "drive.duration=3 min"])
    wanted = [Job("K"), Job("KNA-3.5"), Job("KNA-3.5", WEAKENING, 45.0)]
    hard, soft, softest = (run(job, small).bump for job in wanted)
    assert hard and soft and softest
    assert hard.tip > 1.5 * soft.tip > 1.5 * 1.5 * softest.tip
    assert hard.growth > soft.growth > softest.growth
    assert np.isfinite(softest.growth)


def test_a_run_that_fails_is_a_finding() -> None:
    """At fifty times the current the salt is used up long before the end."""
    dry = overridden(
        STUDY.case(),
        ["mesh.width=15 um", "mesh.metal_depth=none", "stack=none", "drive.current=500 mA/cm^2"],
    )
    found = run(Job("K"), dry)
    assert found.bump is None and "used up" in found.failure
