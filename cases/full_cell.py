"""Full cells: what does KNA-3.5 against a Prussian blue analogue deliver, cycle by cycle?

The cells of Tai et al. (Adv. Sci. 2021, figures 4e and 4f): KNA-3.5 in 0.4 M KFSI-NaPF6/DME against
PBA, at 0.2 C of 180 mAh/g; sodium rhodizonate by `--set`. Through the thickness, in one dimension:
metal, separator, and a porous coating of particles in which potassium diffuses.
Its rate capability, beside the paper's: `fem-kna reproduce --only rates`.

Answered: voltage against capacity, efficiency, where both metals are. Not answered: how the paper's
cells age; with the metal of either anode in excess the model's capacity does not fade.

    python cases/full_cell.py
    ... --set working.material=SR --set drive.steps="Discharge at 1 A/m^2 until 0.8 V"
"""

import fem_kna as kna
from fem_kna.commands.run import command_line

COATING = kna.given("20 um", "some 2 mg/cm2 of active mass, as laboratory coatings have")


def case() -> kna.Case:
    """Return the cell with PBA."""
    sei = kna.UniformFilm(resistance=kna.film("SEI on K").resistance)
    cathode = kna.PorousElectrode(material="PBA")
    return kna.Case(
        name="full_cell",
        mesh=kna.shape("full_cell")(dimension="1d", cathode=COATING),
        electrolyte="0.4 M KFSI-NaPF6/DME",
        separator="GF/D",
        working=cathode,
        counter=kna.Electrode(
            metal="KNA-3.5",
            film=sei,
            composition=kna.WellMixed(depth=kna.given("300 um", "thinnest of usual discs")),
        ),
        drive=kna.Protocol(
            capacity=cathode.capacity("20 um", "180 mA*h/g"),
            steps=(
                "Discharge at 0.2C until 3.2 V",
                "Charge at 0.2C until 4.3 V",
                "Repeat 3 times",
            ),
        ),
    )


if __name__ == "__main__":
    command_line(case, None, __doc__)
