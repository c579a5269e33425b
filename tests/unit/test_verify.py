"""What a check is, and `fem-kna verify` as a program. The groups here run nothing."""

import json
from collections.abc import Iterator

import numpy as np
import pytest

from fem_kna.commands.app import app
from fem_kna.commands.session import main
from fem_kna.commands.verify import chosen
from fem_kna.inputs.errors import InputError, RunError
from fem_kna.verify.check import Check
from fem_kna.verify.groups import GROUPS


@pytest.mark.parametrize(
    ("kind", "expected", "passing", "failing"),
    [
        ("relative", -10.0, (-10.9, -9.1), (-11.1, -8.9)),
        ("absolute", 10.0, (9.91, 10.09), (9.89, 10.11)),
        ("at least", 2.0, (1.91, 1e9), (1.89, -1e9)),
        ("at most", 2.0, (2.09, -1e9), (2.11, 1e9)),
    ],
)
def test_tolerance_is_meant_as_the_kind_says(kind, expected, passing, failing):
    for got in passing:
        assert Check("", expected, got, 0.1, kind).passed
    for got in (*failing, float("nan"), float("inf")):
        assert not Check("", expected, got, 0.1, kind).passed


def right() -> Iterator[Check]:
    yield Check("a [m3/m2]", 1.0, np.float64(1.0), 0.0)


def wrong() -> Iterator[Check]:
    yield Check("b", 1.0, 2.0, 0.1)


def broken() -> Iterator[Check]:
    yield Check("c", 1.0, 1.0, 0.1)
    raise RunError("no step succeeded")


def exit_code(*arguments):
    with pytest.raises(SystemExit) as leaving:
        main(app, ["verify", *map(str, arguments)])
    return leaving.value.code


@pytest.fixture
def groups(monkeypatch):
    monkeypatch.setattr("fem_kna.commands.verify.GROUPS", found := {"good": (right,)})
    return found


def test_all_passed(groups, capsys):
    assert exit_code() == 0
    heading, row, last = capsys.readouterr().out.splitlines()
    columns = ["name", "group", "expected", "got", "tolerance", "passed"]
    assert heading.split() == columns
    assert row.split() == ["a", "[m3/m2]", "good", "1", "1", "exact", "yes"]
    assert last == "1 checks passed"


def test_a_failed_check_is_told_in_one_line(groups, capsys):
    groups["bad"] = (wrong,)
    assert exit_code() == 1
    assert capsys.readouterr().err == "failed: 1 of 2 checks: b\n"


def test_a_run_that_breaks_down_is_a_failed_check_and_no_end(groups, tmp_path, capsys):
    groups["good"] = (broken, right)
    assert exit_code("--json", tmp_path / "out.json") == 1
    rows = json.loads((tmp_path / "out.json").read_text())
    assert [row["passed"] for row in rows] == [True, False, True]
    assert rows[1]["name"] == "broken: no step succeeded" and rows[1]["got"] is None
    assert "failed: 1 of 3 checks: broken: no step succeeded" in capsys.readouterr().err


def test_json_has_the_columns_of_the_table(groups, tmp_path):
    assert exit_code("--json", tmp_path / "out.json") == 0
    (row,) = json.loads((tmp_path / "out.json").read_text())
    assert row == {
        "name": "a [m3/m2]",
        "group": "good",
        "expected": 1.0,
        "got": 1.0,
        "tolerance": 0.0,
        "kind": "relative",
        "passed": True,
    }


def test_only_the_groups_asked_for(groups, capsys):
    groups["bad"] = (wrong,)
    assert exit_code("--only", "good", "--only", "good") == 0
    assert "1 checks passed" in capsys.readouterr().out


def test_unknown_group(capsys):
    assert exit_code("--only", "kinetcs") == 2
    assert capsys.readouterr().err.startswith(
        "error: --only: unknown group 'kinetcs'; did you mean 'kinetics'? known: transport, "
    )
    with pytest.raises(InputError):
        chosen(["kinetcs"])


def test_every_group_has_checks():
    names = "transport kinetics conservation front alloy metal separator flow cathode parallel"
    assert " ".join(GROUPS) == names
    for functions in GROUPS.values():
        assert functions and all(function.__doc__ for function in functions)
