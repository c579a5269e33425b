"""Cells cycled for an experiment: who they are, and their cycles; several at a time on MPI."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mpi4py import MPI

from ..commands.progress import progress
from ..commands.teams import shared_out
from ..inputs.case import Case
from ..run import simulate
from .cells import KFSI, MIXED

Row = Mapping[str, float]
SHORT = {KFSI: "KFSI", MIXED: "KFSI-NaPF6"}
COLOURS = {"K": "#35618f", "KNA-3.5": "#d1703c"}
DASHES = {KFSI: "-", MIXED: "--"}
HOUR = 3600.0


@dataclass(frozen=True)
class Cell:
    """One of four: a metal in an electrolyte, and how it is made and cycled."""

    metal: str
    electrolyte: str
    make: Callable[[], Case]

    @property
    def label(self) -> str:
        """How people call it."""
        return f"{self.metal}, {SHORT[self.electrolyte]}"


def cycled(cells: Sequence[Cell]) -> list[list[Row]]:
    """Return the cycles of each cell, on all ranks. Collective."""
    return list(MPI.COMM_WORLD.bcast(shared_out(cells, MPI.COMM_WORLD, _cycles)))


def _cycles(cell: Cell, comm: MPI.Comm) -> list[dict[str, Any]]:
    with progress(cell.label) as report:
        return simulate(cell.make(), comm, progress=report).cycles


def look(cell: Cell) -> dict[str, Any]:
    """Return the curve's colour by metal, its dash by electrolyte."""
    return {
        "color": COLOURS[cell.metal],
        "linestyle": DASHES[cell.electrolyte],
        "linewidth": 1.3,
        "label": cell.label,
    }


def at_cycle(rows: Sequence[Row], cycle: float) -> Row:
    """Return the row of the simulated cycle that is nearest."""
    return min(rows, key=lambda row: abs(row["cycle [-]"] - cycle))
