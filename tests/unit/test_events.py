"""What events see of a front, and when they happen. No mesh: the front is given by its numbers."""

from dataclasses import dataclass, field

import pytest

import fem_kna as kna
from fem_kna.inputs.errors import InputError
from fem_kna.inputs.overrides import overridden
from fem_kna.physics.events import Event, Healing, Penetration, Touching, touchings
from fem_kna.verify.growing import flat, growing

UM = 1e-6
STRIP = kna.Galvanostatic(current="-10 A/m^2", duration="1 s")


@dataclass
class Front:
    """A front 40 um below its counter electrode, with a tip of 10 um; 1 um elements."""

    gap: float = 40 * UM
    element: float = 1 * UM
    roughness: float = 2 * UM
    roughest: float = 4 * UM
    clearances: dict = field(default_factory=lambda: {"short": 30 * UM})

    def clearance(self, kind):
        return self.clearances.get(kind)


EVENTS = [*touchings(), Penetration(), Healing()]


@pytest.mark.parametrize("event", EVENTS)
def test_it_is_an_event_that_stops_the_run(event):
    assert isinstance(event, Event)
    assert event.then == "stop"


def test_their_names():
    assert [e.name for e in EVENTS] == ["short", "pinch-off", "separator", "penetration", "healing"]


def test_touching_is_one_element_away_unless_said():
    assert Touching(kind="short").margin(Front()) == pytest.approx(29 * UM)
    assert Touching(kind="short", within="12 um").margin(Front()) == pytest.approx(18 * UM)


@pytest.mark.parametrize("kind", ["pinch-off", "separator"])
def test_no_touching_where_there_is_nothing_to_touch(kind):
    assert Touching(kind=kind).margin(Front()) is None


def test_penetration_leaves_its_share_of_the_gap():
    # 0.9 across: 4 um of 40 um are left; 30 um are there
    assert Penetration().margin(Front()) == pytest.approx(26 * UM)
    assert Penetration(fraction=0.25).margin(Front()) == pytest.approx(0, abs=1e-20)
    assert Penetration().margin(Front(clearances={})) is None


def test_healing_is_a_share_of_the_roughest():
    assert Healing().margin(Front()) == pytest.approx(1.6 * UM)
    assert Healing(fraction=0.5).margin(Front()) == pytest.approx(0, abs=1e-20)


@pytest.mark.parametrize("make", [lambda t: Penetration(then=t), lambda t: Healing(then=t)])
def test_what_then(make):
    assert [make(then).then for then in ("stop", "go on", STRIP)] == ["stop", "go on", STRIP]
    for wrong, told in (("explode", "'explode'"), (5, "'5'"), (None, "'None'")):
        with pytest.raises(InputError) as caught:
            make(wrong)
        _, _, message = str(caught.value).partition(".then: ")
        assert message == f"{told}; accepted: 'stop', 'go on' or a drive"


def test_no_run_goes_on_once_the_front_touches():
    assert Touching(kind="short", then=STRIP).then == STRIP
    with pytest.raises(InputError) as caught:
        Touching(kind="short", then="go on")
    assert str(caught.value) == "Touching.then: 'go on'; accepted: 'stop' or a drive"


def test_events_of_a_case_are_told_apart_by_name():
    twice = (Penetration(fraction=0.5, then="go on"), Penetration())
    with pytest.raises(InputError) as caught:
        growing(flat("1d"), events=twice)
    assert str(caught.value) == (
        "Case: events: 2 are called 'penetration'; accepted: names that differ, as in "
        "Penetration(fraction=0.5, name='halfway')"
    )
    half = Penetration(fraction=0.5, name="halfway")
    case = growing(flat("1d"), events=(half, Penetration()))
    changed = overridden(case, ["events.halfway.fraction=0.4"])
    assert [(e.name, e.fraction) for e in changed.events] == [
        ("halfway", 0.4),
        ("penetration", 0.9),
    ]


@pytest.mark.parametrize("law", [Penetration, Healing])
@pytest.mark.parametrize("name", ["", "half way", "0.5"])
def test_a_name_that_no_key_can_hold_is_refused(law, name):
    with pytest.raises(InputError, match="name"):
        law(name=name)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1])
@pytest.mark.parametrize("law", [Penetration, Healing])
def test_a_share_outside_nought_to_one_is_refused(law, share):
    with pytest.raises(InputError, match="fraction"):
        law(fraction=share)


def test_an_unknown_kind_is_refused():
    with pytest.raises(InputError, match="kind"):
        Touching(kind="kiss")
