"""Half cells on copper: what becomes of what is plated, at the efficiencies that were measured?

K//Cu and KNA-3.5//Cu of Tai et al. (Adv. Sci. 2021, figure 3): 0.5 mA/cm^2 in 0.4 M KFSI/DME.
Copper is bare at the start and again after every cycle; what is lost goes into SEI and dead metal.
The efficiency is calibrated, one constant per electrolyte, see `docs/theory/ageing.md`; it is the
same on both metals.

Answered: where both metals are, cycle by cycle, and how much electrolyte the SEI has used up.

    python cases/half_cell_on_copper.py --set drive.steps="Plate at 0.5 mA/cm^2 for 1 h;
        Strip at 0.5 mA/cm^2 until exhausted; Repeat 3 times"
"""

import fem_kna as kna
from fem_kna.commands.run import command_line
from fem_kna.reproduce.cells import KFSI, half_cell

COMPARISON = kna.Comparison(
    columns=kna.Axis("metal", ("counter.metal",), ("K", "KNA-3.5")),
    rows=kna.Axis("electrolyte", ("electrolyte",), ("0.4 M KFSI/DME",)),
)


def case() -> kna.Case:
    """Return the cell that the comparison varies; each electrolyte has its own constant."""
    return half_cell("K", KFSI, cycles=5)


if __name__ == "__main__":
    command_line(case, COMPARISON, __doc__)
