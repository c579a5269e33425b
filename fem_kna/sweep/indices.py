"""Which parameter decides: Sobol' indices, or Morris' elementary effects, by SALib.

Sobol': S_k is the share of a number's variance that goes with parameter k alone, S_Tk that in which
k has any part. Morris: mu*_k is the mean of |change of the number| when k goes through its whole
range, sigma_k the spread of that change: interaction, or no straight line.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .design import Over, Quantity, unit_problem
from .plan import Plan
from .table import HEALS, LATE_GROWTH, Row, columns

INDICES = "indices.json"
OUTPUTS = ("current_focus [-]", "stress_focus [-]", LATE_GROWTH, HEALS, "tip_height [m]")
OTHERWISE = ("polarisation [V]", "voltage [V]")
STILL = 1e-12  # a number that changes by less, over itself, does not change
SEED = 1


def indices(plan: Plan, table: Sequence[Row]) -> dict[str, Any] | None:
    """Return indices by number and parameter; None where the sampling allows none.

    A block of samples in which a point has failed is left out as a whole; how many is told.
    """
    size = {"sobol": len(plan.over) + 2, "morris": len(plan.over) + 1}.get(plan.sampling)
    if size is None:
        return None
    wanted = plan.outputs or [key for key in OUTPUTS if key in columns(table)] or OTHERWISE
    found, notes = {}, []
    for key in wanted:
        blocks = [table[k : k + size] for k in range(0, len(table), size)]
        whole = [block for block in blocks if all(isinstance(r.get(key), float) for r in block)]
        values = np.array([row[key] for block in whole for row in block])
        if len(whole) < 2:
            notes.append(f"{key}: no indices, {len(whole)} of {len(blocks)} blocks are whole")
        elif np.ptp(values) <= STILL * np.abs(values).max():
            notes.append(f"{key}: does not change")
        else:
            shares = np.array([_shares(plan.over, row) for block in whole for row in block])
            found[key] = _analysed(plan, shares, values)
            if len(whole) < len(blocks):
                notes.append(f"{key}: {len(blocks) - len(whole)} of {len(blocks)} blocks left out")
    return {"method": plan.sampling, "points": len(table), "outputs": found, "notes": notes}


def _shares(over: Sequence[Over], row: Row) -> list[float]:
    """Return where in their ranges the parameters of a point are."""
    found = []
    for one in over:
        low, high = one.ends
        here = Quantity(row[one.column], low.unit).number
        if one.is_logarithmic:
            found.append(np.log(here / low.number) / np.log(high.number / low.number))
        else:
            found.append((here - low.number) / (high.number - low.number))
    return found


def _analysed(plan: Plan, shares: Any, values: Any) -> dict[str, dict[str, float]]:
    from SALib.analyze import morris, sobol

    problem = unit_problem(plan.over)
    if plan.sampling == "morris":
        told = morris.analyze(problem, shares, values, seed=SEED)
        keys = {"mean_effect": "mu_star", "mean_effect_confidence": "mu_star_conf"}
        keys |= {"spread_of_effect": "sigma", "signed_mean_effect": "mu"}
    else:
        scaled = (values - values.mean()) / values.std()
        told = sobol.analyze(problem, scaled, calc_second_order=False, seed=SEED)
        keys = {"first_order": "S1", "first_order_confidence": "S1_conf"}
        keys |= {"total": "ST", "total_confidence": "ST_conf"}
    return {
        one.field: {name: float(told[key][k]) for name, key in keys.items()}
        for k, one in enumerate(plan.over)
    }


def measure(told: Mapping[str, Any]) -> str:
    """Return the index that ranks parameters: its confidence has the same name, lengthened."""
    return "mean_effect" if told["method"] == "morris" else "total"


def decisive(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield, for each number, the parameters in the order in which they decide it."""
    name = measure(told)
    words = {"mean_effect": "changes over the range of", "total": "total Sobol' index of"}[name]
    for output, effects in told["outputs"].items():
        ranked = sorted(effects, key=lambda field: -effects[field][name])
        shown = [
            f"{field} {effects[field][name]:.3g} ± {effects[field][f'{name}_confidence']:.1g}"
            for field in ranked
        ]
        yield f"{output}: {words} {', '.join(shown)}"
    yield from told["notes"]
