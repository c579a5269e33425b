"""What the README shows must run."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"


def test_the_example_of_a_law_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """Linear kinetics on both sides: 2 i RT/(F i0) + i L/kappa_eff, plus the growing cell voltage.

    At 1 mA/cm2 and i0 = 1 mA/cm2 the kinetics alone take 2 RT/F = 51.4 mV.
    """
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    exec(compile(example, "README.md", "exec"), {"__name__": "readme"})
    shown = float(capsys.readouterr().out)
    assert 0.0514 < shown < 0.0514 + 0.02
