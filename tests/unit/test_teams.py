"""Runs shared out among ranks: results in order, the first failure on all ranks."""

import sys

import pytest
from mpi4py import MPI

from fem_kna.inputs.errors import InputError, RunError
from fem_kna.teams import shared_out
from fem_kna.verify.parallel import launched

PROGRAM = """
import fem_kna
from mpi4py import MPI
from fem_kna.teams import shared_out
from fem_kna.inputs.errors import RunError
comm = MPI.COMM_WORLD
def work(item, team):
    assert team.size == 1
    if item == bad:
        raise RunError(f"item {item}")
    return item * 10, comm.rank
bad = None
done = shared_out([1, 2, 3, 4], comm, work)
assert done == ([(10, 0), (20, 1), (30, 0), (40, 1)] if comm.rank == 0 else []), done
assert len(shared_out([7], comm, lambda item, team: team.size)) == (comm.rank == 0)
bad = 2
try:
    shared_out([1, 2, 3, 4], comm, work)
except RunError as error:
    assert str(error) == "item 2"
else:
    raise AssertionError("no error")
"""


def test_one_rank_does_all_in_order() -> None:
    assert shared_out([3, 1, 2], MPI.COMM_SELF, lambda item, team: item + team.size) == [4, 2, 3]


def test_the_first_failure_is_raised() -> None:
    def work(item: int, team: MPI.Comm) -> int:
        if item > 1:
            raise (InputError if item == 2 else RunError)(f"item {item}")
        return item

    with pytest.raises(InputError, match="item 2"):
        shared_out([1, 2, 3], MPI.COMM_SELF, work)


@pytest.mark.mpi
def test_two_ranks_work_at_the_same_time() -> None:
    launched([sys.executable, "-c", PROGRAM], 2, limit=60)
