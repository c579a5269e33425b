"""Several runs at a time: ranks are shared out among them, since small runs gain little by more."""

from collections.abc import Callable, Sequence
from typing import Any

from mpi4py import MPI

from .inputs.errors import InputError, RunError, Stopped


def shared_out(
    items: Sequence[Any], comm: MPI.Comm, work: Callable[[Any, MPI.Comm], Any]
) -> list[Any]:
    """Return ``work(item, team)`` of every item, in their order, on rank 0 of `comm`.

    The ranks form as many teams as there are items, or as there are ranks; each team does its items
    one after the other. What its first rank returns counts, and must be picklable. On other ranks
    than 0 the list is empty. Collective.

    Raises:
        InputError, RunError, Stopped: that of the first item that failed, on all ranks, when all
            are done.
    """
    teams = min(comm.size, len(items))
    own = comm.rank * teams // comm.size
    team = comm.Split(own, comm.rank)
    found: dict[int, Any] = {}
    problem: tuple[int, Exception] | None = None
    for place in range(own, len(items), teams):
        try:
            found[place] = work(items[place], team)
        except (InputError, RunError, Stopped) as error:
            problem = (place, error)
            break
    _raise_first(comm, problem)
    parts = comm.gather(found if team.rank == 0 else {})
    team.Free()
    together = {place: value for part in parts or () for place, value in part.items()}
    return [together[place] for place in sorted(together)]


def _raise_first(comm: MPI.Comm, problem: tuple[int, Exception] | None) -> None:
    told = None if problem is None else (problem[0], type(problem[1]), str(problem[1]))
    problems = [entry for entry in comm.allgather(told) if entry is not None]
    if problems:
        _, kind, message = min(problems, key=lambda entry: entry[0])
        raise kind(message)
