"""Shapes of modes for ParaView: what a disturbance does to every unknown, in SI."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from dolfinx import fem
from dolfinx.io import VTKFile

from ..motion.nodes import nodes_of
from ..system.scales import Scales
from ..system.state import Fields
from .outputs import in_metres

HEIGHT = 1e-6  # [m] of a mode that is shown, where its front is displaced most


class ShapeFiles:
    """A series of modes. Collective.

    ``mode.pvd`` has concentrations and potential, ``mode_front.pvd`` displacement and curvature of
    the fronts (warp by it), ``mode_metal.pvd`` velocity and pressure of metal that flows; each of a
    mode that displaces the front by 1 um at most, where the displaced mesh's points are.
    """

    def __init__(self, folder: Path, fields: Fields, scales: Scales) -> None:
        """Open the series in an existing folder."""
        self._fields, self._scales = fields, scales
        self._functions = [fem.Function(V) for V in fields.spaces]
        names = ["mode", "mode_front"] + (["mode_metal"] if fields.flow else [])
        comm = fields.domain.comm
        self._files = {name: VTKFile(comm, str(folder / f"{name}.pvd"), "w") for name in names}

    def write(self, parts: Sequence[np.ndarray], label: float) -> None:
        """Add a mode, its own rows space by space, real; `label` stands as time in the series."""
        for function, part in zip(self._functions, parts, strict=True):
            function.x.array[: len(part)] = part
            function.x.scatter_forward()
        for name, file in self._files.items():
            outputs = list(getattr(self, f"_{name}")())
            with in_metres(outputs[0].function_space.mesh, self._scales.length):
                file.write_function(outputs, label)

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()

    def _mode(self) -> Iterator[fem.Function]:
        bulk, of = self._functions[0], self._scales.of
        linear = fem.functionspace(bulk.function_space.mesh, ("Lagrange", 1))
        units = {**dict.fromkeys(self._fields.ions, "mol/m^3"), "phi": "V"}
        for place, (name, unit) in enumerate(units.items()):
            label = "potential" if name == "phi" else f"concentration {name}"
            found = fem.Function(linear, name=f"{label} [{unit.replace('^', '')}]")
            found.interpolate(bulk.sub(place).collapse())
            found.x.array[:] *= of(unit)
            yield found

    def _mode_front(self) -> Iterator[fem.Function]:
        front, dim = self._functions[-1], self._fields.domain.mesh.geometry.dim
        rows = front.x.array.reshape(-1, front.function_space.dofmap.index_map_bs)
        space = fem.functionspace(front.function_space.mesh, ("Lagrange", 1, (dim,)))
        moved = fem.Function(space, name="displacement [m]")
        curved = fem.Function(
            fem.functionspace(space.mesh, ("Lagrange", 1)), name="curvature [1/m]"
        )
        for function, columns in ((moved, slice(dim)), (curved, slice(dim, dim + 1))):
            width = rows[:, columns].shape[1]
            here, there = nodes_of(function.function_space), nodes_of(front.function_space)
            values = np.empty((len(there), width))
            values[there] = rows[:, columns]
            function.x.array[:] = values[here].ravel()
        moved.x.array[:] *= self._scales.length
        curved.x.array[:] /= self._scales.length
        yield from (moved, curved)

    def _mode_metal(self) -> Iterator[fem.Function]:
        velocity, pressure = self._functions[3:5]
        dim, mesh = self._fields.domain.mesh.geometry.dim, pressure.function_space.mesh
        moving = fem.Function(
            fem.functionspace(mesh, ("Lagrange", 1, (dim,))), name="velocity [m/s]"
        )
        moving.interpolate(velocity)
        pressed = fem.Function(pressure.function_space, name="pressure [Pa]")
        for function, source, unit in ((moving, moving, "m/s"), (pressed, pressure, "Pa")):
            function.x.array[:] = source.x.array * self._scales.of(unit)
        yield from (moving, pressed)


def shown_parts(parts: Sequence[np.ndarray], fields: Fields, scales: Scales) -> list[np.ndarray]:
    """Return a complex mode as a real one of the height that is shown, at its fronts' full swing.

    Args:
        parts: own rows space by space, scaled.
        fields: their unknowns.
        scales: what leads back to SI.
    """
    dim, comm = fields.domain.mesh.geometry.dim, fields.domain.comm
    rows = parts[-1].reshape(-1, fields.front.dofmap.index_map_bs)[:, :dim].ravel()
    here = rows[np.argmax(np.abs(rows))] if len(rows) else 0.0
    largest: Any = max(comm.allgather(complex(here)), key=abs)
    unit = HEIGHT / scales.length / largest
    return [(part * unit).real for part in parts]
