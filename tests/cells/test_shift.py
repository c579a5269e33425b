"""How stress shifts the kinetics, with numbers by hand."""

from typing import Any

import numpy as np
import pytest
from mpi4py import MPI
from test_stress import P, pressed
from ufl import as_matrix

import fem_kna as kna
from fem_kna.inputs.errors import InputError
from fem_kna.physics.shift import FullTraction, Load, MonroeNewman, NoShift, StressShift
from fem_kna.results.observe import Observer
from fem_kna.system.build import model_of
from fem_kna.system.pressing import thickness_ratio

V, F = 45.5e-6, 96485.33  # [m3/mol], [C/mol]
LAWS = [NoShift(), FullTraction(), MonroeNewman(partial_molar_volume="10 cm^3/mol")]


@pytest.mark.parametrize("law", LAWS)
def test_a_law_is_a_shift(law: Any) -> None:
    assert isinstance(law, StressShift)


def test_the_three_forms_by_hand() -> None:
    """45.5e-6 x 2e5 = 9.1 J/mol; 45.5e-6 x 1.5e5 - 10e-6 x 0.9e5 = 6.825 - 0.9."""
    load = Load(traction=2e5, metal=1.5e5, electrolyte=0.9e5)
    assert [law.work(V, load) for law in LAWS] == pytest.approx([0.0, 9.1, 5.925])


def test_monroe_and_newman_by_mean_and_difference() -> None:
    """With p_m - p_e = gamma kappa + n.(tau_m - tau_e).n it is the form that they print."""
    capillary, tau_m, tau_e, p_e = 3e4, -2e4, 5e4, 1e5
    p_m, V_plus = p_e + capillary + tau_m - tau_e, 10e-6
    printed = (V + V_plus) / 2 * (capillary + tau_m - tau_e) + (V - V_plus) / 2 * (p_m + p_e)
    work = LAWS[2].work(V, Load(traction=p_m - tau_m, metal=p_m, electrolyte=p_e))
    assert work == pytest.approx(printed, rel=1e-14)


def test_liquid_electrolyte_and_metal_without_deviator_leave_no_difference() -> None:
    load = Load(traction=2e5, metal=2e5, electrolyte=0.0)
    assert LAWS[2].work(V, load) == pytest.approx(LAWS[1].work(V, load), rel=1e-15)


def test_what_is_no_law_is_refused() -> None:
    with pytest.raises(InputError, match="shift"):
        kna.MovingFront(shift="full traction")


@pytest.mark.parametrize(
    ("law", "dimension"),
    [
        (LAWS[2], "2d"),
        pytest.param(LAWS[1], "2d", marks=pytest.mark.slow),
        pytest.param(LAWS[2], "axisymmetric", marks=pytest.mark.slow),
    ],
)
def test_on_a_flat_front_under_a_stack(law: Any, dimension: Any) -> None:
    """V P/F: 94 uV for 0.2 MPa. In the mat the sides press less than the plates, by its law."""
    case = pressed(dimension)
    front = kna.MovingFront(shift=law)
    working = case.working.model_copy(update={"front": front})
    case = case.model_copy(update={"working": working}).resolved()
    model = model_of(case, MPI.COMM_WORLD)
    model.march.start()
    model.march.try_step(1e-6)
    row = Observer(model).measure(0.0)
    skeleton: Any = case.stack.skeleton  # type: ignore[union-attr]
    diagonal = [1.0, thickness_ratio(skeleton, P), 1.0]
    stress = skeleton.stress(as_matrix(np.diag(diagonal).tolist()))
    p_e = -sum(float(stress[k, k](())) for k in range(3)) / 3
    assert 0.5 * P < p_e < 0.7 * P
    metal: Any = case.working.metal
    expected = law.work(metal.molar_volume("K"), Load(P, P, p_e)) / F
    assert row["mechanical_shift [V]"] == pytest.approx(abs(expected), rel=1e-6, abs=1e-12)
    model.close()
