"""Metal in a press: what do 50 % strain and a weight of 23 g tell about K and its alloys?

The two mechanical tests of Tai et al. (Adv. Sci. 2021, figures S3 and S4), on metal alone: K,
KNA-1.8, KNA-3.5, KNA-5.0 and the liquid KNA-33.7 are compressed to half their height, between
plates on which they slide or stick, and left under the weight for an hour.

The paper gives neither sizes nor speeds; those here are chosen. Metal creeps as its phases at
25 degC do (`fem-kna materials KNA-3.5`); nothing of it is elastic, and a skin of oxide, which
holds many a liquid metal together, is left out.

    python cases/pressed_metal.py --json pressed.json
"""

import fem_kna as kna
from fem_kna.commands.study import study_line
from fem_kna.mechanics.findings import Findings
from fem_kna.mechanics.press_study import press_study
from fem_kna.mechanics.pressing import Compression, Weight

METALS = ("K", "KNA-1.8", "KNA-3.5", "KNA-5.0", "KNA-33.7")
DIAMETERS = ("10 mm", "12 mm", "16 mm", "20 mm")


def study() -> Findings:
    """Return what the two tests find."""
    return press_study(
        [kna.metal(name) for name in METALS],
        Compression(),
        [Weight(diameter=kna.given(size, "chosen: the paper names none")) for size in DIAMETERS],
    )


if __name__ == "__main__":
    study_line(study, __doc__)
