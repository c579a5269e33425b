"""Who heals over a crack in the SEI? K and KNA-3.5 over the ranges of what is not known.

The main job (plating_over_crack.py) finds a bump on K that stands higher and goes on growing, and
one on KNA-3.5 that has stopped. Here the same comparison is made with one parameter at a time at
the ends of its plausible range, and the values at which a verdict turns are searched for.

A bump "heals" when its tip gained, over the last quarter of 1 mAh/cm^2, less than a tenth of what
the mean front gained, or when it stands less than the crack's half width above the mean front.

The cell is the main job's, in 0.4 M KFSI/DME, with a shorter gap, a coarser mesh and looser
tolerances. They cost 1 % of the bumps' heights, and up to 3 % of peak pressures.

    mpirun -n 2 python cases/who_heals.py --json who_heals.json
"""

import fem_kna as kna
from fem_kna.commands.study import study_line
from fem_kna.inputs.overrides import overridden
from fem_kna.mechanics.findings import Findings
from fem_kna.places import load_case
from fem_kna.studies.findings import healing_study
from fem_kna.studies.healing import Search
from fem_kna.studies.knobs import Knob

METALS = ("K", "KNA-3.5")
OTHERS = ("KNA-1.8", "KNA-5.0")  # at the base point only

STRESS = Knob("reference stress", "MPa", ("{solid}.reference_stress",), (0.05, 0.15))
WEAKENING = Knob("weakening", "", ("working.rheology.weakening",), (20.0, 45.0), of_mush=True)
PRESSURE = Knob("stack pressure", "MPa", ("stack.pressure",), (0.05, 1.0))
KNOBS = (
    STRESS,
    Knob("stress exponent", "", ("{solid}.stress_exponent",), (4.5, 6.5)),
    WEAKENING,
    Knob(
        "liquid fraction", "", ("working.rheology.liquid_fraction",), (0.12, 0.26),
        beyond=(0.32,), of_mush=True,
    ),
    PRESSURE,
    Knob("separator modulus", "MPa", ("separator.compressive_modulus",), (0.05, 0.2)),
    Knob(
        "exchange current density", "A/m^2",
        ("reactions.K.kinetics.exchange_current_density",), (1.0, 100.0),
    ),
    Knob("crack half width", "um", ("mesh.half_width",), (1.0, 4.0)),
    Knob("temperature", "degC", ("temperature",), (20.0, 30.0)),
    Knob(
        "surface energy", "N/m",
        ("working.front.surface_energy", "counter.front.surface_energy"), (0.05, 0.2),
    ),
)  # fmt: skip
SEARCHES = (
    Search("K", STRESS, 0.05),
    Search("K", PRESSURE, 1.0),
    Search("KNA-3.5", STRESS, 0.3),
    Search("KNA-3.5", WEAKENING, 5.0),
)
# Half the width would cost a fifth of the bump's height; a shorter gap costs nothing.
COARSER = (
    "mesh.gap=80 um",
    "mesh.metal_depth=15 um",
    "mesh.front_size=1.5 um",
    "mesh.growth=0.35",
    "numerics.first_step=50 ms",
    "numerics.time_tolerance=0.01",
    "numerics.front_tolerance=0.05",
    "numerics.frames=4",
)


def case() -> kna.Case:
    """Return the main job's cell, smaller and coarser."""
    main = load_case("plating_over_crack").case()
    return overridden(main.model_copy(update={"name": "who_heals"}), COARSER)


def study() -> Findings:
    """Return who heals, where, and what turns it."""
    return healing_study(case(), METALS, OTHERS, KNOBS, SEARCHES)


if __name__ == "__main__":
    study_line(study, __doc__)
