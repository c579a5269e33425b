"""Films that ride on a front: thinned, grown, cracked and formed anew, with numbers by hand."""

from math import sqrt

import numpy as np
import pytest

from fem_kna.inputs.errors import InputError
from fem_kna.physics.film import (
    BrittleFilm,
    CrackedFilm,
    ElasticFilm,
    FilmLaw,
    FilmState,
    StrongFilm,
    UniformFilm,
    thinned,
)

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


def elastic(growth="0 ohm^2*m^4/s", crack_stress="100 MPa"):
    """30 nm of 1 GPa and 0.3: E/(1 - nu) = 1.4286 GPa, half of it over the stretch of the area."""
    return ElasticFilm(
        resistance="3 ohm*m^2",
        cracked_resistance="0.5 ohm*m^2",
        growth=growth,
        thickness="30 nm",
        modulus="1 GPa",
        poisson_number=0.3,
        crack_stress=crack_stress,
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


class TestElastic:
    def test_it_is_the_only_one_that_pulls(self):
        assert isinstance(elastic(), StrongFilm)
        assert not any(isinstance(law, StrongFilm) for law in LAWS)

    def test_its_tension_by_hand(self):
        """30e-9 x 1.4286e9 x 0.01 / 2 = 0.214286 N/m, twice the surface energy of K."""
        assert float(elastic().tension(FilmState(3.0, 1.01))) == pytest.approx(0.3 / 1.4)

    def test_half_as_thick_it_pulls_half_as_much(self):
        assert float(elastic().tension(FilmState(1.5, 1.01))) == pytest.approx(0.15 / 1.4)

    @pytest.mark.parametrize("stretch", [1.0, 0.9])
    def test_compressed_it_wrinkles(self, stretch):
        assert float(elastic().tension(FilmState(3.0, stretch))) == 0

    @pytest.mark.parametrize("thickness", [3.0, 0.7])
    def test_it_cracks_where_its_stress_passes_the_one_given(self, thickness):
        """30 MPa = 1.4286 GPa x 0.042/2: at a stretch of 1.042, whatever its thickness."""
        law = elastic(crack_stress="30 MPa")
        assert law.critical_stretch == pytest.approx(1.042)
        stress = float(law.tension(FilmState(thickness, 1.042))) / (30e-9 * thickness / 3)
        assert stress == pytest.approx(30e6)
        film = law.ridden(state([thickness] * 2), np.array([1.0419, 1.0421]), 1.0)
        assert film.resistance == pytest.approx([thickness / 1.0419, CRACKED])
        assert film.stretch == pytest.approx([1.0419, 1.0])
        assert float(law.tension(FilmState(*(values[1] for values in film)))) == 0

    def test_what_grows_is_free_of_stress(self):
        """R^2 = 1 + 2 x 1.5 = 4: twice as thick, with half of the strain and the same tension."""
        law, film = elastic(growth="2 ohm^2*m^4/s"), FilmState(np.ones(1), np.full(1, 1.02))
        grown = law.ridden(film, np.ones(1), 1.5)
        assert (grown.resistance.item(), grown.stretch.item()) == pytest.approx((2.0, 1.01))
        tensions = [float(law.tension(FilmState(*(v.item() for v in f)))) for f in (film, grown)]
        assert tensions[0] == pytest.approx(tensions[1])

    def test_a_film_without_resistance_is_refused(self):
        with pytest.raises(InputError, match="resistance"):
            elastic().__class__(**dict(elastic(), resistance="0 ohm*m^2"))
