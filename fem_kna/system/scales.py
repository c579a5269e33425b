"""Reference values: the only place that scales. Same types in, same types out.

A scaled case has gap, salt diffusivity, salt concentration and thermal voltage equal to one, and
with them Faraday's constant and RT. Every other unit follows from its dimensions, so a new
quantity needs no line here.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..inputs.case import Case
from ..inputs.nature import Nature
from ..inputs.units import mapped, registry


@dataclass(frozen=True)
class Scales:
    """Reference length [m], diffusivity [m2/s], concentration [mol/m3] and constants of nature."""

    length: float
    diffusivity: float
    concentration: float
    nature: Nature

    def of(self, unit: str) -> float:
        """Return the reference value of a quantity in the SI unit `unit`."""
        value = 1.0
        for dimension, power in _dimensions(unit):
            value *= float(self._base[dimension]) ** power
        return value

    def scaled(self, item: Any) -> Any:
        """Return `item` with every number divided by the reference value of its unit."""
        return mapped(item, lambda value, unit: float(value) / self.of(unit.symbol))

    @property
    def _base(self) -> dict[str, float]:
        time = self.length**2 / self.diffusivity
        amount = self.concentration * self.length**3
        charge = self.nature.faraday * amount
        energy = charge * self.nature.thermal_voltage
        return {
            "[length]": self.length,
            "[time]": time,
            "[substance]": amount,
            "[current]": charge / time,
            "[mass]": energy * time**2 / self.length**2,
            "[temperature]": self.nature.temperature,
        }


@lru_cache(maxsize=256)
def _dimensions(unit: str) -> tuple[tuple[str, float], ...]:
    powers = registry.parse_units(unit).dimensionality if unit else {}
    return tuple((str(name), float(power)) for name, power in powers.items())


def scales_of(case: Case) -> Scales:
    """Choose the scales of a resolved case: gap, salt diffusivity, salt concentration, RT/F."""
    assert case.mesh.gap is not None
    return Scales(
        length=case.mesh.gap,
        diffusivity=case.closure.binary(case.electrolyte).diffusivity,
        concentration=case.electrolyte.salt_concentration,
        nature=case.nature,
    )
