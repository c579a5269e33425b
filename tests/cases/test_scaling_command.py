"""`fem-kna scaling` as a user runs it, on one rank and on two."""

import json
import subprocess
from pathlib import Path

import pytest
from test_sweep_command import CASE, PROGRAM


@pytest.mark.slow
def test_series_are_run_and_written(tmp_path: Path) -> None:
    (tmp_path / "flat.py").write_text(CASE)
    words = [*PROGRAM, "scaling", "flat.py", "--ranks", "1,2", "--steps", "2"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=200, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "out" / "flat" / "scaling" / "scaling.json").read_text())
    one, two = found["strong"][0]
    assert (one["ranks [-]"], two["ranks [-]"]) == (1, 2)
    assert one["dofs [-]"] == two["dofs [-]"] and one["steps [-]"] == two["steps [-]"] == 2
    assert (one["ghost_dofs [-]"], one["communication"]["messages [-]"]) == (0, 0)
    assert two["ghost_dofs [-]"] > 0 and two["communication"]["messages [-]"] > 0
    assert found["weak"][1]["dofs [-]"] == pytest.approx(2 * one["dofs [-]"], rel=0.05)
    assert sum(two["stages [s]"].values()) == pytest.approx(two["wall_time [s]"], rel=0.1)
    assert found["machine"]["cores"] > 0 and one["triad_bandwidth [B/s]"] > 1e8
    assert (tmp_path / "out" / "flat" / "scaling" / "scaling.png").exists()


@pytest.mark.slow
def test_a_mistake_in_the_case_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "flat.py").write_text(CASE)
    words = [*PROGRAM, "scaling", "flat.py", "--set", "numerics.solver=no"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=200, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: 1 ranks, 1 times finer: numerics.solver: unknown")
    assert done.stderr.count("\n") == 1
