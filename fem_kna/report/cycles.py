"""Curves of a report over cycles, of runs under a protocol: efficiency, polarisation, losses."""

from collections.abc import Callable, Sequence
from typing import Any

from .charts import Chart, chart, style
from .read import Run

EFFICIENCY = "coulombic_efficiency [-]"
SIGNS = {"plating": "-", "stripping": "--"}
LOST = "charge_in_"
PER_MAH_CM2 = 1 / 36000


def over_cycles(runs: Sequence[Run]) -> list[Chart]:
    """Return charts of the runs with more than one cycle; none where there is none."""
    shown = [run for run in runs if len(run.cycles) > 1]
    if not shown:
        return []
    found = [
        chart("polarisation", "mean polarisation (mV)", _polarisation(shown, runs), runs),
    ]
    if any(EFFICIENCY in row for run in shown for row in run.cycles):
        found.insert(
            0, chart("efficiency", "Coulombic efficiency (%)", _efficiency(shown, runs), runs)
        )
    if any(key.startswith(LOST) for run in shown for key in run.cycles[-1]):
        found.append(chart("lost", "in SEI and dead metal (mAh/cm²)", _lost(shown, runs), runs))
    return found


def _efficiency(shown: Sequence[Run], runs: Sequence[Run]) -> Callable[[Any], None]:
    def draw(axis: Any) -> None:
        for run in shown:
            rows = [row for row in run.cycles if EFFICIENCY in row]
            cycles = [row["cycle [-]"] for row in rows]
            axis.plot(
                cycles, [100 * row[EFFICIENCY] for row in rows], marker=".", **style(run, runs)
            )
        axis.set(xlabel="cycle", ylabel="Coulombic efficiency (%)")

    return draw


def _polarisation(shown: Sequence[Run], runs: Sequence[Run]) -> Callable[[Any], None]:
    def draw(axis: Any) -> None:
        for run in shown:
            for sign, dash in SIGNS.items():
                key = f"mean_{sign}_polarisation [V]"
                rows = [row for row in run.cycles if key in row]
                look = style(run, runs) | {"linestyle": dash}
                if sign == "stripping":
                    look |= {"label": f"_{run.label}"}
                cycles = [row["cycle [-]"] for row in rows]
                axis.plot(cycles, [1e3 * row[key] for row in rows], **look)
        axis.set(xlabel="cycle", ylabel="mean polarisation (mV),\nplating full, stripping dashed")

    return draw


def _lost(shown: Sequence[Run], runs: Sequence[Run]) -> Callable[[Any], None]:
    def draw(axis: Any) -> None:
        for run in shown:
            cycles = [row["cycle [-]"] for row in run.cycles]
            lost = [
                sum(value for key, value in row.items() if key.startswith(LOST))
                for row in run.cycles
            ]
            axis.plot(cycles, [PER_MAH_CM2 * charge for charge in lost], **style(run, runs))
        axis.set(xlabel="cycle", ylabel="in SEI and dead metal (mAh/cm²)")

    return draw
