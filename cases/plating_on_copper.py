"""Plating on bare copper at 10 uA/cm^2: what is the deposit made of?

The nucleation test of Tai et al. (Adv. Sci. 2021, figure S6): Cu in 0.8 M KPF6 or KPF6-NaPF6
(K:Na = 16.2:1) in EC:DEC, looked at after 30, 100, 200 and 500 uAh/cm^2 (3, 10, 20 and 50 h). With
Na+ the paper finds a smooth film and takes it for K-Na of the electrolyte's ratio.

Na+ is the nobler ion by 0.25 V and its supply by diffusion ten times what 10 uA/cm^2 take, so that
sodium plates first. The counter electrode is K and cements Na+ at the same time, as fast as it
diffuses there: a film that hinders Na+ more than K+ is not modelled. The deposit is well mixed,
thinner than sodium diffuses in a minute. No barrier to nucleation, no alloy with Cu.

    python cases/plating_on_copper.py --json copper.json
"""

import fem_kna as kna
from fem_kna.commands.study import study_line
from fem_kna.mechanics.findings import Findings
from fem_kna.studies.deposition import Variation, deposition_study

ELECTROLYTES = ("0.8 M KPF6/EC:DEC", "0.8 M KPF6-NaPF6/EC:DEC")
CAPACITIES = (30.0, 100.0, 200.0, 500.0)  # [uAh/cm2], figure S6
VARIATIONS = (
    Variation("seed 10 times thinner", ("working.composition.depth=0.001 nm",)),
    Variation("seed 10 times thicker", ("working.composition.depth=0.1 nm",)),
    Variation("Na 0.15 V above K", ("reactions.Na.standard_potential=0.15 V",)),
    Variation("Na 0.32 V above K", ("reactions.Na.standard_potential=0.32 V",)),
    Variation("i0 of Na 1 A/m2", ("reactions.Na.kinetics.exchange_current_density=1 A/m^2",)),
    Variation("i0 of Na 100 A/m2", ("reactions.Na.kinetics.exchange_current_density=100 A/m^2",)),
    Variation("counter KNA-3.5", ("counter.metal=KNA-3.5",)),
    Variation("separator GF/A", ("separator=GF/A",)),
    Variation("20 degC", ("temperature=20 degC",)),
    Variation("60 degC", ("temperature=60 degC",)),
)


def case() -> kna.Case:
    """Return copper against potassium in one dimension."""
    sei = kna.UniformFilm(resistance=kna.film("SEI on K").resistance)
    seed = kna.given("0.01 nm", "nominal, a thirtieth of a monolayer of K: without effect")
    return kna.Case(
        name="plating_on_copper",
        mesh=kna.shape("planar_cell")(dimension="1d"),
        electrolyte="0.8 M KPF6-NaPF6/EC:DEC",
        separator="GF/D",
        working=kna.Electrode(
            metal="K",
            film=sei,
            front=kna.MovingFront(),
            composition=kna.WellMixed(depth=seed),
        ),
        counter=kna.Electrode(
            metal="K",
            film=sei,
            front=kna.MovingFront(),
            composition=kna.WellMixed(depth=kna.given("300 um", "chosen: a thin disc of metal")),
        ),
        drive=kna.Galvanostatic(
            current=kna.given("10 uA/cm^2", "Tai et al. 2021, figure S6"),
            duration=kna.given("50 h", "Tai et al. 2021, figure S6: 500 uAh/cm2"),
        ),
    )


def study() -> Findings:
    """Return what is plated, and on what that hangs."""
    return deposition_study(case(), ELECTROLYTES, CAPACITIES, VARIATIONS)


if __name__ == "__main__":
    study_line(study, __doc__)
