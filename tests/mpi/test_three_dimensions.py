"""Fronts that move through new meshes in three dimensions, solved by blocks on two ranks.

Run as a program it is what the ranks do: one run, its summary written to the file named.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from mpi4py import MPI

import fem_kna as kna
from fem_kna.verify.growing import bump, growing
from fem_kna.verify.parallel import launched

OFTEN = {"longest": 1.05}
COARSE = {"dimension": "3d", "gap": "30 um", "width": "10 um", "growth": 0.5, "far_size": "8 um"}
BLOCK = {"solver": "block"}
SEI = kna.CrackedFilm(resistance="100 ohm*cm^2", cracked_resistance="5 ohm*cm^2")


def cases() -> dict[str, kna.Case]:
    """Return a run for each of the shapes that a front has in three dimensions."""
    rough = kna.shape("rough")(
        correlation_length="5 um", cut_off="6 um", front_size="1.5 um", **COARSE
    )
    crack = kna.shape("crack_patch")(
        half_width="3 um", edge_width="2 um", edge_size="1 um", front_size="1.5 um", **COARSE
    )
    half_ball = bump("3d", 0.4, gap="30 um", width="9 um", growth=0.5)
    return {
        "bump": growing(half_ball, 300, 40, remeshing=OFTEN, numerics=BLOCK),
        "rough": growing(rough, 300, 40, remeshing=OFTEN, numerics=BLOCK),
        "crack": growing(crack, 300, 40, film=SEI, remeshing=OFTEN, numerics=BLOCK),
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bump", "rough", "crack"])
def test_a_front_in_space_grows_through_new_meshes(name: str, tmp_path: Path) -> None:
    file = tmp_path / "summary.json"
    launched([sys.executable, __file__, name, str(file)], 2, limit=280)
    found: dict[str, Any] = json.loads(file.read_text())
    assert found["status"] == "finished" and found["remeshes [-]"] >= 1
    assert abs(found["volume_drift [-]"]) < 1e-10 and abs(found["salt_drift [-]"]) < 1e-10
    assert found["tip_height [m]"] > 0.3e-6  # a flat front: 300 A/m2 for 40 s, 0.56 um
    assert found["krylov [-]"] <= 16 * found["newton [-]"]


if __name__ == "__main__":
    run = kna.simulate(cases()[sys.argv[1]])
    if MPI.COMM_WORLD.rank == 0:
        Path(sys.argv[2]).write_text(json.dumps(run.summary))
