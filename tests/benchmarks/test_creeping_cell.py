"""Metal that creeps in the coupled cell: Newton's method gets there from rest, and stays there.

A ripple of 1 um levels under its surface energy while it is plated. At its flanks the flow turns
round, so that rates pass through zero: there the plain derivative of a power law overshoots.
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
from fem_kna.physics.rheology import PowerLawCreep
from fem_kna.solve.march import StepFailed
from fem_kna.system import build
from fem_kna.system.flows import SHARES, ExpectedStress
from fem_kna.verify.growing import BARE, growing, ripple

DURATION = 20  # s
STEPS = 30

# Newton iterations on the way from a liquid at rest to the law, and the most that a step takes.
COUNTS = {1: (10, 3), 2: (24, 6), 3: (30, 6), 5: (40, 9), 8: (44, 15)}


def creeping(n: float) -> kna.Case:
    """A ripple of a metal with the stress exponent `n`."""
    law = PowerLawCreep(
        reference_strain_rate="1e-2 1/s",
        reference_stress="0.05 MPa",
        stress_exponent=n,
        rest_strain_rate="1e-9 1/s",
        activation_temperature="1 K",
        temperature="298.15 K",
    )
    front = kna.MovingFront(surface_energy="0.3 J/m^2")
    metal = kna.Electrode(metal="K", film=BARE, front=front, rheology=law)
    return growing(ripple(metal_depth="10 um"), 40, DURATION, exchange=10, working=metal).resolved()


@contextmanager
def discrete(n: float) -> Iterator[build.Model]:
    model = build.model_of(creeping(n), MPI.COMM_SELF)
    try:
        yield model
    finally:
        model.close()


@pytest.mark.parametrize("n", COUNTS)
def test_newton_converges_from_rest(n: int) -> None:
    with discrete(n) as model:
        model.march.start()
        from_rest, counts = model.newton.iterations, []
        for _ in range(STEPS):
            before = model.newton.iterations
            model.march.step(DURATION)
            counts.append(model.newton.iterations - before)
        assert model.share.value == SHARES[-1]
        assert model.march.rejected == 0
        assert model.march.time > DURATION / 2
    assert from_rest <= COUNTS[n][0]
    assert max(counts) <= COUNTS[n][1]


def test_with_the_plain_derivative_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "ExpectedStress", lambda *_: None)
    with discrete(5) as model, pytest.raises(StepFailed):
        model.march.start()


def test_the_derivative_is_the_plain_one_where_the_stress_is_that_of_the_flow() -> None:
    """To second order in a Newton step, so that the method stays quadratic."""
    with discrete(5) as model:
        model.share.value = 1.0
        velocity = model.fields.flowing[0]
        random = np.random.default_rng(seed=1)
        values, change = random.uniform(-1, 1, (2, len(velocity.x.array)))
        stress, added = expected_stress(model)
        velocity.x.array[:] = values
        without = norm(added)
        differences = []
        for size in (0.0, 1e-3, 1e-4):
            stress.forget()
            velocity.x.array[:] = values
            stress.follow(first=True)
            velocity.x.array[:] = values + size * change
            stress.follow(first=False)
            differences.append(norm(added) / without)
        assert differences[0] < 1e-12
        assert differences[1] < 1e-3
        assert differences[1] / differences[2] == pytest.approx(100, rel=0.2)


def expected_stress(model: build.Model) -> tuple[ExpectedStress, Any]:
    """The stress of a model's metal, and what it adds to the block of the velocity."""
    fields, state = model.fields, model.fields.view(model.fields.now)
    test, trials = fields.arguments()
    metal, trial, step = model.cell.flowing(state), fields.view(trials), model.march.scheme.step
    stress = ExpectedStress(fields, metal, state, test, trial, step)
    return stress, fem.form(stress.added, entity_maps=fields.entity_maps)


def norm(form: Any) -> float:
    matrix = assemble_matrix(form)
    matrix.assemble()
    return matrix.norm()
