"""The cells that the checks of electrodes run: small, and with no number that hides a term.

The salt is not at the kinetics' reference concentration, its thermodynamic factor is not one and
its transference number not one half, so that each of them is seen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from ..geometry.find import shape_named
from ..inputs.case import Case, Electrode
from ..inputs.numerics import Numerics
from ..inputs.units import AreaResistance, Parameters
from ..materials.models import Electrolyte, Ion
from ..physics.drive import Galvanostatic
from ..physics.film import UniformFilm
from ..physics.kinetics import ButlerVolmer, Reaction
from ..results.observe import surface_dofs
from ..system.build import Model, model_of

GAP = "0.4 mm"
UNIFORM = 1e-6  # growth of the elements: none
SODIUM_ABOVE_POTASSIUM = "0.11 V"  # small enough for both metals to exchange at similar rates


class OhmicKinetics(Parameters):
    """Charge transfer in proportion to the overpotential, i = eta / R: a law of the checks' own."""

    resistance: AreaResistance

    def current(self, overpotential: Any, concentration: Any, activity: Any, V_T: Any) -> Any:
        """Return the partial current density [A m-2], anodic positive."""
        return overpotential / self.resistance


def electrolyte(
    *,
    sodium: str = "0 mol/m^3",
    transference_number: float = 0.35,
    thermodynamic_factor: float = 1.3,
) -> Electrolyte:
    """Return 500 mol/m3 of a salt of which `sodium` is the sodium's; dilute limits to match.

    One cation and one anion of diffusivities D/(2(1 - t)) and D/(2t) make a binary salt of
    diffusivity D and transference number t.
    """
    D, salt, t = 6e-10, 500.0, transference_number
    guest = Ion(name="Na+", charge=1, concentration=sodium, diffusivity="4.5e-10 m^2/s")
    host = f"{salt - guest.concentration} mol/m^3"
    return Electrolyte(
        name="potassium salt",
        solvent="any",
        ions=(
            Ion(name="K+", charge=1, concentration=host, diffusivity=f"{D / (2 * (1 - t))} m^2/s"),
            guest,
            Ion(name="X-", charge=-1, concentration=f"{salt} mol/m^3",
                diffusivity=f"{D / (2 * t)} m^2/s"),
        ),
        conductivity="0.7 S/m",
        salt_diffusivity=f"{D} m^2/s",
        transference_number=t,
        thermodynamic_factor=thermodynamic_factor,
    )  # fmt: skip


def flat_line(
    name: str,
    current: str = "4 mA/cm^2",
    duration: str = "20 s",
    *,
    resistance: str = "1 ohm*cm^2",
    **fields: Any,
) -> Case:
    """Return a K//K cell of the library's materials in 1-D, the cheapest that runs."""
    film = Electrode(metal="K", film=UniformFilm(resistance=resistance))
    return Case(
        name=name,
        mesh=shape_named("planar_cell")(dimension="1d"),
        electrolyte="KFSI/DME",
        separator="GF/D",
        working=film,
        counter=film,
        drive=Galvanostatic(current=current, duration=duration),
        **fields,
    )


def butler_volmer(
    i0: str = "12 A/m^2", reference: str = "400 mol/m^3", alpha_a: float = 0.5, alpha_c: float = 0.5
) -> ButlerVolmer:
    """Return Butler-Volmer kinetics whose reference concentration is not the salt's."""
    return ButlerVolmer(
        exchange_current_density=i0,
        reference_concentration=reference,
        anodic_transfer_coefficient=alpha_a,
        cathodic_transfer_coefficient=alpha_c,
    )


def potassium(law: Any) -> Reaction:
    """Return the reaction of potassium by `law`."""
    return Reaction(name="K", ion="K+", standard_potential="0 V", kinetics=law)


def sodium(law: Any) -> Reaction:
    """Return the reaction of sodium by `law`."""
    return Reaction(name="Na", ion="Na+", standard_potential=SODIUM_ABOVE_POTASSIUM, kinetics=law)


def both_metals() -> tuple[Reaction, Reaction]:
    """Return Butler-Volmer reactions of the two metals that differ in every number."""
    return potassium(butler_volmer()), sodium(butler_volmer("7 A/m^2", "300 mol/m^3"))


def electrode(metal: str = "K", film: str = "30 ohm*cm^2") -> Electrode:
    """Return an electrode with a uniform film."""
    return Electrode(metal=metal, film=UniformFilm(resistance=film))


def cell(mesh: Any = None, **fields: Any) -> Case:
    """Return a cell: 0.4 mm between potassium electrodes, a minute at 40 A/m2, unless told."""
    defaults = {
        "name": "check",
        "mesh": mesh or line(),
        "electrolyte": electrolyte(),
        "separator": "GF/D",
        "working": electrode(),
        "counter": electrode(film="45 ohm*cm^2"),
        "drive": Galvanostatic(current="40 A/m^2", duration="1 min"),
        "reactions": both_metals(),
        "numerics": Numerics(time_tolerance=1e-2, frames=1),
    }
    return Case(**(defaults | fields))


def line(elements: int = 40) -> Any:
    """Return the 1-D cell with `elements` of one size."""
    return shape_named("planar_cell")(
        dimension="1d", gap=GAP, front_size=f"{0.4 / elements} mm", growth=UNIFORM
    )


def slab(dimension: str) -> Any:
    """Return a coarse flat cell in any dimension."""
    return shape_named("planar_cell")(
        dimension=dimension, gap=GAP, width="0.1 mm", front_size="0.05 mm", growth=UNIFORM
    )


def first_instant(degree: int = 1) -> Numerics:
    """Return numerics whose first step is too short for any concentration to change."""
    return Numerics(degree=degree, first_step="0.1 ms", frames=1)


@contextmanager
def discrete(case: Case) -> Iterator[Model]:
    """Give `case` made discrete on all ranks, and free its solver afterwards."""
    model = model_of(case.resolved(), MPI.COMM_WORLD)
    try:
        yield model
    finally:
        model.close()


def at_start(case: Case) -> Model:
    """Return `case` at time zero: uniform concentrations, potentials and currents that fit them."""
    with discrete(case) as model:
        model.march.start()
    return model


def voltage(model: Model) -> float:
    """Return the voltage [V]; only the rank that owns the number, and some others, know it."""
    here = model.fields.now[2].x.array.max(initial=-np.inf)
    return float(model.domain.comm.allreduce(here, op=MPI.MAX)) * model.scales.of("V")


def front_current(model: Model) -> tuple[np.ndarray, np.ndarray]:
    """Return the front's nodes (n, 3) [m] and the current density there [A m-2], on all ranks.

    Positive where metal is plated.
    """
    dofs = surface_dofs(model, "front")
    points = model.fields.surface.tabulate_dof_coordinates()[dofs] * model.scales.length
    plating = -model.fields.now[1].x.array[dofs] * model.scales.of("A/m^2")
    gathered = model.domain.comm.allgather((points, plating))
    return np.vstack([p for p, _ in gathered]), np.concatenate([j for _, j in gathered])


def on_front(model: Model, integrand: Any, electrode: str = "front") -> float:
    """Return the integral of `integrand` over an electrode, scaled, quadrature of degree 8."""
    measure = model.domain.front_dx(electrode)(8)
    here = fem.assemble_scalar(fem.form(integrand * measure))
    return float(model.domain.comm.allreduce(here, op=MPI.SUM))
