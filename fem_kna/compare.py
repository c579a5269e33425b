"""The same cell several times, a few fields changed: runs side by side, in one table."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .inputs.case import Case
from .inputs.errors import InputError
from .inputs.overrides import overridden


@dataclass(frozen=True)
class Axis:
    """A direction of a comparison: the fields that change together, and the values they take."""

    name: str
    fields: tuple[str, ...]
    values: tuple[str, ...]

    def settings(self, value: str) -> list[str]:
        """Return the overrides that put `value` into every field of the axis."""
        return [f"{field}={value}" for field in self.fields]


@dataclass(frozen=True)
class Comparison:
    """Every value of `columns` beside each other, for every value of `rows`.

    `if_alike` is said under the table where the columns turn out alike.
    """

    columns: Axis
    rows: Axis
    if_alike: str = ""

    def with_columns(self, values: tuple[str, ...]) -> "Comparison":
        """Return the comparison with other columns."""
        return replace(self, columns=replace(self.columns, values=values))

    def variants(self, case: Case, settings: list[str]) -> Iterator["Variant"]:
        """Yield the cases of the comparison, row by row, each with the user's `settings` on top.

        Raises:
            InputError: in one line, when a setting is wrong or the comparison itself changes it.
        """
        self._refuse(settings)
        for row in self.rows.values:
            for column in self.columns.values:
                own = self.rows.settings(row) + self.columns.settings(column)
                yield Variant(row, column, overridden(case, own + settings))

    def _refuse(self, settings: list[str]) -> None:
        for path in (setting.partition("=")[0].strip() for setting in settings):
            if path in self.columns.fields:
                raise InputError(
                    f"--set {path}: the comparison changes it; accepted: --columns A,B"
                )
            if path in self.rows.fields:
                raise InputError(f"--set {path}: the comparison changes it; accepted: --rows A,B")

    def with_rows(self, values: tuple[str, ...]) -> "Comparison":
        """Return the comparison with other rows."""
        return replace(self, rows=replace(self.rows, values=values))


@dataclass(frozen=True)
class Variant:
    """One case of a comparison."""

    row: str
    column: str
    case: Case

    @property
    def folder(self) -> str:
        """Name of its folder inside the comparison's."""
        return re.sub(r"[^A-Za-z0-9.+_-]+", "-", f"{self.column}--{self.row}")


@dataclass(frozen=True)
class Line:
    """One quantity of the comparison's table; `compared`: its ratio means something."""

    label: str
    key: str
    factor: float = 1.0
    form: str = "{:.4g}"
    compared: bool = True


MICRO, KILO = 1e6, 1e-3
PER_MAH = 3.6e4  # C m-2 in 1 mAh/cm2
NOTHING = 1e-15  # below it a quantity in SI is what rounding left of zero
ALIKE = 0.05  # a ratio this close to one

LINES = (
    Line("current focus, max/mean [-]", "current_focus [-]"),
    Line("polarisation [mV]", "polarisation [V]", 1e3),
    Line("minimum surface concentration of K+ [mol/m3]", "min_surface_concentration [mol/m3]"),
    Line("Na share of the deposit [at%]", "sodium_share [-]", 1e2),
    Line("Na at the surface [at%]", "mean_surface_sodium_fraction [-]", 1e2),
    Line("liquid at the surface [vol%]", "mean_surface_liquid_fraction [-]", 1e2),
    Line("metal that holds liquid [um]", "skin_thickness [m]", MICRO),
    Line("Na left in the electrolyte [mmol/m2]", "sodium_in_electrolyte [mol/m2]", 1e3),
    Line("mixed potential [mV]", "mixed_potential [V]", 1e3),
    Line("stress focus, max/mean contact pressure [-]", "stress_focus [-]"),
    Line("maximum contact pressure [kPa]", "max_contact_pressure [Pa]", KILO),
    Line("maximum von Mises stress in the metal [kPa]", "max_von_mises [Pa]", KILO),
    Line("effective viscosity of the metal [Pa s]", "effective_viscosity [Pa*s]"),
    Line("shift of the kinetics by stress [mV]", "mechanical_shift [V]", 1e3, compared=False),
    Line("tip height [um]", "tip_height [m]", MICRO),
    Line("roughness, rms [um]", "roughness [m]", MICRO),
    Line("tip growth [um per mAh/cm2]", "tip_growth [m/(C/m2)]", PER_MAH * MICRO),
    Line("capacity to penetration [mAh/cm2]", "capacity_to_penetration [C/m2]", 1 / PER_MAH),
    Line("capacity to healing [mAh/cm2]", "capacity_to_healing [C/m2]", 1 / PER_MAH),
    Line("remeshes [-]", "remeshes [-]", form="{:.0f}", compared=False),
)

Summaries = Mapping[str, Mapping[str, Any]]


def table(columns: tuple[str, ...], summaries: Summaries) -> list[list[str]]:
    """Return the rows of the table: label, one value per column, last over first.

    A value that a run did not compute, and a ratio that is not defined, is a dash.
    """
    rows = []
    for line in LINES:
        values = [summaries[column].get(line.key) for column in columns]
        if any(value is not None for value in values):
            shown = [_shown(line, value) for value in values]
            ratio = _ratio(values[0], values[-1]) if line.compared else None
            rows.append([line.label, *shown, "-" if ratio is None else f"{ratio:.3f}"])
    return rows


def alike(columns: tuple[str, ...], summaries: Summaries) -> bool:
    """Return whether the last column is within 5 % of the first in all that is compared."""
    first, last = summaries[columns[0]], summaries[columns[-1]]
    ratios = [_ratio(first.get(line.key), last.get(line.key)) for line in LINES if line.compared]
    return all(abs(ratio - 1) < ALIKE for ratio in ratios if ratio is not None)


def _shown(line: Line, value: float | None) -> str:
    if value is None:
        return "-"
    return line.form.format(value * line.factor if abs(value) > NOTHING else 0.0)


def _ratio(first: float | None, last: float | None) -> float | None:
    if first is None or last is None or first <= NOTHING:
        return None
    return last / first
