"""Which metals a stack's pressure drives into a separator within one half-cycle."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.collections import PolyCollection

from ..inputs.units import Length, Parameters, Pressure, Time, given
from ..physics.rheology import rheology_of
from .findings import COLOURS, INK, PALE, Findings, Table, between, drawn, few
from .intrusion import Pores, Resistance
from .menisci import between_fibres, entry_pressure
from .pressing import Angle, strength_range
from .throats import throat

KILO, MICRO = 1e3, 1e-6
POWER_LAW = (1e-3, 1e-2)  # [1/s]: two rates tell all
SECTIONS = 40
LEAST = 0.5e-6  # depth [m] from which it is drawn: less is no flow through a mat

Data = dict[str, Any]


class Stack(Parameters):
    """What presses metal onto a separator, and for how long."""

    pressure: Pressure = given(
        "0.3 MPa", "estimate for coin cells", trust="estimated", range=("0.05 MPa", "1 MPa")
    )
    time: Time = given("15 min", "Tai et al. 2021: 2000 h / 4000 cycles, half a cycle")
    contact_angle: Angle = given(
        "135 deg",
        "estimate: K-Na does not wet glass in an electrolyte",
        trust="estimated",
        range=("120 deg", "150 deg"),
    )
    thickness: Length = given("260 um", "Whatman GF/A, maker's data: all the way through")
    retention: Length = given("1.6 um", "Whatman GF/A, maker's data")

    @property
    def pressures(self) -> tuple[float, float, float]:
        """The least, the usual and the greatest pressure [Pa]."""
        low, high = self.pressure.low, self.pressure.high  # type: ignore[attr-defined]
        return low, float(self.pressure), high

    @property
    def angles(self) -> tuple[float, float]:
        """The least and the greatest contact angle [rad]."""
        return self.contact_angle.low, self.contact_angle.high  # type: ignore[attr-defined]


def intrusion_study(
    metals: Sequence[Any], mat: Any, others: Sequence[Any], stack: Stack
) -> Findings:
    """Drive metals through a mat, and the first of them also through other sections of it.

    Args:
        metals: the first is the reference.
        mat: see `Pores`.
        others: more sections like it, to show how much these differ.
        stack: what presses, and how long.
    """
    pores = Pores(mat)
    found: dict[str, Resistance] = {}
    picture = None
    for metal in metals:
        found[metal.name] = pores.resistance(rheology_of(metal))
        picture = picture or pores.speeds
    pores.close()
    entries = {m.name: _entry(m, found[m.name], mat, pores.throat, stack) for m in metals}
    whole = _creep(entries[metals[0].name])
    elsewhere = [_creep_pressure(metals[0], Pores(other), stack) for other in others]
    data = {
        "metals": entries,
        "throat [m]": pores.throat,
        "fibre_diameter [m]": float(mat.fibre_diameter),
        "resolved_depth [m]": float(mat.gap),
        "porosity [-]": mat.achieved_porosity,
        "sliding_over_sticking_pressure [-]": (
            _creep_pressure(metals[0], Pores(mat, sticking=False), stack) / whole
        ),
        "flow_stress_to_stand [Pa]": _needed(metals[0], entries[metals[0].name], pores, stack),
        "other_sections_over_this_one [-]": [pressure / whole for pressure in elsewhere],
        "throats_of_other_sections [m]": _throats(mat),
    }
    return Findings(
        "metal_in_fibres",
        data,
        (_table(entries, data, stack),),
        _notes(metals, entries, data, stack),
        lambda path: _draw(picture, found, entries, data, stack, path),
    )


def _entry(metal: Any, found: Resistance, mat: Any, throat: float, stack: Stack) -> Data:
    """What one metal needs, and what it does, in SI."""
    gamma, angles = metal.surface_energy, (stack.contact_angle, *stack.angles)
    meniscus, low, high = (between_fibres(gamma, a, throat, mat.fibre_diameter) for a in angles)
    shallow, deep = (found.pressure(depth, stack.time) for depth in (throat, float(mat.gap)))
    rate = mat.gap / stack.time / mat.fibre_diameter
    # The pressure goes with the flow stress; the range of a liquid's viscosity does not matter.
    own, *ends = strength_range(metal, rate)
    if metal.liquid_volume_fraction == 1:
        ends = [own, own]
    return {
        "meniscus_pressure [Pa]": meniscus,
        "meniscus_pressure_range [Pa]": [low, high],
        "creep_pressure_over_throat [Pa]": shallow,
        "creep_pressure_over_depth [Pa]": deep,
        "creep_pressure_range [Pa]": [deep * end / own for end in ends],
        "stands_below [Pa]": meniscus + shallow,
        "intrudes_above [Pa]": meniscus + deep,
        "limit": "capillary" if meniscus > deep else "creep",
        "flow_stress [Pa]": own,
        "depths [m]": {
            f"{p:g} Pa": min(found.depth(p - meniscus, stack.time), float(stack.thickness))
            for p in stack.pressures
        },
    }


def _creep(entry: Data) -> float:
    return float(entry["creep_pressure_over_depth [Pa]"])


def _needed(metal: Any, entry: Data, pores: Pores, stack: Stack) -> Data:
    """Return how strong [Pa] a metal like this one must be to stand, by the stack's pressure."""
    rate = pores.throat / stack.time / pores.mat.fibre_diameter
    share = strength_range(metal, rate)[0] / entry["creep_pressure_over_throat [Pa]"]
    excess = {p: max(p - entry["meniscus_pressure [Pa]"], 0.0) for p in stack.pressures}
    return {f"{p:g} Pa": float(share * left) for p, left in excess.items()}


def _creep_pressure(metal: Any, pores: Pores, stack: Stack) -> float:
    """Return the pressure that drives a metal through, of a power law in this range [Pa]."""
    found = pores.resistance(rheology_of(metal), POWER_LAW)
    pores.close()
    return found.pressure(float(pores.mat.gap), stack.time)


def _throats(mat: Any) -> list[float]:
    """Return the throats [m] of sections with other random fibres."""
    sections = (mat.model_copy(update={"seed": seed}) for seed in range(1, SECTIONS + 1))
    return [throat(each.centres, each.fibre_diameter, each.width) for each in sections]


def _table(entries: Mapping[str, Data], data: Data, stack: Stack) -> Table:
    deep = data["resolved_depth [m]"] / MICRO
    rows = {}
    for name, entry in entries.items():
        depths = entry["depths [m]"].values()
        rows[name] = {
            "meniscus": few(entry["meniscus_pressure [Pa]"] / KILO, 3),
            f"creep, {deep:.0f} um": few(_creep(entry) / KILO),
            "range": between(*(p / KILO for p in entry["creep_pressure_range [Pa]"])),
            "stands below": few(entry["stands_below [Pa]"] / KILO, 3),
            f"{deep:.0f} um deep at": few(entry["intrudes_above [Pa]"] / KILO, 3),
            "limit": entry["limit"],
            **{
                f"at {p / KILO:g} kPa": _depth(depth, stack)
                for p, depth in zip(stack.pressures, depths, strict=True)
            },
        }
    minutes = stack.time / 60
    title = f"Metal driven into a separator within {minutes:g} min: pressures in kPa; depths in um"
    return Table(title, rows)


def _depth(depth: float, stack: Stack) -> str:
    if depth >= stack.thickness:
        return "all through"
    return few(depth / MICRO)


def _notes(
    metals: Sequence[Any], entries: Mapping[str, Data], data: Data, stack: Stack
) -> list[str]:
    gamma, first = metals[0].surface_energy, entries[metals[0].name]
    low, high = (end / KILO for end in first["meniscus_pressure_range [Pa]"])
    pore = (entry_pressure(gamma, angle, stack.retention) / KILO for angle in stack.angles)
    degrees = between(*np.degrees(stack.angles), digits=3)
    quarters = np.quantile(data["throats_of_other_sections [m]"], (0.25, 0.75)) / MICRO
    others = sorted(data["other_sections_over_this_one [-]"])
    needed = data["flow_stress_to_stand [Pa]"][f"{stack.pressure:g} Pa"]
    rate = data["throat [m]"] / stack.time / data["fibre_diameter [m]"]
    slid = data["sliding_over_sticking_pressure [-]"]
    return [
        f"The mat: porosity {data['porosity [-]']:.3f}, its throat "
        f"{data['throat [m]'] / MICRO:.2f} um wide. The meniscus there takes {low:.0f} to "
        f"{high:.0f} kPa at {degrees} degrees (round pores of {stack.retention / MICRO:g} um: "
        f"{between(*pore, digits=3)} kPa), in proportion to the surface energy, "
        f"{gamma:g} J/m2 ({gamma.low:g} to {gamma.high:g}).",
        "'Stands below': less deep than that throat is wide. A metal that slides along the fibres "
        f"creeps at {slid:.2f} of the pressure.",
        f"To stand at {stack.pressure / KILO:g} kPa a metal that creeps like {metals[0].name} "
        f"needs a flow stress of {few(needed / KILO)} kPa at {few(rate)} 1/s; {metals[0].name} "
        f"has {few(strength_range(metals[0], rate)[0] / KILO)}.",
        f"Other random sections: half of {SECTIONS} have throats of {between(*quarters, digits=3)} "
        f"um; {metals[0].name} creeps through {len(others)} of them at "
        f"{between(others[0], others[-1])} of the pressure.",
        "All of the stack's pressure is taken to press on the metal, and none on the fibres, which "
        "stay where they are.",
    ]


def _draw(
    picture: Any,
    found: Mapping[str, Resistance],
    entries: Mapping[str, Data],
    data: Data,
    stack: Stack,
    path: Path,
) -> None:
    def fill(axes: Any) -> None:
        _draw_flow(axes[0], *picture)
        _draw_depths(axes[1], found, entries, data, stack)

    drawn((11, 5), 2, path, fill)


def _draw_flow(axis: Any, triangles: np.ndarray, speeds: np.ndarray) -> None:
    patches = PolyCollection(
        list(triangles / MICRO), array=speeds, cmap="magma", edgecolors="face", linewidths=0.2
    )
    axis.add_collection(patches)
    axis.set_facecolor("#dddddd")
    right, top = (triangles / MICRO).max(axis=(0, 1))
    axis.set(xlim=(0, right), ylim=(0, top), xlabel="µm", ylabel="depth in the separator (µm)")
    axis.set_aspect("equal")
    axis.figure.colorbar(
        patches, ax=axis, label="speed of creeping metal over its mean", shrink=0.8
    )


def _draw_depths(
    axis: Any,
    found: Mapping[str, Resistance],
    entries: Mapping[str, Data],
    data: Data,
    stack: Stack,
) -> None:
    """Depth over pressure; later metals thinner, so that equal ones show as equal."""
    low, _, high = stack.pressures
    most = stack.thickness / MICRO
    for (name, own), colour, k in zip(found.items(), COLOURS, range(9), strict=False):
        meniscus = entries[name]["meniscus_pressure [Pa]"]
        pressures = meniscus + np.geomspace(1e-3 * meniscus, 10 * high, 200)
        depths = [own.depth(p - meniscus, stack.time) / MICRO for p in pressures]
        line = np.minimum(depths, most)
        width = max(3.2 - 1.4 * k, 1.3)
        axis.loglog(pressures / KILO, line, color=colour, linewidth=width, label=name)
    axis.axvspan(low / KILO, high / KILO, color=PALE, alpha=0.2, linewidth=0)
    axis.text(low / KILO * 1.05, LEAST / MICRO * 1.1, "coin\ncells", color=INK, fontsize=8)
    for text, height in (
        ("throat", data["throat [m]"]),
        ("resolved depth", data["resolved_depth [m]"]),
        ("separator", stack.thickness),
    ):
        axis.axhline(height / MICRO, color=PALE, linewidth=0.8, linestyle=":")
        axis.text(0.31 * low / KILO, height / MICRO * 1.05, text, color=PALE, fontsize=8)
    axis.set(xlim=(0.3 * low / KILO, 3.2 * high / KILO), ylim=(LEAST / MICRO, 2 * most))
    axis.set(xlabel="pressure (kPa)", ylabel=f"depth after {stack.time / 60:g} min (µm)")
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.14)}
    axis.legend(frameon=False, fontsize=8, ncols=5, **place)
