"""The groups of checks by name, in the order in which they run."""

from . import conservation, fronts, kinetics, parallel, transport
from .check import CheckFunction

GROUPS: dict[str, tuple[CheckFunction, ...]] = {
    "transport": transport.CHECKS,
    "kinetics": kinetics.CHECKS,
    "conservation": conservation.CHECKS,
    "front": fronts.CHECKS,
    "parallel": parallel.CHECKS,
}
