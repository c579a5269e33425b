"""Blocks of a matrix that fill space, and what solves for them side by side. No physics."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from petsc4py import PETSc

from .layout import Forms
from .numbering import Numbering


@dataclass(frozen=True)
class Coupling:
    """How a surface (M) and a body in space are coupled: B in the body's rows, C in M's."""

    B: PETSc.Mat
    C: PETSc.Mat
    M: PETSc.Mat

    def close(self) -> None:
        """Free the matrices. Collective."""
        for held in (self.B, self.C, self.M):
            held.destroy()


class Solver(Protocol):
    """Solves for a body, roughly."""

    def set_up(self, prefix: str) -> None:
        """Follow the matrix, by PETSc's options after `prefix`. Collective."""

    def solve(self, right: np.ndarray, found: np.ndarray) -> None:
        """Solve for own rows. Collective."""


class Body(Protocol):
    """What fills space: the block of some unknowns."""

    numbering: Numbering
    matrix: PETSc.Mat
    solver: Solver
    kept: Sequence[Any]  # conditions whose rows stay in the matrix, with nothing but a diagonal

    def assemble(self, forms: Forms) -> None:
        """Assemble the block. Collective."""

    def renew(self, coupling: Coupling | None) -> None:
        """Have the preconditioner follow the block. Collective."""

    def close(self) -> None:
        """Free all. Collective."""


class Side:
    """What solves for bodies side by side, as if nothing coupled them."""

    def __init__(self, bodies: Sequence[Body]) -> None:
        """Solve for these `bodies`."""
        self._bodies = bodies
        self._ends = np.cumsum([body.numbering.size for body in bodies])[:-1]

    def set_up(self, prefix: str) -> None:
        """Set up all solvers. Collective."""
        for body in self._bodies:
            body.solver.set_up(prefix)

    def solve(self, right: np.ndarray, found: np.ndarray) -> None:
        """Solve for all. Collective."""
        parts = np.split(right, self._ends), np.split(found, self._ends)
        for body, own, part in zip(self._bodies, *parts, strict=True):
            body.solver.solve(own, part)
