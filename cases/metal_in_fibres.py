"""Metal in a separator's pores: which of K and its alloys does a stack's pressure drive in?

A coin cell presses its anode onto a glass-fibre mat with 0.05 to 1 MPa. Metal that enters the pores
shortens the way to the other electrode, and takes the pores from the electrolyte. Two things
hold it back: the meniscus in the mat's throats, and its own resistance to flow. Both are computed
on a section through a mat whose fibres are resolved, for one half-cycle of Tai et al. (Adv. Sci.
2021), 15 min.

Approximations, plainly: parallel fibres in 2-D, rigid; the metal behind its front fills all pores;
the meniscus is that of the mat's throat all the way; no oxide skin, no dissolution, no inertia
(the liquid enters in no time); a metal as strong in a pore of a
micrometre as in a bar, which may underrate solid K several times.

    python cases/metal_in_fibres.py --json intruded.json
"""

import fem_kna as kna
from fem_kna.commands.study import study_line
from fem_kna.mechanics.findings import Findings
from fem_kna.mechanics.intrusion_study import Stack, intrusion_study

METALS = ("K", "KNA-1.8", "KNA-3.5", "KNA-5.0", "KNA-33.7")


def study() -> Findings:
    """Return which metals enter, at what pressure, and what holds them back."""
    filter_paper = kna.separator("GF/A")
    deep = kna.given("20 um", "chosen: some ten pores; depths beyond follow from it")
    mat = kna.shape("fibre_separator")(
        gap=deep,
        resolved_depth=deep,
        width=deep,
        porosity=filter_paper.porosity,
        fibre_diameter=filter_paper.fibre_diameter,
        front_size=kna.given("0.5 um", "half a fibre"),
        growth=kna.given(0.4, "0.07 changes speeds by 0.4 %, pressures by 0.1 %"),
    )
    others = [mat.model_copy(update={"seed": seed}) for seed in (2, 3)]
    stack = Stack(thickness=filter_paper.thickness, retention=filter_paper.particle_retention)
    return intrusion_study([kna.metal(name) for name in METALS], mat, others, stack)


if __name__ == "__main__":
    study_line(study, __doc__)
