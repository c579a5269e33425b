"""Memory for large packed coefficients stays with the process; small ones are malloc's affair."""

import os
import subprocess
import sys

import pytest

from fem_kna.verify.parallel import clean

AGAIN = """
import fem_kna
import resource
import numpy as np
from fem_kna.solve.memory import keeping

def cleared():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    b"1" * (8 * {LARGE})  # NumPy would ask for larger pages
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

keeping({{0: np.empty({size})}})
cleared()
print(cleared(), cleared())
"""


LARGE = 5_000_000  # values, of 8 B each


@pytest.mark.parametrize(("size", "kept"), [(LARGE, True), (LARGE // 2, False)])
def test_only_large_coefficients_have_memory_kept(size: int, kept: bool) -> None:
    """Pages of 4 kB that the system clears for an array, each time it is made but for the first."""
    script = AGAIN.format(size=size, LARGE=LARGE)
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        env=clean(os.environ),
        check=True,
    )
    pages = 8 * LARGE / 4096
    assert all((int(found) < 0.1 * pages) == kept for found in run.stdout.split()), run.stdout
