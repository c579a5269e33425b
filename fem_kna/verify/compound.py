"""Checks of KNa2 in a deposit: it appears while plating, fades at rest, and holds its atoms."""

from collections.abc import Iterator
from math import exp

from ..inputs.case import Case
from ..physics.composition import WellMixed
from ..physics.compound import Metastable
from ..physics.drive import Galvanostatic, Rest
from .alloying import alloyed, electrode, kept, rows
from .cells import electrolyte
from .check import Check

FRACTION, AMOUNT = "kna2_fraction [-]", "kna2_in_working [mol/m2]"
DECAY = 5.0  # [min]
REST = 15.0  # [min]
SEED = "0.01 um"


def appears_and_fades() -> Iterator[Check]:
    """Where sodium and potassium are plated together KNa2 forms; at rest it decays, and no more.

    What has formed lies below what sodium and potassium allow, 3 min(n_K, n_Na/2) of the atoms.
    """
    history = list(rows(plating(Metastable(decay_time=f"{DECAY} min")), Rest(duration="15 min")))
    yield from kept("KNa2", history)
    begin = next(k for k, row in enumerate(history) if row["time [s]"] >= 60)
    most, x = history[begin][FRACTION], history[begin]["mean_surface_sodium_fraction [-]"]
    yield Check("KNa2 after plating [-]", 0.05, most, 0.0, "at least")
    yield Check("KNa2 within what sodium allows [-]", 1.5 * x, most, 0.0, "at most")
    for minutes in (5.0, REST):
        row = min(history, key=lambda row: abs(row["time [s]"] - 60 * (1 + minutes)))
        by_hand = history[begin][AMOUNT] * exp(-(row["time [s]"] - 60) / (60 * DECAY))
        name = f"KNa2 after {minutes:g} min at rest [mol/m2]"
        yield Check(name, by_hand, row[AMOUNT], 0.02)


def none_without_sodium() -> Iterator[Check]:
    """In potassium's salt alone none forms, and with a barrier too high nothing is changed."""
    pure = plating(Metastable(), sodium=0.0)
    yield Check("KNa2 without Na+ [-]", 0.0, list(rows(pure))[-1][FRACTION], 1e-12, "absolute")
    barred, without = (
        list(rows(plating(law)))[-1] for law in (Metastable(barrier="1 MJ/mol"), None)
    )
    yield Check("KNa2 behind a barrier [-]", 0.0, barred[FRACTION], 1e-12, "absolute")
    for key in ("voltage [V]", "mean_surface_sodium_fraction [-]", "sodium_in_working [mol/m2]"):
        yield Check(f"without KNa2: {key}", without[key], barred[key], 1e-9)


def plating(law: Metastable | None, sodium: float = 30.0) -> Case:
    """Return a cell that plates for a minute at 4 mA/cm2 on next to no metal."""
    thin = electrode("K", SEED)
    return alloyed(
        drive=Galvanostatic(current="40 A/m^2", duration="1 min"),
        working=thin.model_copy(update={"composition": WellMixed(depth=SEED, compound=law)}),
        counter=electrode("K", "20 um"),
        electrolyte=electrolyte(sodium=f"{sodium} mol/m^3"),
    )


CHECKS = (appears_and_fades, none_without_sodium)
