"""The integrals of the observables: currents over the electrodes, amounts in the liquid."""

from typing import Any

from ..system.build import Model
from .fronts import SIDES


def integrands(model: Model) -> dict[str, tuple[Any, str]]:
    """Return each integral of the observables with the unit it has per projected area."""
    cell, fields = model.cell, model.fields
    state = fields.view(fields.now)
    found: dict[str, tuple[Any, str]] = {}
    for name, side in zip(SIDES, cell.sides(state), strict=True):
        found[f"current {name}"] = (state.i * side.ds, "A/m^2")
        if state.gap is not None:
            found[f"film {name}"] = (state.gap * side.area * side.ds, "m")
        for ion, i_k in cell.partial_currents(state, side).items():
            found[f"current {ion} {name}"] = (i_k * side.reacting, "A/m^2")
        if side.porous is not None:
            found["inserted"] = (side.porous.inserted(state) * side.porous.dx, "mol/m^2")
            found["cathode"] = (
                side.porous.capacity * side.porous.law.active * side.porous.dx,
                "mol/m^2",
            )
    for ion, c in cell.concentrations(state).items():
        amount = sum(region.medium(state).porosity * c * region.dx for region in cell.regions)
        found[f"amount {ion}"] = (amount, "mol/m^2")
        if state.amounts:
            found[f"surface {ion}"] = (c * cell.sides(state)[0].ds, "mol/m^3")
    return found
