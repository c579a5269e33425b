"""Markers from the path: what lies in tests/mpi starts two ranks."""

from pathlib import Path

import pytest
from hypothesis import settings

import fem_kna  # noqa: F401  finds MPI before anything imports DOLFINx


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say how many faults are tried: few in `make test`, many in `make faults`."""
    parser.addoption("--instants", type=int, default=1, help="at which runs are killed")
    parser.addoption("--mutants", type=int, default=100, help="cases that are no cases")


@pytest.fixture(scope="session")
def instants(request: pytest.FixtureRequest) -> int:
    """How often runs are killed."""
    return int(request.config.getoption("--instants"))


@pytest.fixture(scope="session")
def mutants(request: pytest.FixtureRequest) -> int:
    """How many mutated cases are tried."""
    return int(request.config.getoption("--mutants"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of `tests/mpi`."""
    for item in items:
        if "mpi" in Path(item.path).parts:
            item.add_marker(pytest.mark.mpi)


# Machines are shared: an example that takes long says nothing about the code.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")
