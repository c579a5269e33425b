"""The figure of a deposit that grows: its composition over the phases, and where its sodium is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..mechanics.findings import COLOURS, INK, PALE, drawn

PER_MICROAMPERE_HOUR = 36.0  # C m-2 in 1 uAh/cm2
CHARGE, X = "charge [C/m2]", "mean_surface_sodium_fraction [-]"
FIELDS = {
    "bcc (K)": "#ffffff",
    "bcc (K) + liquid": "#e6eff7",
    "liquid": "#cbe0f2",
    "liquid + bcc (Na)": "#e6eff7",
    "bcc (Na)": "#ffffff",
}
PLACES = {
    "in the electrolyte": ("sodium_in_electrolyte [mol/m2]", COLOURS[0]),
    "on the counter electrode": ("sodium_in_counter [mol/m2]", COLOURS[3]),
    "in the deposit": ("sodium_in_working [mol/m2]", COLOURS[2]),
}
LEAST = 0.1  # uAh/cm2, from where on charge is drawn

Series = Mapping[str, Any]


def draw(
    runs: Mapping[str, Series],
    phases: Any,
    faraday: float,
    capacities: Sequence[float],
    path: Path,
) -> None:
    """Draw composition over charge of each run, and the sodium's whereabouts of the last one."""

    def fill(axes: Any) -> None:
        _compositions(axes[0], runs, phases, capacities)
        _whereabouts(axes[1], list(runs.values())[-1], faraday)
        for axis in axes:
            most = max(_charge(series)[-1] for series in runs.values())
            axis.set(xlabel="charge (µAh/cm²)", xscale="log", xlim=(LEAST, most))

    drawn((11, 4.4), 2, path, fill)


def _charge(series: Series) -> Any:
    return series[CHARGE] / PER_MICROAMPERE_HOUR


def _compositions(
    axis: Any, runs: Mapping[str, Series], phases: Any, capacities: Sequence[float]
) -> None:
    ends = [0.0, *phases.corners, 1.0]
    for (name, colour), low, high in zip(FIELDS.items(), ends[:-1], ends[1:], strict=True):
        axis.axhspan(100 * low, 100 * high, color=colour, linewidth=0, zorder=0)
        if high - low > 0.05:
            place = (1.25 * LEAST, 50 * (low + high))
            axis.text(*place, name, color=PALE, fontsize=8, va="center")
    for (name, series), colour in zip(runs.items(), (PALE, COLOURS[2]), strict=False):
        axis.plot(_charge(series), 100 * series[X], color=colour, label=name, linewidth=2)
    for capacity in capacities:
        axis.axvline(capacity, color=INK, linewidth=0.6, linestyle=":")
    axis.set(ylabel="Na in the deposit (at%)", ylim=(-1, 101))
    axis.legend(edgecolor="none", framealpha=1.0, fontsize=8, loc="upper right")


def _whereabouts(axis: Any, series: Series, faraday: float) -> None:
    for name, (key, colour) in PLACES.items():
        axis.plot(
            _charge(series),
            series[key] * faraday / PER_MICROAMPERE_HOUR,
            color=colour,
            label=name,
            linewidth=2,
        )
    axis.set(ylabel="Na (µAh/cm²)", ylim=(0, None))
    axis.legend(frameon=False, fontsize=8)
