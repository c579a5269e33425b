"""Checks of a porous cathode: diffusion in its particles, and what its charge must pay for."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import numpy as np

from ..cathode.particle import rise
from ..geometry.find import shape_named
from ..inputs.case import Case
from ..inputs.numerics import Numerics
from ..inputs.porous import PorousElectrode
from ..materials import ConstantDiffusivity, Plate, Sphere, active_material
from ..physics.composition import WellMixed
from ..physics.particles import at_surface
from ..protocols.protocol import Protocol
from ..run import Result, simulate
from .cells import cell, electrode
from .check import Check

CLOSE = 1e-3  # of the concentration at the surface: what is promised of the particles
EXACT = 1e-10
DEPTH = "20 um"
TIMES = ((Sphere(), (0.003, 0.03, 0.2)), (Plate(), (0.005, 0.03, 0.2)))  # R^2/D


def coated(rate: float, tau: float, laws: Any = MappingProxyType({}), **fields: Any) -> Case:
    """Return a coating so conductive and thin that all particles are alike, and its discharge.

    At `rate` full hosts per R^2/D_0 for `tau` of these; `laws` replace the material's own.
    """
    host = PorousElectrode(
        material=active_material("PBA").model_copy(
            update={"particle_radius": active_material("SR").particle_radius, **laws}
        ),
        conductivity="1e6 S/m",
        filling=0.3,
    )
    material = host.material
    period = float(material.particle_radius) ** 2 / float(material.diffusivity)
    current = full_charge(host) * rate / period
    steps = (f"Discharge at {current!r} A/m^2 for {tau * period!r} s",)
    numerics = {"time_tolerance": 1e-5, "first_step": f"{1e-5 * tau * period} s", "frames": 1}
    given = {"working": host, "drive": Protocol(steps=steps), "numerics": Numerics(**numerics)}
    mesh = shape_named("full_cell")(dimension="1d", gap="0.4 mm", cathode=DEPTH, front_size="20 um",
                                    growth=1e-6, far_size="20 um")  # fmt: skip
    return cell(mesh, **(given | fields))


def full_charge(host: PorousElectrode) -> float:
    """Return the charge of a full host, per area of the coating [C m-2]."""
    return float(host.loading(DEPTH).magnitude) * float(host.material.capacity)


def shapes() -> Iterator[Check]:
    """A current given to all particles alike, at constant D: the concentration at their surface."""
    for shape, times in TIMES:
        for tau in times:
            laws = {"shape": shape, "diffusion": ConstantDiffusivity()}
            result = simulate(coated(1.0, tau, laws))
            law: Any = result.model.case.working
            got = float(np.mean(fillings(result))) - float(law.filling)
            of = type(shape).__name__.lower()
            name = f"{of}, D t / R^2 = {tau:g}: rise of filling at the surface [-]"
            d = shape.directions
            yield Check(name, rise(tau, d) / d, got, CLOSE)


def fillings(result: Result) -> np.ndarray:
    """Return the filling at the particles' surface, at every node of the cathode on this rank."""
    model = result.model
    law: Any = model.case.working
    rows = model.fields.in_cathode[0].x.array.reshape(-1, 1 + law.modes)
    full = float(law.material.density) * float(law.material.capacity)
    c = at_surface(rows[:, 1:].T) * model.scales.of("mol/m^3")
    return np.asarray(c * float(model.case.nature.faraday) / full)


def full_cell() -> Iterator[Check]:
    """A cell that is discharged and charged: charge and atoms, wherever they are."""
    steps = ("Discharge at 10 A/m^2 for 200 s", "Rest for 50 s", "Charge at 20 A/m^2 for 50 s")
    metal = electrode().model_copy(update={"composition": WellMixed(depth="50 um")})
    result = simulate(coated(1.0, 0.1, drive=Protocol(steps=steps), counter=metal))
    case, last = result.model.case, result.history[-1]
    law: Any = case.working
    passed = 10.0 * 200 - 20.0 * 50
    yield Check("full cell: charge J t [C/m2]", passed, last["charge [C/m2]"], EXACT)
    filled = float(law.filling) + passed / full_charge(law)
    yield Check("full cell: filling by Faraday [-]", filled, last["filling [-]"], EXACT)
    for metal_name in ("potassium", "sodium"):
        drift = max(row[f"{metal_name}_drift [-]"] for row in result.history)
        yield Check(f"full cell: atoms of {metal_name} [-]", 0.0, drift, EXACT, "absolute")
    # At its worst, over all charge: the first millisecond's is as small as Newton's tolerance.
    apart = max(row["charge_drift [-]"] * abs(row["charge [C/m2]"]) for row in result.history)
    yield Check("full cell: both electrodes [-]", 0.0, apart / passed, EXACT, "absolute")


CHECKS = (shapes, full_cell)
