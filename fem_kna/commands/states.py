"""What states of a cell `fem-kna stability` can disturb: at rest, or what a run has come to."""

from mpi4py import MPI

from ..geometry.build import build
from ..inputs.case import Case
from ..inputs.errors import InputError, RunError
from ..run import Result, simulate
from ..stability.flat import Profile, profile_of, strip_of
from ..stability.linear import Linear
from ..system.scales import scales_of


def own_mesh(case: Case) -> Linear:
    """Return the equations of a case on its own mesh, before anything has happened."""
    case.mesh.check()
    scales = scales_of(case)
    domain = build(scales.scaled(case).mesh, MPI.COMM_WORLD).with_electrodes(*case.boundaries)
    return Linear(case, domain)


def after_run(case: Case, time: float) -> Linear:
    """Run a case up to a time [s]; return its equations there."""
    model = _run(case, time).model
    return Linear(case, model.domain, model.fields, model.films)


def profile_at(case: Case, time: float) -> Profile:
    """Run a strip of a case's flat cell up to a time [s]; return its state there."""
    result = _run(strip_of(case), time)
    return profile_of(case, result.model, result.history[-1]["voltage [V]"])


def _run(case: Case, time: float) -> Result:
    """Run a case up to a time [s].

    Raises:
        InputError: its drive is over before.
        RunError: the run ended before.
    """
    if time > case.drive.duration:
        raise InputError(
            f"--at {time:g} s; accepted: up to the drive's end, {float(case.drive.duration):g} s"
        )
    drive = case.drive.model_copy(update={"duration": time})  # type: ignore[attr-defined]
    result = simulate(case.model_copy(update={"drive": drive}))
    if result.summary["status"] != "finished":
        raise RunError(f"--at {time:g} s: the run ended earlier, {result.summary['status']}")
    return result
