"""Protocols as text and as objects, and the ones that cannot be meant. No cell is run."""

import pytest

import fem_kna as kna
from fem_kna.inputs.errors import InputError
from fem_kna.inputs.overrides import overridden
from fem_kna.protocols.grammar import read
from fem_kna.verify.cells import cell
from fem_kna.verify.growing import flat


def protocol(*steps, **fields):
    return kna.Protocol(steps=steps, **fields)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Plate at 4 mA/cm^2 for 15 min", {"current": 40, "duration": 900}),
        ("strip at 40 A/m^2 until 1 V.", {"current": 40, "until_voltage": 1}),
        ("Plate at 1 mA/cm^2 until 1 mAh/cm^2", {"current": 10, "capacity": 36000}),
        ("Hold at -50 mV until 0.1 mA/cm^2", {"voltage": -0.05, "until_current": 1}),
        ("Rest for 10 min", {"duration": 600}),
        ("Strip at 0.5 mA/cm^2 until exhausted", {"current": 5, "until": "exhausted"}),
        ("Plate at 2 mA/cm^2 until 50 mol/m^3", {"current": 20, "until_concentration": 50}),
        ("Plate at 1 mA/cm^2 until -0.2 V or for 3 h", {"until_voltage": -0.2, "duration": 10800}),
        ("Plate at 1 mA/cm^2 until -0.2 V or 3 h", {"until_voltage": -0.2, "duration": 10800}),
        ("Plate at 1 mA/cm^2 for 1 h or until pinch-off", {"duration": 3600, "until": "pinch-off"}),
    ],
)
def test_a_step_is_read_with_its_limits(text, fields):
    step = read(text)
    for name, value in fields.items():
        expected = value if isinstance(value, str) else pytest.approx(value, rel=1e-12)
        assert getattr(step, name) == expected
    given = {"action", "current", *fields}
    assert all(getattr(step, n) is None for n in type(step).model_fields if n not in given)


def test_a_step_is_written_as_it_is_read():
    text = "Strip at 4 mA/cm^2 for 15 min or until 1 V"
    assert str(read(text)) == text
    assert read(str(read(text))) == read(text)
    assert str(read("Repeat 4000 times")) == "Repeat 4000 times"


@pytest.mark.parametrize(
    ("rate", "hours"), [("C/2", 2), ("0.5C", 2), ("2 C", 0.5), ("1C", 1), ("C", 1)]
)
def test_a_c_rate_is_the_capacity_over_hours(rate, hours):
    (step,) = protocol(f"Plate at {rate} for 1 min", capacity="1 mAh/cm^2").steps
    assert step.current == pytest.approx(10 / hours, rel=1e-12)


def test_the_direction_is_the_actions():
    steps = protocol("Plate at 1 A/m^2 for 1 s", "Strip at 1 A/m^2 for 1 s", "Rest for 1 s").steps
    assert [step.terminal.current for step in steps] == [1, -1, 0]
    (hold,) = protocol("Hold at -50 mV for 1 s").steps
    assert (hold.terminal.by_current, hold.terminal.voltage) == (0, -0.05)


def test_a_repeat_applies_to_all_since_the_one_before():
    text = """Rest for 1 s; Repeat 2 times
    Plate at 1 A/m^2 for 2 s; Strip at 1 A/m^2 for 3 s; Repeat 2 times; Rest for 4 s"""
    whole = kna.Protocol(steps=text)
    assert [(e.number, e.cycle) for e in whole.entries()] == [
        (1, 1), (1, 2), (3, 3), (4, 3), (3, 4), (4, 4), (6, 5),
    ]  # fmt: skip
    assert whole.cycles == 5
    assert whole.duration == pytest.approx(2 * 1 + 2 * 5 + 4)


def test_what_has_no_time_may_take_its_patience():
    whole = protocol("Strip at 1 A/m^2 until 1 V", "Repeat 3 times", patience="1 h")
    assert whole.duration == pytest.approx(3 * 3600)
    of_capacity = protocol("Strip at 2 A/m^2 until 60 C/m^2", "Repeat 3 times")
    assert of_capacity.duration == pytest.approx(90)


def test_objects_do_what_texts_do():
    by_text = protocol("Plate at 4 mA/cm^2 for 15 min", "Repeat 3 times")
    step = kna.Step(action="plate", current="4 mA/cm^2", duration="15 min")
    assert protocol(step, kna.Repeat(times=3)) == by_text


# What is refused: in one line, with the step's number and text.

HOLD_END = "Hold at -50 mV for 10 min"
REFUSED = [
    ("Plate at 4 mA/cm^2", "can never end"),
    ("Hold at 1 V", "can never end"),
    ("Rest", "can never end"),
    ("Plate at 0 mA/cm^2 until -1 V", "with zero current it never reaches a voltage"),
    ("Plate at 0 mA/cm^2 until exhausted", "with zero current it never reaches anything"),
    ("Rest until 1 V", "no current flows"),
    ("Rest until 1 mAh/cm^2", "no current flows"),
    ("Rest at 1 mA/cm^2 for 1 s", "a rest has no current"),
    ("Plate at 4 mA/cm^2 until 1 V", "contradictory: to plate takes the voltage below zero"),
    ("Strip at 4 mA/cm^2 until -1 V", "contradictory: to strip takes the voltage above zero"),
    ("Hold at 50 mV until 60 mV", "contradictory: the voltage is held"),
    ("Hold at 50 mV until 0 mA/cm^2", "falls towards nought, never there"),
    ("Plate at 1 mA/cm^2 for 1 h or until 1 mAh/cm^2", "contradictory: at a given current"),
    ("Plate at 1 mA/cm^2 for 1 h until 0.1 mA/cm^2", "contradictory: the current is given"),
    ("Plate at 1 mA/cm^2 for 15 min or for 20 min", "two limits of a kind"),
    ("Plate at 1 mA/cm^2 until 0 mol/m^3", "never there"),
    ("Plate at -1 mA/cm^2 for 1 s", "'plate' and 'strip' give the direction"),
    ("Plate at 50 mV for 1 s", "at a voltage; accepted: a current density or a C-rate"),
    ("Plate for 3 h", "at which current?"),
    ("Plate at C/2 for 1 h", "a C-rate of what?"),
    ("Plate at 4 for 15 min", "'4' has no unit"),
    ("Plate at 4 mA/cm^2 for 15", "'15' has no unit"),
    ("Plate at 4 mA/cm^2 until 12", "'12' has no unit"),
    ("Plate at 4 mA/cm^2 for 3 V", "'3 V' is no time"),
    ("Plate at 4 mA for 3 s", "'4 mA' is none of what can stand here"),
    ("Plate at 4 mA/cm^2 for -15 min", "'-15 min' is out of range"),
    ("Polish at 4 mA/cm^2 for 1 h", "unknown word 'polish'"),
    ("Plate slowly", "cannot be read"),
    ("", "unknown word ''"),
    ("Repeat 0 times", "'0' times"),
    ("Repeat some times", "'some' times"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_a_step_that_cannot_be_meant_is_refused_by_number_and_text(text, why):
    with pytest.raises(InputError) as caught:
        protocol("Rest for 1 s", text)
    message = str(caught.value)
    assert message.startswith(f"Protocol.steps: step 2 '{text}': ") and why in message
    assert "\n" not in message and ("accepted: " in message or "known: " in message)


@pytest.mark.parametrize(
    "steps", [("Repeat 3 times",), ("Rest for 1 s", "Repeat 3 times", "Repeat 2 times")]
)
def test_a_repeat_needs_something_to_repeat(steps):
    with pytest.raises(InputError, match=f"step {len(steps)} '{steps[-1]}': nothing before it"):
        protocol(*steps)


def test_no_steps_are_no_protocol():
    with pytest.raises(InputError, match="no steps"):
        protocol()


def test_objects_are_refused_alike():
    with pytest.raises(InputError, match=r"step 1 'Plate at 4 mA/cm.2': can never end"):
        protocol(kna.Step(action="plate", current="4 mA/cm^2"))
    with pytest.raises(InputError, match="step 1 '5': accepted: a text, Step or Repeat"):
        protocol(5)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Strip at 1 A/m^2 until exhausted", "no electrode's metal is counted"),
        ("Plate at 1 A/m^2 until healing", "no event 'healing' is watched"),
        ("Plate at 1 A/m^2 until 600 mol/m^3", "the cell begins with 500 mol/m"),
    ],
)
def test_a_limit_that_the_case_cannot_meet_is_refused(text, why):
    with pytest.raises(InputError, match=why):
        cell(flat("1d"), drive=protocol(text))


def test_steps_can_be_set_from_the_command_line():
    case = cell(flat("1d"), drive=protocol("Rest for 1 s"))
    changed = overridden(case, ["drive.steps=Plate at 2 A/m^2 for 3 s; Repeat 2 times"])
    assert [str(entry) for entry in changed.drive.steps] == [
        "Plate at 0.2 mA/cm^2 for 0.05 min", "Repeat 2 times",
    ]  # fmt: skip
    with pytest.raises(InputError, match=r"^--set drive.steps: .*step 1 'Hold at 1 V': can never"):
        overridden(case, ["drive.steps=Hold at 1 V"])
    longer = overridden(changed, ["drive.steps.0.duration=5 s"])
    assert longer.drive.steps[0].duration == 5
