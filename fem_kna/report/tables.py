"""Tables of a report: results, conservation and cost, what differs, numbers with their sources."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..compare import table
from ..inputs.units import TRUST
from .differences import Entry, differing, entries, pretty
from .read import Run

SURE = ("measured", "derived", "chosen")  # trust that needs no warning
COST = (
    ("status", ""),
    ("steps [-]", "{:.0f}"),
    ("rejected_steps [-]", "{:.0f}"),
    ("remeshes [-]", "{:.0f}"),
    ("min_quality [-]", "{:.3f}"),
    ("newton [-]", "{:.0f}"),
    ("krylov [-]", "{:.0f}"),
    ("dofs [-]", "{:.0f}"),
    ("ranks [-]", "{:.0f}"),
    ("wall_time [s]", "{:.1f}"),
    ("peak_memory [B]", "{:.2e}"),
)
MISSING = "–"


@dataclass(frozen=True)
class Shown:
    """A table: what it says, its head, its rows; the first column is words, the others numbers."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def results(runs: Sequence[Run], rows: Sequence[str]) -> list[Shown]:
    """Return one table of results for each row of the comparison, as the run printed it."""
    found = []
    for row in rows:
        own = {run.column: run.summary for run in runs if run.row == row}
        columns = tuple(own)
        lines = [[pretty_label(line[0]), *line[1:]] for line in table(columns, own)]
        head = ["quantity", *columns]
        if len(columns) > 1:
            head.append("ratio")
        else:
            lines = [line[:-1] for line in lines]
        found.append(Shown(row, head, [[_dash(cell) for cell in line] for line in lines]))
    return found


def overview(runs: Sequence[Run]) -> Shown:
    """Return one row per run: what was set, what came out."""
    changed = differing([run.manifest["case"] for run in runs])
    set_ = {path: values for path, values in changed.items() if _is_set(runs, path)}
    summaries = {str(k): run.summary for k, run in enumerate(runs)}
    lines = table(tuple(summaries), summaries)
    head = ["run", *set_, *(pretty_label(line[0]) for line in lines), "status"]
    rows = [
        [
            run.folder.name,
            *(values[k] for values in set_.values()),
            *(_dash(line[1 + k]) for line in lines),
            str(run.summary["status"]),
        ]
        for k, run in enumerate(runs)
    ]
    return Shown("", head, rows)


def _is_set(runs: Sequence[Run], path: str) -> bool:
    """Return whether a field is one that a case sets: a chosen number, or a name."""
    found = [e for run in runs for e in entries(run.manifest["case"]) if e.path == path]
    return path.endswith(".name") or any(entry.trust == "chosen" for entry in found)


def conservation(runs: Sequence[Run]) -> Shown:
    """Return how well each run kept what must be kept; largest over the run."""
    keys = dict.fromkeys(
        key for run in runs for key in run.summary if key.partition(" ")[0].endswith("_drift")
    )
    rows = [
        [_words(key), *(_number(run.summary.get(key), "{:.1e}") for run in runs)] for key in keys
    ]
    return Shown("", ["relative drift", *(run.label for run in runs)], rows)


def cost(runs: Sequence[Run]) -> Shown:
    """Return how each run ended and what it took."""
    rows = [
        [_words(key), *(_number(run.summary.get(key), form) for run in runs)]
        for key, form in COST
        if any(key in run.summary for run in runs)
    ]
    return Shown("", ["", *(run.label for run in runs)], rows)


def everything(runs: Sequence[Run]) -> Shown:
    """Return all numbers of all summaries, in SI, as the files have them."""
    cost_keys = {key for key, _ in COST}
    keys = dict.fromkeys(key for run in runs for key in run.summary if key not in cost_keys)
    rows = [
        [_words(key), *(_number(run.summary.get(key), "{:.6g}") for run in runs)] for key in keys
    ]
    return Shown("", ["name [SI unit]", *(run.label for run in runs)], rows)


def groups(runs: Sequence[Run]) -> Shown:
    """Return the dimensionless groups and estimates that decide the cases."""
    keys = dict.fromkeys(key for run in runs for key in run.manifest.get("groups", {}))
    rows = [
        [_words(key), *(_number(run.manifest["groups"].get(key), "{:.4g}") for run in runs)]
        for key in keys
    ]
    return Shown("", ["group [SI unit]", *(run.label for run in runs)], rows)


def differences(runs: Sequence[Run]) -> Shown:
    """Return all fields in which the cases differ."""
    found = differing([run.manifest["case"] for run in runs])
    rows = [[path, *values] for path, values in found.items()]
    return Shown("", ["field", *(run.label for run in runs)], rows)


@dataclass(frozen=True)
class Numbers:
    """The numbers of a case: entries by section, each with the number of its source."""

    sections: Mapping[str, Sequence[tuple[Entry, int]]]
    sources: Sequence[str]
    trust: Mapping[str, int]  # how many numbers are trusted how far
    doubtful: Mapping[str, Sequence[str]]  # by trust: those neither measured, derived nor chosen


def numbers(run: Run) -> Numbers:
    """Return all numbers of a case with range, trust and source."""
    found = list(entries(run.manifest["case"]))
    sources = list(dict.fromkeys(entry.source for entry in found if entry.source))
    sections: dict[str, list[tuple[Entry, int]]] = {}
    for entry in found:
        section = entry.path.partition(".")[0] if "." in entry.path else "case"
        place = sources.index(entry.source) + 1 if entry.source else 0
        sections.setdefault(section, []).append((entry, place))
    trust = Counter(entry.trust for entry in found if entry.trust)
    doubtful = {
        kind: [f"{entry.path} {entry.value}" for entry in found if entry.trust == kind]
        for kind in trust
        if kind not in SURE
    }
    return Numbers(sections, sources, dict(trust.most_common()), doubtful)


def meaning(trust: str) -> str:
    """Return what a degree of trust means."""
    return TRUST.get(trust, "")


def pretty_label(label: str) -> str:
    """Return a label with its unit printed: 'tip height [um]' as 'tip height (µm)'."""
    name, _, unit = label.rpartition(" [")
    return f"{name} ({pretty_unit(unit.rstrip(']'))})" if name else label


def pretty_unit(unit: str) -> str:
    """Return a unit as the summaries write it, printed: m3 as m³, - as a dash."""
    if unit == "-":
        return MISSING
    for plain, printed in (("m2", "m²"), ("m3", "m³")):
        unit = unit.replace(plain, printed)
    return pretty(unit)


def _words(key: str) -> str:
    """Return the name of a key in words: 'salt_drift [-]' as 'salt drift [–]'."""
    name, _, unit = key.partition(" [")
    words = name.replace("_", " ")
    return f"{words} [{pretty_unit(unit.rstrip(']'))}]" if unit else words


def _number(value: Any, form: str) -> str:
    if value is None:
        return MISSING
    if isinstance(value, (list, tuple)):
        return ", ".join(f"{x:.4g}" for x in value)
    return form.format(value) if form and not isinstance(value, str) else str(value)


def _dash(cell: str) -> str:
    return MISSING if cell == "-" else cell
