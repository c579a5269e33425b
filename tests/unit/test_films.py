"""Films that ride on a front: thinned, grown, cracked and formed anew, with numbers by hand."""

from math import sqrt

import numpy as np
import pytest

from fem_kna.inputs.errors import InputError
from fem_kna.physics.film import BrittleFilm, CrackedFilm, FilmLaw, FilmState, UniformFilm, thinned

INTACT, CRACKED = 3.0, 0.5


def state(resistance, stretch=1.0):
    """A film at points of the front."""
    resistance = np.array(resistance, dtype=float)
    return FilmState(resistance, np.full_like(resistance, stretch))


def uniform(resistance="3 ohm*m^2"):
    return UniformFilm(resistance=resistance)


def cracked():
    return CrackedFilm(resistance="3 ohm*m^2", cracked_resistance="0.5 ohm*m^2")


def brittle(growth="0 ohm^2*m^4/s", critical=1.5):
    return BrittleFilm(
        resistance="3 ohm*m^2",
        cracked_resistance="0.5 ohm*m^2",
        critical_stretch=critical,
        growth=growth,
    )


LAWS = [uniform(), cracked(), brittle()]


@pytest.mark.parametrize("law", LAWS)
def test_a_law_is_a_film(law):
    assert isinstance(law, FilmLaw)


@pytest.mark.parametrize("law", LAWS)
def test_a_stretched_film_is_thinner_by_as_much(law):
    film = law.ridden(state([3.0, 0.5], stretch=1.1), np.array([1.25, 0.8]), 7.0)
    assert film.resistance == pytest.approx([2.4, 0.625], rel=1e-15)
    assert film.stretch == pytest.approx([1.375, 0.88], rel=1e-15)


@pytest.mark.parametrize("law", LAWS)
def test_film_volume_is_kept_by_any_sequence_of_stretches(law):
    # Resistance is as thickness, so that resistance times area is as volume.
    ratios = np.array([[1.1, 0.9], [0.8, 1.2], [1.3, 1.05]])
    film, area = state([2.0, 1.0]), np.ones(2)
    for ratio in ratios:
        film, area = law.ridden(film, ratio, 0.1), area * ratio
        assert film.resistance * area == pytest.approx([2.0, 1.0], rel=1e-15)
        assert film.stretch == pytest.approx(area, rel=1e-15)


@pytest.mark.parametrize("law", LAWS)
def test_there_and_back_changes_nothing(law):
    film = law.ridden(law.ridden(state([2.0]), np.array([1.25]), 1.0), np.array([0.8]), 1.0)
    assert film.resistance == pytest.approx([2.0], rel=1e-15)
    assert film.stretch == pytest.approx([1.0], rel=1e-15)


@pytest.mark.parametrize("law", LAWS)
def test_a_law_leaves_the_film_it_is_given_alone(law):
    film = state([2.0, 0.4], stretch=1.4)
    law.ridden(film, np.array([1.2, 1.0]), 1.0)
    assert film.resistance.tolist() == [2.0, 0.4]
    assert film.stretch.tolist() == [1.4, 1.4]


def test_thinned_by_hand():
    film = thinned(state([6.0], stretch=0.5), np.array([3.0]))
    assert (film.resistance.item(), film.stretch.item()) == (2.0, 1.5)


def test_intact_and_cracked_film_in_parallel():
    # s = 1/4: 1/R = 0.75/3 + 0.25/0.5 = 0.75
    assert cracked().area_resistance(np.array([0.0, 0.25, 1.0])) == pytest.approx(
        [INTACT, 4 / 3, CRACKED]
    )


class TestBrittle:
    def test_below_the_critical_stretch_it_only_thins(self):
        film = brittle().ridden(state([3.0]), np.array([1.4999]), 1.0)
        assert film.resistance == pytest.approx([3.0 / 1.4999])

    def test_it_cracks_beyond_the_critical_stretch_and_counts_from_there(self):
        film = brittle().ridden(state([3.0], stretch=1.4), np.array([1.1]), 1.0)
        assert film.resistance.tolist() == [CRACKED]
        assert film.stretch.tolist() == [1.0]

    def test_at_the_critical_stretch_it_holds(self):
        film = brittle().ridden(state([3.0]), np.array([1.5]), 1.0)
        assert film.resistance == pytest.approx([2.0])

    def test_a_crack_does_not_thicken_a_film_that_is_thinner_than_a_cracked_one(self):
        film = brittle().ridden(state([0.3]), np.array([1.6]), 1.0)
        assert film.resistance == pytest.approx([0.3 / 1.6])

    def test_it_forms_anew_by_the_root_of_time(self):
        # R^2 = 0.25 + 2 t: 0.25 + 2 * 1 = 2.25
        law, film = brittle(growth="2 ohm^2*m^4/s"), state([0.5])
        assert law.ridden(film, np.ones(1), 1.0).resistance == pytest.approx([1.5])

    def test_its_growth_does_not_depend_on_the_steps(self):
        law, film = brittle(growth="2 ohm^2*m^4/s"), state([0.5])
        for time in (0.1, 0.4, 0.2, 0.3):
            film = law.ridden(film, np.ones(1), time)
        assert film.resistance == pytest.approx([1.5], rel=1e-14)

    def test_it_grows_up_to_the_intact_film_and_no_further(self):
        film = brittle(growth="2 ohm^2*m^4/s").ridden(state([0.5]), np.ones(1), 1e3)
        assert film.resistance.tolist() == [INTACT]

    def test_a_film_pressed_thicker_than_intact_neither_grows_nor_shrinks_to_it(self):
        # on a front that shrinks the film keeps its volume
        film = brittle(growth="2 ohm^2*m^4/s").ridden(state([3.0]), np.array([0.5]), 1.0)
        assert film.resistance == pytest.approx([6.0])

    def test_stretch_first_growth_second(self):
        # 3 / 1.2 = 2.5, then sqrt(6.25 + 2 * 0.5) = sqrt(7.25)
        film = brittle(growth="2 ohm^2*m^4/s").ridden(state([3.0]), np.array([1.2]), 0.5)
        assert film.resistance == pytest.approx([sqrt(7.25)])

    def test_steady_stretching_against_growth(self):
        # dR/dt = -e R + g/(2 R) has the steady state R^2 = g/(2 e): 1 for g = 0.02, e = 0.01 1/s.
        law, film, step = brittle("0.02 ohm^2*m^4/s", critical=1e9), state([2.0]), 0.01
        for _ in range(40000):
            film = law.ridden(film, np.array([1 + 0.01 * step]), step)
        assert film.resistance == pytest.approx([1.0], rel=1e-3)

    @pytest.mark.parametrize("critical", [1.0, 0.5])
    def test_a_film_that_cracks_unstretched_is_refused(self, critical):
        with pytest.raises(InputError, match="critical_stretch"):
            brittle(critical=critical)

    def test_a_growth_below_zero_is_refused(self):
        with pytest.raises(InputError, match="growth"):
            brittle(growth="-1 ohm^2*m^4/s")
