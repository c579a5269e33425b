"""Discharges of full cells for an experiment, each of them computed once."""

from collections.abc import Callable

import numpy as np
from mpi4py import MPI

from ..cathode.rates import Curve, discharged
from ..inputs.case import Case
from .keeping import Store


def discharging(store: Store, comm: MPI.Comm) -> Callable[[Case, float, float, float], Curve]:
    """Return what discharges a case as `discharged` does, and keeps the curve. Collective."""

    def curve(case: Case, rate: float, label: float, cut_off: float) -> Curve:
        def run() -> dict[str, list[float]]:
            found = discharged(case, rate, label, cut_off, comm)
            return {"capacity": found.capacity.tolist(), "voltage": found.voltage.tolist()}

        what = {"case": case, "rate": rate, "label": label, "cut_off": cut_off}
        kept = store.kept("discharge", what, comm, run)
        capacity, voltage = (np.array(kept[name]) for name in ("capacity", "voltage"))
        return Curve(rate, float(capacity[-1]), capacity, voltage)

    return curve
