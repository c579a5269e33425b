"""The plan of a sweep on disk: its points by the hash of their resolved case."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from ..inputs.case import Case
from ..inputs.describe import fingerprint
from ..inputs.errors import InputError
from ..inputs.overrides import overridden
from ..places import load_script, mistakes_in
from ..results.folder import run_folder
from ..results.writing import write_json
from .design import MOST, Over, Sweep

FILE, NOTES = "sweep.json", "outcomes"


@dataclass(frozen=True)
class Point:
    """One point: the hash of its resolved case, what is set for it, its place as tables have it."""

    hash: str
    settings: tuple[str, ...]
    parameters: dict[str, float | str]  # by names with units


@dataclass(frozen=True)
class Plan:
    """A sweep: the script its case comes from, what is varied, all points; `root` is --out."""

    folder: Path
    root: Path
    script: Path
    case: str
    over: tuple[Over, ...]
    sampling: str
    outputs: tuple[str, ...]
    points: tuple[Point, ...]

    def run(self, point: Point) -> Path:
        """Return the folder of the run of a point."""
        return self.root / self.case / point.hash

    def distinct(self) -> list[Point]:
        """Return the points, those that are the same case once."""
        return list({point.hash: point for point in self.points}.values())


def case_of(module: ModuleType) -> Sweep | Case:
    """Return what a script builds: a sweep, else a case."""
    with mistakes_in(Path(str(module.__file__))):
        built = module.sweep() if hasattr(module, "sweep") else module.case()
    if not isinstance(built, (Sweep, Case)):
        raise InputError(
            f"{module.__file__}: {type(built).__name__}; accepted: sweep() returns a Sweep, "
            "case() a Case"
        )
    return built


def planned(sweep: Sweep, script: Path, root: Path, settings: Sequence[str]) -> Plan:
    """Return the plan of a `sweep`, every case resolved; nothing is written.

    Raises:
        InputError: a point is no case; which one, and why.
    """
    if not sweep.over:
        raise InputError("sweep: nothing is varied; accepted: --over FIELD=VALUE,VALUE")
    base = overridden(sweep.case, settings)
    columns = [one.column for one in sweep.over]
    chosen = sweep.sampling.points(sweep.over)
    if len(chosen) > MOST:
        raise InputError(f"sweep: {len(chosen)} points; accepted: at most {MOST}")
    points = []
    for values in chosen:
        own = [
            f"{path}={value}"
            for one, value in zip(sweep.over, values, strict=True)
            for path in one.fields
        ]
        told = [one.told(value) for one, value in zip(sweep.over, values, strict=True)]
        parameters = dict(zip(columns, told, strict=True))
        points.append(Point(_hash(base, own), (*settings, *own), parameters))
    varied = [[one.field for one in sweep.over], sweep.sampling.name, [p.hash for p in points]]
    folder = root / base.name / f"sweep-{fingerprint(varied)}"
    return Plan(
        folder.absolute(),
        root.absolute(),
        script.absolute(),
        base.name,
        sweep.over,
        sweep.sampling.name,
        sweep.outputs,
        tuple(points),
    )


def _hash(base: Case, settings: Sequence[str]) -> str:
    try:
        case = overridden(base, settings).resolved()
        case.mesh.check()
    except InputError as error:
        raise InputError(f"point {', '.join(settings)}: {error}") from None
    return run_folder(Path(), case).name


def write(plan: Plan) -> None:
    """Put the plan into its folder, with one for notes on its points."""
    (plan.folder / NOTES).mkdir(exist_ok=True)
    told = asdict(plan) | {name: str(getattr(plan, name)) for name in ("root", "script")}
    del told["folder"]
    write_json(plan.folder / FILE, told)


def read(folder: Path) -> Plan:
    """Return the plan that is in a folder.

    Raises:
        InputError: there is none, or it cannot be read.
    """
    try:
        told: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Plan(
            folder.absolute(),
            Path(told["root"]),
            Path(told["script"]),
            told["case"],
            tuple(Over(**one) for one in told["over"]),
            told["sampling"],
            tuple(told["outputs"]),
            tuple(Point(p["hash"], tuple(p["settings"]), p["parameters"]) for p in told["points"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"'{folder}': no plan of a sweep ({type(error).__name__}); accepted: a folder that "
            "fem-kna sweep wrote"
        ) from None


def case_at(plan: Plan, point: Point) -> Case:
    """Return the resolved case of a point, from its script.

    Raises:
        InputError: the script has changed since the sweep was planned.
    """
    built = case_of(load_script(str(plan.script)))
    base = built.case if isinstance(built, Sweep) else built
    case = overridden(base, point.settings).resolved()
    if run_folder(Path(), case).name != point.hash:
        raise InputError(f"'{plan.script}' has changed since the sweep began; accepted: a new one")
    return case
