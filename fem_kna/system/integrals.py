"""How a region integrates what it stores, and what its mesh leaves behind as it travels."""

from dataclasses import dataclass
from typing import Any, Protocol

from ufl import dot, grad

from ..physics.midpoint import product
from ..physics.transport import convection, storage


class Integrals(Protocol):
    """Weak forms of `transport`, of which some ask for gradients beside values."""

    def storage(self, rate: Any, slope: Any, test: Any) -> Any:
        """Test the rate of an amount, whose gradient has the rate `slope`."""

    def convection(self, density: Any, slope: Any, swept: Any, stretch: Any, test: Any) -> Any:
        """Test what the mesh leaves behind; `slope` is the density's gradient.

        The swept volume has the rate `swept`, and that the gradient `stretch`.
        """


@dataclass(frozen=True)
class ByPoints:
    """By the points of a measure, which need no gradients."""

    dx: Any

    def storage(self, rate: Any, slope: Any, test: Any) -> Any:
        """Test the rate."""
        return storage(rate, test, self.dx)

    def convection(self, density: Any, slope: Any, swept: Any, stretch: Any, test: Any) -> Any:
        """Test what is left behind."""
        return convection(density, swept, test, self.dx)


@dataclass(frozen=True)
class ByMidpoints:
    """By the midpoints of simplexes in which all is linear: as exact as by more points."""

    dx: Any
    mesh: Any

    def storage(self, rate: Any, slope: Any, test: Any) -> Any:
        """Test the rate."""
        return product((rate, slope), (test, grad(test)), self.dx, self.mesh)

    def convection(self, density: Any, slope: Any, swept: Any, stretch: Any, test: Any) -> Any:
        """Test what is left behind."""
        along = dot(swept, grad(test)), dot(grad(test), stretch)
        return product((density, slope), along, self.dx, self.mesh)
