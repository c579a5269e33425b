"""Ripples of a flat front: growth rates over wavelengths, on one half-wave cell for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import pi

import numpy as np
from mpi4py import MPI

from ..inputs.case import Case
from ..inputs.errors import RunError
from ..inputs.units import Value
from ..motion.nodes import nodes_of
from ..physics.film import UniformFilm
from ..solve.eigen import Pair, eigenpairs
from .base import BaseState
from .estimate import estimate
from .half_wave import HalfWave
from .linear import Linear

PURE = 0.99  # share of the ripple cos(kx) in the fronts of a mode that counts as one
COUNTS = (2, 8, 32)  # pairs asked for, one after the other, until the ripple is among them
APART = 0.01  # of the rate that is expected: how far right of it the shift is
LEADING = 0.7  # share of a mode from which on no other one can be led by the same front
FLAT = 1e-9  # of the gap
HEIGHT, MU = 1, 3  # places in the rows of a layer in the plane: d_x, d_y, kappa, mu


@dataclass(frozen=True)
class Ripple:
    """The mode that the working electrode's ripple leads, at a wavelength [m].

    `rate` omega [1/s], complex where it oscillates; `counter` the counter electrode's ripple per
    working electrode's; `pair` the eigenpair, scaled.
    """

    wavelength: float
    rate: complex
    counter: complex
    pair: Pair


class Waves:
    """The half-wave cell of a case with a flat front, to be taken to any wavelength and numbers."""

    def __init__(self, case: Case, comm: MPI.Comm, columns: int = 20, rows: int = 32) -> None:
        """Build the cell of a resolved `case` on `comm`: its layers, flat and alike all along."""
        case = flattened(case)
        gap = float(case.mesh.gap)  # type: ignore[arg-type]  # a resolved case has one
        self.lattice = HalfWave(
            columns=columns,
            rows=rows,
            electrolyte_gap=float(getattr(case.mesh, "electrolyte_gap", 0.0)) / gap,
            metal_depth=float(case.mesh.metal_depth or 0.0) / gap,
            both=case.counter.front is not None,
        )
        domain = self.lattice.build(comm).with_electrodes(*case.boundaries)
        self.linear = Linear(case, domain)
        self._even = domain.mesh.geometry.x.copy()
        self._base = BaseState(self.linear)

    def turn_to(self, case: Case) -> None:
        """Go on with another resolved case of the same make and layers."""
        self.linear.turn_to(flattened(case))

    def ripple(self, wavelength: float, *, both: bool = False) -> Ripple:
        """Return the working electrode's mode at a `wavelength` [m]. Collective.

        Args:
            wavelength: [m].
            both: whether its left vector is wanted, too.

        Raises:
            RunError: no steady base state, or no mode that can be trusted.
        """
        linear, length = self.linear, self.linear.scales.length
        linear.place(self.lattice.place(self._even, wavelength / 2 / length))
        self._base.quasi_steady()
        pencil, unit = linear.pencil(), linear.scales.of("s")
        current = self._base.current * linear.scales.of("A/m^2")
        expected = estimate(linear.case, current, 2 * pi / wavelength) * unit
        target = expected + APART * abs(expected)
        for count in COUNTS:
            pairs = eigenpairs(pencil, target, count, self._start(), both=both)
            found = self._led(pairs)
            if found is not None:
                pair, counter = found
                rate = pair.value / unit
                return Ripple(wavelength, rate if rate.imag else rate.real, counter, pair)
        raise RunError(f"stability: no mode with the wavelength {wavelength:.3g} m is found")

    def _start(self) -> tuple[np.ndarray, np.ndarray]:
        """A ripple of the working front, as a displacement and as what tests its law."""
        displaced, tested = (np.zeros(sum(self.linear.layout.sizes)) for _ in range(2))
        self._front_rows(displaced)[:, HEIGHT] = self._cosines[0]
        self._front_rows(tested)[:, MU] = self._cosines[0]
        return displaced, tested

    def _led(self, pairs: Sequence[Pair]) -> tuple[Pair, complex] | None:
        """Return the pair that the working front's ripple leads, with the counter's; None: none.

        Of the fronts' modes with the wavelength asked for, the one with the larger share of it.
        """
        found = [(pair, *self._ripples(pair.right)) for pair in pairs]
        pure = [entry for entry in found if entry[1] > PURE]
        if not pure:
            return None
        pair, _, working, counter = max(pure, key=_share)
        lonely = len(pure) < 2 and _share((pair, 1.0, working, counter)) < LEADING
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


def flattened(case: Case) -> Case:
    """Return a case with the same film all over its electrodes: what is intact of it."""
    changes = {}
    for side in ("working", "counter"):
        electrode = getattr(case, side)
        film = UniformFilm(resistance=Value(electrode.film.area_resistance(0.0), "ohm*m^2"))
        changes[side] = electrode.model_copy(update={"film": film})
    return case.model_copy(update=changes)


def _share(entry: tuple[Pair, float, complex, complex]) -> float:
    """Return the working front's share of a mode."""
    _, _, working, counter = entry
    return float(abs(working) / np.hypot(abs(working), abs(counter)))
