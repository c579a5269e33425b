"""The two mechanical tests of the paper on several metals, beside each other."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .findings import COLOURS, INK, PALE, Findings, Table, between, drawn, few
from .menisci import puddle_height
from .pressing import (
    Compression,
    Curve,
    Weight,
    compressed,
    squeezed_out,
    strains,
    strength_ratio,
    viscous_share,
)

KEEPS = 0.05  # strain up to which a piece is said to keep its shape
KEPT = ("keeps_its_shape_sticking", "keeps_its_shape_sliding")
KILO, MEGA, MILLI, MICRO = 1e3, 1e6, 1e-3, 1e-6

Data = dict[str, Any]
Curves = Mapping[str, tuple[Curve, Curve]]  # sliding and sticking, by metal


def press_study(
    metals: Sequence[Any], compression: Compression, weights: Sequence[Weight]
) -> Findings:
    """Compress the metals, the first of which is the reference, and put weights onto them."""
    curves = {
        metal.name: tuple(compressed(metal, compression, sticking) for sticking in (False, True))
        for metal in metals
    }
    rate = compression.rate / (1 - compression.strain)
    entries = {m.name: _entry(m, metals[0], curves[m.name], compression, rate) for m in metals}
    rested = {m.name: _rested(m, weights) for m in metals}
    proven = _proven(weights)
    data = {
        "compression": entries,
        "weight": rested,
        "proven_yield_stress_range [Pa]": list(proven),
    }
    return Findings(
        "pressed_metal",
        data,
        (_compression_table(entries, compression), _weight_table(rested, weights)),
        _notes(metals, rested, proven),
        lambda path: _draw(curves, entries, proven, path),
    )


def _entry(metal: Any, reference: Any, curves: Any, test: Compression, rate: float) -> Data:
    """What the compression of one metal says, at its end."""
    sliding, sticking = curves
    entry = {
        "strain [-]": sliding.strain.tolist(),
        "sliding_force_over_first_area [Pa]": sliding.nominal.tolist(),
        "sticking_force_over_first_area [Pa]": sticking.nominal.tolist(),
        "sticking_mean_pressure [Pa]": float(sticking.pressure[-1]),
        "flow_stress [Pa]": float(sliding.pressure[-1]),
        "rate_at_the_end [1/s]": float(rate),
    }
    if metal.liquid_volume_fraction == 1:
        return entry | {"viscous_over_capillary_force [-]": viscous_share(metal, test)}
    ratio, low, high = strength_ratio(metal, reference, rate)
    return entry | {"ratio_to_reference [-]": ratio, "ratio_range [-]": [low, high]}


def _rested(metal: Any, weights: Sequence[Weight]) -> Data:
    """What the weights do to one metal, by their diameter."""
    return {f"{1e3 * test.diameter:g} mm": _under(metal, test) for test in weights}


def _under(metal: Any, test: Weight) -> Data:
    if metal.liquid_volume_fraction == 1:
        out = squeezed_out(metal, test)
        return {
            **dict.fromkeys(KEPT, False),
            "gap_left [m]": float(out.gap),
            "puddle_height [m]": puddle_height(
                metal.surface_energy, test.contact_angle, metal.density
            ),
            **{f"{name}_time [s]": float(value) for name, value in out._asdict().items()
               if name != "gap"},
        }  # fmt: skip
    sticking, sliding = strains(metal, test)
    return {
        **dict(zip(KEPT, (sticking < KEEPS, sliding < KEEPS), strict=True)),
        "strain_sticking [-]": sticking,
        "strain_sliding [-]": sliding,
    }


def _proven(weights: Sequence[Weight]) -> tuple[float, float]:
    """The least and the greatest yield stress [Pa] that keeping one's shape can prove."""
    ends = [end for test in weights for end in test.proven_stresses]
    return float(min(ends)), float(max(ends))


def _compression_table(entries: Mapping[str, Data], test: Compression) -> Table:
    first = next(iter(entries))
    rows = {}
    for name, entry in entries.items():
        low, high = entry.get("ratio_range [-]", (0.0, 0.0))
        rows[name] = {
            "flow stress [kPa]": few(_stress(entry) / KILO, 3),
            "force/first area, sliding [kPa]": _end(entry, "sliding_force_over_first_area [Pa]"),
            "the same, sticking [kPa]": _end(entry, "sticking_force_over_first_area [Pa]"),
            f"over that of {first}": few(_stress(entry) / _stress(entries[first])),
            "range of it": between(low, high) if high else "",
        }
    title = (
        f"At {100 * test.strain:g} % strain: disc of {2e3 * test.radius:g} mm by "
        f"{1e3 * test.height:g} mm, {test.rate:g} 1/s at first (all chosen)"
    )
    return Table(title, rows)


def _end(entry: Data, key: str) -> str:
    return few(entry[key][-1] / KILO, 3)


def _stress(entry: Data) -> float:
    return float(entry["flow_stress [Pa]"])


def _weight_table(rested: Mapping[str, Data], weights: Sequence[Weight]) -> Table:
    test = weights[0]
    rows = {}
    for name, by_diameter in rested.items():
        rows[name] = {
            f"{diameter}, {w.pressure / KILO:.2g} kPa": _said(by_diameter[diameter])
            for w, diameter in zip(weights, by_diameter, strict=True)
        }
        rows[name]["shape"] = _shape(by_diameter)
    title = (
        f"Under {1e3 * test.mass:g} g for {test.time / 3600:g} h, pieces {1e3 * test.height:g} mm "
        "high: strain, sticking to sliding; or the gap left and the longest time"
    )
    return Table(title, rows)


def _shape(by_diameter: Mapping[str, Data]) -> str:
    """Say whether a metal keeps its shape under all weights."""
    sticking, sliding = (all(entry[key] for entry in by_diameter.values()) for key in KEPT)
    return "kept" if sliding else "kept if it sticks" if sticking else "lost"


def _said(entry: Data) -> str:
    if "gap_left [m]" in entry:
        longest = max(value for key, value in entry.items() if key.endswith("_time [s]"))
        return f"{entry['gap_left [m]'] / MICRO:.0f} um in {longest / MILLI:.0f} ms"
    sticking, sliding = entry["strain_sticking [-]"], entry["strain_sliding [-]"]
    return between(sticking, sliding) if sliding < 1 else f"{few(sticking)} to flat"


def _notes(metals: Sequence[Any], rested: Mapping[str, Data], proven: Any) -> list[str]:
    low, high = proven
    strength = metals[0].creep.reference_stress
    ends = between(strength.low / MEGA, strength.high / MEGA)
    notes = [
        f"A metal that keeps its shape under the weight has a yield stress above {few(low / KILO)} "
        f"to {few(high / KILO)} kPa, as it sticks or slides; the test proves no more.",
        f"All flow stresses go with that of {metals[0].name}, {strength / MEGA:g} MPa ({ends}) at "
        f"{metals[0].creep.reference_strain_rate:g} 1/s, {strength.trust}; the ratio does not.",
    ]
    liquids = [metal.name for metal in metals if metal.liquid_volume_fraction == 1]
    return notes + [_squeezing(name, *next(iter(rested[name].items()))) for name in liquids]


def _squeezing(name: str, diameter: str, times: Data) -> str:
    return (
        f"{name}: its meniscus alone bears the plates. Under the weight of {diameter} viscosity "
        f"holds it up for {times['viscous_time [s]'] / MILLI:.1f} ms (equations of flow: "
        f"{times['modelled_time [s]'] / MILLI:.1f} ms), its inertia for "
        f"{times['inertia_time [s]'] / MILLI:.1f} ms, and the weight falls no faster than in "
        f"{times['fall_time [s]'] / MILLI:.1f} ms: the longest counts. Unloaded its puddle is "
        f"{times['puddle_height [m]'] / MILLI:.1f} mm high."
    )


def _draw(
    curves: Curves, entries: Mapping[str, Data], proven: tuple[float, float], path: Path
) -> None:
    def fill(axes: Any) -> None:
        _draw_curves(axes[0], curves)
        _draw_strengths(axes[1], entries, proven)

    drawn((11, 5), 2, path, fill)


def _draw_curves(axis: Any, curves: Curves) -> None:
    """Force over strain; later metals thinner, so that equal ones show as equal."""
    for (name, pair), colour, k in zip(curves.items(), COLOURS, range(9), strict=False):
        for curve, style in zip(pair, ("-", "--"), strict=True):
            axis.semilogy(
                100 * curve.strain,
                curve.nominal / KILO,
                style,
                color=colour,
                linewidth=max(3.2 - 1.4 * k, 1.3),
                label=name if style == "-" else None,
            )
    axis.plot([], [], "-", color=PALE, label="full: sliding")
    axis.plot([], [], "--", color=PALE, label="dashed: sticking")
    axis.set(xlabel="strain (%)", ylabel="force / first area (kPa)", xlim=(0, None))
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.14)}
    axis.legend(frameon=False, fontsize=8, ncols=4, **place)


def _draw_strengths(axis: Any, entries: Mapping[str, Data], proven: tuple[float, float]) -> None:
    """Flow stresses with the range of their ratio, against what the weight can prove."""
    first = _stress(next(iter(entries.values())))
    for k, (entry, colour) in enumerate(zip(entries.values(), COLOURS, strict=False)):
        stress = _stress(entry)
        low, high = (first * end for end in entry.get("ratio_range [-]", [stress / first] * 2))
        ends = [[(stress - low) / KILO], [(high - stress) / KILO]]
        filled = colour if "ratio_range [-]" in entry else "white"
        style = {"fmt": "o", "color": colour, "markerfacecolor": filled, "capsize": 4}
        axis.errorbar(k, stress / KILO, ends, **style)
    axis.axhspan(*(end / KILO for end in proven), color=PALE, alpha=0.25, linewidth=0)
    text = "least yield stress that\nkeeping shape under the weight proves"
    axis.text(-0.4, proven[1] / KILO * 0.85, text, color=INK, fontsize=8, va="top")
    axis.set_yscale("log")
    axis.set_xticks(range(len(entries)), entries)
    axis.set(ylabel="flow stress at the full strain (kPa)", xlim=(-0.5, len(entries) - 0.5))
    axis.set_title("open: meniscus only", loc="right", color=PALE, fontsize=9)
