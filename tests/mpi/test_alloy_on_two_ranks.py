"""Sodium and KNa2 in metal that flows, through a new mesh, on two ranks: those of one rank.

Run as a program it is what the ranks do: one run, its summary written to the file named.
"""

import json
import sys
from pathlib import Path

import pytest
from mpi4py import MPI

import fem_kna as kna
from fem_kna.verify.alloying import electrode
from fem_kna.verify.cells import both_metals
from fem_kna.verify.diffusing import growing_metal
from fem_kna.verify.growing import bump
from fem_kna.verify.parallel import launched

SAME = 1e-8
NUMBERS = (
    "time [s]", "voltage [V]", "tip_height [m]", "deposited_volume [m3/m2]", "sodium_share [-]",
    "sodium_in_working [mol/m2]", "sodium_in_counter [mol/m2]", "potassium_in_working [mol/m2]",
    "min_surface_sodium_fraction [-]", "mean_surface_sodium_fraction [-]",
    "max_surface_sodium_fraction [-]", "skin_thickness [m]", "mixed_potential [V]",
    "kna2_fraction [-]", "kna2_in_working [mol/m2]",
)  # fmt: skip
COUNTS = ("steps [-]", "rejected_steps [-]", "remeshes [-]", "dofs [-]", "status")


def summary_on(ranks, folder):
    """Run the case on so many ranks; return its summary."""
    file = folder / f"{ranks}.json"
    launched([sys.executable, __file__, str(file)], ranks, limit=240)
    return json.loads(file.read_text())


@pytest.mark.slow
@pytest.mark.timeout(490)
def test_one_rank_and_two_agree_on_the_alloy(tmp_path):
    one, two = (summary_on(ranks, tmp_path) for ranks in (1, 2))
    assert (one["ranks [-]"], two["ranks [-]"]) == (1, 2)
    assert one["remeshes [-]"] >= 1
    for summary in (one, two):
        for drift in ("salt_drift [-]", "sodium_drift [-]", "potassium_drift [-]"):
            assert summary[drift] < 1e-10, drift
    for key in COUNTS:
        assert two[key] == one[key], key
    for key in NUMBERS:
        assert two[key] == pytest.approx(one[key], rel=SAME), key


def program(file):
    mesh, counter = bump(size=0.2, metal_depth="4 um"), electrode("KNA-3.5")
    law = kna.Metastable()
    case = growing_metal(mesh, "K", compound=law, reactions=both_metals(), counter=counter)
    drive = kna.Galvanostatic(current="600 A/m^2", duration="2 s")
    sooner = {"remeshing": kna.Remeshing(quality=0.66)}
    numerics = case.numerics.model_copy(update=sooner)
    summary = kna.simulate(case.model_copy(update={"drive": drive, "numerics": numerics})).summary
    if MPI.COMM_WORLD.rank == 0:
        Path(file).write_text(json.dumps(summary))


if __name__ == "__main__":
    program(*sys.argv[1:])
