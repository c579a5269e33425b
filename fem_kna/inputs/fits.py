"""Whether the parts of a case fit each other."""

from typing import Any


def misfit(working: Any, counter: Any, mesh: Any) -> str | None:
    """Return why a porous cathode does not fit the rest of its cell, None where it does."""
    drawn = getattr(mesh, "cathode", None) is not None
    if counter.porous:
        return "counter: porous; accepted: metal, with the cathode as 'working'"
    if working.porous and not drawn:
        return "mesh: draws no cathode for the working electrode; accepted: full_cell"
    if drawn and not working.porous:
        return "working: metal, but the mesh draws a cathode; accepted: PorousElectrode"
    if working.porous and counter.front is not None:
        return "counter.front: it moves; accepted: none, opposite a cathode"
    return None
