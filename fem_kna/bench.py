"""`make bench`: what a fixed set of runs costs, as JSON with the machine it was measured on.

Machines are shared and noisy: compare ratios within one file, not seconds between files; those of
processor time, which waits for nobody, are the steadiest. Counts (steps, Newton and Krylov
iterations, dofs) are exact and comparable everywhere.

    python -m fem_kna.bench [FILE]
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .scaling.machine import machine

TIME_LIMIT = 600  # [s] per run: a hanging rank is killed
STAGES = ("SNESSolve", "SNESFunctionEval", "SNESJacobianEval", "PCSetUp", "KSPSolve")
COUNTS = ("steps [-]", "rejected_steps [-]", "newton [-]", "krylov [-]", "dofs [-]", "ranks [-]")

FIXED = ["working.front=none", "counter.front=none"]
LIQUID = ["stack=none", "mesh.metal_depth=none"]  # fronts alone, without metal and skeleton
# Before the first new mesh, on one as fine as a front alone needs.
BRIEF = [*LIQUID, "mesh.growth=0.07", "drive.duration=30 s", "numerics.frames=1"]
MOVING = ", moving fronts"
# A cell so narrow that fronts are a larger part of it than of most: the ratio is on the safe side.
NARROW_3D = [
    *LIQUID,
    "mesh.dimension=3d",
    "mesh.width=16 um",
    "mesh.gap=80 um",
    "mesh.edge_size=0.3 um",
    "mesh.front_size=0.8 um",
    "mesh.growth=0.1",
    "drive.duration=0.3 s",
    "numerics.frames=1",
]
# Its first mesh is kept, though it has cells that would be made anew: both runs share it.
WIDE_3D = [
    *NARROW_3D,
    "mesh.width=30 um",
    "drive.duration=0.03 s",
    "numerics.remeshing.quality=0.2",
]

TIMES = 3

# Name, ranks, and the overrides of the main job's case that make it.
RUNS: dict[str, tuple[int, list[str]]] = {
    "2-D P1, main job": (1, []),
    "2-D P1, main job, 2 ranks": (2, []),
    "axisymmetric P1": (1, ["mesh.dimension=axisymmetric", "drive.duration=30 s"]),
    "2-D P1, fixed fronts": (1, [*BRIEF, *FIXED]),
    "2-D P1, moving fronts": (1, BRIEF),
    "2-D P2, fixed fronts": (1, [*BRIEF, *FIXED, "numerics.degree=2"]),
    "2-D P2, moving fronts": (1, [*BRIEF, "numerics.degree=2"]),
    "3-D P1, fixed fronts": (1, [*NARROW_3D, *FIXED]),
    "3-D P1, moving fronts": (1, NARROW_3D),
    "3-D P1, wide, fixed fronts": (1, [*WIDE_3D, *FIXED]),
    "3-D P1, wide, moving fronts": (1, WIDE_3D),
}


def main() -> None:
    """Run the set and write the report to the file named on the command line."""
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "out/bench.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    runs = []
    for entry in measured():
        runs.append(entry)
        print(f"{entry['name']:32s} {entry['wall_time [s]']:8.2f} s  {entry['newton [-]']} Newton")
    report = {"machine": machine(), "runs": runs, "ratios": ratios(runs)}
    path.write_text(json.dumps(report, indent=2) + "\n")
    for name, ratio in ratios(runs).items():
        print(f"{name:48s} {ratio:.2f}")
    print(f"written to {path}")


def ratios(runs: list[dict[str, Any]]) -> dict[str, float]:
    """Return what a step with moving fronts takes over one with fixed fronts, on the same mesh.

    In processor time, of runs on one rank.
    """
    step = {run["name"]: run["step_processor_time [s]"] for run in runs}
    kinds = [
        name.removesuffix(", moving fronts") for name in step if name.endswith("moving fronts")
    ]
    return {
        f"step of moving over fixed fronts, {kind} [-]": step[kind + MOVING]
        / step[f"{kind}, fixed fronts"]
        for kind in kinds
    }


def measured() -> Iterator[dict[str, Any]]:
    """Run each entry of `RUNS` in processes of its own: once to fill the form cache, then the best.

    Of a few runs, by the processor time of a step: on a machine that is shared it varies by half.
    """
    for name, (ranks, settings) in RUNS.items():
        _process(ranks, settings)
        runs = [_process(ranks, settings) for _ in range(TIMES)]
        yield {"name": name} | min(runs, key=lambda run: run["step_processor_time [s]"])


def _process(ranks: int, settings: list[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "fem_kna.bench", "--one", *settings]
    if ranks > 1:
        command = [str(Path(sys.executable).parent / "mpirun"), "-n", str(ranks), *command]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=TIME_LIMIT, env=environment, check=False
    )
    if done.returncode:
        raise SystemExit(f"bench: {' '.join(settings) or 'main job'} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def one(settings: list[str]) -> None:
    """Run the main job's case with `settings`; rank 0 prints what it cost as one line of JSON."""
    from mpi4py import MPI
    from petsc4py import PETSc

    from .inputs.overrides import overridden
    from .places import load_case
    from .run import simulate

    PETSc.Log.begin()
    moments: list[tuple[float, float]] = []  # wall and processor, at the start and after each step
    summary = simulate(
        overridden(load_case("plating_over_crack").case(), settings),
        progress=lambda share, steps: moments.append((time.perf_counter(), time.process_time())),
    ).summary
    stages = {f"{name} [s]": PETSc.Log.Event(name).getPerfInfo()["time"] for name in STAGES}
    wall, solved = summary["wall_time [s]"], summary["newton [-]"] * summary["dofs [-]"]
    first, last, steps = moments[0], moments[-1], len(moments) - 1
    costs = {
        "wall_time [s]": wall,
        "step_time [s]": (last[0] - first[0]) / steps,
        "step_processor_time [s]": (last[1] - first[1]) / steps,
        "dofs_per_second [1/s]": solved / wall,
        "peak_memory [B]": summary["peak_memory [B]"],
        "memory_per_dof [B]": summary["peak_memory [B]"] / summary["dofs [-]"],
    }
    if MPI.COMM_WORLD.rank == 0:
        print(json.dumps({key: summary[key] for key in COUNTS} | costs | stages))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2:])
    else:
        main()
