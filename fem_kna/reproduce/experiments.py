"""The experiments that can be run again, in the order of the paper's figures."""

from .beyond import BEYOND
from .copper import COPPER
from .item import Experiment
from .rates import RATES
from .retention import RETENTION
from .short import SHORTED
from .symmetric import SYMMETRIC

EXPERIMENTS: tuple[Experiment, ...] = (COPPER, SYMMETRIC, RETENTION, RATES, SHORTED, BEYOND)
