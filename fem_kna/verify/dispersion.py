"""How fast a ripple of a plating front grows: the linear modes of `FrontProblem`, by collocation.

Nothing is taken as quasi-steady. About the base state (c, phi; slopes c', phi') the fields carry
c1(y), phi1(y) and the fronts h_w, h_c, all times cos(kx) exp(omega t), upwards positive and at
fixed places of the frame that moves with the fronts. With psi = phi1 - chi V_T c1/c and kappa
growing as c^p,

    eps omega c1 = D (c1'' - k^2 c1) + eps V c1',
    i1 = -kappa grad psi - p J c1/c e_y,   div i1 = 0.

The conditions move from y = h to the flat front by Taylor expansion of the base state. There
s = +1 at the working electrode (metal below) and -1 at the counter one (metal above), i_f and the
curvature s k^2 h are counted out of the metal, and a metal's potential does not ripple:

    s i1_y = i_eta [-(phi1 + phi' h) - R s i1_y + (V_m gamma/F) s k^2 h] + i_c (c1 + c' h),
    N1 - eps V c1 = eps c omega h,      N1 = -D c1' - (1 - t) i1_y/F,
    omega h = -(V_m/F) i1_y - B k^4 h.

The last one replaces omega h in the salt's condition. All quantities are scaled by L, c0, V_T,
F D c0/L and eps L^2/D before they are collocated at Chebyshev's points, and every row by its
largest entry: unscaled matrices drown slow fronts in rounding. Eliminating c1 and psi at a given
omega leaves omega h = S(omega) h for the two fronts, whose fixed points are the fronts' modes.
They are slow beside diffusion (V_m c << 1), so the iteration contracts. `spectrum` gives all
finite eigenvalues of the same equations.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from scipy.interpolate import BarycentricInterpolator

from .front_combinations import Combination, combinations
from .front_problem import FARADAY, Base, FrontProblem

__all__ = [
    "Combination",
    "FrontProblem",
    "Mode",
    "Rates",
    "combinations",
    "front_modes",
    "growth_rates",
    "spectrum",
]

Array = Any
ITERATIONS, TOLERANCE = 100, 1e-10  # change of a rate, per largest entry of S


class Rates(NamedTuple):
    """Growth rates [s-1] of the modes led by the working and by the counter front.

    `counter` is nan where the counter electrode is held flat. A real number but where the two
    fronts' modes merge into a pair that oscillates.
    """

    working: complex
    counter: complex


@dataclass(frozen=True)
class Mode:
    """One mode of the fronts, per metre of its larger ripple.

    `rate` omega [s-1]; ripples `working`, `counter` [m], one of them 1; `y` [m] the nodes with
    c1 [mol m-3] and phi1 [V] there, at places fixed in the moving frame. On a mesh moved by
    a h(y) cos(kx), h the ripples at the ends, a node from y so carries, to first order in a, the
    salt c(y + a h cos(kx)) + a c1(y) cos(kx), `Base.salt` being smooth beyond the flat fronts.
    """

    rate: complex
    working: complex
    counter: complex
    y: np.ndarray
    c1: np.ndarray
    phi1: np.ndarray

    def salt(self, y: Array) -> Array:
        """Return c1 [mol m-3 per m of ripple] at `y` [m] between 0 and L."""
        return self._fields(y)[..., 0]

    def potential(self, y: Array) -> Array:
        """Return phi1 [V per m of ripple] at `y` [m] between 0 and L."""
        return self._fields(y)[..., 1]

    @cached_property
    def _fields(self) -> BarycentricInterpolator:
        return BarycentricInterpolator(self.y, np.column_stack([self.c1, self.phi1]))


def growth_rates(problem: FrontProblem, wavenumber: float, order: int | None = None) -> Rates:
    """Return the fronts' growth rates [s-1] at `wavenumber` k [m-1], where k L > 0.3.

    `order` of the polynomials in y; by default enough for nine digits. In longer waves both modes
    tend to the shift of the whole cell, and lose digits.
    """
    rates = [mode.rate for mode in front_modes(problem, wavenumber, order)]
    return Rates(*rates) if len(rates) == 2 else Rates(rates[0], np.nan)


def front_modes(
    problem: FrontProblem, wavenumber: float, order: int | None = None
) -> tuple[Mode, ...]:
    """Return the fronts' modes, that with the larger share of the working front's ripple first.

    At J = 0 the electrodes are alike: the modes are symmetric and antisymmetric, in any order.
    """
    equations = _Equations(problem, wavenumber, order or default_order(problem, wavenumber))
    _, shapes = _eigen(equations.reduced(0.0))
    first = np.argmax(np.abs(shapes[0]))
    shapes = np.roll(shapes, -first, axis=1)
    return tuple(_settle(equations, shape) for shape in shapes.T)


def default_order(problem: FrontProblem, wavenumber: float) -> int:
    """Return an order that resolves exp(-k y) next to a front and 1/c near depletion."""
    ends = Base(problem).salt(np.array([0.0, problem.gap])) / problem.concentration
    return 32 + int(5 * np.sqrt(wavenumber * problem.gap) + 10 / np.sqrt(ends.min()))


def spectrum(problem: FrontProblem, wavenumber: float, order: int | None = None) -> np.ndarray:
    """Return all finite eigenvalues omega [s-1], with the rounding of the fastest one."""
    return _Equations(
        problem, wavenumber, order or default_order(problem, wavenumber)
    ).eigenvalues()


def _settle(equations: "_Equations", shape: np.ndarray) -> Mode:
    """Iterate omega = eigenvalue of S(omega) along the branch that starts with `shape`."""
    rate: complex = 0.0
    for _ in range(ITERATIONS):
        matrix = equations.reduced(rate)
        rates, shapes = _eigen(matrix)
        nearest = np.argmax(np.abs(shape.conj() @ shapes))
        change, rate, shape = rate - rates[nearest], rates[nearest], shapes[:, nearest]
        if abs(change) <= TOLERANCE * np.abs(matrix).max():
            return equations.mode(rate, shape)
    raise RuntimeError(f"no fixed point in {ITERATIONS} iterations, last change {change:g}")


def _eigen(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues and vectors, of real type where they are real."""
    rates, shapes = np.linalg.eig(matrix)
    return (rates, shapes) if rates.imag.any() else (rates.real, shapes.real)


def _points(order: int) -> tuple[np.ndarray, np.ndarray]:
    """Chebyshev's points from 0 to 1 and the matrix that differentiates on them.

    Source: Trefethen, Spectral Methods in MATLAB, ch. 6; the diagonal makes rows sum to zero.
    """
    j = np.arange(order + 1)
    y = np.sin(np.pi * j / (2 * order)) ** 2
    weight = np.where((j == 0) | (j == order), 2.0, 1.0) * (-1.0) ** j
    # y_i - y_j as a product of sines keeps its digits next to the ends
    angle = np.pi * j / (2 * order)
    apart = np.sin(angle[:, None] + angle) * np.sin(angle[:, None] - angle)
    D = np.outer(weight, 1 / weight) / (apart + np.eye(order + 1))
    return y, D - np.diag(D.sum(axis=1))


class _Equations:
    """The scaled linear equations: M omega u = A u + B h, omega h = C u + E h, u = (c1, psi)."""

    def __init__(self, problem: FrontProblem, wavenumber: float, order: int) -> None:
        p = self.p = problem
        self.base, self.k = Base(problem), wavenumber * p.gap
        self.y, self.D = _points(order)
        self.density = FARADAY * p.diffusivity * p.concentration / p.gap  # scale [A m-2]
        self.time = p.porosity * p.gap**2 / p.diffusivity  # scale [s]
        self.c = self.base.salt(self.y * p.gap) / p.concentration
        self.kappa = p.kappa(self.c * p.concentration) * p.thermal_voltage / self.density / p.gap
        self.n = order + 1
        self.fronts = ((0, 1), (order, -1))  # node, and s: the side of the metal
        self._assemble()

    def reduced(self, rate: complex) -> np.ndarray:
        """Return S [s-1] at the rate [s-1]: what is left of the equations for the fronts."""
        return (self.C @ self.response(rate) + self.E) / self.time

    def response(self, rate: complex) -> np.ndarray:
        """Return (c1, psi) per ripple of each front, one column a front."""
        matrix = self.A - np.diag(self.M * rate * self.time)
        size = np.abs(matrix).max(axis=1)[:, None]
        return -np.linalg.solve(matrix / size, self.B / size)

    def eigenvalues(self) -> np.ndarray:
        """Eliminate what the equations do not store; return the eigenvalues [s-1] of the rest."""
        whole = np.block([[self.A, self.B], [self.C, self.E]])
        kept = np.r_[self.M, np.ones(len(self.E))] > 0
        rest = np.linalg.solve(whole[np.ix_(~kept, ~kept)], whole[np.ix_(~kept, kept)])
        return np.linalg.eigvals(whole[np.ix_(kept, kept)] - whole[np.ix_(kept, ~kept)] @ rest) / (
            self.time
        )

    def mode(self, rate: complex, shape: np.ndarray) -> Mode:
        """Return the mode of a rate [s-1] and the ripples' `shape`, in SI units."""
        p = self.p
        shape = shape / shape[np.argmax(np.abs(shape))]
        c1, psi = (self.response(rate) @ shape).reshape(2, self.n)
        phi1 = (psi + p.chi * c1 / self.c) * p.thermal_voltage
        working, counter = shape if p.counter_moves else (shape[0], 0.0)
        c1 = c1 * p.concentration / p.gap
        return Mode(rate, working, counter, self.y * p.gap, c1, phi1 / p.gap)

    def current(self) -> np.ndarray:
        """Return the matrix that takes u to i1_y at the points."""
        drag = self.p.conductivity_exponent * self.p.current / self.density / self.c
        return np.hstack([-np.diag(drag), -self.kappa[:, None] * self.D])

    def _assemble(self) -> None:
        n, size = self.n, 2 * self.n
        self.A, self.B = np.zeros((size, size)), np.zeros((size, 2))
        self.C, self.E = np.zeros((2, size)), np.zeros((2, 2))
        self.M = np.zeros(size)
        self.M[1 : n - 1] = 1
        self._bulk()
        for column, (node, side) in enumerate(self.fronts):
            self._kinematics(column, node)
            self._salt_condition(column, node)
            self._charge_transfer(column, node, side)
        if not self.p.counter_moves:
            self.B, self.C, self.E = self.B[:, :1], self.C[:1], self.E[:1, :1]

    def _bulk(self) -> None:
        p, D, inside = self.p, self.D, np.arange(1, self.n - 1)
        drift = p.velocity * self.time / p.gap
        transport = D @ D + drift * D - self.k**2 * np.eye(self.n)
        self.A[inside, : self.n] = transport[inside]
        charge = D @ self.current()
        charge[:, self.n :] += self.k**2 * np.diag(self.kappa)
        self.A[self.n + inside] = charge[inside]

    def _kinematics(self, column: int, node: int) -> None:
        if column == 1 and not self.p.counter_moves:
            return  # omega h = 0, whatever the current
        p = self.p
        self.C[column] = -p.porosity * p.molar_volume * p.concentration * self.current()[node]
        self.E[column, column] = -p.surface_diffusion * (self.k / p.gap) ** 4 * self.time

    def _salt_condition(self, column: int, node: int) -> None:
        p, row = self.p, np.zeros(2 * self.n)
        row[: self.n] = -self.D[node]
        row[node] -= p.velocity * self.time / p.gap
        row -= (1 - p.transference_number) * self.current()[node]
        self.A[node] = row - self.c[node] * self.C[column]
        self.B[node, column] = -self.c[node] * self.E[column, column]

    def _charge_transfer(self, column: int, node: int, side: int) -> None:
        p, y = self.p, self.y[node] * self.p.gap
        salt = float(self.base.salt(y))
        slopes = p.slopes(self.base.overpotentials[column], salt)
        by_eta = slopes.eta * p.thermal_voltage / self.density
        by_c = slopes.c * p.concentration / self.density
        film = p.film_resistance * self.density / p.thermal_voltage
        field = self.base.field(y) * p.gap / p.thermal_voltage
        slope = self.base.slope(y) * p.gap / p.concentration
        row = (1 + film * by_eta) * side * self.current()[node]
        row[node] += by_eta * p.chi / self.c[node] - by_c
        row[self.n + node] += by_eta
        self.A[self.n + node] = row
        curvature = side * self.capillarity()
        self.B[self.n + node, column] = by_eta * (field - curvature) - by_c * slope

    def capillarity(self) -> float:
        """Potential that a ripple's curvature adds at a bulge, per ripple, scaled."""
        p = self.p
        length = p.molar_volume * p.surface_energy / (FARADAY * p.thermal_voltage)
        return length / p.gap * self.k**2
