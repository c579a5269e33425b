"""Sweeps in a report: what came out over what was varied, what decides, what failed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .charts import COLOURS, STILL, Chart
from .panels import STYLE, png, svg
from .swept import SweptCase
from .tables import MISSING, Shown, pretty_label, pretty_unit

SIZE = (4.2, 3.0)
SHOWN = (
    "current_focus [-]",
    "stress_focus [-]",
    "late_tip_growth [-]",
    "heals [-]",
    "tip_height [m]",
    "roughness [m]",
    "max_contact_pressure [Pa]",
    "polarisation [V]",
)
FACTORS = {"m": (1e6, "µm"), "Pa": (1e-3, "kPa"), "V": (1e3, "mV")}
MOST = 200  # points in the table of a page; the rest stands in table.csv
FEW = 6  # charts
DECADE = 10  # and more between the ends of an axis: in logarithms


def shown_unit(key: str) -> tuple[str, float]:
    """Return a column as it is shown, in words, and the factor from SI."""
    name, _, unit = key.partition(" [")
    factor, printed = FACTORS.get(unit.rstrip("]"), (1.0, pretty_unit(unit.rstrip("]"))))
    return f"{name.replace('_', ' ')} ({printed})", factor


def outputs(sweep: SweptCase) -> list[str]:
    """Return the columns that a page shows."""
    return [key for key in SHOWN if key in sweep.numbers] or sweep.numbers[:FEW]


def table(sweep: SweptCase) -> Shown:
    """Return a row per point: what was set, what came out."""
    keys = outputs(sweep)
    names = [shown_unit(key) for key in keys]
    rows = [
        [
            row["point"],
            *(_cell(row[key], 1.0) for key in sweep.parameters),
            *(_cell(row[key], factor) for key, (_, factor) in zip(keys, names, strict=True)),
            row["status"],
        ]
        for row in sweep.rows[:MOST]
    ]
    head = ["point", *map(pretty_label, sweep.parameters), *(name for name, _ in names), "status"]
    left = len(sweep.rows) - len(rows)
    more = f"the first {MOST} points; {left} more stand in table.csv" if left > 0 else ""
    return Shown(more, head, rows)


def failures(sweep: SweptCase) -> Shown:
    """Return the points that failed, and why."""
    rows = [
        [row["point"], *(row[key] for key in sweep.parameters), row["reason"]]
        for row in sweep.failed
    ]
    return Shown("", ["point", *map(pretty_label, sweep.parameters), "reason"], rows)


def charts(sweep: SweptCase) -> list[Chart]:
    """Return charts of what came out over the parameter that is varied most, or that decides."""
    found = []
    for key in outputs(sweep)[:FEW]:
        across = _across(sweep, key)
        if across is not None:
            found.append(_chart(key.partition(" ")[0], shown_unit(key)[0], across))
    return found


def _across(sweep: SweptCase, key: str) -> Callable[[Any], None] | None:
    """Return what draws a number over the parameter that decides it."""
    label, factor = shown_unit(key)
    values = np.array(sweep.values(key)) * factor
    parameter = _first(sweep, key)
    there = values[np.isfinite(values)]
    if parameter is None or not len(there) or np.ptp(there) <= STILL * np.abs(there).max():
        return None
    x = np.array(sweep.values(parameter))
    others = [name for name in sweep.parameters if name != parameter]
    kinds = [", ".join(row[name] for name in others) for row in sweep.rows]
    lines = dict.fromkeys(kinds)
    apart = sweep.indices is None and 1 < len(lines) <= len(COLOURS)

    def draw(axis: Any) -> None:
        for place, kind in enumerate(lines if apart else [None]):
            chosen = np.array([kind is None or own == kind for own in kinds]) & np.isfinite(values)
            order = np.argsort(x[chosen], kind="stable")
            joined = "o-" if sweep.indices is None and (apart or not others) else "o"
            axis.plot(
                x[chosen][order], values[chosen][order], joined, ms=4, lw=1.2,
                color=COLOURS[place], alpha=0.85, label=kind,
            )  # fmt: skip
        axis.set(xlabel=pretty_label(parameter), ylabel=label)
        if min(x) > 0 and max(x) > DECADE * min(x):
            axis.set_xscale("log")
        if apart:
            axis.legend(title=", ".join(o.partition(" [")[0] for o in others), fontsize=7,
                        title_fontsize=7, frameon=False)  # fmt: skip

    return draw


def _first(sweep: SweptCase, key: str) -> str | None:
    """Return the parameter to draw over: that which decides, else the one with most values."""
    numeric = [name for name in sweep.parameters if "[" in name]
    if not numeric:
        return None
    effects = (sweep.indices or {}).get("outputs", {}).get(key)
    if effects:
        name = max(effects, key=lambda field: effects[field][_measure(sweep)])
        return next(one for one in sweep.parameters if one.partition(" [")[0] == name)
    return max(numeric, key=lambda name: len({row[name] for row in sweep.rows}))


def _measure(sweep: SweptCase) -> str:
    return "mean_effect" if (sweep.indices or {}).get("method") == "morris" else "total"


def indices_charts(sweep: SweptCase) -> Iterator[Chart]:
    """Yield a chart of indices for each number: bars with their confidence."""
    for key, effects in (sweep.indices or {}).get("outputs", {}).items():
        label, factor = shown_unit(key)
        draw = _bars(effects, _measure(sweep), factor, label)
        yield _chart(f"decides-{key.partition(' ')[0]}", label.partition(" (")[0], draw)


def _bars(
    effects: Mapping[str, Mapping[str, float]], name: str, factor: float, label: str
) -> Callable[[Any], None]:
    fields = sorted(effects, key=lambda field: effects[field][name])
    is_effect = name == "mean_effect"
    scale = factor if is_effect else 1.0
    second = "spread_of_effect" if is_effect else "first_order"

    def draw(axis: Any) -> None:
        places = np.arange(len(fields))
        for shift, key, colour, words in (
            (0.19, name, COLOURS[0], "mean effect" if is_effect else "total"),
            (-0.19, second, "#b9c6d6", "its spread" if is_effect else "alone"),
        ):
            values = [effects[field][key] * scale for field in fields]
            errors = [effects[field].get(f"{key}_confidence", 0.0) * scale for field in fields]
            axis.barh(places + shift, values, 0.36, xerr=errors, color=colour, label=words,
                      error_kw={"lw": 0.8})  # fmt: skip
        axis.set_yticks(places, _short(fields), fontsize=7)
        axis.set_xlim(left=min(0.0, axis.get_xlim()[0]))
        axis.set_xlabel(f"change of {label}" if is_effect else "Sobol' index (–)")
        axis.legend(fontsize=7, frameon=False, loc="lower right")

    return draw


def _short(fields: Sequence[str]) -> list[str]:
    """Return the last word of each field, or the whole where that is another's, too.

    >>> _short(["stack.pressure", "working.metal", "counter.metal", "drive.c_rate"])
    ['pressure', 'working.metal', 'counter.metal', 'c rate']
    """
    last = [field.rpartition(".")[2] for field in fields]
    shown = (
        own if last.count(own) == 1 else field for own, field in zip(last, fields, strict=True)
    )
    return [name.replace("_", " ") for name in shown]


def notes(sweep: SweptCase) -> Sequence[str]:
    """Return what must be known of the indices."""
    return (sweep.indices or {}).get("notes", ())


def caption(sweep: SweptCase) -> str:
    """Return what the indices are."""
    if _measure(sweep) == "total":
        return (
            "Sobol' indices with their 95 % confidence: the share of each number's variance that "
            "goes with a parameter alone, and in which it has any part."
        )
    return (
        "Morris' elementary effects: the mean change of each number when a parameter goes through "
        "its range, with 95 % confidence, and its spread, by interaction or a bend."
    )


def _cell(text: str, factor: float) -> str:
    try:
        return f"{float(text) * factor:.4g}"
    except ValueError:
        return text or MISSING


def _chart(key: str, title: str, draw: Callable[[Any], None]) -> Chart:
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=SIZE, layout="constrained")
        FigureCanvasAgg(figure)
        axis = figure.subplots()
        draw(axis)
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(color="0.92", linewidth=0.6)
        axis.set_axisbelow(True)
        return Chart(key.replace("_", "-"), title, svg(figure), png(figure))
