"""The unknowns of a cell, and how they look to the equations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem

from ..geometry.domain import Domain
from ..motion.layer import layer_of
from ..motion.nodes import nodes_of
from ..physics.ageing import AGED
from ..physics.composition import METALS
from ..physics.compound import COMPOUND


@dataclass(frozen=True)
class State:
    """One set of symbols for the equations: unknowns, test functions, or an earlier time level."""

    c: Mapping[str, Any]  # concentration of each solved ion
    phi: Any  # potential of the liquid
    i: Any  # normal current density on the electrodes, anodic positive
    voltage: Any  # potential of the working against the counter electrode
    # Of a moving mesh, relative to the reference mesh:
    d: Any = None  # displacement of the fronts, and of the cells that touch them
    kappa: Any = None  # curvature of the fronts, positive on a bulge of the metal
    mu: Any = None  # multiplier of the fronts' least deformation; under a skeleton, its pressure
    gap: Any = None  # thickness of the liquid between a skeleton and the fronts
    plate: Any = None  # way of the counter electrode's plate since the start
    # Of metal that flows:
    v: Any = None  # velocity
    p: Any = None  # pressure
    carried: Any = None  # displacement of the mesh away from the fronts, known in every step
    # Of metal whose composition varies:
    # of K and Na per area, of KNa2 that holds some of them where it forms, of what ageing took
    amounts: Mapping[str, Any] = field(default_factory=dict)
    sodium: Any = None  # its concentration in metal that is meshed
    skin: Any = None  # the same at the fronts, known to the electrodes
    bound: Any = None  # KNa2's, where it forms there
    bound_skin: Any = None
    # Of a porous cathode:
    solid: Any = None  # potential of the network
    inside: tuple[Any, ...] = ()  # coefficients of the guest's concentration in the particles


class Fields:
    """The unknowns of a cell as functions, with their two earlier time levels.

    Three spaces: a blocked Lagrange space (concentrations, then potential) on the liquid, a
    Lagrange space on the electrodes' facets for the normal current density, and one real number
    for the voltage. Blocking keeps an ion's neighbours in the matrix beside it: faster to assemble.

    Metal that is meshed flows: its velocity (quadratic) and pressure (linear) are unknowns on it.
    Where an electrode's composition varies the amounts of K and Na on the electrodes are unknowns,
    in the space of the current density; where it diffuses, so is sodium's concentration in the
    metal (linear), and with the amounts its values at the fronts.

    In a porous cathode the network's potential and the particles' coefficients are, in one space.

    Where electrodes move there is another, on the layer of cells at their fronts: displacement,
    curvature and a multiplier, linear in each cell, free on the fronts only. The whole mesh's,
    known before a step is solved, stands beside it, with levels. These two are the last ones.
    """

    def __init__(
        self,
        domain: Domain,
        ions: Sequence[str],
        degree: int,
        moving: Sequence[str] = (),
        bodies: Sequence[str] = (),
        *,
        composed: bool = False,
        diffusing: bool = False,
        compound: bool = False,
        ageing: bool = False,
        modes: int = 0,
        buried: bool = False,
    ) -> None:
        """Make the spaces of polynomial `degree` on `domain` for the solved `ions`.

        `moving` names the boundaries whose displacement is an unknown, `bodies` the regions where
        it is one throughout: there a skeleton rides on the mesh. `modes` counts the coefficients
        inside the particles of a porous cathode.
        """
        self.domain, self.ions, self.degree = domain, tuple(ions), degree
        self.moving, self.bodies = tuple(moving), tuple(bodies)
        mesh, front = domain.mesh, domain.front_mesh.mesh
        cell = mesh.basix_cell()
        blocked = basix.ufl.element("Lagrange", cell, degree, shape=(len(self.ions) + 1,))
        self.bulk = fem.functionspace(domain.liquid.mesh, blocked)
        self.surface = surface_space(front, degree)
        self.real = fem.functionspace(mesh, basix.ufl.real_element(cell, ()))
        dim = mesh.geometry.dim
        self.flow: tuple[Any, ...] = ()
        if domain.metal is not None and dim > 1:
            quadratic = basix.ufl.element("Lagrange", cell, 2, shape=(dim,))
            linear = basix.ufl.element("Lagrange", cell, 1)
            self.flow = tuple(
                fem.functionspace(domain.metal.mesh, element) for element in (quadratic, linear)
            )
        self.stocks = METALS + ((COMPOUND,) if compound else ()) + (AGED if ageing else ())
        self.columns = len(self.stocks) + diffusing + buried
        self.deposits = (surface_space(front, degree, (self.columns,)),) if composed else ()
        self.solute: tuple[Any, ...] = ()
        if diffusing and domain.metal is not None:
            metal = fem.functionspace(domain.metal.mesh, ("Lagrange", 1))
            self.solute = (metal, metal.clone())[: 1 + buried]
        self.cathode: tuple[Any, ...] = ()
        if domain.cathode is not None:
            inside = basix.ufl.element("Lagrange", cell, degree, shape=(1 + modes,))
            self.cathode = (fem.functionspace(domain.cathode.mesh, inside),)
        self.layer = layer_of(domain, moving, bodies) if moving else None
        self.plate = (self.real.clone(),) if bodies else ()
        # Where each point of a skeleton was when it was free of stress; moves with the mesh.
        self.reference_map: Any = None
        if bodies:
            space = fem.functionspace(domain.liquid.mesh, ("Lagrange", 1, (dim,)))
            self.reference_map = fem.Function(space)
        if self.layer is not None:
            own = 3 if bodies else 2  # curvature, multiplier, and a gap where there can be one
            self.front = fem.functionspace(self.layer.mesh, ("Lagrange", 1, (dim + own,)))
            self.place = fem.functionspace(mesh, ("Lagrange", 1, (dim,)))
        self.now = self._functions()
        self.earlier = (self._functions(), self._functions())

    @property
    def entity_maps(self) -> list[Any]:
        """What forms need that join bulk and electrodes."""
        more = (self.domain.cathode, self.layer)
        parts = [*self.domain.parts, *(part for part in more if part is not None)]
        maps = [one for part in parts for one in part.entity_maps]
        return [self.domain.front_mesh.entity_map, *maps]

    def view(self, symbols: Sequence[Any]) -> State:
        """Return `symbols` (functions of the present level, or arguments) by their names."""
        bulk, i, voltage, *rest = symbols
        flow, rest = rest[: len(self.flow)], rest[len(self.flow) :]
        deposits, rest = rest[: len(self.deposits)], rest[len(self.deposits) :]
        solute, rest = rest[: len(self.solute)], rest[len(self.solute) :]
        cathode, rest = rest[: len(self.cathode)], rest[len(self.cathode) :]
        plate, front = rest[: len(self.plate)], rest[len(self.plate) :]
        c = {name: bulk[k] for k, name in enumerate(self.ions)}
        amounts = {name: n[k] for n in deposits for k, name in enumerate(self.stocks)}
        state = State(c=c, phi=bulk[len(self.ions)], i=i, voltage=voltage, amounts=amounts)
        if flow:
            state = replace(state, v=flow[0], p=flow[1])
        if solute:
            state = replace(state, sodium=solute[0], skin=deposits[0][len(self.stocks)])
        if len(solute) > 1:
            state = replace(state, bound=solute[1], bound_skin=deposits[0][self.columns - 1])
        if cathode:
            inside = tuple(cathode[0][k] for k in range(1, len(cathode[0])))
            state = replace(state, solid=cathode[0][0], inside=inside)
        if not front:
            return state
        dim = self.domain.mesh.geometry.dim
        d = ufl.as_vector([front[0][k] for k in range(dim)])
        state = replace(state, d=d, kappa=front[0][dim], mu=front[0][dim + 1], carried=front[-1])
        return replace(state, gap=front[0][dim + 2], plate=plate[0]) if plate else state

    def view_earlier(self, functions: Sequence[Any]) -> State:
        """Return an earlier level by its names: the whole mesh was displaced as it is known."""
        state = self.view(functions)
        return state if state.d is None else replace(state, d=state.carried)

    @property
    def unknowns(self) -> tuple[fem.Function, ...]:
        """What a step solves for: the present level without the mesh's known displacement."""
        return self.now if self.layer is None else self.now[:-1]

    @property
    def flowing(self) -> tuple[fem.Function, ...]:
        """Velocity and pressure of metal that flows; nothing where none does."""
        return tuple(self.now[place] for place in self.places_of_flow)

    @property
    def places_of_flow(self) -> tuple[int, ...]:
        """Where in a level velocity and pressure of metal that flows stand."""
        return tuple(range(3, 3 + len(self.flow)))

    @property
    def plated(self) -> tuple[fem.Function, ...]:
        """Amounts of K and Na on the electrodes where a composition varies, else nothing."""
        return self.now[self.place_of_deposits]

    @property
    def dissolved(self) -> tuple[fem.Function, ...]:
        """Concentration of sodium in metal where it diffuses, and of KNa2; else nothing."""
        return self.now[self.place_of_solute]

    @property
    def in_cathode(self) -> tuple[fem.Function, ...]:
        """Potential of a porous cathode's network and what is in its particles, else nothing."""
        return self.now[self.place_of_cathode]

    @property
    def plates(self) -> tuple[fem.Function, ...]:
        """Way of the counter electrode's plate where a skeleton is pressed, else nothing."""
        return self.now[self.place_of_plate]

    @property
    def place_of_deposits(self) -> slice:
        """Where in a level the amounts on the electrodes stand."""
        return _behind(3 + len(self.flow), self.deposits)

    @property
    def place_of_solute(self) -> slice:
        """Where in a level the concentration in the metal stands."""
        return _behind(self.place_of_deposits.stop, self.solute)

    @property
    def place_of_cathode(self) -> slice:
        """Where in a level the unknowns of a porous cathode stand."""
        return _behind(self.place_of_solute.stop, self.cathode)

    @property
    def place_of_plate(self) -> slice:
        """Where in a level the way of the plate stands."""
        return _behind(self.place_of_cathode.stop, self.plate)

    def arguments(self) -> tuple[State, tuple[Any, ...]]:
        """Return the test functions by name and the trial functions of the spaces."""
        mixed = ufl.MixedFunctionSpace(*self.spaces)
        return self.view(ufl.TestFunctions(mixed)), ufl.TrialFunctions(mixed)

    @property
    def spaces(self) -> tuple[Any, ...]:
        """The spaces in the order of the unknowns."""
        spaces = (self.bulk, self.surface, self.real, *self.flow)
        spaces += (*self.deposits, *self.solute, *self.cathode, *self.plate)
        return spaces if self.layer is None else (*spaces, self.front)

    def curvature(self) -> np.ndarray:
        """Return the fronts' curvature at this rank's nodes of the mesh's geometry, 0 off them."""
        return self._on_nodes(0)

    def contact_pressure(self) -> np.ndarray:
        """Return what a skeleton presses on the fronts with, at the same nodes; 0 off them."""
        return self._on_nodes(1)

    def contact_gap(self) -> np.ndarray:
        """Return the thickness of liquid between skeleton and fronts, likewise."""
        return self._on_nodes(2)

    @property
    def front_rows(self) -> np.ndarray:
        """The layer's unknown, a row per node: displacement, curvature, multiplier, gap."""
        block = self.front.dofmap.index_map_bs
        return self.unknowns[-1].x.array.reshape(-1, block)

    def _on_nodes(self, place: int) -> np.ndarray:
        """Return what the layer's unknown has at `place` behind the displacement, node by node."""
        values = self.front_rows[:, self.domain.mesh.geometry.dim + place]
        found = np.zeros(len(self.domain.mesh.geometry.x))
        found[self.layer.nodes[nodes_of(self.front)]] = values
        return found

    def component(self, name: str) -> int:
        """Return the place of an ion, or of the potential ``phi``, in the blocked space."""
        return (*self.ions, "phi").index(name)

    def values(self, name: str) -> Any:
        """Return the local values of an ion's concentration or of ``phi``, a writable view."""
        return self.now[0].x.array[self.component(name) :: len(self.ions) + 1]

    @property
    def concentrations(self) -> np.ndarray:
        """Places of the concentrations in the array of the first unknown."""
        places = np.arange(len(self.now[0].x.array))
        return places[places % (len(self.ions) + 1) < len(self.ions)]

    @property
    def places_of_amounts(self) -> np.ndarray:
        """Places of the amounts of K, Na and others in the array of what is on the electrodes."""
        places = np.arange(len(self.plated[0].x.array))
        return places[places % self.columns < len(self.stocks)]

    @property
    def displacements(self) -> np.ndarray:
        """Places of displacement and gap in the array of the layer's unknown."""
        rows, dim = self.front_rows, self.domain.mesh.geometry.dim
        differential = np.arange(rows.shape[1])
        differential = (differential < dim) | (differential == dim + 2)
        return np.flatnonzero(np.tile(differential, len(rows)))

    def _functions(self) -> tuple[fem.Function, ...]:
        known = () if self.layer is None else (self.place,)
        return tuple(fem.Function(space) for space in (*self.spaces, *known))


def _behind(place: int, spaces: Sequence[Any]) -> slice:
    return slice(place, place + len(spaces))


def surface_space(mesh: Any, degree: int, shape: tuple[int, ...] | None = None) -> Any:
    """Return a space on the electrodes: Lagrange, or one value each where they are points."""
    family, degree = ("DG", 0) if mesh.topology.dim == 0 else ("Lagrange", degree)
    element = basix.ufl.element(family, mesh.basix_cell(), degree, shape=shape)
    return fem.functionspace(mesh, element)
