"""A hemispherical bump in 3-D, its fronts fixed, four ions: what `fem-kna scaling` is tried on.

    fem-kna scaling benchmarks/bump.py --ranks 1,2 --finer 1,1.7 --steps 2

3.9e4 and 1.9e5 unknowns, solved by blocks.
"""

import fem_kna as kna
from fem_kna.inputs.case import potassium_and_sodium


def case() -> kna.Case:
    """Return the cell: potassium alone reacts, so that any step may be the first."""
    electrode = kna.Electrode(metal="K", film=kna.UniformFilm(resistance="5 ohm*cm^2"))
    shape = kna.shape("bump")(
        dimension="3d", gap="50 um", width="50 um", front_size="1.8 um", far_size="2.6 um"
    )
    return kna.Case(
        name="bump",
        mesh=shape,
        electrolyte="0.4 M KFSI-NaPF6/DME",
        separator="GF/D",
        working=electrode,
        counter=electrode,
        reactions=potassium_and_sodium()[:1],
        closure=kna.DiluteSolution(),
        drive=kna.Galvanostatic(current="4 mA/cm^2", duration="1 h"),
        numerics=kna.Numerics(first_step="1 s", solver="block"),
    )
