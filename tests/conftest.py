"""Markers from the path: what lies in tests/mpi starts two ranks."""

from pathlib import Path

import pytest
from hypothesis import settings

import fem_kna  # noqa: F401  finds MPI before anything imports DOLFINx


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of `tests/mpi`."""
    for item in items:
        if "mpi" in Path(item.path).parts:
            item.add_marker(pytest.mark.mpi)


# Machines are shared: an example that takes long says nothing about the code.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")
