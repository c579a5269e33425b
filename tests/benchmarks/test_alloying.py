"""Two metals that exchange: the checks of `fem-kna verify --only alloy`, and any current."""

import pytest

import fem_kna as kna
from fem_kna.verify.alloying import alloyed, electrode
from fem_kna.verify.groups import GROUPS

SLOW = {
    "new_meshes",
    "alloy_stays_uniform",
    "atoms_in_metal",
    "plating_rest_stripping",
    "similarity",
}
FUNCTIONS = [
    pytest.param(one, id=one.__name__, marks=[pytest.mark.slow] * (one.__name__ in SLOW))
    for one in GROUPS["alloy"]
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_alloys_as_it_must(function):
    checks = list(function())
    assert checks
    assert [check for check in checks if not check.passed] == []


@pytest.mark.parametrize("current", ["10 uA/cm^2", "1 mA/cm^2", "20 mA/cm^2"])
def test_both_metals_plate_at_any_current_and_no_ion_runs_below_zero(current):
    """The sodium is used up within minutes; then potassium plates alone."""
    mesh = kna.shape("planar_cell")(dimension="1d", gap="0.2 mm", front_size="10 um", growth=1e-6)
    drive = kna.Galvanostatic(current=current, duration="10 min")
    counter = electrode("K", "100 um")  # of which 20 mA/cm2 strip 57
    case = alloyed(drive=drive, counter=counter).model_copy(update={"mesh": mesh})
    result = kna.simulate(case)
    sodium = result.model.fields.values("Na+") * result.model.scales.of("mol/m^3")
    assert sodium.min() > -1e-3 and sodium.max() < 3.0
    assert result.summary["sodium_drift [-]"] < 1e-10
    assert result.summary["newton [-]"] < 6 * result.summary["steps [-]"]


def test_a_run_that_strips_the_last_of_a_metal_says_so():
    """0.5 um of K are 1060 C/m2, 26 s at 4 mA/cm2; no step goes further."""
    drive = kna.Galvanostatic(current="4 mA/cm^2", duration="1 min")
    with pytest.raises(kna.RunError, match="the metal of the counter electrode is used up") as end:
        kna.simulate(alloyed(drive=drive, counter=electrode("K", "0.5 um")))
    assert "\n" not in str(end.value)
