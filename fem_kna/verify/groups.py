"""The groups of checks by name, in the order in which they run."""

from . import (
    alloying,
    compound,
    conservation,
    diffusing,
    flowing,
    fronts,
    kinetics,
    metal,
    parallel,
    particles,
    separator,
    transport,
)
from .check import CheckFunction

GROUPS: dict[str, tuple[CheckFunction, ...]] = {
    "transport": transport.CHECKS,
    "kinetics": kinetics.CHECKS,
    "conservation": conservation.CHECKS,
    "front": fronts.CHECKS,
    "alloy": (*alloying.CHECKS, *compound.CHECKS, *diffusing.CHECKS),
    "metal": metal.CHECKS,
    "separator": separator.CHECKS,
    "flow": flowing.CHECKS,
    "cathode": particles.CHECKS,
    "parallel": parallel.CHECKS,
}
