"""A full cell in the plane and on two ranks: that through the thickness, on one.

Run as a program it is what the ranks do: one run, its summary written to the file named.
"""

import json
import sys
from pathlib import Path

import pytest
from mpi4py import MPI

import fem_kna as kna
from fem_kna.cathode.paper import full_cell
from fem_kna.verify.parallel import launched

pytestmark = pytest.mark.slow
SAME = 1e-8
FLAT = 1e-4  # of the plane against the line: both hold the same problem, each on its own mesh
NUMBERS = (
    "time [s]", "voltage [V]", "charge [C/m2]", "filling [-]", "min_surface_concentration [mol/m3]",
    "potassium_in_working [mol/m2]", "sodium_in_counter [mol/m2]",
)  # fmt: skip


def on(ranks, dimension, folder):
    """Run the cell on so many ranks; return its summary and the last row of its history."""
    file = folder / f"{dimension}_{ranks}.json"
    program = [sys.executable, "-m", "mpi4py", __file__, dimension, str(file)]
    launched(program, ranks, limit=200)
    return json.loads(file.read_text())


def same(one, other, closely):
    shared = [key for key in NUMBERS if key in one]
    assert {"voltage [V]", "filling [-]"} <= set(shared)
    for key in shared:
        assert other[key] == pytest.approx(one[key], rel=closely, abs=1e-12), key


@pytest.mark.timeout(700)
def test_one_rank_and_two_and_a_plane_and_a_line_agree(tmp_path):
    line, plane = on(1, "1d", tmp_path), on(1, "2d", tmp_path)
    for dimension, one in (("1d", line), ("2d", plane)):
        two = on(2, dimension, tmp_path)
        assert (one["ranks [-]"], two["ranks [-]"]) == (1, 2)
        assert two["steps [-]"] == one["steps [-]"]
        same(one, two, SAME)
    same(line, plane, FLAT)


def program(dimension, file):
    """Discharge PBA at 1 C for a minute, charge it at C/2 for a third of one."""
    case = full_cell("PBA", "180 mA*h/g", "3.2 V", "4.3 V")
    size = {"front_size": "4 um", "far_size": "60 um", "cathode": "20 um", "growth": 0.3}
    mesh = kna.shape("full_cell")(dimension=dimension, **size)
    drive = kna.Protocol(
        capacity=case.drive.capacity, steps="Discharge at 1C for 60 s; Charge at C/2 for 20 s"
    )
    numerics = kna.Numerics(frames=1, first_step="0.1 s", longest_step="10 s")
    update = {"mesh": mesh, "drive": drive, "numerics": numerics}
    result = kna.simulate(case.model_copy(update=update))
    if MPI.COMM_WORLD.rank == 0:
        Path(file).write_text(json.dumps(result.history[-1] | result.summary))


if __name__ == "__main__":
    program(*sys.argv[1:])
