"""Cells cycled for an experiment: who they are, and their cycles; several at a time on MPI."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from mpi4py import MPI

from ..inputs.case import Case
from ..progress import progress
from ..run import simulate
from ..teams import shared_out
from .cells import KFSI, MIXED
from .keeping import Store

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


def cycled(cells: Sequence[Cell], store: Store) -> list[list[Row]]:
    """Return the cycles of each cell, on all ranks. Collective."""
    found = shared_out(cells, MPI.COMM_WORLD, partial(_cycles, store))
    return list(MPI.COMM_WORLD.bcast(found))


def _cycles(store: Store, cell: Cell, comm: MPI.Comm) -> Any:
    case = cell.make().resolved()

    def run() -> list[Row]:
        with progress(cell.label) as report:
            return list(simulate(case, comm, progress=report).cycles)

    return store.kept(case.name, {"case": case}, comm, run)


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
