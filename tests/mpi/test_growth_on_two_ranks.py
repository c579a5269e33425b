"""A front that grows through new meshes on two ranks: the numbers of one rank.

Run as a program it is what the ranks do: one run, its summary written to the file named.
"""

import json
import sys
from pathlib import Path

import pytest
from mpi4py import MPI

import fem_kna as kna
from fem_kna.inputs.errors import RunError
from fem_kna.physics.events import Penetration
from fem_kna.physics.film import BrittleFilm, UniformFilm
from fem_kna.verify.growing import bump, growing
from fem_kna.verify.parallel import launched

SAME = 1e-6
NUMBERS = (
    "time [s]", "voltage [V]", "tip_height [m]", "clearance [m]", "roughness [m]",
    "current_focus [-]", "min_surface_concentration [mol/m3]", "min_quality [-]",
)  # fmt: skip
COUNTS = ("steps [-]", "rejected_steps [-]", "remeshes [-]", "dofs [-]", "status")
OFTEN = {"quality": 0.45, "longest": 1.2}


class Broken(UniformFilm):
    """A film whose law goes wrong at one place, which one of the ranks holds."""

    def ridden(self, film, ratio, time):
        resistance = film.resistance.copy()
        resistance[film.stretch > 1.02] = float("nan")
        return film._replace(resistance=resistance, stretch=film.stretch * ratio)


def cases():
    """Runs by name: a bump that grows; one under a film that cracks; one whose film is broken."""
    brittle = BrittleFilm(
        resistance="3 ohm*cm^2",
        cracked_resistance="1 ohm*cm^2",
        critical_stretch=1.3,
        growth="1e-10 ohm^2*m^4/s",
    )
    strip = kna.Galvanostatic(current="-500 A/m^2", duration="3 s")
    events = [Penetration(fraction=0.1, then=strip)]
    mesh = bump(size=0.14)
    return {
        "bump": growing(mesh, 700, 25, remeshing=OFTEN, events=events),
        "axisymmetric": growing(bump("axisymmetric", 0.14), 500, 15, remeshing=OFTEN),
        "film": growing(mesh, 300, 14, film=brittle, remeshing=OFTEN),
        "broken": growing(mesh, 300, 30, film=Broken(resistance="3 ohm*cm^2")),
    }


def summary_on(ranks, name, folder):
    """Run the named case on so many ranks; return its summary."""
    file = folder / f"{name}_{ranks}.json"
    launched([sys.executable, __file__, name, str(file)], ranks, limit=100)
    return json.loads(file.read_text())


@pytest.mark.slow
@pytest.mark.timeout(250)
@pytest.mark.parametrize(("name", "remeshes"), [("bump", 3), ("axisymmetric", 3), ("film", 1)])
def test_one_rank_and_two_agree_through_new_meshes(name, remeshes, tmp_path):
    one, two = (summary_on(ranks, name, tmp_path) for ranks in (1, 2))
    assert (one["ranks [-]"], two["ranks [-]"]) == (1, 2)
    assert one["remeshes [-]"] >= remeshes
    assert two["salt_drift [-]"] < 1e-11
    assert two["volume_drift [-]"] < 1e-9
    for key in COUNTS:
        assert two[key] == one[key], key
    # a residual just at Newton's tolerance may go either way
    assert two["newton [-]"] == pytest.approx(one["newton [-]"], abs=3)
    for key in (*NUMBERS, *(key for key in one if key.startswith("time_to_"))):
        assert two[key] == pytest.approx(one[key], rel=SAME), key


def test_what_goes_wrong_on_one_rank_ends_both(tmp_path):
    with pytest.raises(RunError, match=r"working.film: 'Broken' gives a resistance that is nan"):
        summary_on(2, "broken", tmp_path)


def program(name, file):
    summary = kna.simulate(cases()[name]).summary
    if MPI.COMM_WORLD.rank == 0:
        Path(file).write_text(json.dumps(summary))


if __name__ == "__main__":
    program(*sys.argv[1:])
