"""What a reproduced experiment comes to: items of a table, panels of a figure.

Every item says what kind of statement it is. `PREDICTED`: no number of the model was fitted to it.
`RANKING`: an order only, of what the model predicts; absolute values are not claimed. `CALIBRATED`:
a number was fitted to this very item, and `on` says which. `OUT_OF_REACH`: the model says nothing
on it, and `on` says why; it neither passes nor fails.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .keeping import Store

Kind = Literal["predicted", "ranking", "calibrated", "out of reach"]
PREDICTED: Kind = "predicted"
RANKING: Kind = "ranking"
CALIBRATED: Kind = "calibrated"
OUT_OF_REACH: Kind = "out of reach"


@dataclass(frozen=True)
class Item:
    """One line of the table.

    `place` is where the paper has it ("figure 3a"), `paper` and `model` are as people read them,
    `passed` is None where nothing can pass or fail, `on` what it was calibrated on, or why it is
    out of reach, or under which parameters a ranking holds; `numbers` are in SI, units in names.
    """

    place: str
    item: str
    paper: str
    model: str
    kind: Kind
    passed: bool | None = None
    on: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Panel:
    """One panel of the figure: its title, and what draws it on the axes it is given."""

    title: str
    draw: Callable[[Any], None]


@dataclass(frozen=True)
class Found:
    """What one experiment came to."""

    items: Sequence[Item]
    panels: Sequence[Panel] = ()


@dataclass(frozen=True)
class Experiment:
    """One of the paper's experiments: a name for the command line, what is done, how it is run.

    `run` is called on all ranks and returns the same on each; what takes long the store keeps.
    """

    name: str
    what: str
    run: Callable[[Store], Found]
