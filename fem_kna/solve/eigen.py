"""Eigenvalues of a pencil of sparse matrices, A x = omega B x. Knows SLEPc, no physics."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from petsc4py import PETSc
from slepc4py import SLEPc

from ..inputs.errors import RunError
from .algebra import Rows, by_factorisation
from .pencil import Pencil, product

TRUSTED = 1e-8  # residual of a pair that may be reported
TOLERANCE = 1e-11  # of the iteration, well below it
MOST, ROOM = 200, 10  # restarts; vectors besides two for each pair that is wanted
# Inverse iteration: factorisations, solutions with each, and how far next to an eigenvalue.
FACTORISATIONS, SOLUTIONS, NEXT = 4, 4, 1e-7
SAME = 1e-10  # relative: pairs as close are one pair
NEUTRAL = 1e-6  # of the shift: an eigenvalue so small is zero
MATCHED = 1e-6  # of the way from the shift: so close are a right and a left vector's eigenvalue


@dataclass(frozen=True)
class Pair:
    """An eigenvalue, its right vector x and, if asked for, left vector y, y^H A = omega y^H B.

    Own rows each.
    `residual` is the largest one of A x - omega B x, and of the same from the left: of each kind of
    equation, by the largest sum of absolute terms that one of that kind has.
    """

    value: complex
    right: Rows
    left: Rows | None
    residual: float


def nearest_pair(pencil: Pencil, shift: float, x: Rows, y: Rows) -> Pair | None:
    """Return the trusted real pair that inverse iteration comes to; None: none. Collective.

    From the right vector x and the left one y; the shift follows Rayleigh's quotient of both, so
    that the order of convergence is three. One more iteration than needed leaves only round-off.
    """
    sizes, omega, before = pencil.absolute(), shift, np.inf
    for _ in range(FACTORISATIONS):
        solve = pencil.shifted(omega)
        for _ in range(SOLUTIONS):
            x = _unit(pencil, solve(product(pencil.B, x)))
            y = _unit(pencil, solve(product(pencil.B, y, True), True))
            up, down = (pencil.dot(y, product(M, x)).real for M in (pencil.A, pencil.B))
            if not (np.isfinite(up) and abs(down) > 0):
                return None
            pair = _measured(pencil, sizes, Pair(complex(up / down), x + 0j, y + 0j, np.inf))
            if before < TRUSTED and pair.residual < TRUSTED:
                return pair
            before = pair.residual
        omega = pair.value.real * (1 + NEXT)
    return None


def eigenpairs(
    pencil: Pencil, target: float, count: int, start: Rows | None = None, *, both: bool = False
) -> list[Pair]:
    """Return the trusted pairs nearest to `target`, nearest first. Collective.

    Shift and invert with a sparse factorisation; Krylov and Schur. Left vectors are those of the
    transposed pencil.

    Args:
        pencil: B may be singular.
        target: the shift, which must be no eigenvalue.
        count: how many pairs are wanted; there may be more, less or none, see `TRUSTED`.
        start: own rows of the right vector to start from; none: a random one.
        both: whether left vectors are wanted, too.

    Raises:
        RunError: PETSc failed.
    """
    pairs = _found(pencil, target, count, start)
    if both:
        others = _found(pencil.transposed(), target, count, None)
        paired = (_with_left(pencil, pair, others, target) for pair in pairs)
        pairs = [pair for pair in paired if pair.left is not None]
    sizes = pencil.absolute()
    pairs = [_refined(pencil, _measured(pencil, sizes, pair)) for pair in pairs]
    return _distinct([pair for pair in pairs if pair.residual < TRUSTED], target)


def _found(pencil: Pencil, target: float, count: int, start: Rows | None) -> list[Pair]:
    """Return right pairs as the iteration leaves them, their residuals not yet known."""
    with _solver(pencil, target, count) as eps:
        if start is not None:
            begin = pencil.A.createVecRight()
            begin.array[:] = start
            eps.setInitialSpace([begin])
        try:
            eps.solve()
        except PETSc.Error as error:
            raise RunError(f"eigenvalues near {target:.3g}: PETSc failed: {error.ierr}") from None
        return [_pair(eps, pencil, place) for place in range(eps.getConverged())]


@contextmanager
def _solver(pencil: Pencil, target: float, count: int) -> Iterator[SLEPc.EPS]:
    eps = SLEPc.EPS().create(pencil.A.getComm())
    eps.setOperators(pencil.A, pencil.B)
    eps.setProblemType(SLEPc.EPS.ProblemType.GNHEP)
    eps.setType(SLEPc.EPS.Type.KRYLOVSCHUR)
    eps.setWhichEigenpairs(SLEPc.EPS.Which.TARGET_MAGNITUDE)
    eps.setTarget(target)
    eps.setDimensions(count, 2 * count + ROOM)
    eps.setTolerances(TOLERANCE, MOST)
    eps.getST().setType(SLEPc.ST.Type.SINVERT)
    eps.getST().setMatStructure(PETSc.Mat.Structure.SAME_NONZERO_PATTERN)
    by_factorisation(eps.getST().getKSP())
    try:
        yield eps
    finally:
        eps.destroy()


def _pair(eps: SLEPc.EPS, pencil: Pencil, place: int) -> Pair:
    real = pencil.A.createVecRight()
    imaginary = real.duplicate()
    eps.getEigenvector(place, real, imaginary)
    return Pair(complex(eps.getEigenvalue(place)), real.array + 1j * imaginary.array, None, np.inf)


def _with_left(pencil: Pencil, pair: Pair, others: Sequence[Pair], target: float) -> Pair:
    """Return a pair with its left vector among those of the transposed pencil.

    Of the same eigenvalue it is the one whose product with B x is largest; all others' vanish,
    unless the eigenvalue is a multiple one. Without any the pair keeps none.
    """
    close = MATCHED * abs(pair.value - target)
    alike = [other for other in others if abs(other.value - pair.value) < close]
    if not alike:
        return pair
    Bx = product(pencil.B, pair.right)
    lefts = [other.right.conj() for other in alike]
    return replace(pair, left=max(lefts, key=lambda y: abs(pencil.dot(y, Bx))))


def _measured(pencil: Pencil, sizes: tuple[PETSc.Mat, PETSc.Mat], pair: Pair) -> Pair:
    """Return a pair with its residual."""
    found = pencil.miss(sizes, pair.value, pair.right)
    if pair.left is not None:
        found = max(found, pencil.miss(sizes, pair.value, pair.left, left=True))
    return replace(pair, residual=found)


def _refined(pencil: Pencil, pair: Pair) -> Pair:
    """Return a pair that can be trusted, by inverse iteration next to a real one that cannot."""
    if pair.residual < TRUSTED or pair.value.imag:
        return pair
    x, y = pair.right.real, pair.right.real if pair.left is None else pair.left.real
    return nearest_pair(pencil, pair.value.real * (1 + NEXT), x, y) or pair


def _unit(pencil: Pencil, x: Rows) -> Rows:
    return x / np.sqrt(pencil.dot(x, x).real)


def _distinct(pairs: Sequence[Pair], target: float) -> list[Pair]:
    """Return pairs without those that are equal to an earlier one.

    Refinement has made them so. A multiple zero, as of amounts that all modes keep, comes as often
    as round-off will have it: it counts once.
    """
    zero, found = NEUTRAL * abs(target), list[Pair]()
    for pair in pairs:
        size = abs(pair.value)
        if all(
            abs(pair.value - other.value) > SAME * size and max(size, abs(other.value)) > zero
            for other in found
        ):
            found.append(pair)
    return found
