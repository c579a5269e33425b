"""Metal that flows under a pressed separator, through a new mesh, on two ranks: those of one rank.

Run as a program it is what the ranks do: one run, its summary written to the file named.
"""

import json
import sys
from pathlib import Path

import pytest
from mpi4py import MPI

import fem_kna as kna
from fem_kna.verify.lifted import CRITICAL, lifted
from fem_kna.verify.parallel import launched

SAME = 1e-8
NUMBERS = (
    "time [s]", "voltage [V]", "tip_height [m]", "clearance [m]", "roughness [m]",
    "current_focus [-]", "min_surface_concentration [mol/m3]", "deposited_volume [m3/m2]",
    "mean_contact_pressure [Pa]", "max_contact_pressure [Pa]", "max_contact_gap [m]",
    "metal_dissipation [W/m2]", "max_von_mises [Pa]", "mechanical_shift [V]",
)  # fmt: skip
STRONG = ("max_film_tension [N/m]", "max_film_stretch [-]")
COUNTS = ("steps [-]", "rejected_steps [-]", "remeshes [-]", "dofs [-]", "status")


def summary_on(ranks, kind, folder):
    """Run the case on so many ranks; return its summary."""
    file = folder / f"{ranks}.json"
    launched([sys.executable, __file__, kind, str(file)], ranks, limit=120)
    return json.loads(file.read_text())


@pytest.mark.slow
@pytest.mark.timeout(250)
@pytest.mark.parametrize("kind", ["plain", "strong"])
def test_one_rank_and_two_agree_on_flow_and_contact(kind, tmp_path):
    one, two = (summary_on(ranks, kind, tmp_path) for ranks in (1, 2))
    assert (one["ranks [-]"], two["ranks [-]"]) == (1, 2)
    assert one["remeshes [-]"] >= 1
    for summary in (one, two):
        assert summary["salt_drift [-]"] < 1e-11
        assert summary["volume_drift [-]"] < 1e-9
    if kind == "strong":
        assert 1 < one["max_film_stretch [-]"] <= CRITICAL
        assert one["newton [-]"] < 6 * one["steps [-]"]
    for key in COUNTS:
        assert two[key] == one[key], key
    for key in NUMBERS + (STRONG if kind == "strong" else ()):
        assert two[key] == pytest.approx(one[key], rel=SAME), key


def program(kind, file):
    summary = kna.simulate(lifted(strong=kind == "strong")).summary
    if MPI.COMM_WORLD.rank == 0:
        Path(file).write_text(json.dumps(summary))


if __name__ == "__main__":
    program(*sys.argv[1:])
