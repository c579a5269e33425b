"""A separator that is pressed on a front which is not flat comes to rest on it before the start."""

from typing import Any

import pytest
from mpi4py import MPI

import fem_kna as kna
from fem_kna.results.stress import Contact
from fem_kna.system.build import model_of
from fem_kna.verify.growing import BARE, bump, growing, ripple

WEAK = kna.Electrode(metal="K", film=BARE, front=kna.MovingFront(surface_energy="0.11 J/m^2"))


def pressed(mesh: Any, pressure: str) -> kna.Case:
    """Return a cell with metal that flows under a separator on a front that is not flat."""
    return growing(
        mesh, 40, 1, exchange=10, working=WEAK, counter=WEAK, separator="GF/D",
        stack=kna.FixedGap(pressure=pressure),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("mesh", "pressure"), [(ripple(metal_depth="10 um"), 2e5), (bump(size=0.2), 2e4)]
)
def test_a_separator_comes_to_rest_on_a_front_that_is_not_flat(mesh: Any, pressure: float) -> None:
    result = kna.simulate(pressed(mesh, f"{pressure} Pa"))
    summary = result.summary
    assert summary["status"] == "finished"
    assert summary["mean_contact_pressure [Pa]"] == pytest.approx(pressure, rel=0.2)
    assert summary["max_contact_pressure [Pa]"] > 1.1 * pressure  # on what stands out
    assert summary["volume_drift [-]"] < 1e-11


def test_a_flat_start_is_left_alone() -> None:
    flat = kna.shape("planar_cell")(dimension="2d", gap="40 um", width="5 um", front_size="1 um")
    model = model_of(pressed(flat, "0.2 MPa").resolved(), MPI.COMM_WORLD)
    row = Contact(model).row()
    model.close()
    assert row["max_contact_pressure [Pa]"] == pytest.approx(2e5, rel=1e-12)
    assert row["min_contact_pressure [Pa]"] == pytest.approx(2e5, rel=1e-12)
