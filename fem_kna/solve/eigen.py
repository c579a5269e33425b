"""Eigenvalues of a pencil of sparse matrices, A x = omega B x. Knows SLEPc, no physics."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from mpi4py import MPI
from petsc4py import PETSc
from slepc4py import SLEPc

from ..inputs.errors import RunError
from .algebra import factorised

TRUSTED = 1e-8  # residual of a pair that may be reported
TOLERANCE = 1e-11  # of the iteration, well below it
MOST, ROOM = 200, 10  # restarts; vectors besides two for each pair that is wanted
# Next to a pair that is refined, by how much of it; and how often. Pairs as close are the same.
NEXT, REFINEMENTS, SAME = 1e-7, 3, 1e-10
NOTHING = 1e-12  # of the largest terms: equations whose own are smaller say 0 = 0


class Pencil(NamedTuple):
    """A x = omega B x; `equations` names for each own row, by a number, what it is part of."""

    A: PETSc.Mat
    B: PETSc.Mat
    equations: np.ndarray


@dataclass(frozen=True)
class Pair:
    """An eigenvalue, its right vector x and, if asked for, left vector y, y^H A = omega y^H B.

    Own rows each.
    `residual` is the largest one of A x - omega B x, and of the same from the left: of each kind of
    equation, by the largest sum of absolute terms that one of that kind has.
    """

    value: complex
    right: np.ndarray
    left: np.ndarray | None
    residual: float


def eigenpairs(
    pencil: Pencil,
    target: float,
    count: int,
    start: tuple[np.ndarray, np.ndarray] | None = None,
    *,
    both: bool = False,
) -> list[Pair]:
    """Return the trusted pairs nearest to `target`, nearest first. Collective.

    Shift and invert with a sparse factorisation; Krylov and Schur, two-sided for `both` vectors.

    Args:
        pencil: B may be singular.
        target: the shift, which must be no eigenvalue.
        count: how many pairs are wanted; there may be more, less or none, see `TRUSTED`.
        start: own rows of the right and of the left vector to start from; none: random ones.
        both: whether left vectors are wanted, too.

    Raises:
        RunError: PETSc failed.
    """
    # Two-sided, the spaces may break down by the way they begin: another start leads past that.
    for begin in (start, None) if start else (None,):
        found = _found(pencil, target, count, begin, both)
        if found is not None:
            return found
    raise RunError(
        f"eigenvalues near {target:.3g}: PETSc found no pairs, it failed from every start"
    )


def _found(
    pencil: Pencil,
    target: float,
    count: int,
    start: tuple[np.ndarray, np.ndarray] | None,
    both: bool,
) -> list[Pair] | None:
    """Return the trusted pairs from one start, or None where PETSc fails."""
    with _solver(pencil, target, count, both) as eps:
        _begin(eps, pencil, start)
        try:
            eps.solve()
        except (PETSc.Error, SystemError):  # the latter from inside one of its calls back
            return None
        with _absolute(pencil) as sizes:
            pairs = [_pair(eps, pencil, sizes, place) for place in range(eps.getConverged())]
            pairs = [_refined(pencil, sizes, pair) for pair in pairs]
    return _distinct([pair for pair in pairs if pair.residual < TRUSTED])


def inverse_iterate(pencil: Pencil, shift: float, x: np.ndarray) -> np.ndarray:
    """Return (A - shift B)^-1 B x, for own rows x. Collective."""
    with factorised(pencil.A, pencil.B, shift) as solve:
        return solve(product(pencil.B, x).real)


@contextmanager
def _solver(pencil: Pencil, target: float, count: int, both: bool) -> Iterator[SLEPc.EPS]:
    eps = SLEPc.EPS().create(pencil.A.getComm())
    eps.setOperators(pencil.A, pencil.B)
    eps.setProblemType(SLEPc.EPS.ProblemType.GNHEP)
    eps.setType(SLEPc.EPS.Type.KRYLOVSCHUR)
    eps.setTwoSided(both)
    eps.setWhichEigenpairs(SLEPc.EPS.Which.TARGET_MAGNITUDE)
    eps.setTarget(target)
    eps.setDimensions(count, 2 * count + ROOM)
    eps.setTolerances(TOLERANCE, MOST)
    eps.getST().setType(SLEPc.ST.Type.SINVERT)
    ksp = eps.getST().getKSP()
    ksp.setType(PETSc.KSP.Type.PREONLY)
    ksp.getPC().setType(PETSc.PC.Type.LU)
    ksp.getPC().setFactorSolverType(PETSc.Mat.SolverType.MUMPS)
    try:
        yield eps
    finally:
        eps.destroy()


def _begin(eps: SLEPc.EPS, pencil: Pencil, start: tuple[np.ndarray, np.ndarray] | None) -> None:
    """Give the spaces to start from."""
    if start is None:
        return
    vectors = [pencil.A.createVecRight() for _ in start]
    for vector, rows in zip(vectors, start, strict=True):
        vector.array[:] = rows
    eps.setInitialSpace(vectors[:1])
    if eps.getTwoSided():
        eps.setLeftInitialSpace(vectors[1:])
    for vector in vectors:
        vector.destroy()


@contextmanager
def _absolute(pencil: Pencil) -> Iterator[tuple[PETSc.Mat, PETSc.Mat]]:
    """Give the matrices with the absolute values of the pencil's."""
    found = []
    for matrix in (pencil.A, pencil.B):
        rows, columns, values = matrix.getValuesCSR()
        csr = (rows, columns, np.abs(values))
        found.append(PETSc.Mat().createAIJ(matrix.getSizes(), csr=csr, comm=matrix.getComm()))
    try:
        yield found[0], found[1]
    finally:
        for matrix in found:
            matrix.destroy()


def _pair(eps: SLEPc.EPS, pencil: Pencil, sizes: tuple[PETSc.Mat, PETSc.Mat], place: int) -> Pair:
    value, real = complex(eps.getEigenvalue(place)), pencil.A.createVecRight()
    imaginary = real.duplicate()

    def vector(get: Callable[..., Any]) -> np.ndarray:
        get(place, real, imaginary)
        return np.asarray(real.array + 1j * imaginary.array)

    right = vector(eps.getEigenvector)
    left = vector(eps.getLeftEigenvector) if eps.getTwoSided() else None
    sides = [(right, False)] + ([] if left is None else [(left, True)])
    residual = max(_miss(pencil, sizes, value, side) for side in sides)
    for held in (real, imaginary):
        held.destroy()
    return Pair(value, right, left, residual)


def _refined(pencil: Pencil, sizes: tuple[PETSc.Mat, PETSc.Mat], pair: Pair) -> Pair:
    """Return a pair that can be trusted, by inverse iteration next to a real one that cannot."""
    if pair.residual < TRUSTED or pair.value.imag:
        return pair
    A, B, omega = pencil.A, pencil.B, pair.value.real
    with factorised(A, B, omega * (1 + NEXT)) as solve:
        x, y = pair.right.real, None if pair.left is None else pair.left.real
        for _ in range(REFINEMENTS):
            x = solve(product(B, x).real)
            x /= _norm(A, x)
            if y is not None:
                y = solve(product(B, y, True).real, True)
                y /= _norm(A, y)
    tested = x if y is None else y
    comm = A.getComm().tompi4py()
    up, down = (comm.allreduce(float(tested @ product(M, x).real)) for M in (A, B))
    sides = [(x, False)] + ([] if y is None else [(y, True)])
    misses = (_miss(pencil, sizes, complex(up / down), side) for side in sides)
    return Pair(complex(up / down), x + 0j, None if y is None else y + 0j, max(misses))


def _norm(A: PETSc.Mat, x: np.ndarray) -> float:
    return float(np.sqrt(A.getComm().tompi4py().allreduce(float(x @ x))))


def _distinct(pairs: Sequence[Pair]) -> list[Pair]:
    """Return pairs without those that refinement has made equal to an earlier one."""
    found: list[Pair] = []
    for pair in pairs:
        if all(abs(pair.value - other.value) > SAME * abs(pair.value) for other in found):
            found.append(pair)
    return found


def _miss(
    pencil: Pencil,
    sizes: tuple[PETSc.Mat, PETSc.Mat],
    value: complex,
    side: tuple[np.ndarray, bool],
) -> float:
    """Return the residual of a vector; a left one (`side[1]`) has the conjugate value."""
    x, left = side
    omega = value.conjugate() if left else value
    A, B = (product(matrix, x, left) for matrix in (pencil.A, pencil.B))
    terms = product(sizes[0], np.abs(x), left) + abs(omega) * product(sizes[1], np.abs(x), left)
    return _largest_ratio(pencil, np.abs(A - omega * B), np.abs(terms))


def _largest_ratio(pencil: Pencil, miss: np.ndarray, terms: np.ndarray) -> float:
    comm, kinds = pencil.A.getComm().tompi4py(), pencil.equations
    count = comm.allreduce(int(kinds.max(initial=-1)), op=MPI.MAX) + 1
    largest = np.zeros((2, count))
    for row, values in zip(largest, (miss, terms), strict=True):
        np.maximum.at(row, kinds, values)
    comm.Allreduce(MPI.IN_PLACE, largest, op=MPI.MAX)
    there = largest[1] > NOTHING * largest[1].max()
    return float((largest[0, there] / largest[1, there]).max())


def product(matrix: PETSc.Mat, x: np.ndarray, transposed: bool = False) -> np.ndarray:
    """Return the own rows of A x, or of A^T x, for the own rows of a complex x. Collective."""
    given, taken = matrix.createVecs()
    if transposed:
        given, taken = taken, given
    multiply: Any = matrix.multTranspose if transposed else matrix.mult
    found = np.zeros(taken.getLocalSize(), dtype=complex)
    for unit, part in ((1.0, x.real), (1j, x.imag)):
        given.array[:] = part
        multiply(given, taken)
        found += unit * taken.array
    given.destroy()
    taken.destroy()
    return found
