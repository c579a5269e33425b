"""Symmetric cells on the cycler: how do K//K and KNA-3.5//KNA-3.5 polarise, cycle by cycle?

The four symmetric cells of Tai et al. (Adv. Sci. 2021, figure 4): 4 mA/cm^2, 15 min each way, in
0.4 M KFSI/DME without and with NaPF6 (K:Na = 16.2:1). Through the thickness, in one dimension:
flat electrodes of well-mixed metal, both counted atom by atom.

Answered: capacity, polarisation and energy of every cycle, and where both metals are.

    python cases/symmetric_cycling.py
    ... --set drive.steps="Plate at 1 mA/cm^2 for 1 h; Strip at 1 mA/cm^2 for 1 h; Repeat 10 times"
"""

import fem_kna as kna
from fem_kna.commands.run import command_line

COMPARISON = kna.Comparison(
    columns=kna.Axis("metal", ("working.metal", "counter.metal"), ("K", "KNA-3.5")),
    rows=kna.Axis("electrolyte", ("electrolyte",), ("0.4 M KFSI/DME", "0.4 M KFSI-NaPF6/DME")),
)
THICK = kna.given("300 um", "thinnest of discs usual in coin cells; the paper names none")


def electrode() -> kna.Electrode:
    """Return one of the two electrodes, which are alike."""
    film = kna.UniformFilm(resistance=kna.film("SEI on K").resistance)
    return kna.Electrode(metal="K", film=film, composition=kna.WellMixed(depth=THICK))


def case() -> kna.Case:
    """Return the cell that the comparison varies."""
    return kna.Case(
        name="symmetric_cycling",
        mesh=kna.shape("planar_cell")(dimension="1d"),
        electrolyte="0.4 M KFSI/DME",
        separator="GF/D",
        working=electrode(),
        counter=electrode(),
        drive=kna.Protocol(
            steps=(
                "Plate at 4 mA/cm^2 for 15 min",
                "Strip at 4 mA/cm^2 for 15 min",
                "Repeat 10 times",
            )
        ),
    )


if __name__ == "__main__":
    command_line(case, COMPARISON, __doc__)
