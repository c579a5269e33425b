"""What the documentation shows of a law must run, and give the right number."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "extend.md"


def test_the_example_of_a_law_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """Linear kinetics on both sides: 2 i RT/(F i0) + i L/kappa_eff, plus the growing cell voltage.

    At 1 mA/cm2 and i0 = 1 mA/cm2 the kinetics alone take 2 RT/F = 51.4 mV.
    """
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    exec(compile(example, PAGE.name, "exec"), {"__name__": "readme"})
    shown = float(capsys.readouterr().out)
    assert 0.0514 < shown < 0.0514 + 0.02
