"""Growth rates on two ranks, each its wavelengths or both one cell: the numbers of one rank.

Run as a program it is what the ranks do: what is named, its numbers written to the file named.
"""

import json
import sys
from math import pi
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

import fem_kna as kna
from fem_kna.commands.stability import _ripples
from fem_kna.commands.states import own_mesh
from fem_kna.stability.base import BaseState
from fem_kna.stability.modes import fastest_modes
from fem_kna.stability.split import Split
from fem_kna.stability.waves import Waves
from fem_kna.verify.cells import butler_volmer, cell, potassium
from fem_kna.verify.dispersion import combinations
from fem_kna.verify.flowing_ripples import FlowingRipple
from fem_kna.verify.parallel import launched
from fem_kna.verify.ripples import Ripple

SAME = 1e-8


def one_cell(case, wavelength):
    """A ripple and what it is made of, the cell shared by all ranks."""
    waves = Waves(case, MPI.COMM_WORLD)
    found = waves.ripple(wavelength)
    terms = Split(waves.linear).terms(found.pair)
    return {"rate": np.real(found.rate), **{name: value.real for name, value in terms.items()}}


def modes_in_space():
    """The fastest modes of a cell in 3-D at rest, and what they are made of."""
    width = {"width": "10 um", "front_size": "2.5 um", "far_size": "2.5 um", "growth": 1.0}
    bare = kna.UniformFilm(resistance="0 ohm*m^2")
    front = kna.MovingFront(surface_energy="0.11 J/m^2")
    case = cell(
        kna.shape("planar_cell")(dimension="3d", gap="5 um", **width),
        working=kna.Electrode(metal="K", film=bare, front=front),
        counter=kna.Electrode(metal="K", film=bare),
        reactions=(potassium(butler_volmer("0.1 A/m^2", "500 mol/m^3")),),
        drive=kna.Rest(duration="1 h"),
    ).resolved()
    linear = own_mesh(case)
    base = BaseState(linear)
    base.quasi_steady()
    modes, found = fastest_modes(linear, base, 6), {}
    least = 1e-3 * max(abs(mode.rate) for mode in modes)  # less is that of a neutral mode
    for n, mode in enumerate(mode for mode in modes if abs(mode.rate) > least):
        terms = {name: value.real for name, value in mode.terms.items()}
        found |= {f"{n} {name}": v for name, v in {"rate": mode.rate.real, **terms}.items()}
    assert len(found) == 5 * 7  # of six modes one is neutral
    return found


def numbers(name):
    if name == "space":
        return modes_in_space()
    _, problem, k = combinations()[9]
    if name in ("wavelengths", "after a run"):
        at = None if name == "wavelengths" else "0.1 s"
        told = _ripples(Ripple(problem, k).case, [2e-6, 5e-6, 2e-5], 1e-6, None, at)
        if told is None:
            return {}
        rows = told["wavelengths"] + [told["fastest"]]
        return {f"{n} {key}": row[key] for n, row in enumerate(rows) for key in row if "1/s" in key}
    return one_cell(FlowingRipple(problem, k).case, 2 * pi / k)


def numbers_on(ranks, name, folder):
    file = folder / f"{name}_{ranks}.json"
    launched([sys.executable, __file__, name, str(file)], ranks, limit=150)
    return json.loads(file.read_text())


@pytest.mark.parametrize(
    "name",
    ["metal", "space", "wavelengths", pytest.param("after a run", marks=pytest.mark.slow)],
)
def test_two_ranks_find_the_rates_of_one(name, tmp_path):
    one, two = (numbers_on(ranks, name, tmp_path) for ranks in (1, 2))
    size = max(abs(value) for value in one.values())
    assert two == pytest.approx(one, rel=SAME, abs=SAME * size)


if __name__ == "__main__":
    found = numbers(sys.argv[1])
    if MPI.COMM_WORLD.rank == 0:
        Path(sys.argv[2]).write_text(
            json.dumps({key: float(value) for key, value in found.items()})
        )
