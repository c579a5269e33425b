"""Which points a sweep has: grids, lists, and samples of ranges.

Samples are SALib's: Latin hypercubes, Saltelli's scheme for Sobol' indices (Saltelli et al.,
Comput. Phys. Commun. 181 (2010) 259), Morris' trajectories (Morris, Technometrics 33 (1991) 161).
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Protocol

from ..inputs.case import Case
from ..inputs.errors import InputError

NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*\Z")
BETWEEN, LOGARITHMIC = "..", ":log"
TOGETHER = re.compile(r"\+(?=\s*[A-Za-z_])")  # between fields; the + of K+ ends a name
DIGITS = 10  # of a sampled number: what the hash of its case is made of
MOST = 100_000  # points: more are a slip of the keyboard


@dataclass(frozen=True)
class Quantity:
    """A number with the unit it was written in, as ``2 mA/cm^2``."""

    number: float
    unit: str

    @classmethod
    def read(cls, text: str) -> "Quantity | None":
        """Return what stands in `text`; None where it is a word, as ``KNA-3.5``."""
        found = NUMBER.match(text)
        if found is None or re.match(r"[\d.]", found[2]):
            return None
        return cls(float(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.number:.{DIGITS}g} {self.unit}".strip()


@dataclass(frozen=True)
class Over:
    """A parameter of a sweep: fields of the case that change together, and what they become.

    >>> Over("drive.current", "1 mA/cm^2, 2 mA/cm^2, 4 mA/cm^2")
    >>> Over("stack.pressure", "0.05 MPa..1 MPa:log")  # a range, sampled evenly in its logarithm
    >>> Over("working.metal+counter.metal", "K, KNA-3.5")
    """

    field: str
    text: str

    @property
    def fields(self) -> list[str]:
        """The fields that change together."""
        return [part.strip() for part in TOGETHER.split(self.field)]

    @property
    def is_range(self) -> bool:
        """Whether it is a range to sample, and no list of values."""
        return BETWEEN in self.text

    @property
    def values(self) -> list[str]:
        """The values of a list."""
        return [part.strip() for part in self.text.split(",")]

    @property
    def ends(self) -> tuple[Quantity, Quantity]:
        """The ends of a range.

        Raises:
            InputError: they are no numbers of one unit in rising order, or not positive where the
                logarithm is asked for.
        """
        read = [Quantity.read(x) for x in self.text.removesuffix(LOGARITHMIC).split(BETWEEN)]
        ends = [end for end in read if end is not None]
        if len(ends) == len(read) == 2:
            low, high = ends
            positive = low.number > 0 or not self.is_logarithmic
            if low.unit == high.unit and low.number < high.number and positive:
                return low, high
        raise InputError(
            f"--over {self.field}: '{self.text}'; accepted: LOW..HIGH in one unit and rising, as "
            f"'0.05 MPa..1 MPa', with {LOGARITHMIC} behind it both positive"
        )

    @property
    def is_logarithmic(self) -> bool:
        """Whether the range is sampled evenly in the logarithm."""
        return self.text.endswith(LOGARITHMIC)

    @property
    def column(self) -> str:
        """The name of the parameter in tables, with its unit.

        Raises:
            InputError: the values have several units.
        """
        found = list(self.ends) if self.is_range else [Quantity.read(x) for x in self.values]
        units = {one.unit for one in found if one is not None}
        if None in found:
            return self.field
        if len(units) > 1:
            raise InputError(
                f"--over {self.field}: {' and '.join(sorted(units))}; accepted: one unit"
            )
        return f"{self.field} [{units.pop() or '-'}]"

    def told(self, value: str) -> float | str:
        """Return a value as tables have it: a number in the unit of the column, or a word."""
        found = Quantity.read(value)
        return value if found is None or "[" not in self.column else found.number

    def between(self, share: float) -> str:
        """Return the value at a share of the range, 0 to 1."""
        low, high = self.ends
        if self.is_logarithmic:
            number = low.number * math.exp(share * math.log(high.number / low.number))
        else:
            number = low.number + share * (high.number - low.number)
        return str(Quantity(number, low.unit))


class Sampling(Protocol):
    """How points are chosen among parameters."""

    @property
    def name(self) -> str:
        """The method, in a word."""

    def points(self, over: Sequence[Over]) -> list[tuple[str, ...]]:
        """Return the value of each parameter at every point."""


@dataclass(frozen=True)
class Grid:
    """Every value of each parameter with every one of the others."""

    name: str = field(default="grid", init=False)

    def points(self, over: Sequence[Over]) -> list[tuple[str, ...]]:
        """Return the product of the lists."""
        _lists(over, self.name)
        return list(product(*(one.values for one in over)))


@dataclass(frozen=True)
class Listed:
    """The first values of all parameters together, then the second ones, and so on."""

    name: str = field(default="list", init=False)

    def points(self, over: Sequence[Over]) -> list[tuple[str, ...]]:
        """Return the lists side by side."""
        _lists(over, self.name)
        if len({len(one.values) for one in over}) > 1:
            counts = ", ".join(f"{one.field} has {len(one.values)}" for one in over)
            raise InputError(f"--sampling list: {counts} values; accepted: as many of each")
        return list(zip(*(one.values for one in over), strict=True))


@dataclass(frozen=True)
class LatinHypercube:
    """So many samples, each parameter once in every layer of its range."""

    samples: int
    seed: int = 1
    name: str = field(default="latin", init=False)

    def points(self, over: Sequence[Over]) -> list[tuple[str, ...]]:
        """Return the samples."""
        from SALib.sample import latin

        _positive(self.samples)
        return _spread(over, self.name, lambda p: latin.sample(p, self.samples, seed=self.seed))


@dataclass(frozen=True)
class Sobol:
    """Saltelli's scheme: blocks of D + 2 points for D parameters; their number a power of two."""

    samples: int
    seed: int = 1
    name: str = field(default="sobol", init=False)

    def points(self, over: Sequence[Over]) -> list[tuple[str, ...]]:
        """Return the blocks one after the other."""
        from SALib.sample import sobol

        _positive(self.samples)
        if self.samples & (self.samples - 1):
            raise InputError(f"--samples {self.samples} of sobol; accepted: a power of two")

        def drawn(problem: dict[str, Any]) -> Any:
            return sobol.sample(problem, self.samples, calc_second_order=False, seed=self.seed)

        return _spread(over, self.name, drawn)


@dataclass(frozen=True)
class Morris:
    """So many trajectories, each changing every parameter once: D + 1 points."""

    samples: int
    seed: int = 1
    name: str = field(default="morris", init=False)

    def points(self, over: Sequence[Over]) -> list[tuple[str, ...]]:
        """Return the trajectories one after the other."""
        from SALib.sample import morris

        _positive(self.samples)
        return _spread(over, self.name, lambda p: morris.sample(p, self.samples, seed=self.seed))


def unit_problem(over: Sequence[Over]) -> dict[str, Any]:
    """Return what SALib calls the problem, every parameter as a share of its range."""
    names = [one.field for one in over]
    return {"num_vars": len(over), "names": names, "bounds": [[0.0, 1.0]] * len(over)}


def _spread(
    over: Sequence[Over], name: str, sample: Callable[[dict[str, Any]], Any]
) -> list[tuple[str, ...]]:
    for one in over:
        if not one.is_range:
            raise InputError(
                f"--over {one.field}: '{one.text}' with --sampling {name}; accepted: LOW..HIGH"
            )
        _ = one.ends
    rows = sample(unit_problem(over))
    return [tuple(one.between(x) for one, x in zip(over, row, strict=True)) for row in rows]


def _lists(over: Sequence[Over], name: str) -> None:
    for one in over:
        if one.is_range or not all(one.values):
            raise InputError(
                f"--over {one.field}: '{one.text}' with --sampling {name}; accepted: VALUE,VALUE; "
                "a range LOW..HIGH with --sampling latin, sobol or morris"
            )


def _positive(samples: int) -> None:
    if not 0 < samples <= MOST:
        raise InputError(f"--samples {samples}; accepted: 1 to {MOST}")


@dataclass(frozen=True)
class Sweep:
    """A case, what is varied in it, and how; what a script of a sweep returns from ``sweep()``.

    `outputs` are the numbers of the summaries whose sensitivity is told; none: those that tell
    where current and stress focus and what heals.
    """

    case: Case
    over: tuple[Over, ...]
    sampling: Sampling = Grid()
    outputs: tuple[str, ...] = ()
