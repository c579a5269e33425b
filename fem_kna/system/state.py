"""The unknowns of a cell, and how they look to the equations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem

from ..geometry.domain import Domain


@dataclass(frozen=True)
class State:
    """One set of symbols for the equations: unknowns, test functions, or an earlier time level."""

    c: Mapping[str, Any]  # concentration of each solved ion
    phi: Any  # potential of the liquid
    i: Any  # normal current density on the electrodes, anodic positive
    voltage: Any  # potential of the working against the counter electrode


class Fields:
    """The unknowns of a cell as functions, with their two earlier time levels.

    Three spaces: a blocked Lagrange space (concentrations, then potential) on the liquid, a
    Lagrange space on the electrodes' facets for the normal current density, and one real number
    for the voltage. Blocking keeps an ion's neighbours in the matrix beside it, which assembles
    faster and is what algebraic multigrid needs.
    """

    def __init__(self, domain: Domain, ions: Sequence[str], degree: int) -> None:
        """Make the spaces of polynomial `degree` on `domain` for the solved `ions`."""
        self.domain, self.ions, self.degree = domain, tuple(ions), degree
        mesh, front = domain.mesh, domain.front_mesh.mesh
        cell = mesh.basix_cell()
        blocked = basix.ufl.element("Lagrange", cell, degree, shape=(len(self.ions) + 1,))
        self.bulk = fem.functionspace(mesh, blocked)
        self.surface = surface_space(front, degree)
        self.real = fem.functionspace(mesh, basix.ufl.real_element(cell, ()))
        self.now = self._functions()
        self.earlier = (self._functions(), self._functions())

    @property
    def entity_maps(self) -> list[Any]:
        """What forms need that join bulk and electrodes."""
        return [self.domain.front_mesh.entity_map]

    def view(self, symbols: Iterable[Any]) -> State:
        """Return `symbols` (functions or arguments of the three spaces) by their names."""
        bulk, i, voltage = symbols
        c = {name: bulk[k] for k, name in enumerate(self.ions)}
        return State(c=c, phi=bulk[len(self.ions)], i=i, voltage=voltage)

    def arguments(self) -> tuple[State, tuple[Any, ...]]:
        """Return the test functions by name and the trial functions of the three spaces."""
        mixed = ufl.MixedFunctionSpace(self.bulk, self.surface, self.real)
        return self.view(ufl.TestFunctions(mixed)), ufl.TrialFunctions(mixed)

    def component(self, name: str) -> int:
        """Return the place of an ion, or of the potential ``phi``, in the blocked space."""
        return (*self.ions, "phi").index(name)

    def values(self, name: str) -> Any:
        """Return the local values of an ion's concentration or of ``phi``, a writable view."""
        return self.now[0].x.array[self.component(name) :: len(self.ions) + 1]

    @property
    def controlled(self) -> tuple[np.ndarray | None, ...]:
        """Places of the concentrations in the arrays of the unknowns: what the step control sees.

        Potentials and currents follow at once and carry no error of their own.
        """
        places = np.arange(len(self.now[0].x.array))
        return places[places % (len(self.ions) + 1) < len(self.ions)], None, None

    def _functions(self) -> tuple[fem.Function, fem.Function, fem.Function]:
        return fem.Function(self.bulk), fem.Function(self.surface), fem.Function(self.real)


def surface_space(mesh: Any, degree: int) -> Any:
    """Return the space of scalars on the electrodes: Lagrange, or one value where it is a point."""
    if mesh.topology.dim == 0:
        return fem.functionspace(mesh, basix.ufl.element("DG", mesh.basix_cell(), 0))
    return fem.functionspace(mesh, ("Lagrange", degree))
