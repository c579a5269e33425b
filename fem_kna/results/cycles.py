"""The table of a run's cycles: charges, efficiency, polarisation and energy, cycle by cycle.

Charges are per projected area and counted by the current's sign, whatever the step: positive
currents plate the working electrode. Coulombic efficiency is what was given back over what was
stored before it: in the same cycle or, where that begins by giving, in the one before. So it has
none where nothing was stored before, as in the first cycle of a cell that begins full.
Polarisations are means over the time of one sign. The energy
is what the terminals put into the cell, -int V J dt by the trapezoidal rule, V being negative while
it plates.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .fronts import Row

SIGNS = ("plating", "stripping")
CHARGES = {"plating": "plated", "stripping": "stripped"}
EFFICIENCY = "coulombic_efficiency [-]"
NO_CURRENT = 1e-9  # of the largest current of a cycle: less neither plates nor strips


@dataclass
class Tally:
    """What the present cycle has come to so far, in SI.

    `last` is the row before, if it counts, and `before` what the last cycle of the table came to.
    """

    sums: dict[str, float] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    before: dict[str, float] = field(default_factory=dict)

    def begin(self) -> None:
        """Begin a step: its first row has nothing to do with the last of the one before."""
        self.last = {}

    def clear(self) -> None:
        """Begin a cycle."""
        self.sums, self.last = {}, {}

    def add(self, row: Row) -> None:
        """Count a row after the one before."""
        now = {
            key: row[key] for key in ("time [s]", "voltage [V]", "current [A/m2]", "charge [C/m2]")
        }
        self._grow("time", 0.0)
        if self.last:
            self._count(self.last, now)
        self.last = now

    def _count(self, before: Row, now: Row) -> None:
        dt = now["time [s]"] - before["time [s]"]
        dq = now["charge [C/m2]"] - before["charge [C/m2]"]
        V = (before["voltage [V]"] + now["voltage [V]"]) / 2
        self._grow("time", dt)
        self._grow("energy", -V * dq)
        if abs(now["current [A/m2]"]) > NO_CURRENT * self.sums.get("largest", 0.0) and dq != 0:
            sign = SIGNS[0 if dq > 0 else 1]
            self.sums.setdefault("first", float(SIGNS.index(sign)))
            self._grow(f"{sign} charge", abs(dq))
            self._grow(f"{sign} time", dt)
            self._grow(f"{sign} volts", abs(V) * dt)
            self.sums[f"{sign} end"] = abs(now["voltage [V]"])
            largest = max(self.sums.get("largest", 0.0), abs(now["current [A/m2]"]))
            self.sums["largest"] = largest

    def _grow(self, name: str, by: float) -> None:
        self.sums[name] = self.sums.get(name, 0.0) + by

    def row(self, cycle: int, more: Row, stores: str = "plating") -> Row:
        """Return the row of the cycle that ends, with what else is told of its end.

        `stores` is the sign of the current that fills the working electrode with what it is for.
        """
        sums = self.sums
        row = {"cycle [-]": float(cycle), "duration [s]": sums["time"]}
        for sign in SIGNS:
            row[f"{CHARGES[sign]}_charge [C/m2]"] = sums.get(f"{sign} charge", 0.0)
        row |= self._efficiency(cycle, stores)
        for sign in SIGNS:
            if sums.get(f"{sign} time", 0.0) > 0:
                row[f"mean_{sign}_polarisation [V]"] = sums[f"{sign} volts"] / sums[f"{sign} time"]
                row[f"end_{sign}_polarisation [V]"] = sums[f"{sign} end"]
        self.before = sums | {"cycle": float(cycle)}
        return row | {"energy [J/m2]": sums.get("energy", 0.0)} | more

    def _efficiency(self, cycle: int, stores: str) -> dict[str, float]:
        gives, since = SIGNS[1 - SIGNS.index(stores)], self.sums
        if since.get("first") == SIGNS.index(gives):
            since = self.before if self.before.get("cycle") == cycle - 1 else {}
        stored = since.get(f"{stores} charge", 0.0)
        return {EFFICIENCY: self.sums.get(f"{gives} charge", 0.0) / stored} if stored > 0 else {}


def summary_of(cycles: Sequence[Row]) -> Row:
    """Return what a summary tells of a run's cycles: how many, the last one, means over all."""
    if not cycles:
        return {}
    last = cycles[-1]
    found = {"cycles [-]": last["cycle [-]"]}
    for key in [key for key in last if key not in ("cycle [-]", "duration [s]")]:
        found[f"last_cycle_{key}"] = last[key]
    for key, of_all in (("jumped_cycles [-]", sum), ("jump_error [-]", sum)):
        if key in last:
            found[key] = of_all(row[key] for row in cycles)
            del found[f"last_cycle_{key}"]
    efficiencies = [row["coulombic_efficiency [-]"] for row in cycles if EFFICIENCY in row]
    if efficiencies:
        found[f"mean_{EFFICIENCY}"] = sum(efficiencies) / len(efficiencies)
    return found
