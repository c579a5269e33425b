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

from fem_kna.commands.stability import _ripples
from fem_kna.stability.split import Split
from fem_kna.stability.waves import Waves
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


def numbers(name):
    _, problem, k = combinations()[9]
    if name == "wavelengths":
        told = _ripples(Ripple(problem, k).case, [2e-6, 5e-6, 2e-5], 1e-6, None)
        if told is None:
            return {}
        rows = told["wavelengths"] + [told["fastest"]]
        return {f"{n} {key}": row[key] for n, row in enumerate(rows) for key in row if "1/s" in key}
    case = Ripple(problem, k).case if name == "front" else FlowingRipple(problem, k).case
    return one_cell(case, 2 * pi / k)


def numbers_on(ranks, name, folder):
    file = folder / f"{name}_{ranks}.json"
    launched([sys.executable, __file__, name, str(file)], ranks, limit=150)
    return json.loads(file.read_text())


@pytest.mark.parametrize("name", ["front", "metal", "wavelengths"])
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
