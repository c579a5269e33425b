"""A binary salt between two flat electrodes: its exact solutions, and the cell that has them.

The cell is one-dimensional, of length L, from the cathode (y = 0, where the current density J > 0
plates) to the anode; the anion is blocked at both. In the formulas D is the salt's diffusivity per
total cross-section of the mat, eps the porosity, t the cation's transference number, c0 the salt
at rest. Sources: Newman and Thomas-Alyea, Electrochemical Systems, ch. 11 and 17; Bard and
Faulkner, Electrochemical Methods, ch. 5 and 8; Sand, Phil. Mag. 1 (1901) 45.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np

from ..geometry.find import shape_named
from ..inputs.case import Case, Electrode
from ..inputs.numerics import Numerics
from ..materials.models import Electrolyte, Ion
from ..physics.closures import Closure, ConcentratedSolution, DiluteSolution
from ..physics.drive import Drive
from ..physics.film import UniformFilm
from ..physics.kinetics import ButlerVolmer, Reaction
from ..system.build import Model
from .cells import UNIFORM, discrete
from .unit_cell import mat

FARADAY = 96485.33212  # [C mol-1], CODATA 2018
SALT, GAP = 400.0, 2e-4  # [mol m-3], [m]
CATION, ANION = 7e-10, 5e-10  # diffusivities of the ions [m2 s-1], for the dilute solution
DIFFUSIVITY, TRANSFERENCE = 6e-10, 0.4  # of the salt [m2 s-1], [-], for the concentrated one
ELEMENTS = 200  # of one size across the gap
TERMS = 200  # of the series: the last ones are below round-off after 1/1000 of a diffusion time


@dataclass(frozen=True)
class BinarySalt:
    """A flux law, with the diffusivity [m2 s-1] and transference number it must show."""

    name: str
    closure: Closure
    diffusivity: float
    t: float

    @property
    def D(self) -> float:
        """Diffusivity in the mat after Bruggeman, eps**exponent times the salt's [m2 s-1]."""
        return float(mat().porosity ** mat().bruggeman_exponent * self.diffusivity)

    @property
    def eps(self) -> float:
        """Porosity of the mat."""
        return float(mat().porosity)

    @property
    def diffusion_time(self) -> float:
        """Return eps L^2 / D [s]."""
        return self.eps * GAP**2 / self.D

    @property
    def limiting_current(self) -> float:
        """Return 2 F D c0 / ((1 - t) L) [A m-2]: the steady slope that starts from zero."""
        return self.current(2 * SALT / GAP)

    def slope(self, J: float) -> float:
        """Return the slope J (1 - t)/(F D) [mol m-4] of salt that stands still, N_- = 0."""
        return J * (1 - self.t) / (FARADAY * self.D)

    def current(self, slope: float) -> float:
        """Return the current density [A m-2] of a `slope` at a surface that blocks the anion."""
        return slope * FARADAY * self.D / (1 - self.t)

    def sand_time(self, J: float) -> float:
        """Return pi eps D [F c0 / (2 J (1 - t))]^2 [s], when `J` has emptied the cathode."""
        return pi * self.eps * self.D * (FARADAY * SALT / (2 * J * (1 - self.t))) ** 2

    def cottrell(self, time: float) -> float:
        """Return F c0 sqrt(eps D/(pi time)) / (1 - t) [A m-2], the cathode empty from time 0."""
        # Slope at the surface of c0 erf(y / (2 sqrt(D time / eps))).
        return self.current(SALT / sqrt(pi * self.D * time / self.eps))

    def salt(self, y: np.ndarray, J: float, time: float = np.inf) -> np.ndarray:
        """Return the salt [mol m-3] at `y` [m] a `time` [s] after `J` [A m-2] was switched on.

        c0 + slope [y - L/2 + sum over odd n of 4 L/(n pi)^2 cos(n pi y/L) exp(-(n pi)^2 time/T)],
        T the diffusion time. At time zero the sum is the cosine series of L/2 - y.
        """
        line = y - GAP / 2
        if time < np.inf:
            k = np.arange(1, 2 * TERMS, 2)[:, None] * pi
            waves = 4 * GAP / k**2 * np.cos(k * y / GAP)
            line = line + (waves * np.exp(-(k**2) * time / self.diffusion_time)).sum(axis=0)
        return SALT + self.slope(J) * line


# Of a univalent salt at infinite dilution D = 2 D+ D-/(D+ + D-) and t = D+/(D+ + D-).
DILUTE = BinarySalt(
    "dilute",
    DiluteSolution(),
    2 * CATION * ANION / (CATION + ANION),
    CATION / (CATION + ANION),
)
CONCENTRATED = BinarySalt("concentrated", ConcentratedSolution(), DIFFUSIVITY, TRANSFERENCE)


def binary_cell(
    law: BinarySalt, drive: Drive, tolerance: float = 1e-3, conductivity: str = "0.7 S/m"
) -> Case:
    """Return the cell: fast kinetics on bare metal, a mat, elements of one size.

    `tolerance` is that of the time steps.
    """
    electrode = Electrode(metal="K", film=UniformFilm(resistance="0 ohm*m^2"))
    fast = ButlerVolmer(
        exchange_current_density="1e4 A/m^2", reference_concentration=f"{SALT} mol/m^3"
    )
    return Case(
        name="binary_salt",
        mesh=shape_named("planar_cell")(
            dimension="1d", gap=f"{GAP} m", front_size=f"{GAP / ELEMENTS} m", growth=UNIFORM
        ),
        electrolyte=_electrolyte(conductivity),
        separator=mat(),
        working=electrode,
        counter=electrode,
        drive=drive,
        reactions=(Reaction(name="K", ion="K+", standard_potential="0 V", kinetics=fast),),
        closure=law.closure,
        numerics=Numerics(time_tolerance=tolerance, first_step=f"{1e-7 * law.diffusion_time} s"),
    )


def _electrolyte(conductivity: str) -> Electrolyte:
    return Electrolyte(
        name="binary salt",
        solvent="any",
        ions=tuple(
            Ion(name=name, charge=z, concentration=f"{SALT} mol/m^3", diffusivity=f"{D} m^2/s")
            for name, z, D in (("K+", 1, CATION), ("FSI-", -1, ANION))
        ),
        conductivity=conductivity,
        salt_diffusivity=f"{DIFFUSIVITY} m^2/s",
        transference_number=TRANSFERENCE,
        thermodynamic_factor=1.3,
    )


@contextmanager
def started(case: Case) -> Iterator[Model]:
    """Give `case` made discrete and at time zero; free its solver afterwards."""
    with discrete(case) as model:
        model.march.start()
        yield model


def steps(model: Model, end: float) -> Iterator[float]:
    """Advance to the time `end` [s], yielding the time [s] after each step."""
    for _ in model.march.until(end / model.scales.of("s")):
        yield model.march.time * model.scales.of("s")


def advance(model: Model, end: float) -> None:
    """Advance to the time `end` [s]."""
    for _ in steps(model, end):
        pass


def profile(model: Model) -> tuple[np.ndarray, np.ndarray]:
    """Return the nodes' places y [m], in order, and the salt there [mol m-3], on all ranks."""
    fields, scales, case = model.fields, model.scales, model.case
    y = fields.bulk.tabulate_dof_coordinates()[:, 0] * scales.length
    solved = {name: fields.values(name) for name in fields.ions}
    c = case.closure.concentrations(case.electrolyte, solved)["K+"] * scales.concentration
    parts = model.domain.comm.allgather((y, c))
    y, c = (np.concatenate(same) for same in zip(*parts, strict=True))
    order = np.argsort(y)
    return y[order], c[order]
