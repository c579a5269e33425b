"""Which eigenvalues are told, and how often."""

import numpy as np
import pytest
from mpi4py import MPI
from petsc4py import PETSc

from fem_kna.solve.eigen import eigenpairs
from fem_kna.solve.pencil import Pencil

RATES = (0.0, 0.0, 0.0, -1e-3, -1.001e-3, -0.5, -0.7, -2.0, -3.0, -4.0)


def matrix(diagonal: np.ndarray) -> PETSc.Mat:
    size = len(diagonal)
    rows = np.arange(size + 1, dtype=np.int32), np.arange(size, dtype=np.int32)
    found = PETSc.Mat().createAIJ(size, csr=(*rows, diagonal), comm=MPI.COMM_SELF)
    found.assemble()
    return found


@pytest.mark.parametrize("seed", range(5))
def test_a_multiple_zero_counts_once_whatever_round_off_makes_of_it(seed: int) -> None:
    noise = 1e-15 * np.random.default_rng(seed).standard_normal(len(RATES))
    pencil = Pencil(matrix(np.array(RATES) + noise), matrix(np.ones(len(RATES))), np.zeros(10, int))
    found = [pair.value.real for pair in eigenpairs(pencil, 1.0, 6, both=True)]
    assert abs(found[0]) < 1e-14
    assert found[1:3] == pytest.approx([-1e-3, -1.001e-3], rel=1e-9)  # near, but not one
    assert len([value for value in found if abs(value) < 1e-6]) == 1
