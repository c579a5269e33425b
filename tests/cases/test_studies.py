"""Studies of metal alone as programs: what they print, draw, write and refuse."""

import json
from pathlib import Path

import pytest

from fem_kna.commands.app import app
from fem_kna.commands.session import main
from fem_kna.commands.study import show
from fem_kna.mechanics.findings import Findings, Table, between, drawn, few


def found() -> Findings:
    table = Table("Two metals", {"K": {"stress [kPa]": "182"}, "KNA-3.5": {"ratio": "0.32"}})
    return Findings(
        "two_metals",
        {"K": {"stress [Pa]": 182e3}},
        [table],
        ["A note."],
        lambda path: drawn((4, 2), 2, path, lambda axes: axes[0].plot([0, 1])),
    )


def test_a_study_prints_draws_and_writes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show(found(), tmp_path / "out", tmp_path / "numbers.json")
    text = capsys.readouterr().out
    for part in ("Two metals", "stress [kPa]", "182", "0.32", "A note."):
        assert part in text
    assert json.loads((tmp_path / "numbers.json").read_text()) == {"K": {"stress [Pa]": 182e3}}
    assert (tmp_path / "out" / "two_metals" / "figure.png").stat().st_size > 1000


def test_a_study_is_no_case_to_run(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(app, ["run", "pressed_metal"])
    assert end.value.code == 2
    assert "python cases/NAME.py" in capsys.readouterr().err


def test_numbers_for_people() -> None:
    assert [few(x) for x in (1234.5, 0.09561, 182.1)] == ["1200", "0.096", "180"]
    assert between(580.0, 1789.0) == "580 to 1800" and between(1.0, 1.001) == "1"
