"""The paper's cells without a cathode: metal on copper, and the same metal on both sides.

Through the thickness, in one dimension, with flat electrodes of well-mixed metal that ages. What no
experiment has measured is an estimate with its range, what is fitted says to what.
"""

from typing import Any

from .. import materials
from ..geometry.find import shape_named
from ..inputs.case import Case, Electrode
from ..inputs.numerics import Numerics
from ..inputs.units import given
from ..physics.ageing import Ageing, ConditionedLoss, ConstantLoss, Reserve
from ..physics.composition import WellMixed
from ..physics.film import UniformFilm
from ..protocols.protocol import Jumps, Protocol

METALS = ("K", "KNA-3.5")
KFSI, MIXED = "0.4 M KFSI/DME", "0.4 M KFSI-NaPF6/DME"
ELECTROLYTES = (KFSI, MIXED)

# Of figure 3, from the text of Tai et al., Adv. Sci. (2021); the curves themselves were not read.
FIRST, FINAL = 0.51, 0.89
CONSTANTS = {
    KFSI: given(
        15.0,
        "calibrated on 'gradually increases and finally stabilizes': 1 % below its end in cycle 55",
        trust="estimated",
        range=(5.0, 40.0),
    ),
    MIXED: given(
        2.0,
        "calibrated on 'quickly reaches 89 %': 1 % below it in cycle 8",
        trust="estimated",
        range=(1.0, 5.0),
    ),
}
CAPACITY = "0.5 mA*h/cm^2"  # per half-cycle on copper: not in the paper, estimate, 0.25 to 1
DEAD = 0.05  # of what is stripped: about half of the final loss, estimate, 0 to 0.11

THICK = given("300 um", "thinnest of discs usual in coin cells; the paper names none")
SEED = given("0.01 nm", "nominal, a thirtieth of a monolayer of K: without effect")
RESERVE = Reserve(
    volume=given(
        "0.9 mm",
        "estimate: 100 uL on 1.13 cm2",
        trust="estimated",
        range=("0.53 mm", "1.3 mm"),
    )
)

# Between alike electrodes: of a cell that lives 4000 cycles, so that 11 % cannot be lost (a disc of
# 0.5 mm allows 0.7 %). The area that a front creates per cycle, on which SEI forms, is taken as in
# proportion to the tips of the main job, 6.5 um on K and 2.6 um on KNA-3.5.
SYMMETRIC_LOSS = {
    "K": given(
        2.5e-3, "estimate: 6.5/2.6 times that of KNA-3.5", trust="estimated", range=(0.0, 4e-3)
    ),
    "KNA-3.5": given(
        1e-3, "estimate: thin enough for a disc of 300 um", trust="estimated", range=(0.0, 4e-3)
    ),
}
ADDED = given(
    "5e-9 ohm*m^4/C",
    "calibrated on 'little increase' of KNA-3.5 in figure 4b, taken as a tenth in 4000 cycles. A "
    "compact film of 30 nm and 30 ohm cm2 would add 2.4e-5 ohm m4/C",
    trust="estimated",
    range=("0 ohm*m^4/C", "2.4e-5 ohm*m^4/C"),
)


def half_cell(metal: str, electrolyte: str, cycles: int, jumps: Jumps | None = None) -> Case:
    """Return bare copper against a metal, 0.5 mA/cm2, stripped to exhaustion (figure 3)."""
    sei = ConditionedLoss.calibrated(
        FIRST, FINAL, float(_number(CONSTANTS[electrolyte])), CAPACITY, DEAD
    )
    ageing = Ageing(sei=sei, dead=ConstantLoss(value=DEAD))
    steps = (
        f"Plate at 0.5 mA/cm^2 until {CAPACITY}",
        "Strip at 0.5 mA/cm^2 until exhausted",
        f"Repeat {cycles} times",
    )
    return _cell(
        f"{metal}_on_copper",
        electrolyte,
        _electrode("K", SEED, ageing),
        _electrode(metal, THICK, None),
        Protocol(steps=steps, jumps=jumps),
    )


def symmetric_cell(metal: str, electrolyte: str, cycles: int, jumps: Jumps | None = None) -> Case:
    """Return a metal against itself, 4 mA/cm2, 15 min each way (figure 4)."""
    ageing = Ageing(sei=ConstantLoss(value=SYMMETRIC_LOSS[metal]), added_resistance=ADDED)
    steps = (
        "Plate at 4 mA/cm^2 for 15 min",
        "Strip at 4 mA/cm^2 for 15 min",
        f"Repeat {cycles} times",
    )
    both = _electrode(metal, THICK, ageing)
    return _cell(f"{metal}_symmetric", electrolyte, both, both, Protocol(steps=steps, jumps=jumps))


def _number(value: Any) -> float:
    return float(value.value)


def _electrode(metal: str, depth: Any, ageing: Ageing | None) -> Electrode:
    film = UniformFilm(resistance=materials.film("SEI on K").resistance)
    return Electrode(metal=metal, film=film, composition=WellMixed(depth=depth, ageing=ageing))


def _cell(
    name: str, electrolyte: str, working: Electrode, counter: Electrode, drive: Protocol
) -> Case:
    return Case(
        name=name,
        mesh=shape_named("planar_cell")(dimension="1d"),
        electrolyte=electrolyte,
        separator="GF/D",
        working=working,
        counter=counter,
        drive=drive,
        reserve=RESERVE,
        numerics=Numerics(time_tolerance=given(1e-2, "ten times coarser moves voltages by 1e-4")),
    )
