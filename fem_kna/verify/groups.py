"""The groups of checks by name, in the order in which they run: the cheap and basic ones first."""

from . import conservation, kinetics, parallel
from .check import CheckFunction

GROUPS: dict[str, tuple[CheckFunction, ...]] = {
    "kinetics": kinetics.CHECKS,
    "conservation": conservation.CHECKS,
    "parallel": parallel.CHECKS,
}
