"""Plating over a crack in the SEI: what grows there, on K and on KNA-3.5?

The symmetric cell of Tai et al. (Adv. Sci. 2021, figure 4): K//K and KNA-3.5//KNA-3.5 at
4 mA/cm^2 in 0.4 M KFSI/DME without and with NaPF6 (K:Na = 16.2:1) behind a glass-fibre
separator; one half-cycle of 15 min, 1 mAh/cm^2. The plated electrode's SEI has a crack.

Both fronts move, the metal creeps, and the separator is pressed on both. Answered: how high the
deposit over the crack grows on solid and on quasi-liquid metal, where current and stress focus,
and what levels: the separator does, by the metal's flow. It holds the bump on KNA-3.5 at a third
of that on K. How much of this hangs on numbers that nobody has measured: `who_heals.py`.

    mpirun -n 2 python cases/plating_over_crack.py
    ... --columns K,KNA-1.8,KNA-3.5,KNA-5.0
"""

import fem_kna as kna
from fem_kna.commands.run import command_line

COMPARISON = kna.Comparison(
    columns=kna.Axis("metal", ("working.metal", "counter.metal"), ("K", "KNA-3.5")),
    rows=kna.Axis("electrolyte", ("electrolyte",), ("0.4 M KFSI/DME", "0.4 M KFSI-NaPF6/DME")),
    if_alike="The metals differ little here: what they are besides, the film outweighs.",
)


def case() -> kna.Case:
    """Return the cell that the comparison varies."""
    sei = kna.film("SEI on K")
    crack = kna.shape("crack_patch")(
        half_width=kna.given("2 um", "chosen: a crack of a few microns; its size is not known"),
        edge_width=kna.given("1 um", "chosen: two or more elements resolve it"),
        edge_size=kna.given("0.4 um", "a quarter of it: tip height 0.3 %, peak contact 6 % off"),
        front_size=kna.given("0.6 um", "as fine as the crack: the deposit spreads over all of it"),
        width=kna.given("50 um", "chosen: cracks 100 um apart"),
        gap=kna.given("365 um", "GF/D, 675 um, under the stack's pressure; the grade is unknown"),
        metal_depth=kna.given("20 um", "chosen: beyond the reach of a bump a few microns wide"),
        growth=kna.given(0.15, "half of it changes the tip height by 0.2 %"),
    )
    return kna.Case(
        name="plating_over_crack",
        mesh=crack,
        electrolyte="0.4 M KFSI/DME",
        separator="GF/D",
        stack=kna.FixedGap(pressure=kna.given("0.2 MPa", "coin cells, 0.1 to 0.5 MPa: estimate")),
        working=kna.Electrode(
            metal="K",
            front=kna.MovingFront(),
            film=kna.CrackedFilm(
                resistance=sei.resistance, cracked_resistance=sei.cracked_resistance
            ),
        ),
        counter=kna.Electrode(
            metal="K",
            film=kna.UniformFilm(resistance=sei.resistance),
            front=kna.MovingFront(),
        ),
        drive=kna.Galvanostatic(
            current=kna.given("4 mA/cm^2", "Tai et al. 2021, figure 4"),
            duration=kna.given("15 min", "2000 h / 4000 cycles: 15 min per half-cycle"),
        ),
        events=(*kna.touchings(), kna.Penetration(then="go on"), kna.Healing(then="go on")),
    )


if __name__ == "__main__":
    command_line(case, COMPARISON, __doc__)
