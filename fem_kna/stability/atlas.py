"""The stability map: fastest growth over two parameters, where it ends, and how sure that is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from ..inputs.case import Case
from ..inputs.errors import RunError
from ..inputs.overrides import overridden
from ..system.groups import limiting_current
from .axes import Axis
from .ranges import varied
from .roots import crossing
from .waves import Waves

COLUMNS = 12  # elements along half a wave: rates to 1e-4 of their largest share
CLOSE = 2e-3  # of the axis, of a crossover
# Limiting currents, of fronts at rest: surely no steady state; perhaps none.
BEYOND, NEAR = 1.03, 0.95
BACK = 0.03  # of the axis: how far an end without a rate is drawn in at a time


@dataclass(frozen=True)
class Point:
    """The fastest growth rate [1/s] over the wavelengths and the one [m] that has it; nan: none."""

    rate: float
    wavelength: float


NOTHING = Point(np.nan, np.nan)


class Atlas:
    """Growth rates of a case over the parameters of two axes; on the ranks of one team."""

    def __init__(
        self,
        case: Case,
        axes: tuple[Axis, Axis],
        wavelengths: Sequence[float],
        amplitude: float,
    ) -> None:
        """Of an unresolved `case`; the fastest of ripples of the given wavelengths [m] counts."""
        self._case, self.axes = case, axes
        self._wavelengths, self._amplitude = tuple(wavelengths), amplitude
        self._waves: Waves | None = None
        for low in (True, False):  # refused at once, not after half of the map
            self.case_at(*(axis.low if low else axis.high for axis in axes))

    def case_at(self, x: float, y: float) -> Case:
        """Return the resolved case at a point.

        Raises:
            InputError: the case has no such parameter, or refuses the value.
        """
        across, up = self.axes
        return overridden(self._case, across.settings(x) + up.settings(y)).resolved()

    def line(self, x: float, ys: Sequence[float], team: MPI.Comm) -> list[Point]:
        """Return the points above `x`. Collective on the team."""
        return [self._fastest(self.case_at(x, y), team, self._wavelengths) for y in ys]

    def crossover(self, x: float, variation: tuple[str, bool] | None, team: MPI.Comm) -> float:
        """Return where on the second axis growth begins above `x`. Collective on the team.

        Minus infinity where it grows all the way, infinity where it never does; nan where no rate
        is found. `variation` puts one of `RANGES` to its low (False) or high (True) end.
        """
        up = self.axes[1]

        def points(place: float, wavelengths: Sequence[float]) -> Point:
            case = self.case_at(x, float(up.scale.value(place)))
            return self._fastest(varied(case, variation), team, wavelengths)

        low, high = (float(up.scale.place(end)) for end in (up.low, up.high))
        first, last = (points(end, self._wavelengths) for end in (low, high))
        down = BACK * (high - low)
        while np.isnan(last.rate) and high > low + down:  # above the limiting current
            high -= down
            last = points(high, self._wavelengths)
        if np.isnan(first.rate) or np.isnan(last.rate):
            return np.nan
        if first.rate * last.rate > 0:
            return -np.inf if first.rate > 0 else np.inf
        return float(up.scale.value(self._begun(points, (low, first), (high, last))))

    def _begun(
        self,
        points: Callable[[float, Sequence[float]], Point],
        healed: tuple[float, Point],
        growing: tuple[float, Point],
    ) -> float:
        """Return the place between two where growth begins: of the wavelength that is the first.

        One wavelength's root is found; where another one grows already, that one's is, below it.
        """
        if healed[1].rate > growing[1].rate:
            healed, growing = growing, healed
        close = CLOSE * abs(growing[0] - healed[0])
        for _ in self._wavelengths:
            wave = growing[1].wavelength
            ends = {healed[0]: points(healed[0], [wave]).rate, growing[0]: growing[1].rate}
            place = crossing(lambda x, wave=wave: points(x, [wave]).rate, ends, close)
            others = [other for other in self._wavelengths if other != wave]
            if not others or (top := points(place, others)).rate <= 0:
                break
            growing = place, top
        return place

    def _fastest(self, case: Case, team: MPI.Comm, wavelengths: Sequence[float]) -> Point:
        load = getattr(case.drive, "current", 0.0) / limiting_current(case)
        if load > BEYOND:
            return NOTHING
        if self._waves is None:
            self._waves = Waves(case, team, self._amplitude, columns=COLUMNS)
        self._waves.turn_to(case)
        try:
            return _highest(self._waves, wavelengths)
        except RunError:  # the last point may be too far away to start from
            self._waves.linear.begin()
            if load > NEAR:
                return NOTHING
        try:
            return _highest(self._waves, wavelengths)
        except RunError:
            self._waves.linear.begin()
            return NOTHING


def _highest(waves: Waves, wavelengths: Sequence[float]) -> Point:
    points = [
        Point(float(np.real(waves.ripple(wavelength).rate)), wavelength)
        for wavelength in wavelengths
    ]
    return max(points, key=lambda point: point.rate)
