"""`fem-kna alloy` as a user meets it: tables, JSON, figure, one line per mistake."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fem_kna.commands.app import app
from fem_kna.commands.session import main


def leave(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run `fem-kna` in this process; return its exit code and what it said."""
    with pytest.raises(SystemExit) as ended:
        main(app, arguments)
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def written(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `fem-kna alloy` with --json; return what it wrote."""
    file = tmp_path / "alloy.json"
    code, _, said = leave(["alloy", *arguments, "--json", str(file)], capsys)
    assert code == 0 and said == ""
    return json.loads(file.read_text())


def test_one_alloy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = written(["3.5wt%", "--T", "25C"], tmp_path, capsys)
    assert found["temperature [K]"] == pytest.approx(298.15)
    assert found["sodium_mole_fraction [-]"] == pytest.approx(0.0581, abs=5e-5)
    for by, value in (("mole", 0.195), ("mass", 0.188), ("volume", 0.19)):
        assert found[f"liquid_{by}_fraction [-]"] == pytest.approx(value, abs=1e-3)
    assert found["liquid_volume_fraction_range [-]"] == pytest.approx([0.12, 0.26], abs=0.01)
    assert found["activity_of_sodium [-]"] == pytest.approx(0.376, abs=1e-3)
    assert found["sodium_potential_vs_Na [V]"] == pytest.approx(0.025, abs=3e-4)
    solid, liquid = found["phases"]["bcc (K)"], found["phases"]["liquid"]
    assert solid["sodium_mole_fraction [-]"] == pytest.approx(0.037, abs=1e-4)
    assert liquid["sodium_mass_fraction [-]"] == pytest.approx(0.0907, abs=1e-4)
    assert "Bale" in found["source"] and "0.32 by volume" in found["note"]


def test_the_screen_shows_what_the_file_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "alloy.json"
    _, shown, _ = leave(["alloy", "KNA-3.5", "--json", str(file)], capsys)
    found = json.loads(file.read_text())
    numbers = [key for key, value in found.items() if isinstance(value, float)]
    assert len(numbers) == 16 and all(key in shown for key in numbers)
    assert "0.1285 to 0.2575" in shown


def test_the_alloys_of_the_paper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alloys = written([], tmp_path, capsys)["alloys"]
    liquid = {name: entry["liquid_volume_fraction [-]"] for name, entry in alloys.items()}
    assert [round(share, 2) for share in liquid.values()] == [0, 0, 0.19, 0.41, 1, 1]
    cold = written(["--T", "-5C"], tmp_path, capsys)["alloys"]
    by_atoms, by_weight = cold["66.3:33.7 at"], cold["66.3:33.7 w/w"]
    assert by_atoms["liquid_mole_fraction [-]"] == 1 > by_weight["liquid_mole_fraction [-]"]


def test_anchors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    anchors = written(["K", "--anchors"], tmp_path, capsys)["anchors"]
    assert len(anchors) >= 14 and all(anchor["holds"] for anchor in anchors)
    eutectic = next(a for a in anchors if a["name"] == "eutectic temperature")
    assert eutectic["measured [K]"] == pytest.approx(260.55) and "handbook" in eutectic["source"]


@pytest.mark.parametrize(
    ("suffix", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")]
)
def test_figure(
    suffix: str, start: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"diagram.{suffix}"
    code, _, said = leave(["alloy", "10wt%", "--figure", str(file)], capsys)
    assert code == 0 and said == ""
    assert file.read_bytes().startswith(start) and file.stat().st_size > 10_000


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["120wt%"], "alloy '120wt%': accepted: sodium in 0 to 100 %"),
        (["--", "-1at%"], "alloy '-1at%': accepted: sodium in 0 to 100 %"),
        (["3.5"], "alloy '3.5': accepted:"),
        (["66.3:33.7"], "accepted: '66.3:33.7 w/w' or '66.3:33.7 at'"),
        (
            ["3.5wt%", "--T", "80C"],
            "alloy temperature 353.15 K, 80 degC: accepted: 260.55 to 336.86 K",
        ),
        (
            ["3.5wt%", "--T", "-20C"],
            "alloy temperature 253.15 K, -20 degC: accepted: 260.55 to 336.86 K",
        ),
        (["3.5wt%", "--T", "25"], "temperature '25': accepted: a number in C or K"),
        (["3.5wt%", "--json", "no/folder/x.json"], "a folder that exists"),
        (["3.5wt%", "--figure", "x.docx"], "--figure 'x.docx': accepted: .png, .pdf, .svg"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown, said = leave(["alloy", *arguments], capsys)
    assert code == 2 and shown == ""
    assert said.startswith("error: ") and wanted in said and said.count("\n") == 1


def test_a_reader_that_has_left_is_no_crash(tmp_path: Path) -> None:
    """As behind `| head`; the file is written all the same."""
    read, write = os.pipe()
    os.close(read)
    program = str(Path(sys.executable).parent / "fem-kna")
    file = tmp_path / "alloy.json"
    command = [program, "alloy", "3.5wt%", "--json", str(file)]
    ended = subprocess.run(
        command, stdout=write, stderr=subprocess.PIPE, text=True, timeout=100, check=False
    )
    os.close(write)
    assert ended.returncode == 1 and ended.stderr == ""
    assert json.loads(file.read_text())["alloy"] == "3.5wt%"
