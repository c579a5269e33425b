"""A long run on two ranks through many meshes: its memory stays what it was after the first ones.

Run as a program it is what the ranks do: one run, their memory as often as a new mesh, as JSON.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from mpi4py import MPI

import fem_kna as kna
from fem_kna.checkpoint.requests import Every
from fem_kna.motion.tiring import Tiring
from fem_kna.verify.growing import bump, growing
from fem_kna.verify.parallel import launched

STEPS, MESHES, WARM = 2000, 20, 6  # of which so many meshes warm up
EACH = 95  # steps a mesh lives; the last mesh ends with the run
FLAT = 0.05
DURATION = 2.0  # [s]


def case() -> kna.Case:
    """Return a coarse bump that grows a little, in steps of one size."""
    step = f"{DURATION / STEPS} s"
    numerics = {"first_step": step, "longest_step": step, "frames": MESHES}
    return growing(bump(size=0.5), 300, DURATION, numerics=numerics)


def resident() -> int:
    """Return the memory this process holds [B]."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.slow
@pytest.mark.mpi
@pytest.mark.timeout(1500)
def test_memory_is_flat_over_2000_steps_and_20_meshes(tmp_path: Path) -> None:
    launched([sys.executable, __file__, str(tmp_path)], 2, limit=1400)
    found = json.loads((tmp_path / "memory.json").read_text())
    assert found["steps"] >= STEPS and found["meshes"] >= MESHES
    for rank in found["memory"]:
        warm = rank[WARM]
        print(f"{warm / 1e6:.1f} MB after {WARM * EACH} steps, {rank[-1] / 1e6:.1f} MB at the end")
        assert max(rank[WARM:]) < (1 + FLAT) * warm, rank


def program(folder: str) -> None:
    """Make a new mesh again and again, whether the old one has tired or not."""
    memory: list[int] = []
    looks = [0]

    def reason(tiring: Tiring, worst: float) -> str | None:
        looks[0] += 1
        return f"{EACH} steps" if looks[0] % EACH == 0 else None

    def told(share: float, steps: int) -> None:
        if steps % EACH == 0:
            memory.append(resident())

    Tiring.reason = reason  # type: ignore[method-assign]
    run: Any = kna.simulate(
        case(), folder=Path(folder) / "run", progress=told, checkpoint=Every(steps=EACH)
    )
    together = MPI.COMM_WORLD.gather(memory)
    if MPI.COMM_WORLD.rank == 0:
        found = {"memory": together, "steps": run.summary["steps [-]"]}
        found["meshes"] = run.summary["remeshes [-]"]
        (Path(folder) / "memory.json").write_text(json.dumps(found))


if __name__ == "__main__":
    program(*sys.argv[1:])
