"""The stability map: fastest growth over two parameters, where it ends, and how sure that is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from mpi4py import MPI

from ..inputs.case import Case
from ..inputs.errors import InputError, RunError
from ..inputs.messages import unknown
from ..inputs.overrides import overridden
from ..inputs.units import Value
from ..system.groups import limiting_current
from .roots import crossing
from .waves import Waves

COLUMNS = 12  # elements along half a wave: rates to 1e-4 of their largest share
CLOSE = 2e-3  # of the axis, of a crossover
# Limiting currents, of fronts at rest: surely no steady state; perhaps none.
BEYOND, NEAR = 1.03, 0.95
BACK = 0.03  # of the axis: how far an end without a rate is drawn in at a time
MOST = 100  # points along an axis


class Scale(NamedTuple):
    """How values lie along an axis: their places on it, and back."""

    place: Callable[[Any], Any]
    value: Callable[[Any], Any]


EVEN, LOGARITHMIC = Scale(np.asarray, np.asarray), Scale(np.log, np.exp)
ROOT = Scale(np.sqrt, np.square)  # what matters is at the low end, and zero belongs to it


@dataclass(frozen=True)
class Axis:
    """A parameter of a map, between two values in `unit`, and the fields of a case that it sets."""

    name: str
    unit: str
    low: float
    high: float
    scale: Scale
    settings: Callable[[float], list[str]]

    @property
    def label(self) -> str:
        """Name with unit."""
        return f"{self.name} [{self.unit}]"

    def values(self, count: int) -> np.ndarray:
        """Return so many values, evenly apart on the axis."""
        ends = self.scale.place(self.low), self.scale.place(self.high)
        found = np.asarray(self.scale.value(np.linspace(*ends, count)))
        found[[0, -1]] = self.low, self.high
        return found


def metals(percent: float) -> list[str]:
    """Return the settings of both electrodes' alloy, by its weight percent of sodium."""
    name = "K" if percent == 0 else f"KNA-{percent:.6g}"
    return [f"working.metal={name}", f"counter.metal={name}"]


AXES = {
    axis.name: axis
    for axis in (
        Axis("composition", "wt% Na", 0.0, 34.0, ROOT, metals),
        Axis(
            "current",
            "mA/cm2",
            0.01,
            20.0,
            LOGARITHMIC,
            lambda J: [f"drive.current={J:.8g} mA/cm^2"],
        ),
        Axis("temperature", "degC", 0.0, 60.0, EVEN, lambda T: [f"temperature={T:.6g} degC"]),
        Axis("pressure", "MPa", 0.05, 1.0, LOGARITHMIC, lambda P: [f"stack.pressure={P:.8g} MPa"]),
    )
}

# Tai et al., Adv. Sci. (2021): alloys [wt% Na]; current densities [mA/cm2] of the symmetric cells,
# of the coulombic efficiencies and of the plating that was watched.
PAPER_ALLOYS = (0.0, 1.8, 3.5, 5.0, 33.7)
PAPER_CURRENTS = (4.0, 0.5, 0.01)

# What is not known well, with the fields that hold it; the first that a case has counts.
RANGES = {
    "solidus slope": ("working.rheology.liquid_fraction",),
    "reference stress": (
        "working.rheology.solid.reference_stress",
        "working.rheology.reference_stress",
    ),
    "stress exponent": (
        "working.rheology.solid.stress_exponent",
        "working.rheology.stress_exponent",
    ),
    "weakening by liquid": ("working.rheology.weakening",),
    "exchange current density": ("reactions.K.kinetics.exchange_current_density",),
    "salt diffusivity": ("electrolyte.salt_diffusivity",),
    "surface energy": ("working.front.surface_energy",),
}


def axes_of(text: str) -> tuple[Axis, Axis]:
    """Return the two axes of 'composition,current'.

    Raises:
        InputError: other than two different known names.
    """
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in AXES:
            raise InputError(f"--map: {unknown('axis', name, AXES)}")
    if len(set(names)) != 2 or len(names) != 2:
        raise InputError(f"--map '{text}'; accepted: two different ones of {', '.join(AXES)}")
    return AXES[names[0]], AXES[names[1]]


def points_of(text: str) -> tuple[int, int]:
    """Return the numbers of points of '20x20'.

    Raises:
        InputError: in one line.
    """
    try:
        across, up = (int(part) for part in text.lower().split("x"))
    except ValueError:
        across = up = 0
    if not (2 <= across <= MOST and 2 <= up <= MOST):
        raise InputError(f"--points '{text}'; accepted: NUMBERxNUMBER as in 20x20, 2 to {MOST}")
    return across, up


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


def variations(case: Case) -> Iterator[tuple[str, bool]]:
    """Yield the ends of the ranges that a resolved case has."""
    for name in RANGES:
        if _place(case, name) is not None:
            yield from ((name, False), (name, True))


def varied(case: Case, variation: tuple[str, bool] | None) -> Case:
    """Return a resolved case with one number at an end of its range, as it was if it has none."""
    if variation is None:
        return case
    name, high = variation
    found = _place(case, name)
    if found is None:
        return case
    path, value = found
    end = value.high if high else value.low
    assert end is not None
    return overridden(case, [f"{path}={end!r} {value.unit}".strip()])


def _place(case: Case, name: str) -> tuple[str, Value] | None:
    """Return path and value of a number of `RANGES` that has a range, if the case has it."""
    for path in RANGES[name]:
        value: Any = case
        for key in path.split("."):
            named = isinstance(value, tuple)
            value = _named(value, key) if named else getattr(value, key, None)
        if isinstance(value, Value) and value.low is not None and value.low < (value.high or 0):
            return path, value
    return None


def _named(entries: tuple[Any, ...], name: str) -> Any:
    return next((entry for entry in entries if entry.name == name), None)
