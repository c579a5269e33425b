"""Fronts in 3-D as sharp as their elements: numerical smoothing keeps nodes from needles."""

from typing import Any

import pytest

import fem_kna as kna
from fem_kna.inputs.case import potassium_and_sodium

CELL = {"dimension": "3d", "gap": "100 um", "width": "30 um", "far_size": "20 um", "growth": 0.4}


def rough(size: str, minutes: float, **numerics: Any) -> kna.Case:
    """Return a front of 1.5 um rms, whose shortest waves are 12 um, in elements of a `size`."""
    shape = {"rms": "1.5 um", "correlation_length": "10 um", "cut_off": "12 um"}
    electrode = kna.Electrode(
        metal="K", film=kna.UniformFilm(resistance="5 ohm*cm^2"), front=kna.MovingFront()
    )
    return kna.Case(
        name="rough",
        mesh=kna.shape("rough")(**CELL, **shape, front_size=size),
        electrolyte="0.4 M KFSI-NaPF6/DME",
        separator="GF/D",
        working=electrode,
        counter=electrode,
        drive=kna.Galvanostatic(current="4 mA/cm^2", duration=f"{minutes} min"),
        reactions=potassium_and_sodium()[:1],
        numerics=kna.Numerics(frames=1, **numerics),
    )


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_crests_that_elements_hardly_resolve_plate_a_milliampere_hour_without_needles() -> None:
    """Elements of 3 um; in those of 1.5 um the tip is 4.4 um high, with or without smoothing."""
    run = kna.simulate(rough("3 um", 15)).summary
    assert run["status"] == "finished" and run["remeshes [-]"] <= 3
    assert run["tip_height [m]"] == pytest.approx(4.4e-6, rel=0.1)
    assert abs(run["volume_drift [-]"]) < 1e-9 and abs(run["salt_drift [-]"]) < 1e-10


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_without_smoothing_a_node_shoots_out_of_them() -> None:
    plain, smoothed = (
        kna.simulate(rough("3 um", 6.5, front_smoothing=s)).summary for s in (0.0, None)
    )
    assert plain["tip_height [m]"] > 1.4 * smoothed["tip_height [m]"]
    assert plain["current_focus [-]"] > 1.2 > 1.05 > smoothed["current_focus [-]"]
