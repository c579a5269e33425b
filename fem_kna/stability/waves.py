"""Ripples of a flat front: growth rates over wavelengths, on one half-wave cell for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import pi

import numpy as np
from mpi4py import MPI

from ..inputs.case import Case
from ..inputs.errors import InputError, RunError
from ..motion.nodes import nodes_of
from ..solve.eigen import Pair, eigenpairs, nearest_pair
from ..solve.pencil import Pencil, product
from ..system.levelling import STEEP, viscosity_under
from .base import BaseState
from .estimate import Estimate
from .flat import Profile, flattened
from .half_wave import HalfWave
from .linear import Linear

COLUMNS = 20  # of elements along half a wave
ROWS, PER_COLUMN = 8, 0.9  # of elements across a layer: so many, and so many for each column
PRESSED = 32  # columns under a separator, whose elasticity wants more: 0.2 % of its share
AMPLITUDE = 1e-6  # [m]
SOFTENINGS, SETTLED = 6, 1e-3  # of metal under a separator: most, and when it has
PURE = 0.99  # share of the ripple cos(kx) in the fronts of a mode that counts as one
COUNTS = (2, 8, 32)  # pairs asked for, one after the other, until the ripple is among them
APART = 0.01  # of the rate that is expected: how far right of it the shift is
APPROACHES = 6  # to a rate that no formula tells
LEADING = 0.7  # share of a mode from which on no other one can be led by the same front
SURE = 0.9  # share of a mode from which on no other one is looked at
FLAT = 1e-9  # of the gap
HEIGHT, KAPPA, MU = 1, 2, 3  # places in the rows of a layer in the plane: d_x, d_y, kappa, mu


@dataclass(frozen=True)
class Ripple:
    """The mode that the working electrode's ripple leads, at a wavelength [m].

    `rate` omega [1/s], complex where it oscillates; `counter` the counter electrode's ripple per
    working electrode's; `viscosity` [Pa s] of metal that flows under the `stress` [Pa] of a ripple
    as high as the amplitude asked for, None where none flows; `pair` the eigenpair, scaled.
    """

    wavelength: float
    rate: complex
    counter: complex
    viscosity: float | None
    stress: float | None
    pair: Pair


class Waves:
    """The half-wave cell of a case with a flat front, to be taken to any wavelength and numbers.

    Metal of a power law, which at rest resists any ripple, has the one viscosity here that it has
    under the pressure that a ripple of the given `amplitude` [m], or of a tenth of its wavelength
    if that is less, puts on it, of its curvature and of the separator. So the rate is that of a
    ripple of this amplitude.
    """

    def __init__(
        self,
        case: Case,
        comm: MPI.Comm,
        amplitude: float = AMPLITUDE,
        *,
        columns: int | None = None,
        profile: Profile | None = None,
    ) -> None:
        """Build the cell of a resolved `case` on `comm`: its layers, flat and alike all along.

        The base is its steady state, or what a run has come to, the `profile` of that case.
        """
        if case.working.front is None:
            raise InputError("working.front: none, but ripples of it are asked for: MovingFront")
        self.amplitude, self._law = amplitude, case.working.rheology
        case = flattened(case)
        columns = columns or (COLUMNS if case.stack is None else PRESSED)
        self._built = self.lattice = lattice_of(case, columns)
        domain = self.lattice.build(comm).with_electrodes(*case.boundaries)
        self.linear, self._estimate = Linear(case, domain), Estimate(case)
        self._even = domain.mesh.geometry.x.copy()
        self._base, self._profile = BaseState(self.linear), profile
        self._stiffness = 0.0  # of the separator, as found last: pressure per height and k [Pa]

    def turn_to(self, case: Case) -> None:
        """Go on with another resolved case of the same make; its layers may be as thick as any."""
        self._law = case.working.rheology
        self.lattice = lattice_of(case, self._built.columns)
        case = flattened(case)
        self.linear.turn_to(case)
        self._estimate = Estimate(case)

    def ripple(self, wavelength: float) -> Ripple:
        """Return the working electrode's mode at a `wavelength` [m]. Collective.

        Raises:
            RunError: no steady base state, or no mode that can be trusted.
        """
        linear, k = self.linear, 2 * pi / wavelength
        width = wavelength / 2 / linear.scales.length
        self._place(self.lattice.place(self._even, self._built, width))
        self._stiffness = 0.0  # no rate is to depend on which one was asked for before
        viscosity, stress = self._softened(k)
        self._settle()
        found = self._mode(wavelength, viscosity, stress)
        for _ in range(SOFTENINGS if stress and linear.case.stack else 0):
            before, now = self._steepness(k), self._pressure(found)
            self._stiffness = now / k - self._capillary(k) / k
            if abs(now / before - 1) < SETTLED:
                break
            viscosity, stress = self._softened(k)
            found = self._mode(wavelength, viscosity, stress)
        return found

    def _settle(self) -> None:
        """Bring the cell to its base state."""
        if self._profile is None:
            self._base.quasi_steady()
        else:
            self._profile.put(self.linear)
            self._base.frozen()

    def _place(self, nodes: np.ndarray) -> None:
        """Put the mesh's nodes elsewhere, and the salt and potential of a flat cell with them."""
        salt, space = self.linear.fields.now[0], self.linear.fields.spaces[0]
        values = salt.x.array.reshape(-1, space.dofmap.index_map_bs)
        old = space.tabulate_dof_coordinates()[:, 1]
        order = np.argsort(old)
        self.linear.place(nodes)
        new = space.tabulate_dof_coordinates()[:, 1]
        values[:] = np.transpose([np.interp(new, old[order], column[order]) for column in values.T])

    def _softened(self, k: float) -> tuple[float | None, float | None]:
        """Let the metal, if it flows, be as viscous as under a ripple; return viscosity, stress."""
        if self._law is None:
            return None, None
        height = min(self.amplitude, STEEP * 2 * pi / k)
        stress = self._steepness(k) * height
        viscosity = viscosity_under(self._law, stress)
        self.linear.set_viscosity(viscosity)
        return viscosity, stress

    def _steepness(self, k: float) -> float:
        """Return the pressure on a ripple over its height [Pa/m], as far as it is known."""
        return self._capillary(k) + self._stiffness * k

    def _capillary(self, k: float) -> float:
        """Return gamma k^2 [Pa/m], the pressure of a ripple's curvature over its height."""
        return float(self.linear.case.working.front.surface_energy) * k**2

    def _mode(self, wavelength: float, viscosity: float | None, stress: float | None) -> Ripple:
        """Return the mode at the present base state."""
        linear, k = self.linear, 2 * pi / wavelength
        pencil, unit = linear.linearise(), linear.scales.of("s")
        expected = self._expected(k, viscosity)
        found = self._followed(pencil, expected) or self._searched(pencil, expected)
        if found is None:
            raise RunError(f"stability: no mode with the wavelength {wavelength:.3g} m is found")
        pair, counter = found
        rate = pair.value / unit
        rate = rate if rate.imag else rate.real
        return Ripple(wavelength, rate, counter, viscosity, stress, pair)

    def _followed(self, pencil: Pencil, expected: float) -> tuple[Pair, complex] | None:
        """Return the mode that inverse iteration comes to, if that is surely the one led."""
        pair = nearest_pair(pencil, _beside(expected), *self._start)
        return None if pair is None else self._led([pair], SURE)

    def _searched(self, pencil: Pencil, expected: float) -> tuple[Pair, complex] | None:
        """Return the mode led among those that are nearest to the rate expected."""
        for count in COUNTS:
            pairs = eigenpairs(pencil, _beside(expected), count, self._start[0], both=True)
            found = self._led(pairs, LEADING)
            if found is not None:
                return found
            expected = self._approached(pencil, expected)
        return None

    def _expected(self, k: float, viscosity: float | None) -> float:
        """Return about the rate of the mode, scaled, by formula."""
        linear = self.linear
        current = self._base.current * linear.scales.of("A/m^2")
        rate = self._estimate.rate(current, k)
        rate -= 0.0 if viscosity is None else self._steepness(k) / (2 * viscosity * k)
        return rate * linear.scales.of("s")

    def _approached(self, pencil: Pencil, rate: float) -> float:
        """Return about the rate of the mode, scaled, by inverse iteration.

        From a ripple of height h of the fronts, it gives one of height h / (omega - shift).
        """
        start, _ = self._start
        for _ in range(APPROACHES):
            answer = pencil.shifted(rate)(product(pencil.B, start))
            _, working, _ = self._ripples(answer)
            before, rate = rate, rate + 1 / working.real
            if abs(rate - before) < APART * abs(rate):
                break
        return rate

    def _pressure(self, ripple: Ripple) -> float:
        """Return the pressure of curvature and separator on a ripple over its height [Pa/m]."""
        linear = self.linear
        rows, wave = self._front_rows(ripple.pair.right), self._cosines[0]
        gamma = linear.case.working.front.surface_energy / linear.scales.of("J/m^2")
        here = [np.sum(wave * rows[:, k]) for k in (HEIGHT, KAPPA, MU)]
        height, kappa, mu = linear.domain.comm.allreduce(np.array(here))
        pressure = abs(gamma * kappa + mu) / abs(height)
        return float(pressure * linear.scales.of("Pa") / linear.scales.length)

    @cached_property
    def _start(self) -> tuple[np.ndarray, np.ndarray]:
        """A ripple of the working front, as a displacement and as what tests its law."""
        displaced, tested = (np.zeros(sum(self.linear.layout.sizes)) for _ in range(2))
        self._front_rows(displaced)[:, HEIGHT] = self._cosines[0]
        self._front_rows(tested)[:, MU] = self._cosines[0]
        return displaced, tested

    def _led(self, pairs: Sequence[Pair], alone: float) -> tuple[Pair, complex] | None:
        """Return the pair that the working front's ripple leads, with the counter's; None: none.

        Of the fronts' modes with the wavelength asked for, the one with the larger share of it; a
        lone one must have the share `alone`.
        """
        found = [(pair, *self._ripples(pair.right)) for pair in pairs]
        pure = [entry for entry in found if entry[1] > PURE]
        if not pure:
            return None
        pair, _, working, counter = max(pure, key=_share)
        lonely = len(pure) < 2 and _share((pair, 1.0, working, counter)) < alone
        return None if lonely else (pair, counter / working)

    def _ripples(self, rows: np.ndarray) -> tuple[float, complex, complex]:
        """Return which share of the fronts' displacement is a ripple, and both fronts' ripples."""
        heights, waves = self._front_rows(rows)[:, HEIGHT], self._cosines
        on_fronts = self._on_fronts
        here = [np.sum(wave * heights) for wave in waves]
        here += [np.sum(wave**2) for wave in waves]
        here += [np.sum(np.abs(heights[on_fronts]) ** 2)]
        w, c, ww, cc, whole = self.linear.domain.comm.allreduce(np.array(here))
        if cc == 0:  # the counter electrode does not move
            return float(abs(w) ** 2 / (ww * whole).real), w / ww, 0.0
        rippled = abs(w) ** 2 / ww.real + abs(c) ** 2 / cc.real
        return float(rippled / whole.real), w / ww, c / cc

    @cached_property
    def _cosines(self) -> tuple[np.ndarray, np.ndarray]:
        """cos(kx) at the own nodes of the layer on the working and on the counter front, else 0."""
        fields = self.linear.fields
        own = self.linear.layout.sizes[-1] // fields.front.dofmap.index_map_bs
        x = self._even[fields.layer.nodes[nodes_of(fields.front)]][:own]
        wave = np.cos(pi * x[:, 0])
        at = [np.abs(x[:, 1] - height) < FLAT for height in (0.0, 1.0)]
        return wave * at[0], wave * at[1]

    @property
    def _on_fronts(self) -> np.ndarray:
        return np.any([wave != 0 for wave in self._cosines], axis=0)

    def _front_rows(self, rows: np.ndarray) -> np.ndarray:
        """Return the layer's part of a vector, a row per node: displacement, curvature, ..."""
        block = self.linear.fields.front.dofmap.index_map_bs
        return self.linear.layout.parts(rows)[-1].reshape(-1, block)


def lattice_of(case: Case, columns: int) -> HalfWave:
    """Return the lattice of a resolved case's layers."""
    gap = float(case.mesh.gap)
    return HalfWave(
        columns=columns,
        rows=ROWS + int(PER_COLUMN * columns),
        electrolyte_gap=float(getattr(case.mesh, "electrolyte_gap", 0.0)) / gap,
        metal_depth=float(case.mesh.metal_depth or 0.0) / gap,
        both=case.counter.front is not None,
    )


def _beside(rate: float) -> float:
    """Return a shift to the right of a rate."""
    return rate + APART * abs(rate)


def _share(entry: tuple[Pair, float, complex, complex]) -> float:
    """Return the working front's share of a mode."""
    _, _, working, counter = entry
    return float(abs(working) / np.hypot(abs(working), abs(counter)))
