"""Flowing metal against formulas, and mistakes planted in it that these checks see."""

from collections.abc import Callable, Iterator
from math import pi
from typing import Any

import pytest

import fem_kna as kna
from fem_kna.inputs.errors import RunError
from fem_kna.mechanics.disc import Disc, Moment, at_speed, pressed, rate_under, under_force
from fem_kna.physics import flow
from fem_kna.physics.frame import Moved, Surface
from fem_kna.physics.rheology import PartlyMolten, PowerLawCreep, rheology_of
from fem_kna.verify import flow_patches, metal
from fem_kna.verify.check import Check

WEIGHT = 0.023 * 9.81  # [N], the steel weight of the paper
MM = 1e-3


def missed(checks: Iterator[Check]) -> list[str]:
    found = list(checks)
    assert found
    return [f"{check.name}: {check.got:g} for {check.expected:g}" for check in found
            if not check.passed]  # fmt: skip


@pytest.mark.parametrize("function", metal.CHECKS, ids=lambda function: function.__name__)
def test_check(function: Callable[[], Iterator[Check]]) -> None:
    assert missed(function()) == []


def compressed(name: str, sticking: bool, divisions: tuple[int, int], steps: int) -> list[Moment]:
    """A disc of 10 mm by 2 mm, pressed to half its height at 1 %/s of its first height."""
    disc = Disc(5 * MM, 2 * MM, rheology_of(kna.metal(name)), sticking, divisions)
    press, drive = at_speed(disc, 0.02 * MM)
    moments = list(pressed(press, drive, 0.5, steps))
    press.close()
    assert moments[-1].height == pytest.approx(1 * MM)
    assert moments[-1].time == pytest.approx(50.0)
    assert moments[-1].volume == pytest.approx(moments[0].volume)
    return moments


def mean_pressure(moment: Moment) -> float:
    """Force over the present area of contact [Pa]."""
    return moment.force / (pi * moment.contact_radius**2)


def test_sodium_makes_the_disc_softer_in_the_papers_order() -> None:
    """K = KNA-1.8 > KNA-3.5 > KNA-5.0 at 50 % strain, sliding: 0.18, 0.06 and 0.003 MPa."""
    potassium, dilute, quasi, crumbly = (
        mean_pressure(compressed(name, False, (4, 2), 8)[-1])
        for name in ("K", "KNA-1.8", "KNA-3.5", "KNA-5.0")
    )
    assert potassium == pytest.approx(1e5 * 20**0.2, rel=0.01)
    assert dilute == pytest.approx(potassium)
    assert quasi / potassium == pytest.approx(0.319, abs=0.002)
    assert crumbly < 0.1 * quasi


def test_a_sticking_disc_rolls_onto_the_plates() -> None:
    """At first the plastic disc's pressure, Y (1 + 2R / (3 sqrt(3) h)) = 1.96 Y, within 10 %.

    At half the height 1.00 MPa, what meshes of up to (48, 24) cells and 40 steps converge to. The
    rim lands on the plates in steps, so that the radius of contact scatters by 2 %.
    """
    first, *_, last = compressed("K", True, (12, 4), 8)
    assert mean_pressure(first) == pytest.approx(1.96 * 1e5 * 10**0.2, rel=0.1)
    assert mean_pressure(last) == pytest.approx(1.0e6, rel=0.03)
    assert last.contact_radius == pytest.approx(6.75 * MM, rel=0.05)


def test_too_few_steps_are_refused() -> None:
    press, drive = at_speed(Disc(20.0, 1.0, metal.power_law(1), divisions=(8, 2)), 1.0)
    with pytest.raises(RunError, match="2 steps are too few"):
        list(pressed(press, drive, 0.5, 2))
    press.close()


def test_the_papers_weight_does_not_tell_potassium_from_the_quasi_liquid() -> None:
    """23 g on a sheet of 10 mm by 1 mm: both lose less than 1e-3 of their height in an hour.

    The liquid would be squeezed out within microseconds: as fast as its inertia lets it.
    """
    rates = {}
    for name in ("K", "KNA-3.5", "KNA-33.7"):
        law = rheology_of(kna.metal(name))
        disc = Disc(5 * MM, 1 * MM, law, divisions=(12, 4))
        press, drive = under_force(disc, WEIGHT)
        speed, force = drive(press)
        rates[name] = speed * press.rate
        assert press.moment(0.0, force).force == pytest.approx(WEIGHT)
        assert rates[name] < rate_under(law, WEIGHT / disc.area)
        press.close()
    assert 3600 * rates["K"] < 1e-5 and 3600 * rates["KNA-3.5"] < 1e-3
    # Stefan's thin disc, 5 % off for a disc as thick as this: V / h = 2 h^2 F / (3 pi eta R^4).
    stefan = 2 * WEIGHT * (1 * MM) ** 2 / (3 * pi * 0.7e-3 * (5 * MM) ** 4)
    assert rates["KNA-33.7"] == pytest.approx(stefan, rel=0.1)


def term(name: str, factor: float) -> Callable[[pytest.MonkeyPatch], None]:
    """Multiply a term of the equations."""
    true = getattr(flow, name)

    def plant(patch: pytest.MonkeyPatch) -> None:
        for module in (flow, flow_patches, metal):
            if hasattr(module, name):
                patch.setattr(module, name, lambda *given: factor * true(*given))

    return plant


def circles_in_plane_only(patch: pytest.MonkeyPatch) -> None:
    """Circles about the axis count in div v, not in D."""

    def contraction(v: Any, w: Any, frame: Moved) -> Any:
        D = (flow.sym(flow.gradient(u, frame)) for u in (v, w))
        return flow.inner(*D)

    patch.setattr(flow, "contraction", contraction)


def gradient_not_symmetric(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(flow, "sym", lambda A: A)


def rate_without_two_thirds(patch: pytest.MonkeyPatch) -> None:
    def rate(v: Any, frame: Moved) -> Any:
        return flow.sqrt(flow.contraction(v, v, frame) + flow.AT_REST)

    patch.setattr(flow, "equivalent_rate", rate)


def surface_not_stretched(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Surface, "area", property(lambda self: 1.0))


def exponent_upside_down(patch: pytest.MonkeyPatch) -> None:
    true = PowerLawCreep.weakened

    def weakened(self: Any, rate: Any, factor: Any) -> Any:
        turned = self.model_copy(update={"stress_exponent": 1 / self.stress_exponent})
        return true(turned, rate, factor)

    patch.setattr(PowerLawCreep, "weakened", weakened)


def weakening_of_the_stress(patch: pytest.MonkeyPatch) -> None:
    """exp(-alpha phi) on the stress, where it belongs on the rate: n times too much."""

    def of_grains(self: Any, rate: Any) -> Any:
        return self.solid.viscosity(rate) * flow_patches.np.e ** (
            -1.0 * self.weakening * self.liquid_fraction
        )

    patch.setattr(PartlyMolten, "of_grains", of_grains)


MISTAKES = {
    "circles about the axis not strained": (
        circles_in_plane_only, flow_patches.orders, "flow, axisymmetric: order of the velocity"
    ),
    "circles about the axis forgotten": (
        term("circling", 0), metal.creep_bars, "bar, axisymmetric, n = 1"
    ),
    "gradient not made symmetric": (
        gradient_not_symmetric, flow_patches.uniform_flows, "uniform flow, 2d: velocity"
    ),
    "two thirds forgotten": (
        rate_without_two_thirds, metal.creep_bars, "bar, axisymmetric, n = 5"
    ),
    "capillarity's sign": (
        term("capillarity", -1), metal.levelling_of_ripples, "levelling, deep"
    ),
    "pressure's sign": (term("pressing", -1), metal.creep_bars, "bar, axisymmetric, n = 1"),
    "friction doubled": (term("friction", 2), flow_patches.slip_on_a_wall, "friction on a wall"),
    "surface not stretched": (
        surface_not_stretched, flow_patches.moved_meshes, "displaced mesh: velocity"
    ),
    "exponent upside down": (exponent_upside_down, metal.creep_bars, "bar, axisymmetric, n = 5"),
    "liquid weakens the stress and not the rate": (
        weakening_of_the_stress, metal.alloys_between_sliding_plates, "KNA-3.5 compressed"
    ),
}  # fmt: skip


def is_seen(function: Callable[[], Iterator[Check]], begins: str) -> bool:
    """Whether the first check with that name fails; what comes after it is not run."""
    return not next(check for check in function() if check.name.startswith(begins)).passed


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, function, check = MISTAKES[name]
    plant(monkeypatch)
    assert is_seen(function, check)
