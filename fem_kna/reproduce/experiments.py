"""The experiments that can be run again, in the order of the paper's figures."""

from .beyond import BEYOND
from .item import Experiment

EXPERIMENTS: tuple[Experiment, ...] = (BEYOND,)
