"""Where Newton's method got stuck: which field, where, and its last iterate for ParaView."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from dolfinx import fem
from dolfinx.io import VTKFile
from mpi4py import MPI

from .results.outputs import in_metres
from .results.series import FOLDER as FRAMES
from .results.series import Series
from .results.writing import alone
from .solve.remedies import Wreck
from .system.build import Model
from .system.components import Component, components, scalar

FOLDER = "post_mortem"


@dataclass(frozen=True)
class Worst:
    """The value that is not finite, or has the largest residual: whose, where [m], how large."""

    name: str
    place: tuple[float, ...]
    residual: float

    def __str__(self) -> str:
        """Say it in a few words."""
        where = ", ".join(f"{x:.4g}" for x in self.place)
        size = f"residual {self.residual:.2g}" if np.isfinite(self.residual) else "not finite"
        return f"{self.name}{f' at ({where}) m' if where else ''}: {size}"


def worst(model: Model, wreck: Wreck) -> Worst:
    """Return where a solve got stuck, over all ranks. Collective."""
    here = max(_candidates(model, wreck), key=_size)
    return max(model.domain.comm.allgather(here), key=_size)


def norms(model: Model, wreck: Wreck) -> dict[str, float]:
    """Return the Euclidean norm of each field's residual, scaled. Collective."""
    squares = {
        part.name: float((_own(model, part, wreck.residual) ** 2).sum())
        for part in components(model.fields)
    }
    comm = model.domain.comm
    return {name: float(comm.allreduce(own, op=MPI.SUM)) ** 0.5 for name, own in squares.items()}


def write(folder: Path, model: Model, wreck: Wreck, time: float) -> None:
    """Write the last iterate in SI with the residual of each field, scaled, into FOLDER there.

    What is not finite stands as 0, and ``finite [-]`` is 0 there. Collective.

    Raises:
        CannotWrite: it could not be written.
    """
    comm, own = model.domain.comm, folder / FOLDER
    alone(comm, folder, lambda: (own / FRAMES).mkdir(parents=True, exist_ok=True))
    files = dict(_files(model, wreck))
    Series(own, comm).add(time, list(files), partial(_frame, model, files, time))


def _candidates(model: Model, wreck: Wreck) -> Iterator[Worst]:
    """Yield the worst value of each field on this rank."""
    for part in components(model.fields):
        values, residual = (_own(model, part, arrays) for arrays in (wreck.iterate, wreck.residual))
        size = np.where(np.isfinite(values), np.abs(residual), np.inf)
        size[np.isnan(size)] = np.inf
        if len(size):
            at = int(size.argmax())
            yield Worst(part.name, _place(model, part, at), float(size[at]))
    yield Worst("nothing", (), -1.0)


def _size(found: Worst) -> float:
    return found.residual


def _own(model: Model, part: Component, arrays: list[np.ndarray]) -> np.ndarray:
    """Return this rank's own values of a component."""
    space = model.fields.spaces[part.unknown]
    return part.values(arrays[part.unknown])[: space.dofmap.index_map.size_local]


def _place(model: Model, part: Component, dof: int) -> tuple[float, ...]:
    space = model.fields.spaces[part.unknown]
    if _is_number(space):
        return ()
    x = space.tabulate_dof_coordinates()[dof, : space.mesh.geometry.dim]
    return tuple(float(x_k) * model.scales.length for x_k in x)


def _is_number(space: Any) -> bool:
    return int(space.dofmap.index_map.size_global) == 1


def _files(model: Model, wreck: Wreck) -> Iterator[tuple[str, list[fem.Function]]]:
    """Yield a file for each mesh that has unknowns, with all that is known on it."""
    fields, domain = model.fields, model.domain
    parts = (domain.liquid, domain.front_mesh, domain.metal, fields.layer)
    for name, part in zip(("liquid", "electrodes", "metal", "layer"), parts, strict=True):
        here = [
            component
            for component in components(fields)
            if part is not None
            and fields.spaces[component.unknown].mesh is part.mesh
            and not _is_number(fields.spaces[component.unknown])
        ]
        if here:
            yield name, list(_functions(model, wreck, here))


def _functions(model: Model, wreck: Wreck, parts: list[Component]) -> Iterator[fem.Function]:
    """Yield iterate and residual of some fields on one mesh, and where they are finite."""
    finite: Any = True
    for part in parts:
        space, scale = model.fields.spaces[part.unknown], model.scales.of(part.unit)
        iterate = scalar(space, part, wreck.iterate[part.unknown] * scale)
        residual = scalar(space, part, wreck.residual[part.unknown])
        iterate.name = f"{part.name} [{part.unit.replace('^', '')}]"
        residual.name = f"residual of {part.name} [-]"
        for function in (iterate, residual):
            finite = finite & np.isfinite(function.x.array)
            function.x.array[:] = np.nan_to_num(function.x.array, posinf=0.0, neginf=0.0)
            yield function
    everywhere = fem.Function(iterate.function_space, name="finite [-]")
    everywhere.x.array[:] = finite
    yield everywhere


def _frame(model: Model, files: dict[str, list[fem.Function]], time: float, folder: Path) -> None:
    for name, functions in files.items():
        mesh = functions[0].function_space.mesh
        with (
            in_metres(mesh, model.scales.length),
            VTKFile(model.domain.comm, str(folder / f"{name}.pvd"), "w") as file,
        ):
            file.write_function(functions, time)
