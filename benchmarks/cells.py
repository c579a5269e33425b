"""Cells of any size on a lattice, whose meshes cost nothing: what solvers are measured on."""

from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
from mpi4py import MPI
from scipy.optimize import brentq

import fem_kna as kna
from fem_kna.geometry.domain import Domain
from fem_kna.geometry.shape import Shape
from fem_kna.inputs.case import potassium_and_sodium
from fem_kna.mechanics.block import block
from fem_kna.system.build import Model, model_on
from fem_kna.system.groups import separator_medium

GAP = 50e-6  # [m], as the width
SIDES = 100  # a tag that none of a block's faces has
HEIGHT, REACH = 0.1, 0.15  # of the bump and how far it reaches, over the gap
FILM = kna.UniformFilm(resistance="5 ohm*cm^2")


def bumpy(x: np.ndarray, dim: int = 3) -> np.ndarray:
    """Return the nodes (n, 3) of a unit square or cube, bent over a bump on its bottom's corner."""
    r2, height = (x[:, : dim - 1] ** 2).sum(axis=1), x[:, dim - 1]
    height += (1 - height) * HEIGHT * np.exp(-r2 / (2 * REACH**2))
    return x


def cube(divisions: int, comm: MPI.Comm = MPI.COMM_WORLD, dim: int = 3) -> Domain:
    """Return a unit cube (or square) of separator between electrodes, one of which has a bump."""
    from dolfinx.mesh import meshtags  # after fem_kna, which finds MPI for it

    bare = block(
        {2: "2d", 3: "3d"}[dim], (1.0,) * dim, (divisions,) * dim, lambda x: bumpy(x, dim), comm
    )
    faces = {"front": bare.boundaries["bottom"], "counter": bare.boundaries["top"]}
    tags = bare.facet_tags
    walls = np.where(np.isin(tags.values, list(faces.values())), tags.values, SIDES)
    tags = meshtags(bare.mesh, dim - 1, tags.indices, walls.astype(np.int32))
    faces["sides"] = SIDES
    return replace(bare, regions={"separator": 1}, boundaries=faces, facet_tags=tags)


def four_ions(
    *,
    degree: int = 1,
    solver: str = "block",
    film: str = "5 ohm*cm^2",
    current: str = "4 mA/cm^2",
) -> kna.Case:
    """Return K+, Na+, PF6- and FSI- between two fixed electrodes: transport and kinetics."""
    electrode = kna.Electrode(metal="K", film=kna.UniformFilm(resistance=film))
    return _of_potassium(
        name="four_ions",
        mesh=kna.shape("planar_cell")(dimension="3d", gap="50 um", width="50 um"),
        working=electrode,
        counter=electrode,
        closure=kna.DiluteSolution(),
        drive=kna.Galvanostatic(current=current, duration="1 h"),
        numerics=kna.Numerics(degree=degree, solver=solver),
    )


def plating(
    name: str, mesh: Shape, duration: str, *, film: Any = FILM, **numerics: Any
) -> kna.Case:
    """Return a cell at 4 mA/cm2 whose fronts move on both electrodes.

    `film` is that of the working electrode, `numerics` the fields of `Numerics`.
    """
    front = kna.MovingFront()
    return _of_potassium(
        name=name,
        mesh=mesh,
        working=kna.Electrode(metal="K", film=film, front=front),
        counter=kna.Electrode(metal="K", film=FILM, front=front),
        drive=kna.Galvanostatic(current="4 mA/cm^2", duration=duration),
        numerics=kna.Numerics(**numerics),
    )


def _of_potassium(**cell: Any) -> kna.Case:
    """Return a case in which potassium alone reacts, so that any step may be the first.

    Sodium would be used up in no time.
    """
    return kna.Case(
        electrolyte="0.4 M KFSI-NaPF6/DME",
        separator="GF/D",
        reactions=potassium_and_sodium()[:1],
        **cell,
    ).resolved()


def limiting_current(case: kna.Case) -> float:
    """Return the current density [A m-2] that leaves no potassium at a flat electrode.

    With the others at rest, anions rise as a line from a to b across the gap, since
    sum_k (grad c_k + z_k c_k grad(phi)/V_T) = sum_k grad c_k, and Na+ is a^2 over them, so that no
    K+ is left at a. The amounts of both, c and n per volume, give

        a + b = 2 c,      a^2 ln(b/a) = n (b - a),      i = 2 F D (b - a) / L.
    """
    potassium, sodium = case.electrolyte.ions[:2]
    n = float(sodium.concentration)
    c = float(potassium.concentration) + n
    a = brentq(lambda a: a**2 * np.log((2 * c - a) / a) - n * 2 * (c - a), 1e-9 * c, 0.999 * c)
    D = separator_medium(case).effective(float(potassium.diffusivity))
    return float(2 * case.nature.faraday * D * 2 * (c - a) / GAP)


def model(divisions: int, case: kna.Case, comm: MPI.Comm = MPI.COMM_WORLD) -> Model:
    """Return the discrete system of a case on a cube."""
    return model_on(cube(divisions, comm), case)


def stepped(cell: Model, step: float) -> dict[str, Any]:
    """Take a step [s]; return what its Newton iterations took. Collective."""
    newton, krylov = cell.newton, []
    snes = newton._snes
    linear = snes.getKSP()
    snes.setMonitor(lambda snes, k, norm: krylov.append(linear.getIterationNumber()))
    begun = perf_counter()
    assert cell.march.try_step(step / cell.scales.of("s")), newton.reason
    spent = perf_counter() - begun
    newton._snes.cancelMonitor()
    iterations = newton._snes.getIterationNumber()  # of the solve that succeeded; in balance none
    taken = krylov[len(krylov) - iterations :]
    return {
        "step [s]": step,
        "newton [-]": iterations,
        "krylov_per_newton [-]": sum(taken) / max(iterations, 1),
        "krylov_at_most [-]": max(taken, default=0),
        "wall_time [s]": spent,
    }
