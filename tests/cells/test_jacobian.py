"""The assembled Jacobian is the derivative of the assembled residual.

UFL differentiates, so this looks idle; but FFCx 0.11 can silently integrate a residual wrongly when
one facet kernel mixes a one-point rule with another, and its Jacobian then differs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from dolfinx import fem
from dolfinx.fem.petsc import assemble_matrix
from mpi4py import MPI

import fem_kna as kna
from fem_kna.system.build import Model, model_of

STEP = 1e-5  # of the central difference, which errs by its square and by round-off over it
MOVED = 0.02  # of the gap: how far nodes of a moving mesh are displaced, elements being 0.4
CELLS = {
    "1d, dilute": ("1d", 1, kna.DiluteSolution()),
    "2d, dilute, P2": ("2d", 2, kna.DiluteSolution()),
    "2d, concentrated": ("2d", 1, kna.ConcentratedSolution()),
    "axisymmetric, concentrated": ("axisymmetric", 1, kna.ConcentratedSolution()),
    "3d, concentrated": ("3d", 1, kna.ConcentratedSolution()),
}


@pytest.mark.parametrize(("dimension", "degree", "closure"), CELLS.values(), ids=CELLS)
def test_action_is_the_residuals_difference(dimension: str, degree: int, closure: Any) -> None:
    with disordered(cell(dimension, degree, closure)) as model:
        assert mismatch(model) < 1e-7


@pytest.mark.parametrize(
    "dimension", ["2d", *(pytest.param(d, marks=pytest.mark.slow) for d in ("axisymmetric", "3d"))]
)
def test_action_is_the_residuals_difference_where_fronts_move(dimension: str) -> None:
    with disordered(cell(dimension, 1, kna.ConcentratedSolution(), moving=True)) as model:
        assert len(model.fields.unknowns) == 4
        assert mismatch(model) < 1e-7


@pytest.mark.slow
def test_action_is_the_residuals_difference_where_a_film_pulls_on_metal() -> None:
    """Stretched by 5 %, which no velocity here makes slack within the step."""
    film = kna.ElasticFilm(
        resistance="30 ohm*cm^2", cracked_resistance="3 ohm*cm^2", growth="1 ohm^2*cm^4/s",
        thickness="100 nm", modulus="1 GPa", poisson_number=0.3, crack_stress="1 GPa",
    )  # fmt: skip
    case = cell("2d", 1, kna.ConcentratedSolution(), moving=True)
    law = kna.Newtonian(constant="1e6 Pa*s")
    working = case.working.model_copy(update={"film": film, "rheology": law})
    mesh = case.mesh.model_copy(update={"metal_depth": 40e-6})
    with disordered(case.model_copy(update={"mesh": mesh, "working": working})) as model:
        model.films.stretch.x.array[:] = 1.05
        assert mismatch(model) < 1e-7
        before = model.newton.forms[1]
        pulled = assembled(before)
        model.films.stretch.x.array[:] = 0.9  # slack: the film is in that Jacobian
        assert abs(pulled - assembled(before)).max() > 1e-6 * abs(pulled).max()


def assembled(derivative: Any) -> np.ndarray:
    """Return the action of a Jacobian on ones."""
    jacobian = assemble_matrix(derivative, kind="mpi")
    jacobian.assemble()
    change, action = jacobian.createVecs()
    change.set(1.0)
    jacobian.mult(change, action)
    return np.asarray(action.array.copy())


@contextmanager
def disordered(case: kna.Case) -> Iterator[Model]:
    """Give `case` made discrete, in no particular state, amid a run."""
    model = model_of(case, MPI.COMM_SELF)
    random = np.random.default_rng(seed=1)
    ranges = [(0.5, 1.5), (-1.0, 1.0), (-2.0, -1.0), *[(-1.0, 1.0)] * len(model.fields.flow)]
    ranges += [(-1.0, 1.0), (-MOVED, MOVED)]  # if it moves
    for functions in (model.fields.now, *model.fields.earlier):
        for u, (low, high) in zip(functions, ranges, strict=False):
            u.x.array[:] = random.uniform(low, high, len(u.x.array))
    if model.travel is not None:
        model.travel.expect(model.fields.unknowns[-1])  # the front's cells where the mesh has them
    model.march.scheme.set_step(1e-3, 8e-4)
    try:
        yield model
    finally:
        model.close()


def cell(dimension: str, degree: int, closure: Any, *, moving: bool = False) -> kna.Case:
    """Return a coarse cell with all four ions, both metals and a film."""
    coarse = {"far_size": "40 um"} if moving else {}
    front = kna.MovingFront(mullins_coefficient="1e-18 m^4/s") if moving else None
    film = kna.UniformFilm(resistance="30 ohm*cm^2")
    electrode = kna.Electrode(metal="K", film=film, front=front)
    return kna.Case(
        name="jacobian",
        mesh=kna.shape("planar_cell")(
            dimension=dimension, gap="100 um", width="100 um", front_size="40 um", **coarse
        ),
        electrolyte="0.4 M KFSI-NaPF6/DME",
        separator="GF/D",
        working=electrode,
        counter=electrode,
        drive=kna.Galvanostatic(current="4 mA/cm^2", duration="1 min"),
        closure=closure,
        numerics=kna.Numerics(degree=degree, front_smoothing=0.5),
    ).resolved()


def mismatch(model: Model) -> float:
    """Return the largest |J v - dF/dv| over the largest |dF/dv| of its block of equations.

    Along a random change v of each unknown alone.
    """
    (residual, derivative), unknowns = model.newton.forms, model.fields.unknowns
    jacobian = assemble_matrix(derivative, kind="mpi")
    jacobian.assemble()
    ends = np.cumsum([len(u.x.array) for u in unknowns])
    random = np.random.default_rng(seed=2)
    worst = 0.0
    for u, end in zip(unknowns, ends, strict=True):
        change, action = jacobian.createVecs()
        own = slice(end - len(u.x.array), end)
        change.array[own] = random.uniform(-1, 1, len(u.x.array))
        jacobian.mult(change, action)
        ahead = residuals(residual, u, STEP * change.array[own])
        behind = residuals(residual, u, -STEP * change.array[own])
        for computed, b1, b2 in zip(np.split(action.array, ends[:-1]), ahead, behind, strict=True):
            slope = (b1 - b2) / (2 * STEP)
            worst = max(worst, abs(computed - slope).max() / max(1.0, abs(slope).max()))
    return worst


def residuals(forms: Any, unknown: fem.Function, change: np.ndarray) -> list[np.ndarray]:
    """Assemble the blocks of the residual with `unknown` changed."""
    kept = unknown.x.array.copy()
    unknown.x.array[:] += change
    rows = [fem.assemble_vector(form).array.copy() for form in forms]
    unknown.x.array[:] = kept
    return rows
