"""Parts of a residual with quadratures of their own are together what each is alone.

FFCx 0.11 can take a coefficient's value at the only point of one rule for that at the points of
another in the same cells, and says nothing.
"""

from collections import defaultdict
from typing import Any

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI
from test_jacobian import cell, disordered

import fem_kna as kna
from fem_kna.system.build import Model, model_of
from fem_kna.verify.alloying import both_metals
from fem_kna.verify.diffusing import growing_metal
from fem_kna.verify.growing import bump

BY_MIDPOINT = "1"


@pytest.mark.parametrize("moving", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_tetrahedra_of_liquid_are_integrated_by_midpoints_alone(moving: bool) -> None:
    with disordered(cell("3d", 1, kna.DiluteSolution(), moving=moving)) as model:
        rules = [rule for row in alone(model) for rule in row if rule[0] == "cell"]
        assert {degree for _, degree in rules} == {BY_MIDPOINT}
        assert misplaced(model) < 1e-12


@pytest.mark.slow
def test_metal_in_which_sodium_diffuses_keeps_its_rules_apart() -> None:
    case = growing_metal(bump(metal_depth="4 um"), "K", reactions=both_metals())
    model = model_of(case.resolved(), MPI.COMM_SELF)
    model.march.scheme.set_step(1e-3, 8e-4)
    random = np.random.default_rng(seed=1)
    for u in model.newton.unknowns:
        u.x.array[:] += random.uniform(0.0, 0.3, len(u.x.array))
    degrees = [{degree for kind, degree in row if kind == "cell"} for row in alone(model)]
    assert any(BY_MIDPOINT in row and len(row) > 1 for row in degrees)  # there is what may mix
    assert misplaced(model) < 1e-12
    model.close()


def misplaced(model: Model) -> float:
    """Return the largest difference of a row and its parts, over the row's largest value."""
    worst = 0.0
    for form, parts in zip(ufl.extract_blocks(model.newton._form), alone(model), strict=True):
        whole = assembled(form, model)
        difference = whole - sum(assembled(ufl.Form(part), model) for part in parts.values())
        worst = max(worst, abs(difference).max() / abs(whole).max())
    return worst


def alone(model: Model) -> list[dict[tuple[str, str], list[Any]]]:
    """Return, for each row of the residual, its integrals by kind of cell and rule."""
    rows = []
    for form in ufl.extract_blocks(model.newton._form):
        found = defaultdict(list)
        for integral in form.integrals():
            degree = str(integral.metadata().get("quadrature_degree"))
            found[integral.integral_type(), degree].append(integral)
        rows.append(dict(found))
    return rows


def assembled(form: Any, model: Model) -> np.ndarray:
    """Return a form of one test function as a vector."""
    compiled = fem.form(form, entity_maps=model.newton._entity_maps)
    return np.asarray(fem.assemble_vector(compiled).array.copy())
