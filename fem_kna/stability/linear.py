r"""The equations of a cell and their derivatives by the unknowns and by their rates.

The residual is semi-discrete, R(u, u_t) = 0, with the rate of an amount q(u) taken as its
derivative along u_t. About a base state (u, u_t) a disturbance x exp(omega t) obeys

    K x = -omega M x,      K = dR/du,   M = dR/du_t,

with the base's rates held: the frozen-time approximation, good where omega is large beside the
rate at which the base itself changes, and exact where that only travels.

The mesh of the base is carried along as a whole with the mean velocity of the working front. What
is disturbed is only where the fronts, and a skeleton between them, are: the equations stand on a
moving mesh, so it does not matter how the rest of it follows. Unlike in a time step, where they lag
behind, the metric of the fronts' curvature is that of the disturbed front.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assemble_matrix, assemble_vector, create_matrix, create_vector
from petsc4py import PETSc
from ufl import inv

from ..geometry.domain import Domain
from ..inputs.case import Case
from ..inputs.errors import InputError
from ..physics.frame import Frame, Moved, Surface
from ..physics.shift import Load
from ..solve.pencil import Pencil
from ..system.build import fields_on, set_initial
from ..system.cell import Cell, residual
from ..system.films import Films, films_of
from ..system.flows import flow_conditions
from ..system.fronts import Geometry, geometry_of, hoop
from ..system.laws import cell_with, constants_of, refill
from ..system.pressing import press, slide
from ..system.scales import Scales, scales_of
from ..system.state import Fields, State
from .layout import Layout


@dataclass(frozen=True)
class Travelling(Moved):
    """A displaced mesh whose swept volume is that at an instant, not since the reference.

    A step sweeps along straight paths, `Moved.swept`: the volume is exact, but where points slide
    along a front that travels, what each point has swept is right only up to its second order.
    Here it is J F^-1 (1 + h) d with F and h of `held`, a copy of the displacement that no rate
    differentiates, so that its rate is w . n da; Div of it is the rate of J by Piola's identity.
    """

    held: Any = None

    def _swept_by(self) -> Any:
        """Return what makes d the swept volume per time when d becomes the mesh's velocity."""
        held = Moved(self.held, self.hoop)
        return held.J * inv(held.F)


@dataclass(frozen=True)
class Following(Geometry):
    """A `Geometry` whose fronts are measured where they are, and not where they are expected.

    The nodal normals stay: turning them moves the weak curvature of a curved front by the part of
    its discrete curvature vector that lies along it, which is an error of discretisation.
    """

    def near(self, state: State) -> Frame:
        """Return the frame of `state` in the cells that touch the moving fronts."""
        return Travelling(state.d, hoop(self.domain), self._held.d)

    def away(self, state: State) -> Frame:
        """Return the frame of `state` in all other cells."""
        return Travelling(state.carried, hoop(self.domain), self._held.carried)

    def metric(self, state: State) -> Surface:
        """Return the configuration that the fronts' curvature is measured in."""
        return Surface(Moved(state.d, hoop(self.domain)), self.N)

    @property
    def _held(self) -> State:
        return self.fields.view(self.fields.earlier[1])


class Linear:
    """R, K and M of a resolved case on a mesh. Everything inside is scaled.

    `rates` are functions beside the unknowns `fields.now`, the velocity of the whole mesh as the
    last one; both are used with the earlier levels of `fields`, which are not needed here.
    """

    def __init__(
        self,
        case: Case,
        domain: Domain,
        fields: Fields | None = None,
        films: Films | None = None,
    ) -> None:
        """Set up the system of `case` on the scaled `domain`, at rest; or with given fields."""
        self.case, self.domain = case, domain
        self.scales: Scales = scales_of(case)  # lead back to SI
        self._scaled = scaled = self.scales.scaled(case)
        fresh = fields is None
        self.fields = fields_on(domain, case) if fields is None else fields
        if not self.fields.moving:
            raise InputError("stability: no electrode moves; accepted: one with a MovingFront")
        if self.fields.plated:
            raise InputError("stability: a composition varies; accepted: electrodes without one")
        _refuse_lagging(case)
        self.films = films_of(scaled, self.fields) if films is None else films
        moving = geometry_of(self.fields)
        self.geometry = Following(
            self.fields, moving.travel, moving.surface, moving.normal, moving.pressure
        )
        self._laws = constants_of(scaled, domain.mesh)
        self._nature = constants_of(self.scales.scaled(case.nature), domain.mesh)
        self.cell: Cell = cell_with(self._laws, self._nature, domain, self.films, self.geometry)
        if fresh:
            self.begin()
        else:
            self.geometry.travel.find_normals()
        self.rates = self.fields.earlier[0]
        self._compile()

    @property
    def state(self) -> State:
        """The unknowns by their names."""
        return self.fields.view(self.fields.now)

    def begin(self) -> None:
        """Fill the fields with the case's initial state on the mesh where it is."""
        for function in self.fields.now:
            function.x.array[:] = 0.0
        set_initial(self._scaled, self.fields)
        self.press()

    @property
    def initial(self) -> np.ndarray:
        """What `begin` fills the liquid with, and zero for the potential."""
        found = np.zeros_like(self.fields.now[0].x.array)
        width = len(self.fields.ions) + 1
        initial = self._scaled.closure.initial(self._scaled.electrolyte)
        for name, value in initial.items():
            found[self.fields.component(name) :: width] = value
        return found

    def place(self, nodes: np.ndarray) -> None:
        """Put the mesh's nodes (n, 3) elsewhere, with nothing strained there. Collective."""
        self.geometry.travel.put(nodes)
        self.press()

    def press(self) -> None:
        """Press the separator, if there is a stack, on the fronts where they are. Collective."""
        self.geometry.travel.find_normals()
        press(self.case, self._scaled, self.fields)
        slide(self._scaled, self.fields, self.geometry)

    def turn_to(self, case: Case) -> None:
        """Go on with the numbers of another resolved `case` of the same make. No form changes."""
        self.case, self.scales = case, scales_of(case)
        self._scaled = scaled = self.scales.scaled(case)
        refill(self._laws, scaled)
        refill(self._nature, self.scales.scaled(case.nature))
        films = films_of(scaled, self.fields)
        for side, film in films.acting.items():
            self.films.acting[side].x.array[:] = film.x.array

    def set_viscosity(self, viscosity: float) -> None:
        """Let the metal, a Newtonian liquid, have a viscosity [Pa s]."""
        self._laws.working.rheology.constant.value = viscosity / self.scales.of("Pa*s")

    def rate(self, amount: Any) -> Any:
        """Return the derivative of an amount along the rates."""
        value = amount(self.state)
        pairs = zip(self.fields.now, self.rates, strict=True)
        return sum(ufl.derivative(value, u, u_t) for u, u_t in pairs)

    def _compile(self) -> None:
        fields, (test, trials) = self.fields, self.fields.arguments()
        form = residual(self.state, self.rate, test, self.cell)
        form += self.geometry.anchors(self.state, test) + self._sharper(test)
        rows = ufl.extract_blocks(form)
        maps = fields.entity_maps
        self.conditions = [*flow_conditions(fields), *self.geometry.conditions()]
        self.layout = Layout(fields, self.conditions)
        self._R = fem.form(rows, entity_maps=maps)
        self._weights = [fem.Constant(self.domain.mesh, 0.0) for _ in ("K", "M")]
        self._tangent = fem.form(self._blocks(rows, trials), entity_maps=maps)
        self.pencil = Pencil(self.matrix(), self.matrix(), self.layout.kinds)
        self._r = create_vector(list(fields.spaces), "mpi")

    def _sharper(self, test: State) -> Any:
        r"""Return what takes the leading error out of the curvature of linear elements in a plane.

        These find kappa (1 + k^2 h^2/12) for a ripple's kappa. With
        :math:`\int \kappa\eta + \tfrac{h^2}{12}\nabla_s\kappa\cdot\nabla_s\eta\,da`
        on the left the error is of fourth order (Numerov).
        """
        if self.domain.mesh.geometry.dim > 2:
            return 0
        state, h = self.state, ufl.FacetArea(self.domain.mesh)
        form: Any = 0
        for side in self.cell.sides(state):
            if side.front is not None:
                surface: Any = side.front.surface
                slopes = ufl.inner(surface.grad(state.kappa), surface.grad(test.kappa))
                form += h**2 / 12 * slopes * surface.area * side.ds
        return form

    def _blocks(self, rows: Any, trials: Sequence[Any]) -> Any:
        """Return the weighted sum of K and M, with a room of zeros on the diagonal.

        One form for both: the matrices have one pattern, and a Jacobian is assembled at once. The
        derivatives are left to the compiler: expanded here, they would be at every start.
        """
        tests = ufl.TestFunctions(ufl.MixedFunctionSpace(*self.fields.spaces))
        levels = (self.fields.unknowns, self.fields.earlier[1], self.rates)
        along = list(zip(*levels, trials, strict=False))
        blocks = []
        for i, row in enumerate(rows):
            line = [self._block(row, *one) for one in along]
            if line[i] is None:
                mesh = self.fields.spaces[i].mesh
                nothing = fem.Constant(mesh, 0.0)
                line[i] = nothing * ufl.inner(trials[i], tests[i]) * ufl.dx(domain=mesh)
            blocks.append(line)
        return blocks

    def _block(self, row: Any, unknown: Any, copy: Any, rate: Any, trial: Any) -> Any:
        """Return the weighted derivatives of a row by an unknown, its copy and its rate, if any."""
        there, (by_unknown, by_rate) = row.coefficients(), self._weights
        weights = ((unknown, by_unknown), (copy, by_unknown), (rate, by_rate))
        found = [w * ufl.derivative(row, u, trial) for u, w in weights if u in there]
        return sum(found[1:], found[0]) if found else None

    def residual(self) -> np.ndarray:
        """Return the own rows of R at the base state; zero where an unknown is held. Collective."""
        self._copy()
        with self._r.localForm() as local:
            local.set(0.0)
        assemble_vector(self._r, self._R)
        self._r.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        found = self._r.array.copy()
        found[self.layout.held] = 0.0
        return found

    def matrix(self) -> PETSc.Mat:
        """Return an empty matrix for `tangent`. Collective."""
        found = create_matrix(self._tangent, "mpi")
        found.setOption(PETSc.Mat.Option.KEEP_NONZERO_PATTERN, True)
        return found

    def tangent(
        self, matrix: PETSc.Mat, by_unknowns: float, by_rates: float, *, diagonal: float = 1.0
    ) -> None:
        """Fill a matrix with the sum of K and M, so weighted, at the base state. Collective.

        Rows and columns of what is held are empty but for the `diagonal`.
        """
        self._copy()
        for weight, value in zip(self._weights, (by_unknowns, by_rates), strict=True):
            weight.value = value
        matrix.zeroEntries()
        assemble_matrix(matrix, self._tangent, bcs=self.conditions, diag=diagonal)
        matrix.assemble()

    def _copy(self) -> None:
        """Let the copy of the unknowns that no rate differentiates be what they are."""
        for copy, function in zip(self.fields.earlier[1], self.fields.now, strict=True):
            copy.x.array[:] = function.x.array

    def linearise(self) -> Pencil:
        """Bring `pencil`, -K x = omega M x, to the base state and return it. Collective."""
        self.tangent(self.pencil.A, -1.0, 0.0, diagonal=-1.0)
        self.tangent(self.pencil.B, 0.0, 1.0, diagonal=0.0)
        return self.pencil


def _refuse_lagging(case: Case) -> None:
    """Refuse a shift of the kinetics by the metal's mean pressure: a step takes that as known."""
    front = case.working.front
    if front is None or case.working.rheology is None:
        return
    felt = front.shift.work(1.0, Load(traction=0.0, metal=1.0, electrolyte=0.0))
    if felt != 0:
        raise InputError(
            f"working.front.shift: '{type(front.shift).__name__}' feels the mean pressure of metal "
            "that flows, which is not linearised; accepted: FullTraction, or metal that stands"
        )
