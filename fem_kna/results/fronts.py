"""The shape of the fronts in numbers: tip, roughness, clearance, and the volume they have swept.

Lengths that leave this module are in metres.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..motion.outline import Gatherer, Outline
from ..motion.touching import Gap, Kind, clearances, side_planes
from ..system.build import Model

Row = dict[str, float]
SIDES = ("working", "counter")
NO_CHARGE = 1e-3  # [C m-2], a thousandth of an atomic layer: below it nothing has been plated
REACH = 5.0  # elements of the front within which it is asked whether it meets itself


@dataclass
class FrontMemory:
    """What the numbers of a run refer to: heights at the start, the roughest so far; metres."""

    mean_heights: dict[str, float] = field(default_factory=dict)
    tip_height: float | None = None
    roughest: float = 0.0


@dataclass(frozen=True)
class FrontNow:
    """The fronts at one moment, in metres; what events ask."""

    outlines: Mapping[str, Outline]  # by side, in the mesh's unit
    gaps: Mapping[Kind, Gap]
    length: float  # of the mesh's unit
    element: float
    roughest: float
    gap: float  # between the electrodes' mean heights at the start

    @property
    def working(self) -> Outline:
        """The working electrode's front, in the mesh's unit."""
        return self.outlines["working"]

    @property
    def roughness(self) -> float:
        """Root mean square of the height about its mean, over the true surface."""
        return self.working.roughness * self.length

    @property
    def tip_height(self) -> float:
        """How far the tip stands out of the mean height."""
        return self.working.tip_height * self.length

    def clearance(self, kind: Kind) -> float | None:
        """Return how much liquid is left before the front touches something, None if nothing."""
        gap = self.gaps.get(kind)
        return None if gap is None else gap.clearance * self.length

    def place(self, kind: str) -> np.ndarray:
        """Return where the gap `kind` is narrowest; for other events where the tip is."""
        if kind in self.gaps:
            return np.asarray(self.gaps[kind].place) * self.length  # type: ignore[index]
        points, sense = self.working.points, self.working.sense
        return np.asarray(points[np.argmax(sense * points[:, -1])]) * self.length


class FrontWatch:
    """Measures the fronts of a model whose mesh moves. Collective; the same on all ranks."""

    def __init__(self, model: Model, memory: FrontMemory) -> None:
        """Find the electrodes on the model's mesh; remember the start in `memory` if it is new."""
        domain = model.domain
        self.model, self.memory = model, memory
        names = dict(zip(SIDES, model.case.boundaries, strict=True))
        self._gatherers = {side: Gatherer(domain, name) for side, name in names.items()}
        self._interface = Gatherer(domain, "interface")()
        self._planes = side_planes(domain)
        self._moving = [side for side in SIDES if names[side] in model.fields.moving]
        if not memory.mean_heights:
            memory.mean_heights = {s: self._gatherers[s]().mean_height for s in SIDES}
            memory.tip_height = self.now().tip_height

    def now(self) -> FrontNow:
        """Return the fronts as they are."""
        outlines = {side: gatherer() for side, gatherer in self._gatherers.items()}
        working, element = outlines["working"], self._element
        gaps = clearances(
            working, outlines["counter"], self._interface, self._planes, REACH * element
        )
        length, memory = self.model.scales.length, self.memory
        memory.roughest = max(memory.roughest, working.roughness * length)
        gap = abs(memory.mean_heights["counter"] - memory.mean_heights["working"]) * length
        return FrontNow(outlines, gaps, length, element * length, memory.roughest, gap)

    def row(self, now: FrontNow, plated: float, deposited: Mapping[str, float]) -> Row:
        """Return the quantities of the history.

        Args:
            now: the fronts.
            plated: charge plated on the working electrode [C m-2].
            deposited: volume that the charge pays for on each electrode [m].
        """
        advance = {side: self._advance(now, side) for side in SIDES}
        row = {
            "front_advance [m]": advance["working"],
            "tip_height [m]": now.tip_height,
            "roughness [m]": now.roughness,
            "volume_error [m3/m2]": max(abs(advance[s] - deposited[s]) for s in self._moving),
        }
        clearance = now.clearance("short")
        if clearance is not None:
            row["clearance [m]"] = clearance
        if plated > NO_CHARGE and self.memory.tip_height is not None:
            row["tip_growth [m/(C/m2)]"] = (now.tip_height - self.memory.tip_height) / plated
        return row

    @property
    def _element(self) -> float:
        tiring: Any = self.model.tiring
        return float(tiring.finest)

    def _advance(self, now: FrontNow, side: str) -> float:
        """Return how far an electrode has grown into the liquid on average [m]."""
        outline = now.outlines[side]
        risen = outline.mean_height - self.memory.mean_heights[side]
        return outline.sense * risen * now.length
