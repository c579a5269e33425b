"""What a run says on its way: a bar on a terminal, a line at each quarter without one."""

import io
import sys

import pytest

from fem_kna.progress import progress, where
from fem_kna.results.journal import Done

ROW = {"time [s]": 450.0, "charge [C/m2]": 1.8e4, "tip_height [m]": 2.5e-6}
SAID = "450 s, 0.5 mAh/cm², tip 2.5 µm"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_row_is_told_in_the_units_of_the_field() -> None:
    assert where(ROW) == SAID
    assert where({"time [s]": 1.0}) == "1 s"
    assert where({}) == ""


def test_without_a_terminal_a_line_at_each_quarter(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("K") as report:
        for k in range(1, 9):
            report(Done.of(k / 8, ROW), k)
        report(1.0, 9)
    assert capsys.readouterr().err.splitlines() == [
        f"K: {25 * k} %, {2 * k} steps, {SAID}" for k in (1, 2, 3, 4)
    ]


def test_on_a_terminal_a_bar_with_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("COLUMNS", "160")
    with progress("K") as report:
        report(Done.of(0.5, ROW), 7)
    assert f"7 steps, {SAID}" in shown.getvalue() and "50 %" in shown.getvalue()
    assert "left" in shown.getvalue()
