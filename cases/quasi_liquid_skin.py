"""A quasi-liquid skin: does Na+ in the electrolyte paint one on K, and does KNA keep its own?

The 2 x 2 of Tai et al. (Adv. Sci. 2021, figure 4): K and KNA-3.5, plated at 4 mA/cm^2 for 15 min in
0.4 M KFSI/DME without and with NaPF6 (K:Na = 16.2:1). In one dimension: sodium diffuses in the
metal behind the plated front, 0.3 mm of it, and the counter electrode is well mixed.

Answered: what the surface is made of, how much of it is liquid and how deep, over charge.

    python cases/quasi_liquid_skin.py
    ... --set working.composition.in_potassium="1e-13 m^2/s"    # sodium that hardly gets away
"""

import fem_kna as kna
from fem_kna.commands.run import command_line

COMPARISON = kna.Comparison(
    columns=kna.Axis("metal", ("working.metal", "counter.metal"), ("K", "KNA-3.5")),
    rows=kna.Axis("electrolyte", ("electrolyte",), ("0.4 M KFSI/DME", "0.4 M KFSI-NaPF6/DME")),
)
THICK = kna.given("300 um", "thinnest of discs usual in coin cells; the paper names none")


def case() -> kna.Case:
    """Return the cell that the comparison varies."""
    film = kna.UniformFilm(resistance=kna.film("SEI on K").resistance)
    return kna.Case(
        name="quasi_liquid_skin",
        mesh=kna.shape("planar_cell")(
            dimension="1d",
            metal_depth=THICK,
            front_size=kna.given("0.5 um", "a thirtieth of what is plated"),
        ),
        electrolyte="0.4 M KFSI/DME",
        separator="GF/D",
        working=kna.Electrode(
            metal="K", film=film, front=kna.MovingFront(), composition=kna.Diffusing()
        ),
        counter=kna.Electrode(
            metal="K",
            film=film,
            front=kna.MovingFront(),
            composition=kna.WellMixed(depth=THICK),
        ),
        drive=kna.Galvanostatic(
            current=kna.given("4 mA/cm^2", "Tai et al. 2021, figure 4"),
            duration=kna.given("15 min", "2000 h / 4000 cycles: 15 min per half-cycle"),
        ),
    )


if __name__ == "__main__":
    command_line(case, COMPARISON, __doc__)
