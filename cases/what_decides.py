"""What decides over a crack in the SEI: current focus, stress focus, healing?

Morris' elementary effects of what is least known of the main job's cell on KNA-3.5, each parameter
through its plausible range, on the smaller, coarser cell of who_heals.py.

    fem-kna sweep cases/what_decides.py          # 28 runs; the same line goes on after a stop
    fem-kna report out/who_heals/sweep-*
"""

import fem_kna as kna
from fem_kna.inputs.overrides import overridden
from fem_kna.places import load_case

METAL = "KNA-3.5"
TRAJECTORIES = 4


def sweep() -> kna.Sweep:
    """Return the sweep."""
    case = load_case("who_heals").case()
    metals = [f"{side}.metal={METAL}" for side in ("working", "counter")]
    return kna.Sweep(
        case=overridden(case, metals).resolved(),  # the metal's law has its numbers then
        over=(
            kna.Over("stack.pressure", "0.05 MPa..1 MPa:log"),
            kna.Over("stack.skeleton.modulus", "0.05 MPa..0.2 MPa:log"),
            kna.Over("reactions.K.kinetics.exchange_current_density", "1 A/m^2..100 A/m^2:log"),
            kna.Over("mesh.half_width", "1 um..4 um:log"),
            kna.Over("working.rheology.weakening", "20..45"),
            kna.Over("working.rheology.solid.reference_stress", "0.05 MPa..0.15 MPa"),
        ),
        sampling=kna.Morris(TRAJECTORIES),
    )
