"""A separator that is pressed on a front which is not flat comes to rest on it before the start."""

from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

import fem_kna as kna
from fem_kna.results.stress import Contact
from fem_kna.system import renew
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
    ("mesh", "pressure"),
    [
        (ripple(metal_depth="10 um"), 2e5),
        pytest.param(bump(size=0.2), 2e5, marks=pytest.mark.slow),
    ],
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


def moved_at_once(model: Any) -> float:
    """Return how far nodes move in next to no time, over the smallest element at the front."""
    before = model.domain.mesh.geometry.x.copy()
    assert model.march.try_step(1e-8)
    return float(
        np.abs(model.domain.mesh.geometry.x - before).max() / model.domain.front_sizes()[0]
    )


def test_on_a_new_mesh_it_is_at_rest_before_the_fronts_move(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What interpolation leaves of stress would let it slide in the first step, however short."""
    found = []
    for rest in (renew.rest, lambda *_: None):
        monkeypatch.setattr(renew, "rest", rest)
        model = model_of(pressed(ripple(metal_depth="10 um"), "0.2 MPa").resolved(), MPI.COMM_WORLD)
        model.march.start()
        for _ in range(3):
            model.march.step(np.inf)
        model = renew.on_new_mesh(model)
        found.append(moved_at_once(model))
        model.close()
    assert found[0] < min(0.02, found[1] / 4)
