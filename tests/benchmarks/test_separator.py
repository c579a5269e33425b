"""The separator's skeleton against formulas, and mistakes planted in it that these checks see."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import fem_kna as kna
from fem_kna.inputs.errors import RunError
from fem_kna.mechanics.elastic import ElasticMat
from fem_kna.physics import skeleton
from fem_kna.physics.skeleton import Deformed, FibreMat, NeoHookean, skeleton_of
from fem_kna.verify import elastic_orders, indentation, separator
from fem_kna.verify.check import Check, CheckFunction

MPa = 1e6


def missed(checks: Iterator[Check]) -> list[str]:
    found = list(checks)
    assert found
    return [f"{check.name}: {check.got:g} for {check.expected:g}" for check in found
            if not check.passed]  # fmt: skip


@pytest.mark.parametrize("function", separator.CHECKS, ids=lambda function: function.__name__)
def test_check(function: CheckFunction) -> None:
    assert missed(function()) == []


@pytest.mark.parametrize("dimension", ["2d", "axisymmetric"])
@pytest.mark.parametrize("law", elastic_orders.LAWS)
def test_order_on_finer_meshes(law: str, dimension: Any) -> None:
    assert missed(elastic_orders.order_of(law, dimension, (12, 24))) == []


def test_a_filter_under_the_pressure_of_a_coin_cell() -> None:
    """GF/D, 675 um, is 300 to 450 um thick under 0.1 to 0.5 MPa. Sides held; Newton in one go."""
    filter_ = kna.separator("GF/D")
    law = skeleton_of(filter_).model_copy(update={"modulus": filter_.compressive_modulus / MPa})
    found = []
    for thickness in (450e-6, 300e-6):
        stretch = thickness / filter_.thickness
        top, _ = separator.strained("2d", law, [1.0, stretch])
        found.append(-top)
    assert found == pytest.approx([0.088, 0.385], abs=0.001)  # [MPa]


def test_a_mat_that_is_pressed_too_far_is_refused_and_stays_where_it_was() -> None:
    mat = ElasticMat(separator.ruffled("2d"), separator.NEO, separator.walls("2d", [1.0, 0.8]))
    mat.solve()
    before = mat.displacement.x.array.copy()
    mat.hold(("top", 1), -1.2)  # the mat is 1.1 high
    with pytest.raises(RunError, match="elasticity of the separator"):
        mat.solve()
    assert np.array_equal(mat.displacement.x.array, before)
    mat.close()


def replaced(owner: Any, name: str, value: Any) -> Callable[[pytest.MonkeyPatch], None]:
    """Put something else in the place of a function or property."""
    return lambda patch: patch.setattr(owner, name, value)


def circles_not_stretched(patch: pytest.MonkeyPatch) -> None:
    """About an axis, as if it were the plane."""
    plain = property(
        lambda self: skeleton.in_space(
            skeleton.dot(self.frame.F, skeleton.inv(skeleton.grad(self.X))), 1.0
        )
    )
    patch.setattr(Deformed, "F", plain)


def circles_since_the_reference(patch: pytest.MonkeyPatch) -> None:
    """Circles by (r + d_r) / r and not / X_r."""
    since = property(
        lambda self: skeleton.in_space(
            skeleton.dot(self.frame.F, skeleton.inv(skeleton.grad(self.X))),
            1 + self.frame.hoop(self.frame.d),
        )
    )
    patch.setattr(Deformed, "F", since)


def reference_map_not_inverted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(skeleton, "inv", lambda A: A)


def reference_map_on_the_other_side(patch: pytest.MonkeyPatch) -> None:
    """(grad X)^-1 F: right for strains along the axes, wrong for others."""
    true = Deformed.F.fget

    def turned(self: Any) -> Any:
        A, F = skeleton.inv(skeleton.grad(self.X)), self.frame.F
        full = true(self)
        return skeleton.in_space(skeleton.dot(A, F), full[2, 2])

    patch.setattr(Deformed, "F", property(turned))


def per_stress_free_volume(law: type) -> Callable[[pytest.MonkeyPatch], None]:
    """Kirchhoff's stress for Cauchy's."""
    true = law.stress
    return replaced(law, "stress", lambda self, F: skeleton.det(F) * true(self, F))


def nominal(law: type) -> Callable[[pytest.MonkeyPatch], None]:
    """F^T F for F F^T: the same in strains along the axes."""
    true = law.stress
    return replaced(law, "stress", lambda self, F: true(self, F.T))


def lame_for_the_confined_modulus(patch: pytest.MonkeyPatch) -> None:
    true = skeleton.confined_modulus
    patch.setattr(
        skeleton, "confined_modulus", lambda law: true(law) - 2 * skeleton.shear_modulus(law)
    )


def power_of_the_fraction_squared(patch: pytest.MonkeyPatch) -> None:
    true = FibreMat.stress

    def stress(self: Any, F: Any) -> Any:
        return true(self.model_copy(update={"stiffening_exponent": 2.0}), F)

    patch.setattr(FibreMat, "stress", stress)


def volume_of_the_reference(patch: pytest.MonkeyPatch) -> None:
    """The work per present volume, integrated over the mesh as it was."""
    true = skeleton.balance

    def balance(law: Any, placed: Any, w: Any, dx: Any) -> Any:
        return true(law, placed, w / placed.frame.J, dx)

    patch.setattr("fem_kna.mechanics.elastic.balance", balance)


MISTAKES = {
    "circles about the axis not stretched": (
        circles_not_stretched, separator.uniform_strains, "neo-Hookean, strained, axisymmetric"
    ),
    "circles about the axis since the reference": (
        circles_since_the_reference, separator.prestress, "prestress, axisymmetric"
    ),
    "strain of circles forgotten in the test function": (
        replaced(skeleton, "circling", lambda w, frame: 0.0),
        separator.uniform_strains, "neo-Hookean, strained, axisymmetric: stress on the side"
    ),
    "reference map not inverted": (
        reference_map_not_inverted, separator.prestress, "prestress, 2d"
    ),
    "reference map on the other side": (
        reference_map_on_the_other_side, elastic_orders.orders, "neo-Hookean, 2d: order"
    ),
    "Kirchhoff's stress": (
        per_stress_free_volume(NeoHookean), separator.confined_compression,
        "neo-Hookean, confined, 2d"
    ),
    "F transposed": (nominal(FibreMat), separator.laws, "mat, m = 3, pressed: turned body"),
    "F transposed, and energy": (
        nominal(NeoHookean), separator.laws, "neo-Hookean, pressed: energy"
    ),
    "lambda for M": (
        lame_for_the_confined_modulus, separator.bars, "mat, m = 3, bar, axisymmetric: modulus"
    ),
    "lambda for M, under a punch": (
        lame_for_the_confined_modulus, indentation.flat_punches, "flat punch, fibre mat"
    ),
    "square of the solid fraction": (
        power_of_the_fraction_squared, separator.confined_compression, "mat, m = 3, confined, 2d"
    ),
    "volume of the reference": (
        volume_of_the_reference, separator.new_references, "new reference, 2d: motion"
    ),
    "porosity of what is stress-free": (
        replaced(separator, "porosity", lambda J, porosity0: porosity0),
        separator.new_references, "dented, 2d: volume of the solid"
    ),
}  # fmt: skip


def is_seen(function: CheckFunction, begins: str) -> bool:
    """Whether the first check with that name fails, or the solver does before it."""
    try:
        return not next(check for check in function() if check.name.startswith(begins)).passed
    except RunError:
        return True


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, function, check = MISTAKES[name]
    plant(monkeypatch)
    assert is_seen(function, check)
