"""Metal that flows under a pressed separator, through a new mesh, on two ranks: those of one rank.

Run as a program it is what the ranks do: one run, its summary written to the file named.
"""

import json
import sys
from pathlib import Path

import pytest
from mpi4py import MPI

import fem_kna as kna
from fem_kna.verify.flowing import VISCOUS, pressed
from fem_kna.verify.growing import BARE, growing
from fem_kna.verify.parallel import launched

SAME = 1e-8
NUMBERS = (
    "time [s]", "voltage [V]", "tip_height [m]", "clearance [m]", "roughness [m]",
    "current_focus [-]", "min_surface_concentration [mol/m3]", "deposited_volume [m3/m2]",
    "mean_contact_pressure [Pa]", "max_contact_pressure [Pa]", "max_contact_gap [m]",
    "metal_dissipation [W/m2]", "max_von_mises [Pa]",
)  # fmt: skip
COUNTS = ("steps [-]", "rejected_steps [-]", "remeshes [-]", "dofs [-]", "status")


def case():
    """Return a crack whose deposit lifts the separator off, to just after its first new mesh."""
    mesh = kna.shape("crack_patch")(
        gap="40 um", width="10 um", half_width="2 um", edge_width="1 um", edge_size="0.4 um",
        front_size="0.6 um", growth=0.4, far_size="4 um", metal_depth="5 um",
    )  # fmt: skip
    front = kna.MovingFront(surface_energy="0.11 J/m^2")
    film = kna.CrackedFilm(resistance="100 ohm*cm^2", cracked_resistance="5 ohm*cm^2")
    return growing(
        mesh,
        300,
        2.7,
        working=kna.Electrode(metal="K", film=film, front=front, rheology=VISCOUS),
        counter=kna.Electrode(metal="K", film=BARE, front=front),
        stack=pressed(1e5, "fibre mat", 0.2),
        remeshing={"quality": 0.45, "longest": 1.15},
    )


def summary_on(ranks, folder):
    """Run the case on so many ranks; return its summary."""
    file = folder / f"{ranks}.json"
    launched([sys.executable, __file__, str(file)], ranks, limit=120)
    return json.loads(file.read_text())


@pytest.mark.slow
@pytest.mark.timeout(250)
def test_one_rank_and_two_agree_on_flow_and_contact(tmp_path):
    one, two = (summary_on(ranks, tmp_path) for ranks in (1, 2))
    assert (one["ranks [-]"], two["ranks [-]"]) == (1, 2)
    assert one["remeshes [-]"] >= 1
    for summary in (one, two):
        assert summary["salt_drift [-]"] < 1e-11
        assert summary["volume_drift [-]"] < 1e-9
    for key in COUNTS:
        assert two[key] == one[key], key
    for key in NUMBERS:
        assert two[key] == pytest.approx(one[key], rel=SAME), key


def program(file):
    summary = kna.simulate(case()).summary
    if MPI.COMM_WORLD.rank == 0:
        Path(file).write_text(json.dumps(summary))


if __name__ == "__main__":
    program(*sys.argv[1:])
