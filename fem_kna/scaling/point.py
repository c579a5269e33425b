"""One point of a series: the first steps of a case on these ranks, and what they cost.

python -m fem_kna.scaling.point CASE FINER STEPS FILE [FIELD=VALUE...]
"""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mpi4py import MPI
from petsc4py import PETSc

from ..inputs.case import Case
from ..inputs.errors import InputError, RunError
from ..inputs.overrides import overridden
from ..places import load_case
from ..results.folder import dofs, peak_memory
from ..solve.compiled import compiler_needed
from ..system.build import Model, model_of
from ..system.solvers import solver_set
from .machine import triad_bandwidth
from .sharing import stages_of

EVENTS = ("SNESSolve", "SNESFunctionEval", "SNESJacobianEval", "PCSetUp", "PCSetUpOnBlocks")
SUMMED = {"flops": "flops [-]", "numMessages": "messages [-]", "messageLength": "messages [B]"}


def measured(
    case: Case, finer: float, steps: int, comm: MPI.Comm = MPI.COMM_WORLD
) -> dict[str, Any]:
    """Take the first steps of a resolved case and return what they cost. Collective."""
    before = peak_memory(comm)
    PETSc.Log.begin()
    model = model_of(case, comm, finer=finer)
    model.march.start()
    march, end = model.march, float(case.drive.duration) / model.scales.of("s")
    stage, counts = PETSc.Log.Stage("steps"), _counts(model)
    stage.push()
    comm.Barrier()
    begun = time.perf_counter()
    while march.steps < steps and march.time < end:
        march.step(end)
    comm.Barrier()
    wall = time.perf_counter() - begun
    logged = _logged(comm)
    stage.pop()
    newton, krylov = (now - was for now, was in zip(_counts(model), counts, strict=True))
    size, peak = dofs(model), peak_memory(comm)
    found = {
        "ranks [-]": comm.size,
        "finer [-]": finer,
        "dofs [-]": size,
        "ghost_dofs [-]": _ghosts(model, comm),
        "solver": solver_set(case, model.fields),
        "steps [-]": march.steps,
        "newton [-]": newton,
        "krylov [-]": krylov,
        "krylov_per_newton [-]": krylov / newton,
        "wall_time [s]": wall,
        "newton_time [s]": wall / newton,
        "dofs_per_second [1/s]": size * newton / wall,
        "stages [s]": stages_of(wall, logged["times"]),
        "communication": logged["sums"],
        "peak_memory [B]": peak,
        "memory_per_dof [B]": (peak - before) / size,
    }
    model.close()
    return found | {"triad_bandwidth [B/s]": triad_bandwidth(comm)}


def _counts(model: Model) -> tuple[int, int]:
    return model.newton.iterations, model.newton.linear_iterations


def _logged(comm: MPI.Comm) -> dict[str, Any]:
    """Return the events' mean times over the ranks, and what all solving moved and computed."""
    infos = {name: PETSc.Log.Event(name).getPerfInfo() for name in EVENTS}
    whole = infos["SNESSolve"]
    sums = {label: comm.allreduce(whole[key]) for key, label in SUMMED.items()}
    sums["reductions [-]"] = comm.allreduce(whole["numReductions"]) / comm.size
    times = {name: comm.allreduce(info["time"]) / comm.size for name, info in infos.items()}
    return {"times": times, "sums": sums}


def _ghosts(model: Model, comm: MPI.Comm) -> int:
    """Return how many unknowns ranks hold besides their own, all ranks added."""
    maps = [u.function_space.dofmap for u in model.fields.now]
    return int(comm.allreduce(sum(m.index_map.num_ghosts * m.index_map_bs for m in maps)))


def main(words: Sequence[str]) -> int:
    """Measure a point and write it; return the exit code."""
    name, finer, steps, file, *settings = words
    try:
        case = overridden(load_case(name).case(), settings).resolved()
        with compiler_needed():
            found: Mapping[str, Any] = measured(case, float(finer), int(steps))
    except (InputError, RunError) as error:
        if MPI.COMM_WORLD.rank == 0:
            print(" ".join(str(error).split()), file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    if MPI.COMM_WORLD.rank == 0:
        Path(file).write_text(json.dumps(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
