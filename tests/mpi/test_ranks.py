"""One rank and two: the same numbers, and no rank that waits for ever."""

import sys
import time
from pathlib import Path

import pytest

from fem_kna.inputs.errors import RunError
from fem_kna.verify.parallel import cases, launched, run_on, same_on_two_ranks

WAITING = """
import os, sys, time
import fem_kna
from mpi4py import MPI
comm = MPI.COMM_WORLD
open(os.path.join(sys.argv[1], str(comm.rank)), "w").write(str(os.getpid()))
if comm.rank == 0:
    comm.Barrier()
time.sleep(1000)
"""

NESTED = """
import fem_kna
from fem_kna.verify.parallel import same_on_two_ranks
checks = list(same_on_two_ranks(["1d"]))
assert checks and all(check.passed for check in checks), checks
"""


def runs(process):
    """Whether a process is neither gone nor dead (Z: nobody has asked for its exit code yet)."""
    stat = Path(f"/proc/{process.strip()}/stat")
    return stat.exists() and stat.read_text().rpartition(") ")[2][:1] != "Z"


@pytest.mark.parametrize("name", list(cases()))
def test_same_numbers_on_one_and_two_ranks(name):
    checks = list(same_on_two_ranks([name]))
    assert len(checks) == (10 if name == "moving" else 7)
    assert [check for check in checks if not check.passed] == []


def test_other_tests_than_those_of_two_ranks_hold_on_two_ranks():
    program = "import fem_kna; from fem_kna.verify import conservation, kinetics\n"
    program += "for function in (conservation.given_voltage, kinetics.mixed_potential):\n"
    program += "    assert all(check.passed for check in function())"
    launched([sys.executable, "-c", program], 2, limit=60)


def test_the_comparison_can_itself_run_on_two_ranks():
    launched([sys.executable, "-c", NESTED], 2, limit=100)


def test_a_waiting_rank_is_killed(tmp_path):
    with pytest.raises(RunError, match="no end after 8 s, killed"):
        launched([sys.executable, "-c", WAITING, str(tmp_path)], 2, limit=8)
    ranks = [file.read_text() for file in tmp_path.iterdir()]
    assert len(ranks) == 2
    end = time.monotonic() + 10
    while any(map(runs, ranks)) and time.monotonic() < end:
        time.sleep(0.1)
    assert not any(map(runs, ranks))


def test_a_failing_program_is_one_line():
    with pytest.raises(RunError, match=r"^2 ranks: exit code \d+: .*"):
        launched([sys.executable, "-c", "import fem_kna; raise SystemExit(3)"], 2, limit=30)


def test_an_unknown_case_is_a_failure():
    with pytest.raises(RunError, match="KeyError"):
        run_on(1, ["4d"], limit=30)
