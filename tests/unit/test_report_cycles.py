"""Charts of a report over cycles, from planted tables. No cell is run."""

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pyvista")

from fem_kna.report.cycles import over_cycles
from fem_kna.report.read import Run

BASE = {"mean_plating_polarisation [V]": 0.1, "mean_stripping_polarisation [V]": 0.2}


def planted(cycles):
    return Run(Path("none"), {}, [], {"case": {"name": "planted"}}, cycles=cycles)


def test_a_chart_is_drawn_of_what_the_table_tells():
    rows = [BASE | {"cycle [-]": k, "coulombic_efficiency [-]": 0.5} for k in (1.0, 2.0)]
    assert [chart.key for chart in over_cycles([planted(rows)])] == ["efficiency", "polarisation"]
    aged = [row | {"charge_in_sei_on_working [C/m2]": 5.0} for row in rows]
    charts = over_cycles([planted(rows), replace(planted(aged), column="aged")])
    assert [chart.key for chart in charts] == ["efficiency", "polarisation", "lost"]
    assert all(chart.png.startswith(b"\x89PNG") for chart in charts)


def test_one_cycle_or_none_is_no_curve():
    assert over_cycles([planted([]), planted([BASE | {"cycle [-]": 1.0}])]) == []
