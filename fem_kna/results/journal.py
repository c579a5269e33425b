"""What a run has recorded on its way, and where on its way it is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ..motion.outline import Outline
from .alloying import Atoms
from .cycles import Tally
from .fronts import FrontMemory, Row
from .observe import Ledger


class Done(float):
    """The share of its drive that a run has done, with the row of its history that says so."""

    row: Row

    @classmethod
    def of(cls, share: float, row: Row) -> "Done":
        """Return a share with its row."""
        done = cls(share)
        done.row = row
        return done


@dataclass(frozen=True)
class Happening:
    """An event that happened: its name, when [s], after which charge [C m-2], and where [m]."""

    name: str
    time: float
    charge: float
    place: tuple[float, ...]


@dataclass
class Stage:
    """Which drive a run is under, and how far it has got with it.

    `event` is the one that led to the drive, none: it is the case's own. `begin` is when it began,
    scaled and in seconds; `frame` is the one under way. Of a protocol `step` is its place among all
    that are done, `begin` its own, and `charge` [C m-2] what was plated before; it is `under_way`
    once it has begun.
    """

    event: str | None = None
    begin: float = 0.0
    begin_in_seconds: float = 0.0
    frame: int = 1
    step: int = 0
    charge: float = 0.0
    under_way: bool = False


@dataclass
class Journal:
    """One run so far. What it has recorded is in SI, and the same on all ranks."""

    history: list[Row] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    outlines: list[tuple[float, Outline]] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    stage: Stage = field(default_factory=Stage)
    tally: Tally = field(default_factory=Tally)  # of the cycle under way
    cycles: list[Row] = field(default_factory=list)
    margins: list[float | None] = field(default_factory=list)  # of the events, after the last step
    remeshes: int = 0
    renewed_at: int = -1  # the step after which the mesh was last made anew
    worst: float = 1.0  # quality of a cell, over the whole run
    ended: str | None = None  # name of the event that ended the run
    spent: float = 0.0  # wall time of earlier sessions [s]
    memory: int = 0  # the largest of them [B]

    @property
    def now(self) -> float:
        """The time of the last row [s]."""
        return self.history[-1]["time [s]"]

    def parts(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return all of it as arrays and as facts for JSON."""
        columns = list(dict.fromkeys(key for row in self.history for key in row))
        arrays = {
            "history": np.array([[row.get(key, 0.0) for key in columns] for row in self.history]),
            "defined": np.array([[key in row for key in columns] for row in self.history]),
        }
        for place, (_, outline) in enumerate(self.outlines):
            arrays[f"outline.{place}.points"] = outline.points
            arrays[f"outline.{place}.facets"] = outline.facets
            if outline.signs is not None:
                arrays[f"outline.{place}.signs"] = outline.signs
        facts = {name: getattr(self, name) for name in PLAIN}
        facts |= {"columns": columns, "ledger": asdict(self.ledger), "stage": asdict(self.stage)}
        facts |= {"tally": asdict(self.tally), "cycles": self.cycles}
        facts["happenings"] = [asdict(happening) for happening in self.happenings]
        facts["outlines"] = [(time, outline.dimension) for time, outline in self.outlines]
        return arrays, facts

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> "Journal":
        """Return the journal whose parts these are."""
        columns = facts["columns"]
        history = [
            {
                key: float(value)
                for key, value, is_there in zip(columns, *row, strict=True)
                if is_there
            }
            for row in zip(arrays["history"], arrays["defined"], strict=True)
        ]
        outlines = [
            (time, _outline(arrays, f"outline.{place}.", dimension))
            for place, (time, dimension) in enumerate(facts["outlines"])
        ]
        happenings = [
            Happening(**entry | {"place": tuple(entry["place"])}) for entry in facts["happenings"]
        ]
        ledger = dict(facts["ledger"])
        fronts, atoms = FrontMemory(**ledger.pop("fronts")), Atoms(**ledger.pop("atoms"))
        return cls(
            history,
            happenings,
            outlines,
            Ledger(**ledger, fronts=fronts, atoms=atoms),
            Stage(**facts["stage"]),
            Tally(**facts["tally"]),
            facts["cycles"],
            **{name: facts[name] for name in PLAIN},
        )


PLAIN = ("margins", "remeshes", "renewed_at", "worst", "ended", "spent", "memory")


def _outline(arrays: Mapping[str, np.ndarray], name: str, dimension: Any) -> Outline:
    signs = arrays.get(f"{name}signs")
    return Outline(arrays[f"{name}points"], arrays[f"{name}facets"], dimension, signs)
