"""What the study of healing found: tables and notes for people, data for programs, a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..inputs.case import Case
from ..mechanics.findings import Findings, Table, few
from . import figure
from .healing import Job, Point, Search, Turn, jobs, run_all, turns
from .knobs import Knob, on_metal
from .verdict import LAST, STOPPED, Bump

MICRO, KILO = 1e6, 1e-3
HALVINGS = 3
TIED = 0.05  # of the tip's height: closer bumps have no ranking

Data = dict[str, Any]


@dataclass(frozen=True)
class Pair:
    """Both metals at one place: the one expected not to heal, and the one expected to."""

    knob: Knob | None
    value: float | None
    solid: Point
    mush: Point

    @property
    def name(self) -> str:
        """The place, in words."""
        if self.knob is None or self.value is None:
            return "base"
        beyond = " (beyond)" if self.value in self.knob.beyond else ""
        return f"{self.knob.name} {self.value:g} {self.knob.unit}".strip() + beyond

    @property
    def bumps(self) -> tuple[Bump, Bump] | None:
        """Both bumps; None where a run failed."""
        if self.solid.bump is None or self.mush.bump is None:
            return None
        return self.solid.bump, self.mush.bump

    @property
    def ratio(self) -> float | None:
        """Tip height of the solid metal over that of the mush."""
        return None if self.bumps is None else self.bumps[0].tip / self.bumps[1].tip

    @property
    def ranked(self) -> bool | None:
        """Whether the bump on the solid metal is the higher one; None where a run failed."""
        return None if self.ratio is None else self.ratio > 1 + TIED

    @property
    def holds(self) -> bool | None:
        """Whether the mush heals and the solid metal does not; None where a run failed."""
        return None if self.bumps is None else self.bumps[1].heals and not self.bumps[0].heals


def healing_study(
    base: Case,
    metals: tuple[str, str],
    others: Sequence[str],
    knobs: Sequence[Knob],
    searches: Sequence[Search],
) -> Findings:
    """Run two metals at the ends of every knob, others at the base point; search the turns.

    Args:
        base: the cell.
        metals: the one that is said not to heal, and the one that is.
        others: more metals at the base point.
        knobs: what is varied, one at a time.
        searches: where a verdict may turn.
    """
    at_base = [Job(metal) for metal in (*metals, *others)]
    points = run_all([*at_base, *jobs(base, metals, knobs)], base)
    return findings(base, metals, points, turns(searches, base, points, HALVINGS))


def findings(
    base: Case, metals: tuple[str, str], points: Sequence[Point], turned: Sequence[Turn]
) -> Findings:
    """Return what the points and turns say."""
    pairs = paired(metals, points)
    unturned = [point for point in points if point.job.knob is None]
    return Findings(
        "who_heals",
        {
            "points": [_entry(point) for point in points],
            "pairs": [_pair_entry(pair) for pair in pairs],
            "turns": [_turn_entry(turn) for turn in turned],
        },
        (_alloys(unturned), _pairs(pairs, metals), *([_turns(turned, base)] if turned else [])),
        _notes(pairs, metals, points),
        lambda path: figure.draw(pairs, metals, path),
    )


def paired(metals: tuple[str, str], points: Sequence[Point]) -> list[Pair]:
    """Return both metals beside each other; one that has no such knob is as at the base point."""
    by_job = {(p.job.metal, p.job.knob, p.job.value): p for p in points}
    places = dict.fromkeys((p.job.knob, p.job.value) for p in points)
    return [
        Pair(
            *place,
            *(by_job.get((metal, *place)) or by_job[(metal, None, None)] for metal in metals),
        )
        for place in places
    ]


def _entry(point: Point) -> Data:
    entry: Data = {"metal": point.job.metal, **_place(point.job.knob, point.job.value)}
    if point.bump is None:
        return entry | {"failure": point.failure}
    return entry | {
        "tip_height [m]": point.bump.tip,
        "tip_growth_over_front_growth [-]": point.bump.growth,
        "half_width [m]": point.bump.half_width,
        "heals": point.bump.heals,
        **point.numbers,
    }


def _place(knob: Knob | None, value: float | None) -> Data:
    return {} if knob is None else {"parameter": knob.name, f"value [{knob.unit or '-'}]": value}


def _pair_entry(pair: Pair) -> Data:
    return {
        **_place(pair.knob, pair.value),
        "tip_height_ratio [-]": pair.ratio,
        "ranking_holds": pair.ranked,
        "verdicts_hold": pair.holds,
    }


def _turn_entry(turn: Turn) -> Data:
    knob = turn.search.knob
    return {
        "metal": turn.search.metal,
        "parameter": knob.name,
        f"bracket [{knob.unit or '-'}]": list(turn.bracket),
        "heals": list(turn.heals),
    }


def _alloys(points: Sequence[Point]) -> Table:
    return Table("At the base point", {p.job.metal: _shown(p) for p in points})


def _shown(point: Point) -> dict[str, str]:
    if point.bump is None:
        return {"verdict": "failed"}
    return {
        "flow stress [kPa]": f"{point.numbers['flow_stress [Pa]'] * KILO:.3g}",
        "tip [um]": f"{point.bump.tip * MICRO:.2f}",
        "growth [-]": f"{point.bump.growth:.3f}",
        "verdict": _said(point.bump),
        "current focus [-]": f"{point.numbers['current_focus [-]']:.2f}",
        "stress focus [-]": f"{point.numbers['stress_focus [-]']:.2f}",
        "max contact [kPa]": f"{point.numbers['max_contact_pressure [Pa]'] * KILO:.0f}",
    }


def _said(bump: Bump) -> str:
    return "heals" if bump.stopped else "heals (low)" if bump.low else "does not"


def _pairs(pairs: Sequence[Pair], metals: tuple[str, str]) -> Table:
    rows = {}
    for pair in pairs:
        both = [_shown(point) for point in (pair.solid, pair.mush)]
        keys = max(both, key=len)
        rows[pair.name] = {key: " / ".join(one.get(key, "-") for one in both) for key in keys} | {
            "tip ratio": "-" if pair.ratio is None else f"{pair.ratio:.2f}",
            "ranking": _judged(pair.ranked, "holds", "lost"),
            "verdicts": _judged(pair.holds, "hold", "overturned"),
        }
    title = f"{' / '.join(metals)}; growth: the tip's over the mean front's, last {LAST:.0%}"
    return Table(title, rows)


def _judged(answer: bool | None, yes: str, no: str) -> str:
    return "unknown" if answer is None else yes if answer else no


def _turns(turned: Sequence[Turn], base: Case) -> Table:
    rows = {}
    for turn in turned:
        knob, metal = turn.search.knob, turn.search.metal
        start = knob.base(on_metal(base, metal))
        ends = zip(turn.bracket, turn.heals, strict=True)
        verdicts = [f"{_judged(heals, 'heals', 'does not')} at {end:.3g}" for end, heals in ends]
        turned_there = None if None in turn.heals else turn.heals[0] != turn.heals[1]
        rows[f"{metal}: {knob.label}"] = {
            "base": few(start),
            "bracket": ", ".join(verdicts),
            "turns": _judged(turned_there, "between them", "not between them"),
        }
    return Table("Where a verdict turns, everything else at the base point", rows)


def _notes(pairs: Sequence[Pair], metals: tuple[str, str], points: Sequence[Point]) -> list[str]:
    solid, mush = metals
    claim = f"'{mush} heals, {solid} does not'"
    ends = [p for p in pairs if p.knob and p.bumps and p.value not in p.knob.beyond]
    notes = [
        f"A bump heals when its tip gains less than {STOPPED:g} of what the mean front gains over "
        f"the last {LAST:.0%} of the charge, or stands lower than the crack's half width.",
        f"At {len(ends)} ends of plausible ranges both runs came to their end. {solid} stands "
        f"more than {TIED:.0%} above {mush} at {sum(bool(p.ranked) for p in ends)} of them; "
        f"{claim} holds at {sum(bool(p.holds) for p in ends)}.",
    ]
    notes += [
        f"overturned at {p.name}: {_why(p.bumps, metals)}" for p in pairs if p.bumps and not p.holds
    ]
    for limit in (STOPPED / 2, STOPPED * 2):
        count = sum(_holds_at(pair, limit) for pair in ends)
        notes.append(f"With {limit:g} in place of {STOPPED:g} {claim} holds at {count} of these.")
    told = {False: "failed", True: "failed at first, then finished on meshes kept longer"}
    failed = [p for p in points if p.failure]
    return notes + [f"{p.job.said}: {told[p.bump is not None]}: {p.failure}" for p in failed]


def _why(bumps: tuple[Bump, Bump], metals: tuple[str, str]) -> str:
    solid, mush = bumps
    parts = [f"{metals[0]} heals"] * solid.heals + [f"{metals[1]} does not"] * (not mush.heals)
    return ", ".join(parts)


def _holds_at(pair: Pair, limit: float) -> bool:
    """Whether the verdicts hold with another limit of growth."""
    if pair.bumps is None:
        return False
    solid, mush = (bump.low or bump.growth < limit for bump in pair.bumps)
    return mush and not solid
