"""A rippled front in the finite elements: the cell of a `FrontProblem`, started on a mode of it.

Half a wave between symmetry planes. The mesh is flat, then displaced by the mode: both fronts by
amplitude * ripple * cos(kx), the nodes between them in proportion. The growth is read off the
fronts' nodes, as a microscope would, and not off the scheme's rates.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import dolfinx.mesh as dmesh
import numpy as np
from mpi4py import MPI

from .. import materials
from ..geometry.build import build
from ..geometry.domain import Domain
from ..geometry.find import shape_named
from ..geometry.shape import Shape
from ..inputs.case import Case, Electrode
from ..inputs.numerics import Numerics
from ..inputs.units import Value
from ..materials.models import Electrolyte, Ion, Metal, Separator
from ..physics.closures import ConcentratedSolution, DiluteSolution
from ..physics.drive import Drive, Galvanostatic, Rest
from ..physics.film import UniformFilm
from ..physics.front import MovingFront
from ..physics.kinetics import ButlerVolmer, Reaction
from ..system.build import Model, model_on
from ..system.scales import scales_of
from .dispersion import Mode, front_modes
from .front_problem import Base, FrontProblem
from .unit_cell import mat

EXPONENT = 1.5  # Bruggeman's, that leads from the liquid's properties to the effective ones
ENDLESS = 1e9  # a tolerance that no step misses: the steps are those asked for
SLOPE = 2e-3  # of a ripple: what is not linear stays below 1e-4 ...
SHARPENING = 0.05  # ... also where flat parts outrun it: slope over growth per V k
SHARE = 0.02  # of an e-fold in a step: second order errs by its square over three
TRAVEL = 0.3  # of an element in the first step, whose motion nothing foretells
SETTLING, MEASURED = 3, 2  # full steps before, and steps of, the measurement


@dataclass(frozen=True)
class Ripple:
    """A ripple of wavenumber `k` [m-1] on the fronts of `problem`, on a mesh of half a wave.

    `elements` along it, of quadratic concentrations; `share` of an e-fold in a step; `slope` the
    largest slope of the ripple, by default small enough for a linear answer.
    """

    problem: FrontProblem
    k: float
    elements: int = 40
    share: float = SHARE
    slope: float | None = None

    @cached_property
    def mode(self) -> Mode:
        """The mode of the collocation that the working electrode leads."""
        return front_modes(self.problem, self.k)[0]

    @property
    def half(self) -> float:
        """Half a wave [m], the width of the cell."""
        return float(np.pi / self.k)

    @property
    def amplitude(self) -> float:
        """Greatest height of the fronts [m] at the start."""
        if self.slope is not None:
            return self.slope / self.k
        sharpening = SHARPENING * abs(self.mode.rate) / max(self._travel, 1e-30)
        return min(SLOPE, sharpening) / self.k

    @property
    def heights(self) -> tuple[list[float], list[float]]:
        """Places in the cell, as shares of the gap, and the ripple of the mesh there."""
        return [0.0, 1.0], [float(self.mode.working), float(self.mode.counter)]

    @property
    def step(self) -> float:
        """Size of the steps [s] once they are full."""
        return self.share / abs(self.mode.rate)

    @property
    def _travel(self) -> float:
        """V k [s-1]."""
        return abs(self.problem.velocity) * self.k

    @property
    def numerics(self) -> Numerics:
        """P2, and full steps, after a first one that moves the fronts by part of an element."""
        reach = TRAVEL * np.pi / self.elements / max(self._travel, 1e-30)
        return Numerics(
            degree=2,
            time_tolerance=ENDLESS,
            front_tolerance=ENDLESS,
            first_step=Value(min(self.step, reach), "s"),
            longest_step=Value(self.step, "s"),
            frames=1,
        )

    @property
    def mesh(self) -> Shape:
        """The flat cell: fine at the fronts, growing away from the working one."""
        return shape_named("planar_cell")(
            dimension="2d",
            gap=Value(self.problem.gap, "m"),
            width=Value(self.half, "m"),
            front_size=Value(self.half / self.elements, "m"),
            growth=0.25,
            far_size=Value(min(0.3 * self.half, self.problem.gap / 6), "m"),
        )

    @property
    def electrodes(self) -> tuple[Electrode, Electrode]:
        """The working and the counter electrode: alike."""
        both = electrode_of(self.problem)
        return both, both

    @property
    def case(self) -> Case:
        """The ripple as a case: both electrodes moving, potassium alone."""
        p = self.problem
        working, counter = self.electrodes
        return Case(
            name="ripple",
            mesh=self.mesh,
            electrolyte=electrolyte_of(p),
            separator=mat_of(p),
            working=working,
            counter=counter,
            drive=drive_of(p),
            reactions=(reaction_of(p),),
            closure=DiluteSolution() if p.conductivity_exponent else ConcentratedSolution(),
            temperature=Value(p.temperature, "K"),
            numerics=self.numerics,
        ).resolved()


@contextmanager
def started(ripple: Ripple) -> Iterator[Model]:
    """Give `ripple` made discrete at its start, on all ranks; then free its solver."""
    case = ripple.case
    scales = scales_of(case)
    domain = build(scales.scaled(case).mesh, MPI.COMM_WORLD).with_electrodes(*case.boundaries)
    x, y = domain.mesh.geometry.x[:, :2].T * scales.length
    height = np.interp(y / case.mesh.gap, *ripple.heights)
    wave = ripple.amplitude * np.cos(ripple.k * x)
    domain.mesh.geometry.x[:, 1] += wave * height / scales.length
    model = model_on(domain, case)
    try:
        fill(model, ripple)
        model.march.start()
        yield model
    finally:
        model.close()


def fill(model: Model, ripple: Ripple) -> None:
    """Put the base state and the mode into the fields; both are smooth beyond the flat fronts."""
    fields, scales, base = model.fields, model.scales, Base(ripple.problem)
    x, y = fields.bulk.tabulate_dof_coordinates()[:, :2].T * scales.length
    wave = ripple.amplitude * np.cos(ripple.k * x)
    inside = np.clip(y, 0, ripple.problem.gap)
    salt = base.salt(y) + wave * ripple.mode.salt(inside)
    potential = base.potential(y) + wave * ripple.mode.potential(inside)
    (ion,) = fields.ions
    fields.values(ion)[:] = salt / scales.of("mol/m^3")
    fields.values("phi")[:] = potential / scales.of("V")
    fields.now[2].x.array[:] = base.voltage / scales.of("V")
    below = fields.surface.tabulate_dof_coordinates()[:, 1] < 0.5  # of the gap
    J = ripple.problem.current / scales.of("A/m^2")
    fields.now[1].x.array[:] = np.where(below, -J, J)


def growth_rate(ripple: Ripple) -> float:
    """Return the rate [s-1] at which the working electrode's ripple grows in the finite elements.

    ln(A(t2)/A(t1))/(t2 - t1), after a few full steps.
    """
    with started(ripple) as model:
        unit, kept = model.scales.of("s"), []
        for _ in full_steps(model, ripple.step / unit):
            kept.append((model.march.time * unit, amplitude(model, ripple.k)))
    (t1, A1), (t2, A2) = kept[-1 - MEASURED], kept[-1]
    return float(np.log(A2 / A1) / (t2 - t1))


def full_steps(model: Model, step: float) -> Iterator[float]:
    """March until enough steps were full ones, of size `step` (scaled); yield each of those."""
    steps = model.march.until(np.inf)
    full = (dt for dt in steps if dt > 0.99 * step)
    yield from islice(full, SETTLING + MEASURED)


def amplitude(model: Model, k: float, name: str = "front") -> float:
    """Return the cos(kx) component of a front [m]: 2/W int y cos(kx) dx over half a wave W."""
    x, y = front_nodes(model.domain, name)[:, :2].T * model.scales.length
    return float(2 * np.trapezoid((y - y.mean()) * np.cos(k * x), x) / np.ptp(x))


def front_nodes(domain: Domain, name: str = "front") -> np.ndarray:
    """Return the nodes (n, 3) of a boundary, each once, by their first coordinate. Collective."""
    dim, mesh = domain.mesh.topology.dim, domain.mesh
    nodes = np.unique(dmesh.entities_to_geometry(mesh, dim - 1, domain.facets_of(name)))
    return np.unique(np.vstack(domain.comm.allgather(mesh.geometry.x[nodes])), axis=0)


def drive_of(problem: FrontProblem) -> Drive:
    """Return the problem's current as a drive without end, rest where there is none."""
    endless = "1e12 s"
    if problem.current == 0:
        return Rest(duration=endless)
    return Galvanostatic(current=Value(problem.current, "A/m^2"), duration=endless)


def electrode_of(problem: FrontProblem) -> Electrode:
    """Return a moving electrode of the problem's metal, with its film."""
    return Electrode(
        metal=metal_of(problem),
        film=UniformFilm(resistance=Value(problem.film_resistance, "ohm*m^2")),
        front=MovingFront(
            surface_energy=Value(problem.surface_energy, "J/m^2"),
            mullins_coefficient=Value(problem.surface_diffusion, "m^4/s"),
        ),
    )


def metal_of(problem: FrontProblem) -> Metal:
    """Return potassium with the molar volume of `problem`."""
    volume = Value(problem.molar_volume, "m^3/mol")
    return materials.metal("K").model_copy(update={"molar_volume_of_potassium": volume})


def electrolyte_of(problem: FrontProblem) -> Electrolyte:
    """Return the salt whose effective properties in `mat_of` are those of `problem`.

    Its ions' diffusivities D/(2(1 - t)) and D/(2t) make it a dilute solution, too.
    """
    p, inside = problem, problem.porosity**EXPONENT
    D, t = p.diffusivity / inside, p.transference_number
    salt = Value(p.concentration, "mol/m^3")
    ions = (("K+", 1, D / (2 * (1 - t))), ("X-", -1, D / (2 * t)))
    return Electrolyte(
        name="binary salt",
        solvent="any",
        ions=tuple(
            Ion(name=name, charge=z, concentration=salt, diffusivity=Value(D_k, "m^2/s"))
            for name, z, D_k in ions
        ),
        conductivity=Value(p.conductivity / inside, "S/m"),
        salt_diffusivity=Value(D, "m^2/s"),
        transference_number=t,
        thermodynamic_factor=p.thermodynamic_factor,
    )


def mat_of(problem: FrontProblem) -> Separator:
    """Return a mat of the problem's porosity."""
    update = {"porosity": problem.porosity, "bruggeman_exponent": EXPONENT}
    return Separator(**(dict(mat()) | update))


def reaction_of(problem: FrontProblem) -> Reaction:
    """Return the charge transfer of `problem`."""
    law = ButlerVolmer(
        exchange_current_density=Value(problem.exchange_current, "A/m^2"),
        reference_concentration=Value(problem.reference_concentration, "mol/m^3"),
        anodic_transfer_coefficient=problem.anodic,
        cathodic_transfer_coefficient=problem.cathodic,
    )
    return Reaction(name="K", ion="K+", standard_potential="0 V", kinetics=law)
