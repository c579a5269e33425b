"""What is varied: a number of the case by its path, and the values it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..inputs.case import Case
from ..inputs.overrides import overridden
from ..inputs.units import registry
from ..physics.rheology import PartlyMolten

FLOW = "working.rheology"  # known once the case is resolved: it follows from the metal


@dataclass(frozen=True)
class Knob:
    """One parameter: its paths in a case, and its values in `unit`, the plausible ones first.

    In a path ``{solid}`` is the creep of the metal's solid, wherever the metal's law has it.
    `beyond` are values outside of the plausible range. Of a knob `of_mush` solid metals have none.
    """

    name: str
    unit: str
    paths: tuple[str, ...]
    values: tuple[float, ...]
    beyond: tuple[float, ...] = ()
    of_mush: bool = False

    @property
    def label(self) -> str:
        """Name and unit, as in a table's heading."""
        return f"{self.name} [{self.unit or '-'}]"

    def settings(self, value: float) -> list[str]:
        """Return the overrides that put `value` in its places."""
        return [f"{path}={value!r} {self.unit}".strip() for path in self.paths]

    def turns(self, case: Case) -> bool:
        """Whether a resolved case has this number at all."""
        return not self.of_mush or isinstance(case.working.rheology, PartlyMolten)

    def base(self, case: Case) -> float:
        """Return the value that a resolved case has, in `unit`."""
        number = _at(case, _of(case, self.paths[0]).split("."))
        return float(registry.Quantity(float(number), number.unit).to(self.unit).magnitude)


def on_metal(case: Case, metal: str, settings: Sequence[str] = ()) -> Case:
    """Return the resolved `case` with both electrodes of `metal`, and `settings` applied."""
    early = [setting for setting in settings if not _flows(setting)]
    metals = [f"{side}.metal={metal}" for side in ("working", "counter")]
    case = overridden(case, metals + early).resolved()
    return overridden(case, [_of(case, setting) for setting in settings if _flows(setting)])


def _flows(setting: str) -> bool:
    return setting.startswith((FLOW, "{solid}"))


def _of(case: Case, path: str) -> str:
    """Return `path` with the place of the solid's creep filled in."""
    molten = isinstance(case.working.rheology, PartlyMolten)
    return path.replace("{solid}", f"{FLOW}.solid" if molten else FLOW)


def _at(item: Any, keys: list[str]) -> Any:
    """Return what lies at a path of fields, in tuples of entries by name."""
    for key in keys:
        named = isinstance(item, tuple)
        item = {e.name: e for e in item}[key] if named else getattr(item, key)
    return item
